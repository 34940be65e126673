"""Health: what is configured wrongly now or soon is said, with the place that mends it, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app import clock
from app.db import Session
from app.definitions.messages import SHARED
from app.definitions.parse import Ref
from app.people.models import Appointment, Holiday, SignerKey
from app.publishing import change_sets
from app.publishing.drafts import Edited, save
from app.publishing.publish import publish
from app.publishing.release import publish_due, publish_set
from app.publishing.revisions import Act
from app.reports.health import Finding, Installation, gather
from app.reports.health_definitions import DEFINITION_CHECKS
from app.reports.health_people import PEOPLE_CHECKS
from app.reports.health_running import RUNNING_CHECKS
from tests import small_service
from tests.small_service import MESSAGES, ROLES, SERVICE, TABLE, TEXTS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ACT = Act("admin", NOW)
REF: Ref = ("decision_table", "uji/completeness")

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def _office() -> None:
    clock.set_clock(NOW)
    small_service.open_office()
    Session.add(Holiday(on=date(2027, 12, 25), name="Natal"))
    Session.commit()


def found(tmp_path: Path, **other: bool) -> list[Finding]:
    Session.rollback()
    given = {"uses_simulators": False, "uses_trial_ca": False, "sends_mail": True, **other}
    installation = Installation(NOW, str(tmp_path), **given)
    return gather((*RUNNING_CHECKS, *DEFINITION_CHECKS, *PEOPLE_CHECKS), installation)


def said(tmp_path: Path, words: str, **other: bool) -> list[tuple[str, str]]:
    """Urgency and place of what is said with these words."""
    return [(each.tone, each.place.name) for each in found(tmp_path, **other) if words in str(each.message)]


def test_an_office_that_works_has_nothing_wrong_but_the_missing_worker(tmp_path: Path) -> None:
    wrong = [str(each.message) for each in found(tmp_path) if each.tone != "know" and "disk" not in str(each)]
    assert wrong == ["No job worker is running: nothing is sent and nothing times out."]


def test_a_role_without_a_person(tmp_path: Path) -> None:
    Session.query(Appointment).filter(Appointment.role == "division_head").delete()
    Session.commit()
    assert said(tmp_path, "Nobody in Dinas Contoh is appointed as Kepala Bidang") == [("now", "appointments")]


def test_a_mandate_that_ends_without_a_successor(tmp_path: Path) -> None:
    row = Session.query(Appointment).filter(Appointment.role == "division_head").one()
    row.until_on = date(2026, 12, 1)
    Session.commit()
    assert said(tmp_path, "nobody follows") == [("soon", "appointments")]
    Session.add(
        Appointment(user_id=row.user_id, role=row.role, office_id=row.office_id, from_on=date(2026, 12, 2))
    )
    Session.commit()
    assert said(tmp_path, "nobody follows") == []


@pytest.mark.parametrize(("last", "tone"), [(date(2026, 12, 25), "soon"), (date(2026, 8, 17), "now")])
def test_a_calendar_that_ends(tmp_path: Path, last: date, tone: str) -> None:
    Session.query(Holiday).one().on = last
    Session.commit()
    assert said(tmp_path, f"end on {last.isoformat()}") == [(tone, "holidays")]


def test_a_certificate_that_ends_and_is_renewed(tmp_path: Path) -> None:
    office = small_service.office()
    for days, seen in ((20, [("soon", "people")]), (400, [])):
        key = SignerKey(office_id=office.id, file_name=f"{days}.p12", serial="1", subject="CN=Ratna")
        key.valid_until = NOW + timedelta(days=days)
        Session.add(key)
        Session.commit()
        assert said(tmp_path, "CN=Ratna") == seen


def test_definitions_that_lack_something(tmp_path: Path) -> None:
    assert said(tmp_path, "no notice “overdue”") == [("know", "uji/messages")]
    publish(
        {
            ("service", "uji/service"): SERVICE.replace(
                "number_prefix", "valid_until: 2026-12-31\nnumber_prefix"
            )
        },
        ACT,
    )
    assert said(tmp_path, "can be asked for until 2026-12-31") == [("soon", "uji/service")]
    publish({("messages", SHARED): MESSAGES}, ACT)
    assert said(tmp_path, "Nothing uses") == [], "every service falls back on the shared messages"
    publish({("form", "uji/spare"): TEXTS["form", "uji/check"]}, ACT)
    assert said(tmp_path, "Nothing uses") == [("know", "uji/spare")]
    more = MESSAGES.replace("outbound:", "  never: {title: X, subject: X, body: X}\noutbound:")
    publish({("messages", "uji/messages"): more}, ACT)
    assert said(tmp_path, "no step sends never") == [("know", "uji/messages")]
    waived = TABLE + "waivers: [{finding: untested, input: checklist.nib, reason: Cukup}]\n"
    publish({REF: waived}, ACT)
    assert said(tmp_path, "1 findings are accepted") == [("know", "uji/completeness")]


def test_a_draft_that_was_overtaken_and_a_set_that_stopped(tmp_path: Path) -> None:
    made = change_sets.make("Perda 7", ACT)
    save(REF, Edited(TABLE.replace("Kelengkapan", "Lengkap"), 0, 1), ACT)
    change_sets.put_in(made.id, REF, ACT)
    publish_set(made.id, Act("admin", NOW, effective_on=date(2026, 11, 24)))
    publish({REF: TABLE.replace("Kelengkapan", "Berkas")}, ACT)
    assert said(tmp_path, "no longer in force") == [("now", "uji/completeness")]
    publish_due(made.id, NOW + timedelta(days=1))
    assert said(tmp_path, "“Perda 7” did not go live") == [("now", str(made.id))]


def test_what_is_only_a_simulation_is_not_forgotten(tmp_path: Path) -> None:
    told = found(tmp_path, uses_simulators=True, uses_trial_ca=True, sends_mail=False)
    assert len([each for each in told if each.place.what == "settings" and each.tone == "know"]) == 3


def test_a_role_of_nobody_is_not_missed(tmp_path: Path) -> None:
    publish({("roles", "roles"): ROLES + "  courier: {title: Kurir}\n"}, ACT)
    assert said(tmp_path, "Kurir") == []
