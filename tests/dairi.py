"""The Dairi SOP as its people walk it: what each hands in, and the road up to a step."""

from typing import Any

from tests.desk import Desk, Road, stretch

SERVICE = "dairi_ipui/service"
ITEMS = (
    "nib", "deed", "deed_amendment", "id_card", "npwp", "environment", "land", "building", "expansion_data",
    "photo",
)  # fmt: skip
APPLICATION: dict[str, Any] = {
    "company_name": "UD Mebel Bukit Angan (Fiktif)",
    "legal_form": "sole",
    "nib": "9990000000154",
    "npwp": "0123456789012345",
    "address": "Jalan Contoh Nomor 1, Sidikalang",
    "phone": "081200000154",
    "email": "mebel@contoh.test",
    "director_name": "Rumondang Contoh",
    "director_nik": "1211014505800001",
    "kbli": "31001",
    "region": "1211000000",
    "land_area_m2": 2400,
    "investment": 1_250_000_000,
    "products": [{"product": "Kursi kayu", "unit": "unit", "current_capacity": 1200, "new_capacity": 3000}],
    "workers": 18,
    "letter_number": "12/UD-MBA/XI/2026",
    "letter_date": "2026-11-20",
    "statement": True,
}
TEAM = ["technical_team", "technical_team2"]


def checklist(**faults: Any) -> dict[str, Any]:
    """Every document in order but those named."""
    items: dict[str, Any] = {item: {"state": "ok"} for item in ITEMS}
    items["deed_amendment"] = {"state": "not_applicable"}
    items["photo"] = {"state": "ok", "count": 2}
    return {"checklist": items | faults}


def verified(**other: Any) -> dict[str, Any]:
    """The back office finds everything right and names the team."""
    right = dict.fromkeys(("names_match", "npwp_matches", "kbli_matches", "capacity_grows"), True)
    return {**checklist(), **right, "team": TEAM, **other}


def visited(**other: Any) -> dict[str, Any]:
    """What the team found on site."""
    fits = dict.fromkeys(("location_fits", "area_fits", "products_fit", "waste_within_document"), True)
    machines = [{"name": "Gergaji pita", "reported": 2, "installed": 2}]
    return {"visited_on": "2026-11-23", "witness_name": "Wakil Contoh", "machines": machines, **fits, **other}


GOOD_JUDGEMENT = {"documents_support": True, "safety_met": True}
BY_PORTAL = {"delivery_way": "portal"}

# step, who, what is handed in: the road of K21 from the front office to the applicant
ROAD: list[tuple[str, str, dict[str, Any]]] = [
    ("check", "front_officer", {"data": checklist()}),
    ("receipt", "front_officer", {}),
    ("entry", "front_officer", {"data": {"oss_reference": "OSS-1"}}),
    ("verify", "back_officer", {"data": verified()}),
    ("sign_orders", "head_of_office", {"outcome": "good"}),
    ("coordinate", "technical_team", {"data": {"visit_date": "2026-11-25"}}),
    ("visit", "technical_team", {"data": visited()}),
    ("confirm_report", "technical_team", {}),
    ("confirm_report", "technical_team2", {}),
    ("recommend", "technical_team", {"data": GOOD_JUDGEMENT}),
    ("received", "back_officer", {}),
    ("print", "back_officer", {}),
    ("initial_permit_head", "division_head", {"outcome": "good"}),
    ("initial_permit_secretary", "secretary", {"outcome": "good"}),
    ("sign_permit", "head_of_office", {"outcome": "good"}),
    ("number_permit", "general_affairs", {}),
    ("validate", "division_head", {"data": {"validated_on": "2026-11-20", "data_match": True}}),
    ("issue", "head_of_office", {}),
]
REFUSAL_ROAD: list[tuple[str, str, dict[str, Any]]] = [
    ("draft_refusal", "back_officer", {}),
    ("initial_refusal_head", "division_head", {"outcome": "good"}),
    ("initial_refusal_secretary", "secretary", {"outcome": "good"}),
    ("sign_refusal", "head_of_office", {"outcome": "good"}),
    ("number_refusal", "general_affairs", {}),
    ("deliver_refusal", "general_affairs", {"data": BY_PORTAL}),
    ("take_refusal", "applicant", {}),
]


def submit(desk: Desk, **other: Any) -> str:
    """Hand the application in."""
    return desk.submit("applicant", SERVICE, {**APPLICATION, **other})


def walk(desk: Desk, until: str, road: Road = ROAD) -> None:
    """Walk the road until a step is open; each step at once."""
    desk.walk(stretch(road, "", until))
