"""K29 and K30 through the API: the satisfaction index, and complaints with their limits and secrets."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text as sql

from app import clock
from app.db import Session
from app.feedback.elements import ELEMENTS
from app.feedback.invitation import hash_of
from app.feedback.models import SurveyInvitation
from tests import magetan
from tests.desk import wib
from tests.integration.test_survey import TOTALS, office
from tests.machine import Machine

WHATSAPP: dict[str, Any] = {
    "service": "ipui_magetan",
    "channel": "whatsapp",
    "category": "ordinary",
    "subject": "Loket tutup",
    "body": "Loket tutup sebelum waktunya.",
    "received_at": "2026-12-21T09:00:00+07:00",
}
SECRET = {"name": "Wati Rahasia (Fiktif)", "phone": "081200000099", "is_secret": True}


@pytest.fixture
def machine(api: Machine) -> Machine:
    for table in ("survey_answer", "survey_publication", "complaint_entry", "complainant", "complaint"):
        Session.execute(sql(f"DELETE FROM {table}"))
    Session.commit()
    clock.set_clock(wib("2026-12-21 10:00"))
    return api


def invited(count: int) -> list[str]:
    """The codes of surveys that wait to be answered."""
    codes = [f"undangan{n}" for n in range(count)]
    for code in codes:
        row = {"office_id": office().id, "service": magetan.SERVICE, "expires_on": date(2027, 1, 31)}
        Session.add(SurveyInvitation(code_hash=hash_of(code), **row))
    Session.commit()
    return codes


def test_k29_twenty_nine_answers_make_an_index_of_91_48(machine: Machine) -> None:
    codes = invited(29)
    for n, code in enumerate(codes):
        scores = {key: 4 if n < total - 87 else 3 for key, total in TOTALS.items()}
        machine.post(None, f"/surveys/{code}", 201, scores=scores)
    machine.post(None, f"/surveys/{codes[0]}", 404, scores=dict.fromkeys(ELEMENTS, 4))
    found = machine.get("head_of_office", "/surveys/ipui_magetan?period=2026")
    assert (found["index"], found["grade"], found["respondents"]) == ("91.48", "A", 29)
    first = found["elements"][0]
    assert (first["no"], first["title"], first["mean"]) == ("U1", "Persyaratan", "3.621")
    assert machine.get("head_of_office", "/surveys/ipui_magetan?period=2026-S1")["index"] is None
    machine.get("head_of_office", "/surveys/ipui_magetan?period=dahulu", 400)


def test_k29_an_answer_that_lacks_elements_names_them_and_the_code_stays_open(machine: Machine) -> None:
    (code,) = invited(1)
    told = machine.post(None, f"/surveys/{code}", 422, scores={"time": 4, "cost": 5})
    assert set(told["errors"]) == set(ELEMENTS) - {"time"}
    machine.post(None, f"/surveys/{code}", 201, scores=dict.fromkeys(ELEMENTS, 4), suggestion="Pertahankan")


@pytest.mark.parametrize("who", [None, "applicant", "front_officer"])
def test_the_index_is_for_those_who_may_read_the_report(machine: Machine, who: str | None) -> None:
    machine.get(who, "/surveys/ipui_magetan", 404 if who else 401)


@pytest.mark.parametrize(
    ("category", "due"),
    [("ordinary", "2027-01-14"), ("inquiry", "2026-12-30"), ("oversight", "2027-04-01")],
)
def test_k30_the_limit_counts_in_working_days(machine: Machine, category: str, due: str) -> None:
    ticket = machine.post("registrar", "/complaints/", 201, **{**WHATSAPP, "category": category})["ticket"]
    shown = machine.get("registrar", f"/complaints/{ticket}")
    assert (shown["due_at"][:10], shown["channel"], shown["state"]) == (due, "whatsapp", "received")
    assert [row["ticket"] for row in machine.get("registrar", "/complaints/?state=open")["items"]] == [ticket]


def test_k30_a_secret_complainant_is_not_shown(machine: Machine) -> None:
    ticket = machine.post("registrar", "/complaints/", 201, **WHATSAPP, **SECRET)["ticket"]
    for who in ("registrar", "head_of_office"):
        answer = machine.ask(who, "GET", f"/complaints/{ticket}")
        assert answer.get_json()["complainant"] == {}
        assert "Wati" not in answer.text
        assert "081200000099" not in answer.text
    known = machine.post("registrar", "/complaints/", 201, **WHATSAPP, name="Budi Terbuka")["ticket"]
    assert machine.get("registrar", f"/complaints/{known}")["complainant"] == {"name": "B*** T***"}


def test_a_complaint_is_filed_without_an_account_and_refused_where_it_does_not_hold(machine: Machine) -> None:
    plain = {key: said for key, said in WHATSAPP.items() if key not in ("channel", "received_at")}
    filed = machine.post(None, "/complaints/", 201, **plain)
    assert machine.get("registrar", f"/complaints/{filed['ticket']}")["channel"] == "website"
    assert filed["secret_code"]
    machine.post(None, "/complaints/", 422, **{**plain, "channel": "whatsapp"})
    told = machine.post("registrar", "/complaints/", 422, **{**WHATSAPP, "subject": "x" * 201, "body": ""})
    assert set(told["errors"]) == {"subject", "body"}
    assert set(machine.post(None, "/complaints/", 422, **{**plain, "email": "bukan surel"})["errors"]) == {
        "email"
    }
    for moment in ("2027-01-01T09:00:00+07:00", "kemarin", "2026-12-20T09:00:00"):
        told = machine.post("registrar", "/complaints/", 422, **{**WHATSAPP, "received_at": moment})
        assert set(told["errors"]) == {"received_at"}
    machine.post("applicant", "/complaints/", 201, **plain)
    machine.post("courier", "/complaints/", 403, **WHATSAPP)
    machine.get("applicant", "/complaints/", 403)
    machine.get("applicant", f"/complaints/{filed['ticket']}", 404)
    machine.get(None, "/complaints/", 401)
