"""The two methods that OSS-RBA calls at a licensing office, as the ministry's guide names them."""

from flask import Response, current_app, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import now
from app.flow.arrive_oss import Call, Reply, receive
from app.web.i18n import translate


class OssInboundApi(Api):
    """Calls of OSS-RBA."""

    resource_name = "inbound/oss"
    openapi_spec_tag = "Outside systems"

    @expose("/receiveNIB", methods=["POST"])
    def receive_nib(self) -> Response:
        """Receive a NIB
        ---
        post:
          summary: OSS sends a NIB with its projects and permits; a case is opened or filled
          description: >-
            Body and answer as in the ministry's guide, PIA 4.3.22. Header Token is
            SHA1(username + password + NIB + date as Ymd in Asia/Jakarta). The same message twice gets the
            same answer; other contents under the same id_izin and tgl_perubahan_nib are refused with 400. The
            answer holds status (1 or 2) and keterangan.
          parameters: [{in: header, name: Token, required: true, schema: {type: string}}]
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [dataNIB]
                  properties:
                    dataNIB:
                      type: object
                      required: [nib, id_izin, kd_daerah]
                      properties:
                        nib: {type: string, pattern: '^[0-9]{13}$'}
                        id_izin: {type: string, maxLength: 60}
                        kd_daerah: {type: string, pattern: '^[0-9]{10}$'}
                        kewenangan: {type: string, enum: ['00', '01', '02']}
          responses:
            200:
              description: Stored
              content:
                application/json:
                  schema:
                    type: object
                    properties: {responreceiveNIB: {type: object}}
            400: {description: 'Not the guide''s shape, unknown kd_daerah, or contradicts an earlier message'}
            401: {description: The token is not valid}
            403: {description: The office takes no messages from OSS at present}
        """
        return self.reply("receiveNIB")

    @expose("/receiveFileDS", methods=["POST"])
    def receive_file(self) -> Response:
        """Receive a signed licence
        ---
        post:
          summary: OSS sends the address of a licence file that it has signed
          description: Body and answer as in the ministry's guide, PIA 4.3.22; header Token as for receiveNIB.
          parameters: [{in: header, name: Token, required: true, schema: {type: string}}]
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [receiveFileDS]
                  properties:
                    receiveFileDS:
                      type: object
                      required: [nib, id_izin, file_izin]
                      properties:
                        nib: {type: string, pattern: '^[0-9]{13}$'}
                        id_izin: {type: string}
                        file_izin: {type: string}
          responses:
            200:
              description: Stored
              content:
                application/json:
                  schema:
                    type: object
                    properties: {responreceiveFileDS: {type: object}}
            400: {description: Not the guide's shape or contradicts an earlier message}
            401: {description: The token is not valid}
            403: {description: The office takes no messages from OSS at present}
        """
        return self.reply("receiveFileDS")

    def reply(self, method: str) -> Response:
        """Take the call and answer in the guide's shape; an error also has the shape of this API's errors."""
        call = Call(method, request.get_data(cache=True), request.headers.get("Token", ""))
        given = receive(call, current_app.config["OFFICE"].inbound_key("oss"), now())
        words = translate(given.words)
        said = {f"respon{method}": {"status": "1" if given.is_taken else "2", "keterangan": words}}
        return self.response(given.code, **said, **_as_error(given, words))


def _as_error(given: Reply, words: str) -> dict[str, object]:
    return {} if given.is_taken else {"message": words, "errors": {}}
