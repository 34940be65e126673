"""A recommendation letter as its people walk it, from the file that general affairs enters to the courier."""

from typing import Any

from tests.desk import Desk, Road, stretch

SERVICE = "recommendation/service"
ITEMS = ("request", "disposition", "nib", "deed", "npwp", "environment", "land", "production", "estate")
APPLICATION: dict[str, Any] = {
    "sender": "Kepala DPMPTSP Provinsi Kalimantan Barat",
    "sender_place": "Pontianak",
    "sender_email": "dpmptsp@contoh.test",
    "letter_number": "500.16.7.4/0456/DPMPTSP/XI/2026",
    "letter_date": "2026-11-20",
    "disposed_on": "2026-11-20",
    "disposition_note": "Diproses sesuai dengan SOP",
    "permit_kind": "ipui",
    "company_name": "PT Karet Pulau Cerita (Fiktif)",
    "nib": "9990000000123",
    "npwp": "0123456789012345",
    "address": "Jalan Rekaan Nomor 12, Pontianak",
    "email": "karet@contoh.test",
    "kbli": "22123",
    "location": "Desa Khayal, Kecamatan Contoh, Kabupaten Sanggau",
    "region": "6103000000",
    "investment": 88_000_000_000,
    "capacity": [{"product": "Karet remah", "amount": 24000, "unit": "ton"}],
}
TEAM = ["technical_team", "technical_team2"]
RIGHT = dict.fromkeys(("identity_right", "figures_right", "grounds_right", "wording_right"), True)
SENT = {
    "archive_place": "Lemari 3, map REK-2026",
    "delivery_way": "courier",
    "receiver_name": "Petugas Contoh",
}


def verified(**other: Any) -> dict[str, Any]:
    """The file is in order but for what is named."""
    items = {item: {"state": "ok"} for item in ITEMS} | {"estate": {"state": "not_applicable"}}
    facts = dict.fromkeys(("names_match", "npwp_matches", "kbli_matches", "within_authority"), True)
    return {"checklist": items, **facts, **other}


def visited(installed: int = 6, **other: Any) -> dict[str, Any]:
    """What the team saw on site, on the day the file came in unless told."""
    fits = dict.fromkeys(("location_fits", "area_fits", "activity_fits", "environment_fits"), True)
    machines = [{"name": "Mesin pencacah karet", "reported": 6, "installed": installed}]
    days = {"visited_from": "2026-11-23", "visited_until": "2026-11-23"}
    return {**days, "machines": machines, **fits, **other}


def faulty(**wrong: bool) -> dict[str, Any]:
    """A draft with something to put right."""
    return {**RIGHT, **wrong, "correction": "Perbaiki seperti pada catatan."}


# step, who, what is handed in: the road of K16
ROAD: list[tuple[str, str, dict[str, Any]]] = [
    ("receive", "division_head", {"data": {"team": TEAM, "note": "Periksa kesesuaian mesin."}}),
    ("verify", "technical_team", {"data": verified()}),
    ("visit", "technical_team", {"data": visited()}),
    ("report", "technical_team", {"data": {"reported_on": "2026-11-23"}}),
    ("confirm_report", "technical_team", {}),
    ("confirm_report", "technical_team2", {}),
    ("draft", "technical_team", {}),
    ("initial", "division_head", {"data": RIGHT}),
    ("sign", "head_of_office", {"data": RIGHT}),
    ("dispatch", "courier", {"data": SENT}),
]
RETURN_ROAD: list[tuple[str, str, dict[str, Any]]] = [
    ("draft_return", "technical_team", {"data": {"explanation": "Berkas tidak sesuai dengan lapangan."}}),
    ("initial_return", "division_head", {"outcome": "good"}),
    ("sign_return", "head_of_office", {"outcome": "good"}),
    ("dispatch_return", "courier", {"data": SENT}),
]


def submit(desk: Desk, **other: Any) -> str:
    """Enter the file that came from the DPMPTSP, disposed by the head of office."""
    return desk.submit("general_affairs", SERVICE, {**APPLICATION, **other}, at_counter=True)


def walk(desk: Desk, until: str, road: Road = ROAD, since: str = "") -> None:
    """Walk the road from one step (the first) until another is open; each step at once."""
    desk.walk(stretch(road, since, until))
