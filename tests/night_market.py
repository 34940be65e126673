"""A sixth service that no shipped file knows: its files, its people, and its road."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.db import Session
from app.people.models import Account, Appointment, Office
from tests.desk import Desk, stretch
from tests.fixtures_web import HASH

FILES = Path(__file__).parent / "data" / "night_market"
SERVICE = "night_market/service"
WARDEN = "market_warden"
APPLICATION: dict[str, Any] = {
    "applicant_name": "Siti Contoh",
    "nik": "3520014505800001",
    "email": "siti@contoh.test",
    "field_name": "Lapangan Rekaan",
    "first_night": "2026-12-05",
    "nights": 3,
    "stalls": 40,
    "statement": True,
}
DOCUMENTS = {"id_card": "ok", "plan": {"state": "ok", "count": 2}, "consent": "not_applicable"}
Road = list[tuple[str, str, dict[str, Any]]]
# step, who, what is handed in; the fork's branches in one order, which the join does not care about
ROAD: Road = [
    ("check", WARDEN, {"data": {"checklist": DOCUMENTS}}),
    ("site", "technical_team", {"data": {"capacity": 900}}),
    ("police", WARDEN, {"data": {"objection": False}}),
    ("decide", WARDEN, {"data": {"road_free": True}}),
    ("sign", "head_of_office", {"outcome": "good"}),
]


def add_files(definitions: Path) -> Path:
    """Put the service's files among the shipped ones, and its role into the file of roles."""
    for name in ("rules", "forms", "pdf_templates"):
        shutil.copytree(FILES / name, definitions / name, dirs_exist_ok=True)
    roles = definitions / "rules" / "roles.yaml"
    shipped = roles.read_text(encoding="utf-8")
    roles.write_text(shipped + (FILES / "role.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return definitions


def hire() -> None:
    """Somebody for the new role, with a password."""
    user = User(
        username=WARDEN, email="pasar@contoh.test", first_name="Gita", last_name="Contoh", password=HASH,
        active=True,
    )  # fmt: skip
    Session.add(user)
    Session.flush()
    office_id = Session.scalars(select(Office.id).where(Office.key == "magetan")).one()
    Session.add(Account(user_id=user.id, display_name="Gita Contoh"))
    Session.add(
        Appointment(user_id=user.id, role=WARDEN, office_id=office_id, from_on=date(2026, 1, 1), title="")
    )
    Session.commit()


def submit(desk: Desk, **other: Any) -> str:
    """Hand the application in."""
    return desk.submit("applicant", SERVICE, {**APPLICATION, **other})


def walk(desk: Desk, until: str, since: str = "check", **changed: dict[str, Any]) -> None:
    """Walk the road from one step until another is next; `changed` answers some steps differently."""
    desk.walk([
        (step, username, {**given, **changed.get(step, {})})
        for step, username, given in stretch(ROAD, since, until)
    ])  # fmt: skip
