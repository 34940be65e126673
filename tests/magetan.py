"""The Magetan service standard as its five officers walk it: what each hands in, and the road to a step."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.db import Session
from app.people.models import Appointment, Office, User
from tests.desk import Desk, stretch

SERVICE = "ipui_magetan/service"
ITEMS = ("nib", "deed", "id_card", "environment", "expansion_data", "building", "npwp", "photo")
APPLICATION: dict[str, Any] = {
    "company_name": "CV Kopi Awan Tidar (Fiktif)",
    "legal_form": "cv",
    "nib": "9990000000086",
    "npwp": "0123456789012345",
    "address": "Desa Contoh, Kabupaten Magetan",
    "phone": "081200000086",
    "email": "kopi@contoh.test",
    "director_name": "Arum Contoh",
    "director_nik": "3520014505800001",
    "kbli": "10761",
    "region": "3520000000",
    "land_area_m2": 1800,
    "investment": 4_750_000_000,
    "products": [{"product": "Kopi bubuk", "unit": "ton", "current_capacity": 120, "new_capacity": 300}],
    "workers": 14,
    "statement": True,
}
ON_SITE = {
    "visit_needed": True, "reason": "Kapasitas bertambah lebih dari dua kali lipat", "team": ["processor"],
    "visit_date": "2026-11-25", "companions": [{"name": "Pegawai Contoh", "position": "Pengawas"}],
}  # fmt: skip
AT_DESK = {"visit_needed": False, "reason": "Hanya menambah jam kerja; mesin tidak berubah"}
IN_ORDER = {
    "examined_on": "2026-11-20", "data_matches": True, "capacity_supported": True,
    "environment_covered": True,
}  # fmt: skip


def checklist(**faults: Any) -> dict[str, Any]:
    """Every document complete and right but those named."""
    items: dict[str, Any] = {item: {"state": "ok"} for item in ITEMS}
    items["photo"] = {"state": "ok", "count": 2}
    return {"checklist": items | faults}


def visited(**other: Any) -> dict[str, Any]:
    """What was found on site."""
    fits = dict.fromkeys(("location_fits", "products_fit", "waste_within_document"), True)
    machines = [{"name": "Mesin sangrai", "reported": 2, "installed": 2}]
    return {"visited_on": "2026-11-23", "machines": machines, **fits, **other}


Road = list[tuple[str, str, dict[str, Any]]]
# step, who, what is handed in: the road of K12
ROAD: Road = [
    ("register", "registrar", {"data": {"oss_reference": "OSS-1"}}),
    ("verify", "verifier", {"data": checklist()}),
    ("field_needed", "processor", {"data": ON_SITE}),
    ("order", "issuer", {"outcome": "good"}),
    ("visit", "processor", {"data": visited()}),
    ("report", "processor", {"data": IN_ORDER}),
    ("validate", "validator", {"data": {"report_valid": True}}),
    ("issue", "issuer", {"outcome": "approve"}),
]


def submit(desk: Desk, **other: Any) -> str:
    """Hand the application in."""
    return desk.submit("applicant", SERVICE, {**APPLICATION, **other})


def walk(desk: Desk, until: str, since: str = "register", **changed: dict[str, Any]) -> None:
    """Walk the road from one step until another is open; `changed` answers some steps differently."""
    road = [
        (step, username, {**given, **changed.get(step, {})})
        for step, username, given in stretch(ROAD, since, until)
    ]
    desk.walk(road, only_open=True)


def appoint(username: str, role: str) -> None:
    """Give somebody a second role in the office."""
    office_id = Session.scalars(select(Office.id).where(Office.key == "magetan")).one()
    user_id = Session.scalars(select(User.id).where(User.username == username)).one()
    Session.add(Appointment(user_id=user_id, role=role, office_id=office_id, from_on=date(2026, 1, 1)))
    Session.commit()
