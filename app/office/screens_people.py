"""Screens of heads and administrators: appointments, deputies, accounts."""

from typing import Any

from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.filters import FilterEqual, FilterNotEqual
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Optional, Regexp

from app import clock
from app.flow import accounts, appointing, reference_data, second_factor
from app.forms.display import mask
from app.office.fields import FILL_IN, AccountField, OfficeField, RoleField, optional, required
from app.office.generated import OfMyOffices, ReferenceView, Rows
from app.office.titles import role_title
from app.people.access import Person
from app.people.models import Account, Appointment
from app.people.registration import NewAccount, unguessable
from app.web.account_pages import write_welcome

CAPACITIES = [("definitive", _("Definitive")), ("plt", "Plt."), ("plh", "Plh.")]
DEPUTIES = CAPACITIES[1:]


class AppointmentNew(DynamicForm):
    """Who is to hold which role."""

    user = AccountField(_("Account (user name or e-mail)"), required(254))
    role = RoleField(_("Role"), kinds=("staff", "administrator"), validators=[InputRequired(FILL_IN)])
    office = OfficeField(_("Office"), every=True)
    title = StringField(_("Title as printed on letters"), optional())
    from_on = DateField(_("First day"), [InputRequired(FILL_IN)])
    until_on = DateField(_("Last day"), [Optional()])
    decree = StringField(_("Decree"), required())


class DeputyNew(AppointmentNew):
    """Who stands in for a while."""

    capacity = SelectField(_("Capacity"), choices=DEPUTIES)
    until_on = DateField(_("Last day"), [InputRequired(FILL_IN)])


class AppointmentEnd(DynamicForm):
    """When an appointment ends."""

    until_on = DateField(_("Last day"), [InputRequired(FILL_IN)])


class AppointmentScreen(ReferenceView):
    """Who holds which role where; ended, never changed."""

    screen = "appointments"
    datamodel = Rows(Appointment, joinedload(Appointment.user), joinedload(Appointment.office))
    base_filters = [["office_id", OfMyOffices, None], ["capacity", FilterEqual, "definitive"]]
    columns = {
        "user": _("Person"),
        "role": _("Role"),
        "office": _("Office"),
        "from_on": _("First day"),
        "until_on": _("Last day"),
    }
    details = {"title": _("Title as printed on letters"), "capacity": _("Capacity"), "decree": _("Decree")}
    formatters_columns = {"capacity": dict(CAPACITIES).get, "role": role_title}
    search_columns = ["role", "from_on", "until_on", "decree"]
    order_columns = ["role", "from_on", "until_on"]
    add_columns = ["user", "role", "office", "title", "from_on", "until_on", "decree"]
    edit_columns = ["until_on"]
    add_form, edit_form = AppointmentNew, AppointmentEnd
    list_title, show_title = _("Appointments"), _("Appointment")
    add_title, edit_title = _("Appoint a person"), _("End an appointment")

    def save_new(self, form: Any, person: Person) -> None:
        """Appoint."""
        new = appointing.NewAppointment(
            user_id=form.user.found.id,
            role=form.role.data,
            office_id=form.office.data or None,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            title=form.title.data or "",
            capacity=form.capacity.data if "capacity" in form else "definitive",
            decree=form.decree.data,
        )
        appointing.appoint(new, person, clock.now())

    def save_change(self, item: Any, form: Any, person: Person) -> None:
        """End the appointment."""
        appointing.end_appointment(item.id, form.until_on.data, person, clock.now())


class DeputyScreen(AppointmentScreen):
    """Who stands in: Plt. for a vacant office, Plh. while its holder is away."""

    screen = "deputies"
    base_filters = [["office_id", OfMyOffices, None], ["capacity", FilterNotEqual, "definitive"]]
    columns = {**AppointmentScreen.columns, "capacity": _("Capacity")}
    details = {"title": _("Title as printed on letters"), "decree": _("Decree")}
    add_columns = ["user", "role", "office", "capacity", "title", "from_on", "until_on", "decree"]
    add_form = DeputyNew
    list_title, show_title = _("Deputies"), _("Deputy")
    add_title, edit_title = _("Name a deputy"), _("End a deputy's term")


class PersonEdit(DynamicForm):
    """What an administrator may change about an account."""

    display_name = StringField(_("Name and titles"), required(120))
    nip = StringField("NIP", [*optional(18), Regexp(r"^(\d{18})?$", message=_("An NIP has 18 digits."))])
    rank = StringField(_("Rank"), optional())
    phone = TelField(_("Phone number"), optional(20))
    active = BooleanField(_("May sign in"))
    drop_second_factor = BooleanField(_("Two-step sign-in off (telephone lost)"))


class PersonNew(DynamicForm):
    """An account for an officer; the person sets the password by the mailed link."""

    name = StringField(_("Name and titles"), required(120))
    username = StringField(_("User name"), required(80))
    email = EmailField(_("E-mail"), required(254))
    nip = StringField("NIP", [*optional(18), Regexp(r"^(\d{18})?$", message=_("An NIP has 18 digits."))])
    rank = StringField(_("Rank"), optional())


class PersonScreen(ReferenceView):
    """Accounts. Passwords are neither shown nor set here."""

    screen = "people"
    datamodel = Rows(Account, joinedload(Account.user))
    columns = {
        "display_name": _("Name"),
        "user.username": _("User name"),
        "user.active": _("May sign in"),
        "nip": "NIP",
    }
    details = {
        "rank": _("Rank"),
        "user.email": _("E-mail"),
        "phone": _("Phone number"),
        "locked_until": _("Locked until"),
    }
    base_order = ("user_id", "desc")
    search_columns = ["display_name", "nip"]
    order_columns = ["display_name"]
    formatters_columns = {
        "phone": lambda value: mask("phone", value),
        "user.email": lambda value: mask("email", value),
    }
    add_columns = ["name", "username", "email", "nip", "rank"]
    edit_columns = ["display_name", "nip", "rank", "phone", "active", "drop_second_factor"]
    add_form, edit_form = PersonNew, PersonEdit
    list_title, show_title = _("People"), _("Person")
    add_title, edit_title = _("New account"), _("Change an account")

    def fill(self, form: Any, item: Any) -> None:
        """Show whether the person may sign in."""
        form.active.data = item.user.active

    def save_new(self, form: Any, person: Person) -> None:
        """Make the account and mail the link for its password."""
        new = NewAccount(
            name=form.name.data,
            email=form.email.data,
            username=form.username.data,
            nip=form.nip.data or "",
            rank=form.rank.data or "",
            password=unguessable(),
        )
        accounts.open_account(new, write_welcome, person, clock.now())

    def save_change(self, item: Any, form: Any, person: Person) -> None:
        """Change the account's particulars, and open or close it."""
        if form.active.data != item.user.active:
            accounts.set_active(item.user_id, form.active.data, person, clock.now())
        if form.drop_second_factor.data:
            second_factor.turn_off(item.user_id, person, clock.now())
        for name in ("display_name", "nip", "rank", "phone"):
            setattr(item, name, form[name].data or "")
        reference_data.change(item, person, clock.now())
