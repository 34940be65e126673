"""The demonstration: who is there, what they may sign with, and that loading it twice changes nothing."""

from sqlalchemy import func, select

from app import demo
from app.audit.models import AuditEvent
from app.db import Session
from app.definitions.catalogue import current
from app.feedback.models import FollowUp, SurveyAnswer, SurveyPublication
from app.feedback.models_complaint import Complaint
from app.people.access import people_in_role, person_named
from app.people.models import Appointment, Holiday, Office, Party, Representative, SignerKey, User
from tests.fixtures_demo import OPENED, DemoWorld

TABLES = (
    Appointment, AuditEvent, Holiday, Office, Party, Representative, SignerKey, User, SurveyAnswer, Complaint,
    FollowUp, SurveyPublication,
)  # fmt: skip


def counted() -> dict[str, int]:
    return {
        table.__name__: Session.scalars(select(func.count()).select_from(table)).one() for table in TABLES
    }


def test_loading_again_changes_nothing(demo_office: DemoWorld) -> None:
    before, version = counted(), current().version
    keys = {path: path.read_bytes() for path in demo_office.config.keys_dir.rglob("*.p12")}
    Session.rollback()
    demo.load(demo_office.config, OPENED)
    assert counted() == before
    assert current().version == version
    assert {path: path.read_bytes() for path in demo_office.config.keys_dir.rglob("*.p12")} == keys


def test_every_staff_role_has_somebody_in_every_office(demo_office: DemoWorld) -> None:
    staff = [key for key, role in current().roles.roles.items() if role.kind == "staff"]
    for office in Session.scalars(select(Office)):
        assert all(role in people_in_role(role, office.id, OPENED.date()) for role in staff)
    assert (
        len(people_in_role("technical_team", Session.scalars(select(Office.id)).first() or 0, OPENED.date()))
        == 3
    )


def test_every_officer_has_a_key_of_their_own_and_the_office_a_seal(demo_office: DemoWorld) -> None:
    names = set(Session.scalars(select(SignerKey.file_name)))
    assert {"head_of_office.p12", "technical_team2.p12"} <= names
    assert {"seal_dairi/seal.p12", "seal_kalbar/seal.p12"} <= names
    assert all((demo_office.config.keys_dir / name).stat().st_mode & 0o077 == 0 for name in names)


def test_applicants_and_administrators_hold_no_office(demo_office: DemoWorld) -> None:
    assert person_named("applicant", OPENED).is_applicant
    assert person_named("admin", OPENED).is_admin
    assert not person_named("admin", OPENED).is_staff


def test_whatever_people_see_is_marked_as_invented(demo_office: DemoWorld) -> None:
    assert all("Contoh" in f"{user.first_name} {user.last_name}" for user in Session.scalars(select(User)))
    assert all("(Fiktif)" in name for name in Session.scalars(select(Party.name)))
