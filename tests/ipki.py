"""The estate expansion SOP as its people walk it: what each hands in, and the road up to a step."""

from typing import Any

from tests.desk import Desk, Road, stretch

SERVICE = "ipki/service"
COMMITMENTS = (
    "progress", "location", "environment", "master_plan", "land", "estate_rules", "organisation",
    "management_office", "infrastructure",
)  # fmt: skip
APPLICATION: dict[str, Any] = {
    "company_name": "PT Kawasan Rimba Khayal (Fiktif)",
    "nib": "9990000000017",
    "npwp": "0123456789012345",
    "address": "Jalan Contoh Nomor 7, Pontianak",
    "phone": "081200000017",
    "email": "rimba@contoh.test",
    "director_name": "Surya Contoh",
    "kbli": "68130",
    "location": "Desa Khayal, Kabupaten Kubu Raya",
    "region": "6112000000",
    "current_area_ha": 120,
    "expansion_area_ha": 60,
    "investment": 350_000_000_000,
    "permit_id": "I-CONTOH-1",
    "permit_date": "2026-11-20",
    "statement": True,
}
REQUEST = {
    "siinas_number": "SIINAS-1", "requested_on": "2026-11-20", "contact_person": "Surya Contoh",
    "contact_phone": "081200000017",
}  # fmt: skip
TEAM = ["technical_team", "technical_team2"]


def commitments(**faults: str) -> dict[str, Any]:
    """Every commitment met but those named."""
    return {"checklist": dict.fromkeys(COMMITMENTS, "ok") | faults}


def found(**other: Any) -> dict[str, Any]:
    """What the team found on site."""
    right = ("location_fits", "area_fits", "master_plan_followed", "utilities_ready")
    running = ("management_ready", "environment_followed")
    built = {"roads_built": 90, "drainage_built": 85, "wastewater_built": 100}
    return {"visited_on": "2026-11-23", **dict.fromkeys(right + running, True), **built, **other}


def checked(**other: bool) -> dict[str, Any]:
    """The head of division finds report and letter in order."""
    named = ("report_complete", "report_signed", "attachments_complete", "transmittal_right")
    return dict.fromkeys(named, True) | other


TO_DPMPTSP = {"addressee": "Kepala DPMPTSP Provinsi Kalimantan Barat", "addressee_at": "Pontianak"}
UPLOADED = {"uploaded_on": "2026-11-20", "siinas_reference": "BAP-1", "delivery_way": "courier"}
SEEN = {"seen_on": "2026-11-20"}
EFFECTIVE = {"license_status": "effective", "decided_on": "2026-11-20"}
NOT_EFFECTIVE = {**EFFECTIVE, "license_status": "not_effective"}
PROPOSED = {"team": TEAM, "visit_from": "2026-11-25", "visit_until": "2026-11-27"}

# step, who, what is handed in: the road of K01
ROAD: Road = [
    ("request_inspection", "applicant", {"data": REQUEST}),
    ("fulfil", "applicant", {"data": commitments()}),
    ("receive", "operator", {"data": {"notified_on": "2026-11-20", "data_complete": True}}),
    ("cover_note", "section_head", {"data": PROPOSED}),
    ("dispose", "division_head", {"data": {"instruction": "Tugaskan Tim Teknis"}, "outcome": "forward"}),
    ("sign_order", "head_of_office", {"outcome": "good"}),
    ("assign_team", "section_head", {"data": {"applicant_informed": True}}),
    ("inspect", "technical_team", {"data": found()}),
    ("report", "technical_team", {}),
    ("confirm_report", "technical_team", {"outcome": "confirm"}),
    ("confirm_report", "technical_team2", {"outcome": "confirm"}),
    ("transmittal", "section_head", {"data": TO_DPMPTSP, "outcome": "forward"}),
    ("check", "division_head", {"data": checked()}),
    ("approve", "head_of_office", {"outcome": "approved"}),
    ("order_upload", "head_of_office", {}),
    ("assign_upload", "division_head", {}),
    ("upload", "operator", {"data": UPLOADED}),
    ("ministry_sends", "operator", {"data": SEEN}),
    ("siinas_notifies", "operator", {"data": SEEN}),
    ("oss_answers", "operator", {"data": EFFECTIVE}),
]


def submit(desk: Desk, **other: Any) -> str:
    """Hand the application in."""
    return desk.submit("applicant", SERVICE, {**APPLICATION, **other})


def walk(desk: Desk, until: str, since: str = "request_inspection", **changed: dict[str, Any]) -> None:
    """Walk the road from one step until another is open; `changed` answers some steps differently."""
    today = {"data": found(visited_on=desk.now.date().isoformat())}  # the day on which the team goes out
    desk.walk([
        (step, username, {**(today if step == "inspect" else given), **changed.get(step, {})})
        for step, username, given in stretch(ROAD, since, until)
    ])  # fmt: skip
