"""An invented service for measuring: ten steps in a line, every second one with a form and a table."""

from typing import Any

SERVICE_KEY = "bench/service"
PROCESS_KEY = "bench/process"
TABLE_KEY = "bench/completeness"
FORM_KEY = "bench/check"
STEPS = 10
REQUIREMENTS = ("nib", "deed", "id_card", "npwp", "environment", "land", "building", "photo")
FAULTS = ("missing", "incomplete", "wrong")

SERVICE = f"""
kind: service
title: Layanan Ukur
office: dairi
process: {PROCESS_KEY}
messages: bench/messages
number_prefix: UKUR
survey: null
requirements:
""" + "\n".join(f"  {key}: {{title: Dokumen {key}}}" for key in REQUIREMENTS)

MESSAGES = "kind: messages\nnotices: {}\n"

APPLICATION = """
kind: form
title: Permohonan
sections:
  - title: Data
    fields:
      company_name: {type: text, title: Nama, required: true}
      nib: {type: nib, title: NIB, required: true}
      land_area_m2: {type: number, title: Luas, decimals: 2, min: 0.01}
"""

CHECK = """
kind: form
title: Pemeriksaan
sections:
  - title: Berkas
    fields:
      checklist: {type: checklist, title: Daftar periksa}
  - title: Lokasi
    fields:
      location_fits: {type: yes_no, title: Lokasi sesuai, required: true}
      measured_m2: {type: number, title: Luas terukur, decimals: 2, min: 0.01, required: true}
      remark: {type: long_text, title: Keterangan}
"""

_VALUES = "[ok, missing, incomplete, wrong, not_applicable]"
TABLE = (
    "kind: decision_table\ntitle: Kelengkapan\nhit_policy: collect\ninputs:\n"
    + "".join(f"  checklist.{key}: {{type: text, title: {key}, values: {_VALUES}}}\n" for key in REQUIREMENTS)
    + "  location_fits: {type: boolean, title: Lokasi}\n"
    + "  measured_m2: {type: number, title: Luas}\n"
    + "outputs: {reason: {type: text, title: Alasan}}\nrows:\n"
    + "".join(
        f"  - {{when: {{checklist.{key}: [{', '.join(FAULTS)}]}}, then: {{reason: {key} belum lengkap}}}}\n"
        for key in REQUIREMENTS
    )
    + "  - {when: {location_fits: false}, then: {reason: Lokasi tidak sesuai}}\n"
    + '  - {when: {measured_m2: "< 10"}, then: {reason: Luas kurang}}\n'
    + "examples:\n  - {given: {"
    + "".join(f"checklist.{key}: ok, " for key in REQUIREMENTS)
    + "location_fits: true, measured_m2: 100}, expect: {rows: []}}\n"
)


def _process() -> str:
    lines = [
        "kind: process",
        "title: Layanan Ukur",
        "actors:",
        "  front_officer: {title: Petugas Loket}",
        "  back_officer: {title: Petugas Belakang}",
        "start: {by: [front_officer], form: bench/application, first: entry}",
        "steps:",
        '  entry: {no: "1", title: Menerima, actor: front_officer, form: bench/application,',
        "          norm: {minutes: 15}, next: step1}",
    ]
    for number in range(1, STEPS + 1):
        lines += _step(number)
    return "\n".join([*lines, "  done: {title: Selesai, kind: end, result: granted}"]) + "\n"


def _step(number: int) -> list[str]:
    following = f"step{number + 1}" if number < STEPS else "done"
    actor = role_of(number)
    head = [
        f"  step{number}:",
        f'    no: "{number + 1}"',
        f"    title: Langkah {number}",
        f"    actor: {actor}",
        "    norm: {working_days: 2}" if number % 2 else "    norm: {minutes: 240}",
    ]
    if number % 2 == 0:
        return [*head, f"    next: {following}"]
    return [
        *head,
        f"    form: {FORM_KEY}",
        f"    decide: {{table: {TABLE_KEY}, when_empty: complete, otherwise: incomplete}}",
        "    outcomes:",
        f"      complete: {{title: Lengkap, next: {following}}}",
        f"      incomplete: {{title: Tidak lengkap, next: {f'step{number - 1}' if number > 1 else 'entry'}}}",
    ]


def role_of(number: int) -> str:
    """The role that does a step of the bench process; the demo's user of that role has the same name."""
    return "front_officer" if number % 2 else "back_officer"


PROCESS = _process()
TEXTS = {
    ("service", SERVICE_KEY): SERVICE,
    ("messages", "bench/messages"): MESSAGES,
    ("form", "bench/application"): APPLICATION,
    ("form", FORM_KEY): CHECK,
    ("decision_table", TABLE_KEY): TABLE,
    ("process", PROCESS_KEY): PROCESS,
}
DATA: dict[str, Any] = {
    "company_name": "CV Kopi Contoh (Fiktif)",
    "nib": "9990000000017",
    "land_area_m2": 1500,
}
ANSWERS: dict[str, Any] = {
    "checklist": {key: {"state": "ok"} for key in REQUIREMENTS},
    "location_fits": True,
    "measured_m2": 1480.5,
    "remark": "Sesuai dengan permohonan.",
}


def handed_in(number: int) -> dict[str, Any]:
    """What is filled in at a step."""
    return ANSWERS if number % 2 else {}
