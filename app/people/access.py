"""Who a person is at a moment: appointments in force, roles by office, parties they act for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, LiteralString

from sqlalchemy import and_, func, or_, select

from app.db import Session, run
from app.errors import NotFound
from app.people.models import Account, Appointment, User

EVERYWHERE = 0  # the office key of an appointment that counts in every office


@dataclass(frozen=True)
class Person:
    """A signed-in person with the appointments in force; also what Flask-Login and FAB know as the user."""

    user_id: int
    username: str
    name: str
    email: str = ""
    epoch: int = 0
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    kind_of: Mapping[str, str] = field(default_factory=dict)  # role -> applicant or administrator; else staff
    role_titles: tuple[str, ...] = ()
    party_ids: frozenset[int] = frozenset()
    permission_version: int = 0
    has_second_factor: bool = False  # signing in asks for a code besides the password

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def id(self) -> int:
        """The row in ab_user, under the name that Flask-AppBuilder asks for."""
        return self.user_id

    @property
    def kinds(self) -> frozenset[str]:
        """What the roles held make of the person: staff, administrator; applicant where neither."""
        held = {self.kind_of.get(role, "staff") for role in self.all_roles} - {"applicant"}
        return frozenset(held or {"applicant"})

    @property
    def is_system(self) -> bool:
        """True for the installation itself: outside systems and timers act without an account."""
        return self.user_id == 0

    @property
    def is_admin(self) -> bool:
        """True for those who edit definitions and accounts."""
        return "administrator" in self.kinds

    @property
    def is_staff(self) -> bool:
        """True for whoever holds an office role, in whatever office."""
        return "staff" in self.kinds

    @property
    def is_applicant(self) -> bool:
        """True for everybody who is no officer and no administrator."""
        return "applicant" in self.kinds

    @property
    def offices(self) -> frozenset[int]:
        """The offices the person is appointed in by name (appointments for every office are not listed)."""
        return frozenset(self.roles) - {EVERYWHERE}

    @property
    def staff_offices(self) -> frozenset[int]:
        """The offices whose cases the person works on; EVERYWHERE among them means all."""
        return frozenset(
            office for office, roles in self.roles.items() if any(map(self._is_staff_role, roles))
        )

    @property
    def all_roles(self) -> frozenset[str]:
        """Every role held in any office."""
        return frozenset().union(*self.roles.values())

    def roles_in(self, office_id: int) -> frozenset[str]:
        """The roles held in an office."""
        return self.roles.get(office_id, frozenset()) | self.roles.get(EVERYWHERE, frozenset())

    def holds(self, role: str, office_id: int) -> bool:
        """True if the person is appointed to this role in this office, or everywhere."""
        return role in self.roles.get(office_id, ()) or role in self.roles.get(EVERYWHERE, ())

    def works_in(self, office_id: int) -> bool:
        """True if the person is on the staff of this office."""
        return not self.staff_offices.isdisjoint((office_id, EVERYWHERE))

    def acts_for(self, party_id: int) -> bool:
        """True if the person represents this party."""
        return party_id in self.party_ids

    @cached_property
    def permission_roles(self) -> frozenset[str]:
        """The Flask-AppBuilder roles whose permissions the person has."""
        return self.all_roles | {f"any_{kind}" for kind in self.kinds} | {"signed_in", "Public"}

    def _is_staff_role(self, role: str) -> bool:
        return self.kind_of.get(role, "staff") == "staff"

    def get_id(self) -> str:
        """What a session stores: dead as soon as the account's epoch moves on."""
        return f"{self.user_id}.{self.epoch}"

    def get_full_name(self) -> str:
        """The name, as Flask-AppBuilder's templates ask for it."""
        return self.name


# One statement for everything a request must know of its person: a page pays one round trip for sign-in,
# appointments, mandates and the version stamp of the permission cache.
_LOAD: LiteralString = """
SELECT u.id, u.username, u.email,
       coalesce(nullif(a.display_name, ''), trim(u.first_name || ' ' || u.last_name)) AS name,
       coalesce(a.epoch, 0) AS epoch, coalesce(a.mfa_nonce, '') <> '' AS has_second_factor,
       (SELECT json_agg(json_build_array(coalesce(p.office_id, 0), p.role, coalesce(k.kind, 'staff'),
                                         coalesce(nullif(p.title, ''), k.title, p.role)) ORDER BY p.id)
          FROM appointment p
          LEFT JOIN office o ON o.id = p.office_id
          LEFT JOIN role_title k ON k.key = p.role
         WHERE p.user_id = u.id
           AND (CAST(%(now)s AS timestamptz) AT TIME ZONE coalesce(o.timezone, 'Asia/Jakarta'))::date
               BETWEEN p.from_on AND coalesce(p.until_on, 'infinity'::date)) AS appointments,
       (SELECT array_agg(r.party_id) FROM representative r
         WHERE r.user_id = u.id AND r.is_confirmed AND (r.until IS NULL OR r.until > %(now)s)) AS parties,
       (SELECT version FROM permission_version WHERE id = 1) AS permission_version
  FROM ab_user u LEFT JOIN account a ON a.user_id = u.id
 WHERE u.active AND """
_BY_ID: LiteralString = _LOAD + "u.id = %(who)s"
_BY_NAME: LiteralString = _LOAD + "lower(u.username) = lower(%(who)s)"


def person_by_id(user_id: int, now: datetime) -> Person | None:
    """The person of an active account, as appointed at `now`."""
    return _person(_BY_ID, user_id, now)


def person(username: str, now: datetime) -> Person | None:
    """The person of an active account by user name, as appointed at `now`."""
    return _person(_BY_NAME, username, now)


def person_named(username: str, now: datetime) -> Person:
    """The person of an active account; NotFound where there is none."""
    found = person(username, now)
    if found is None:
        raise NotFound("There is no account called %(name)s.", name=username)
    return found


def _person(query: LiteralString, who: int | str, now: datetime) -> Person | None:
    row = run(query, {"who": who, "now": now}).fetchone()
    if row is None:
        return None
    user_id, username, email, name, epoch, has_second_factor, appointments, parties, version = row
    roles: dict[int, frozenset[str]] = {}
    for office_id, role, _kind, _title in appointments or ():
        roles[office_id] = roles.get(office_id, frozenset()) | {role}
    return Person(
        user_id=user_id,
        username=username,
        name=name,
        email=email,
        epoch=epoch,
        roles=roles,
        kind_of={role: kind for _, role, kind, _ in appointments or ()},
        role_titles=tuple(dict.fromkeys(title for *_, title in appointments or ())),
        party_ids=frozenset(parties or ()),
        permission_version=version or 0,
        has_second_factor=has_second_factor,
    )


def may_see_case(person: Person, office_id: int, party_id: int | None, applicant_id: int | None) -> bool:
    """Staff see the cases of their offices, applicants their own; an administrator as such sees none."""
    own = applicant_id == person.user_id or (party_id is not None and person.acts_for(party_id))
    return own or person.works_in(office_id)


def roles_of(username: str, office_id: int, on: date) -> set[str]:
    """The roles an active account holds in an office on a day."""
    query = (
        select(Appointment.role)
        .join(User, User.id == Appointment.user_id)
        .where(User.username == username, User.active, _in_office(office_id), _in_force(on))
    )
    return set(Session.scalars(query))


def people_in_role(role: str, office_id: int, on: date) -> dict[str, str]:
    """Who holds a role in an office on a day: user names with the names people read."""
    name = func.coalesce(
        func.nullif(Account.display_name, ""), func.trim(User.first_name + " " + User.last_name)
    )
    query = (
        select(User.username, name)
        .join(Appointment, Appointment.user_id == User.id)
        .outerjoin(Account, Account.user_id == User.id)
        .where(Appointment.role == role, User.active, _in_office(office_id), _in_force(on))
        .distinct()
        .order_by(name)
    )
    return dict(Session.execute(query).all())


def appointment_in_force(user_id: int, role: str, office_id: int, on: date) -> Appointment | None:
    """The appointment by which a person signs on a day: the office's own before one for all offices."""
    query = (
        select(Appointment)
        .where(Appointment.user_id == user_id, Appointment.role == role, _in_office(office_id), _in_force(on))
        .order_by(Appointment.office_id.nulls_last(), Appointment.from_on.desc())
        .limit(1)
    )
    return Session.scalar(query)


def _in_office(office_id: int) -> Any:
    return or_(Appointment.office_id == office_id, Appointment.office_id.is_(None))


def _in_force(on: date) -> Any:
    return and_(Appointment.from_on <= on, or_(Appointment.until_on.is_(None), Appointment.until_on >= on))
