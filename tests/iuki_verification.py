"""The technical verification of an industrial estate as its people walk it."""

from typing import Any

from tests.desk import Desk, Road, stretch

SERVICE = "iuki_verification/service"
ITEMS = (
    "nib", "deed", "deed_amendment", "npwp", "siinas", "location", "environment", "land", "master_plan",
    "management", "progress",
)  # fmt: skip
APPLICATION: dict[str, Any] = {
    "company_name": "PT Gerbang Industri Mimpi (Fiktif)",
    "nib": "9990000000062",
    "npwp": "0123456789012345",
    "address": "Jalan Rekaan Nomor 7, Pontianak",
    "phone": "081200000062",
    "email": "gerbang@contoh.test",
    "deed_changed": True,
    "director_name": "Rina Contoh",
    "director_nik": "6112014505800001",
    "estate_name": "Kawasan Industri Mimpi",
    "kbli": "68130",
    "location": "Desa Khayal, Kecamatan Contoh, Kabupaten Kubu Raya",
    "region": "6112000000",
    "land_area_ha": 75,
    "small_industry_estate": False,
    "investment": 500_000_000_000,
    "letter_number": "021/GIM/XII/2026",
    "letter_date": "2026-12-21",
    "statement": True,
}
TEAM = ["technical_team", "technical_team2"]
FOUND = (
    "one_stretch", "location_fits", "environment_covers", "master_plan_fits", "infrastructure_ready",
    "management_ready",
)  # fmt: skip
RIGHT = dict.fromkeys(("identity_right", "figures_right", "grounds_right", "wording_right"), True)


def checklist(**faults: Any) -> dict[str, Any]:
    """Every document in order but those named."""
    return {"checklist": {item: {"state": "ok"} for item in ITEMS} | faults}


def evaluated(area: float = 75, **other: Any) -> dict[str, Any]:
    """What the team finds in the documents."""
    found: dict[str, Any] = dict.fromkeys(FOUND, True)
    words = {"evaluated_on": "2026-12-22", "response": "Dokumen telah dievaluasi."}
    return {"land_area_ha": area, "small_industry_estate": False, **found, **words, **other}


def faulty(**wrong: bool) -> dict[str, Any]:
    """A draft with something to put right."""
    return {**RIGHT, **wrong, "correction": "Perbaiki seperti pada catatan."}


# step, who, what is handed in: the road of K07 from the secretariat to the numbered letter
ROAD: list[tuple[str, str, dict[str, Any]]] = [
    ("receive", "secretariat", {"data": {"printed": True, "pages": 48}}),
    ("dispose", "head_of_office", {"data": {"urgency": "normal", "instructions": ["process"]}}),
    ("assign_team", "division_head", {"data": {"team": TEAM}}),
    ("completeness", "technical_team", {"data": checklist()}),
    ("evaluate", "technical_team", {"data": evaluated()}),
    ("confirm_minutes", "technical_team", {}),
    ("confirm_minutes", "technical_team2", {}),
    ("draft_letter", "technical_team", {"outcome": "drafted"}),
    ("correct_draft", "division_head", {"data": RIGHT}),
    ("sign_letter", "head_of_office", {"data": RIGHT}),
    ("number_letter", "secretariat", {}),
]
REFUSAL_ROAD = [
    (step, who, {"data": evaluated(38)} if step == "evaluate" else given) for step, who, given in ROAD
]


def submit(desk: Desk, **other: Any) -> str:
    """Hand the application in."""
    return desk.submit("applicant", SERVICE, {**APPLICATION, **other})


def walk(desk: Desk, until: str, road: Road = ROAD, since: str = "receive") -> None:
    """Walk the road from one step until another is open; each step at once, the evaluation dated today."""
    today = {"evaluated_on": desk.now.date().isoformat()}
    desk.walk([
        (step, who, {"data": {**given["data"], **today}} if step == "evaluate" else given)
        for step, who, given in stretch(road, since, until)
    ])  # fmt: skip
