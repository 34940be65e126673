"""Is this letter genuine? For everybody, by the code on it or by the file itself."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app.errors import Invalid, text
from app.reports.letters import letter_by_hash
from app.reports.verification import MAX_BYTES, Checked, check_code, check_file
from app.web.i18n import translate
from app.web.limits import VERIFY_CODE, VERIFY_UPLOAD, limited

LONGEST_CODE = 64
ENDED = ("revoked", "replaced", "void")


class VerifyView(BaseView):
    """Public verification of letters."""

    route_base = "/verify"
    default_view = "form"

    @expose("/", methods=["GET"])
    def form(self) -> Response | str:
        """Both ways to ask; a code given by the form goes on to its own address."""
        code = clean(request.args.get("code", ""))
        return redirect(url_for("VerifyView.by_code", code=code)) if code else page()

    @expose("/", methods=["POST"])
    @limited(VERIFY_UPLOAD)
    def by_file(self) -> str:
        """Compare an uploaded file with what was issued; it is not kept."""
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Invalid("Choose a file.", errors={"file": [text("Choose a file.")]})
        return page(check_file(file.read(MAX_BYTES + 1)), by="file")

    @expose("/<code>", methods=["GET"])
    def by_code(self, code: str) -> str:
        """What the archive says of a code; this is where the QR code leads."""
        VERIFY_CODE.hit()
        return page(check_code(clean(code)), by="code", code=clean(code))


def clean(code: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:LONGEST_CODE]


def page(checked: Checked | None = None, by: str = "", code: str = "") -> str:
    """The page with both forms, and the result if there is one."""
    url = url_for("VerifyView.form")
    result = shown(checked, by) if checked else None
    return render_template(
        "portal/verify.html", code_url=url, upload_url=url, code=code, max_size=MAX_BYTES, result=result
    )


def shown(checked: Checked, by: str) -> dict[str, Any]:
    """The result as portal/verify.html takes it."""
    letter = letter_by_hash(checked.sha256) if checked.sha256 else None
    return {
        **checked.as_json(),
        "state": state_of(checked, by),
        "reason": translate(checked.reason),
        "office": letter.case.office.name if letter else "",
        "by": by,
    }


def state_of(checked: Checked, by: str) -> str:
    """One word for the result: hash, signature and the letter's own status must all agree."""
    if not checked.known:
        return "unknown" if checked.status is None and by == "code" else "changed"
    if not checked.intact:
        return "changed"
    if checked.status in ENDED:
        return str(checked.status)
    return "intact" if by == "file" else "known"
