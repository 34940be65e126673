"""Downloads: letters that were delivered and files brought to cases; both are recorded."""

from io import BytesIO

from flask import send_file
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.flow.fetch import fetch_letter
from app.flow.reveal import open_attachment
from app.letters.by_hand import file_kind
from app.letters.models import Letter
from app.reports.letters import view_letter
from app.web import sessions
from app.web.entry import enter


class FilesView(BaseView):
    """Files for those whose case they belong to, and for the officers of its office."""

    route_base = ""
    default_view = "attachment"
    audience = {"signed_in"}

    @expose("/letters/<int:letter_id>/pdf")
    @enter
    def letter(self, letter_id: int) -> Response:
        """A signed letter, byte for byte; the applicant's first download is their receipt."""
        person = sessions.person()
        found, _ = view_letter(person, letter_id)
        content = fetch_letter(person, found, clock.now())
        media_type, ending = file_kind(found)
        return download(content, media_type, letter_name(found, ending))

    @expose("/attachments/<int:attachment_id>")
    @enter
    def attachment(self, attachment_id: int) -> Response:
        """A file of a case."""
        row, content = open_attachment(sessions.person(), attachment_id, clock.now())
        return download(content, row.media_type, row.name)


def letter_name(letter: Letter, ending: str) -> str:
    """What a downloaded letter is called."""
    return f"{(letter.number or letter.title).replace('/', '-')}.{ending}"


def download(content: BytesIO, media_type: str, name: str) -> Response:
    """A file to save, never to show: what people upload is not ours to run."""
    return send_file(content, media_type, as_attachment=True, download_name=name)
