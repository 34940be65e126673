"""The editor of letters: text with fields as chips, a form for its head, and the real PDF beside it."""

from typing import Any

from flask import Response, jsonify, render_template, request
from flask_appbuilder import expose

from app import clock
from app.definitions.letter import Letter
from app.definitions.parse import Ref, parse
from app.errors import Invalid, OfficeError
from app.flow.preview_letter import CaseContext, case_context, recent_cases
from app.letters import press
from app.letters.phrasing import condition
from app.letters.render import DRAFT, SAMPLE, Options
from app.letters.sample import sample_context
from app.letters.tree import checked
from app.publishing.drafts import open_draft
from app.studio.clauses import clauses_for
from app.studio.drafts import given
from app.studio.letter_fields import by_path, groups
from app.studio.letter_head import closed, head_words, opened
from app.studio.letter_speech import speech_json
from app.studio.letter_uses import services_using, uses_of_letter
from app.studio.letter_words import words
from app.studio.page import StudioPage, frame, ref_in
from app.studio.tables import sent
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate

KIND = "letter"


class LettersView(StudioPage):
    """A letter as text."""

    @expose("/letter-editor/<path:key>")
    @enter
    def edit(self, key: str) -> str:
        """The page; its script asks for everything else."""
        ref = ref_in(KIND, key)
        uses = uses_of_letter(key)
        shown = [
            {"title": group.title, "fields": [each.shown() for each in group.offers]}
            for group in groups(uses)
        ]
        return render_template(
            "studio/letter.html",
            **frame(ref, "editor"),
            words=words(),
            fields=shown,
            head=head_words(),
            clauses=clauses_for(key.partition("/")[0]),
        )

    @expose("/letter-read/<path:key>", methods=["POST"])
    @enter
    def read(self, key: str) -> Response:
        """A text as head and tree. Raises Invalid where the head cannot be read."""
        ref_in(KIND, key)
        head, doc = opened(text_in(given()))
        return jsonify(head=head, doc=doc, speech=speech_json(doc, uses_of_letter(key)))

    @expose("/letter-write/<path:key>", methods=["POST"])
    @enter
    def write(self, key: str) -> Response:
        """Head and tree as a text; what nobody touched is as it was in the text they came from."""
        ref_in(KIND, key)
        body = given()
        doc, head = checked(body.get("doc")), body.get("head")
        if not isinstance(head, dict):
            raise Invalid("The request cannot be read.")
        source = closed(text_in(body), head, doc)
        return jsonify(text=source, speech=speech_json(doc, uses_of_letter(key)))

    @expose("/letter-preview/<path:key>", methods=["POST"])
    @enter
    def preview(self, key: str) -> tuple[Response, int]:
        """The pages of a text as images, with its sample or a real case; what went wrong, with its line."""
        body = given()
        letter = letter_in(ref_in(KIND, key), text_in(body))
        try:
            found, options = context_for(key, letter, str(body.get("case") or ""))
            made = press.preview(letter, found.context, options, key)
        except OfficeError as error:
            return jsonify(fault=fault_json(error)), 422
        return jsonify(pages=made.images, count=made.pages, is_whole=found.is_whole), 200

    @expose("/letter-pdf/<path:key>")
    @enter
    def pdf(self, key: str) -> Response:
        """The draft as the PDF itself."""
        ref = ref_in(KIND, key)
        letter = letter_in(ref, open_draft(ref).text)
        found, options = context_for(key, letter, request.args.get("case", ""))
        answer = sent(
            press.render(letter, found.context, options, key).pdf,
            f"{key.replace('/', '-')}.pdf",
            "application/pdf",
        )
        answer.headers["Content-Disposition"] = "inline"
        return answer

    @expose("/letter-cases/<path:key>")
    @enter
    def cases(self, key: str) -> Response:
        """The latest cases that this letter is written in, by a part of the number."""
        ref_in(KIND, key)
        found = recent_cases(services_using(key, uses_of_letter(key)), request.args.get("q", "").strip()[:40])
        return jsonify(cases=[case.number for case in found])

    @expose("/letter-condition/<path:key>", methods=["POST"])
    @enter
    def condition(self, key: str) -> Response:
        """The statement that a condition chosen in the page comes to."""
        ref_in(KIND, key)
        body = given()
        offer = by_path(groups(uses_of_letter(key))).get(str(body.get("path")))
        if offer is None:
            raise Invalid("Choose a field.")
        return jsonify(code=condition(offer.access, str(body.get("operator")), body.get("value")))


def text_in(body: dict[str, Any]) -> str:
    """The text that the page holds. Raises Invalid."""
    source = body.get("text")
    if not isinstance(source, str):
        raise Invalid("The request cannot be read.")
    return source


def letter_in(ref: Ref, source: str) -> Letter:
    """The letter of a text. Raises Invalid with the first problem where it is none."""
    parsed = parse(*ref, source)
    if not isinstance(parsed.shape, Letter):
        first = parsed.problems[0]
        raise Invalid(
            "Line %(line)d of %(file)s cannot be read: %(detail)s",
            line=first.line or 0,
            file=first.file or ref[1],
            detail=first.message,
        )
    return parsed.shape


def context_for(key: str, letter: Letter, number: str) -> tuple[CaseContext, Options]:
    """The variables and the look of a preview: of a case, or of the letter's sample."""
    if not number:
        return CaseContext(sample_context(letter), is_whole=True), Options(watermark=SAMPLE)
    services = services_using(key, uses_of_letter(key))
    found = case_context(sessions.person(), number, services, letter, clock.now())
    return found, Options(watermark=DRAFT)


def fault_json(error: OfficeError) -> dict[str, Any]:
    """Why there is no preview, with the line of the file where there is one."""
    line = error.text.params.get("line")
    return {"message": translate(error.text), "line": line if isinstance(line, int) and line else None}
