"""The form that inserts a number behind a line of a book."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app import clock
from app.db import Session
from app.errors import Conflict, Invalid, NotFound, text
from app.feedback.access import allowed_in
from app.flow.insert_number import NUMBERS, Insertion, insert
from app.office.fields import FILL_IN, required
from app.office.wording import BOOKS
from app.people.access import Person
from app.registers.models import RegisterEntry
from app.web import sessions
from app.web.entry import allowed
from app.web.i18n import translate


class InsertionForm(FlaskForm):
    """What is entered, for which day, and why it was not at the time."""

    on = DateField(_("Date"), [InputRequired(FILL_IN)])
    counterpart = StringField(_("From or to"), required())
    subject = StringField(_("Subject"), required())
    reason = TextAreaField(_("Reason"), required(500))


class InsertNumberView(BaseView):
    """Inserted numbers, for whoever gives numbers in the office."""

    route_base = "/office/insert-number"
    default_view = "insert"
    class_permission_name = NUMBERS

    @expose("/<int:entry_id>", methods=["GET", "POST"])
    @allowed("add")
    def insert(self, entry_id: int) -> Response | tuple[str, int]:
        """Enter a line behind this one."""
        person = sessions.person()
        before = line(person, entry_id)
        form = InsertionForm()
        if not form.validate_on_submit():
            return page(form, before)
        given: dict[str, Any] = {name: form[name].data for name in ("on", "counterpart", "subject", "reason")}
        place = {"book": before["book"], "office": before["office"], "year": before["year"]}
        try:
            number = insert(Insertion(entry_id, **given), person, clock.now())
        except (Invalid, Conflict) as refused:
            for path, sentences in refused.errors.items():
                form[path].errors = [translate(words) for words in sentences]
            flash(translate(refused.text), "danger")
            return page(form, before)
        flash(translate(text("Number %(number)s is inserted.", number=number)), "success")
        return redirect(url_for("RegistersView.show", **place))


def line(person: Person, entry_id: int) -> dict[str, Any]:
    """The line behind which to insert, as plain data. Raises NotFound outside the person's offices."""
    entry = Session.get(RegisterEntry, entry_id)
    if entry is None or not may_insert(person, entry.office_id):
        raise NotFound("There is no such line.")
    return {
        "number": entry.number,
        "line": entry.seq,
        "on": entry.on,
        "subject": entry.subject,
        "book": entry.book,
        "book_title": str(BOOKS[entry.book]),
        "year": entry.year,
        "office": entry.office.key,
    }


def may_insert(person: Person, office_id: int) -> bool:
    """True for whoever gives numbers in this office."""
    return allowed_in(person, office_id, NUMBERS, "add")


def page(form: InsertionForm, before: dict[str, Any]) -> tuple[str, int]:
    """The form, with what was given and what is wrong with it."""
    back = url_for("RegistersView.show", book=before["book"], office=before["office"], year=before["year"])
    shown = render_template("office/insert_number.html", form=form, before=before, back_url=back)
    return shown, 422 if form.is_submitted() else 200
