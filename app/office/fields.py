"""Form fields that stand for people, parties, offices and roles."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.cases.models import Case
from app.db import Session
from app.people.access import EVERYWHERE
from app.people.models import Office, Party, RoleTitle, User
from app.people.registration import find
from app.reports.view import side_of
from app.web import sessions

FILL_IN = _("Fill in this field.")


def required(longest: int = 250) -> list[Any]:
    """Validators of a text that must be there."""
    return [InputRequired(FILL_IN), Length(max=longest)]


def optional(longest: int = 250) -> list[Any]:
    """Validators of a text that may be missing."""
    return [Optional(), Length(max=longest)]


class AccountField(StringField):
    """A person, by user name or e-mail; sets `user_id`."""

    found: User | None = None

    def process_data(self, value: Any) -> None:
        """Show the user name."""
        self.data = value.username if isinstance(value, User) else value

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Find the account."""
        self.found = find(self.data or "") if not validation_stopped else None
        if self.found is None and not validation_stopped:
            raise ValidationError(gettext("There is no such account."))

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set the key of the account."""
        obj.user_id = self.found.id if self.found else None


class PartyField(StringField):
    """A company by NIB or a person by NIK; sets `party_id`."""

    found: Party | None = None

    def process_data(self, value: Any) -> None:
        """Show the name only: identifiers are not shown in full."""
        self.data = value.name if isinstance(value, Party) else value

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Find the party."""
        wanted = (self.data or "").strip()
        if not validation_stopped and wanted:
            self.found = Session.scalar(select(Party).where(or_(Party.nib == wanted, Party.nik == wanted)))
        if self.found is None and not validation_stopped:
            raise ValidationError(gettext("There is no party with this NIB or NIK."))

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set the key of the party."""
        obj.party_id = self.found.id if self.found else None


class CaseField(StringField):
    """A case of the person's offices, by number; sets `case_id` and `office_id`."""

    found: Case | None = None

    def process_data(self, value: Any) -> None:
        """Show the number."""
        self.data = value.number if isinstance(value, Case) else value

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Find the case among those the person may see."""
        wanted = (self.data or "").strip().upper()
        case = Session.scalar(select(Case).where(Case.number == wanted)) if wanted else None
        self.found = case if case and side_of(sessions.person(), case) == "office" else None
        if self.found is None and not validation_stopped:
            raise ValidationError(gettext("There is no such case."))

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set the keys of the case and its office."""
        if self.found is not None:
            obj.case_id, obj.office_id = self.found.id, self.found.office_id


class OfficeField(SelectField):
    """One of the person's offices; sets `office_id`."""

    def __init__(self, label: Any = None, *, every: bool = False, **kwargs: Any) -> None:
        super().__init__(label, choices=lambda: office_choices(every=every), coerce=int, **kwargs)

    def process_data(self, value: Any) -> None:
        """Choose the row's office."""
        self.data = value.id if isinstance(value, Office) else EVERYWHERE if value is None else value

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set the key of the office; none for every office."""
        obj.office_id = self.data or None


class RoleField(SelectField):
    """A role that people can be appointed to."""

    def __init__(self, label: Any = None, *, kinds: tuple[str, ...] = ("staff",), **kwargs: Any) -> None:
        super().__init__(label, choices=lambda: role_choices(kinds), **kwargs)


def office_choices(*, every: bool = False) -> list[tuple[int, str]]:
    """The offices of the person who asks; administrators choose among all."""
    person = sessions.person()
    query = select(Office.id, Office.short_name).order_by(Office.short_name)
    if EVERYWHERE not in person.roles and not person.is_admin:
        query = query.where(Office.id.in_(person.offices))
    offices = [(office_id, name) for office_id, name in Session.execute(query)]
    return [*offices, (EVERYWHERE, gettext("Every office"))] if every and person.is_admin else offices


def role_choices(kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Roles by title; only administrators make administrators."""
    wanted = kinds if sessions.person().is_admin else ("staff",)
    query = select(RoleTitle.key, RoleTitle.title).where(RoleTitle.kind.in_(wanted)).order_by(RoleTitle.title)
    # nothing is chosen beforehand: a slip must not appoint somebody to whatever comes first
    return [("", gettext("Choose")), *((key, title) for key, title in Session.execute(query))]
