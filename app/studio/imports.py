"""A printed SOP, pasted or as XLSX, is read, shown with its doubts, and made into drafts."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from app.errors import Invalid, OfficeError, text
from app.publishing import change_sets
from app.publishing.imports import begin_service
from app.reports.offices import office_titles
from app.sop import standard
from app.sop.document import document
from app.sop.doubts import noted
from app.sop.draft import draft
from app.sop.printed import Draft
from app.sop.reading import pasted, read
from app.sop.sheet import grid_of
from app.studio.page import StudioPage, act
from app.studio.sop import process_in
from app.web.entry import enter
from app.web.i18n import translate

FILL_IN = _("Fill in this field.")
KEY = _("Use small letters, digits and _, beginning with a letter.")
LARGEST_TEXT = 200_000


class ImportForm(FlaskForm):
    """The SOP, and where it belongs."""

    service = StringField(
        _("Key of the new service"),
        [InputRequired(FILL_IN), Length(max=60), Regexp(r"[a-z][a-z0-9_]*\Z", message=KEY)],
        description=_("It names the folder of its definitions, for example ipki_kalbar."),
    )
    office = SelectField(_("Office"), [InputRequired(FILL_IN)])
    words = TextAreaField(
        _("The SOP table, or the service standard"),
        [Length(max=LARGEST_TEXT)],
        description=_("Copy the whole document, with its head, from a spreadsheet or a text with tabs."),
    )
    sheet = FileField(_("Or its XLSX file"))


class ImportView(StudioPage):
    """Bring a service in from its printed SOP."""

    @expose("/import", methods=["GET", "POST"])
    @enter
    def show(self) -> Response | str | tuple[str, int]:
        """Ask for the SOP, show what was read, and with `make` keep it as drafts."""
        form = ImportForm()
        form.office.choices = office_titles()
        if not form.validate_on_submit():
            return page(form), 422 if form.errors else 200
        try:
            form.words.data = words_in(form)
            made = made_of(form.words.data, form.service.data or "", form.office.data)
            if "make" in request.form:
                return keep(made, form.service.data or "")
        except OfficeError as fault:
            form.words.errors = [translate(fault.text)]
            return page(form), 422
        return page(form, shown(made, form.service.data or ""))


def words_in(form: ImportForm) -> str:
    """What was pasted; a sheet counts as the text of its cells."""
    if not form.sheet.data:
        return (form.words.data or "").strip("\r\n")
    lines = grid_of(form.sheet.data.read())
    words = "\n".join("\t".join(" ".join(cell.split()) for cell in line).rstrip("\t") for line in lines)
    if len(words) > LARGEST_TEXT:
        raise Invalid("The text is too long.")
    return words


def made_of(words: str, service: str, office: str) -> Draft:
    """Make drafts of whichever of the two kinds of document this is. Raises Invalid."""
    grid = pasted(words)
    if standard.is_standard(grid):
        return standard.draft(grid, service, office)
    return draft(read(grid), service, office)


def keep(made: Draft, service: str) -> Response:
    """Keep the drafts in a change set of their own and go there."""
    texts, open_questions = noted(made, translate)
    found = begin_service(texts, gettext("Import of %(name)s", name=service), act())
    if open_questions:
        change_sets.comment(found.id, "\n".join(open_questions), act())
    flash(translate(text("The drafts are made. Answer the doubts in their editors.")), "success")
    return redirect(url_for("SetsView.show", number=found.id))


def page(form: ImportForm, found: dict[str, Any] | None = None) -> str:
    """The form, and below it what was read."""
    return render_template("studio/import.html", form=form, found=found)


def shown(made: Draft, service: str) -> dict[str, Any]:
    """The rows as read, each with its doubts, and the doubts about the whole."""
    key = f"{service}/process"
    written = document(process_in(made.texts["process", key], key))
    doubts = [
        {"row": doubt.row, "question": translate(doubt.question), "assumed": doubt.assumed}
        for doubt in made.doubts
    ]
    rows = [
        {
            "no": line.no,
            "title": line.title,
            "actor": next((who for who, mark in zip(written.actors, line.marks, strict=True) if mark), ""),
            "time": line.time,
            "ways": line.ways,
            "doubts": [doubt for doubt in doubts if doubt["row"] == line.no],
        }
        for line in written.lines
    ]
    whole = [doubt for doubt in doubts if not doubt["row"]]
    return {"rows": rows, "doubts": whole, "count": len(doubts), "files": [key for _kind, key in made.texts]}
