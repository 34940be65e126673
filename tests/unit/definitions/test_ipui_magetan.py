"""The Magetan service says what the printed standard says, all 14 components; differences are named here."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.definitions.parse import parse
from app.definitions.process import Norm, Process
from app.definitions.service import Service
from app.publishing.check import check_folder
from app.rules.check import check_table

ROOT = Path(__file__).parents[3]
PRINTED: dict[str, Any] = json.loads(
    (ROOT / "tests" / "data" / "standard_002.json").read_text(encoding="utf-8")
)
PARTS: dict[str, dict[str, Any]] = {
    part["kode"]: part for section in PRINTED["bagian"] for part in section["komponen"]
}
# how a component of the print is called in the service definition
NAMES = {
    "SD2": "procedure", "M1": "legal_basis", "M2": "facilities", "M3": "competence", "M4": "supervision",
    "M5": "officers", "M6": "guarantees", "M7": "security", "M8": "evaluation",
}  # fmt: skip
SINGLE = {"SD3": "time_limit", "SD4": "fee", "SD5": "product"}
CHANNELS = {
    "langsung": "counter", "surat": "letter", "telepon": "phone", "whatsapp": "whatsapp", "surel": "email",
    "laman": "website",
}  # fmt: skip
# the spelling that was corrected, component by component: as printed, as we write it
SPELLING = {
    "SD1": [("fc.", "fotokopi"), ("direktur dan persero / penanggungjawab",
            "direktur dan persero/penanggung jawab"), ("4 x 6 2lb", "4 x 6, 2 lembar")],
    "SD2": [("dan atau", "dan/atau"), ("di notifikasi", "dinotifikasi"),
            ("izin / sertifikat", "izin/sertifikat")],
    "SD3": [("benar .", "benar")],
    "M1": [("undang undang no ", "undang-undang nomor "), (" no ", " nomor "), ("dan / atau", "dan/atau")],
    "M2": [("tersediannya", "tersedianya")],
    "M3": [("computer", "komputer")],
    "M6": [("cermat :", "cermat:")],
    "M7": [("9001 : 2015", "9001:2015")],
    "M8": [("berikut :", "berikut:")],
}  # fmt: skip
TABLES = ("documents", "field_needed", "result", "validation")
OFFICERS = ("registrar", "verifier", "processor", "validator", "issuer")


def load(kind: str, key: str) -> Any:
    parsed = parse(kind, key, (ROOT / "rules" / f"{key}.yaml").read_text(encoding="utf-8"))
    assert parsed.problems == []
    return parsed.shape


SERVICE: Service = load("service", "ipui_magetan/service")
PROCESS: Process = load("process", "ipui_magetan/process")


def as_printed(part: dict[str, Any]) -> list[Any]:
    """The points of a component; one with points below it as heading and points."""
    points: list[Any] = []
    for item in part["butir"]:
        below = [inner["teks"] for inner in item.get("butir", [])]
        points.append({item["teks"]: below} if below else item["teks"])
    return points


def words(value: object) -> str:
    """The words alone: numbering, bullets and full stops stand differently in a table and in a list."""
    return " ".join(re.findall(r"[^\W_]+(?:[/:.-][^\W_]+)*", str(value).lower()))


def test_all_fourteen_components_are_there() -> None:
    assert len(PARTS) == 14
    assert set(PARTS) == {"SD1", "SD6", *NAMES, *SINGLE}
    assert all(getattr(SERVICE.standard, name) for name in (*NAMES.values(), *SINGLE.values()))


@pytest.mark.parametrize("code", [code for code in NAMES if code != "M5"])
def test_a_component_reads_as_printed(code: str) -> None:
    assert getattr(SERVICE.standard, NAMES[code]) == as_printed(PARTS[code])


@pytest.mark.parametrize("code", SINGLE)
def test_time_fee_and_product_read_as_printed(code: str) -> None:
    assert [getattr(SERVICE.standard, SINGLE[code])] == as_printed(PARTS[code])


def test_five_officers_are_named_under_their_number() -> None:
    heading, *officers = as_printed(PARTS["M5"])
    assert SERVICE.standard.officers == [{heading: officers}]


def test_eight_requirements_read_as_printed_with_condition_and_copies() -> None:
    items, ours = PARTS["SD1"]["butir"], list(SERVICE.requirements.values())
    assert [item.title for item in ours] == [item["teks"] for item in items]
    assert [item.copies for item in ours] == [item.get("jumlah", 1) for item in items]
    assert [bool(item.condition) for item in ours] == ["bersyarat" in item for item in items]
    assert all(item.required for item in ours)


def test_six_ways_to_complain_without_the_real_addresses() -> None:
    printed = [CHANNELS[item["saluran"]] for item in PARTS["SD6"]["butir"]]
    assert list(SERVICE.standard.complaints) == printed
    text = json.dumps(SERVICE.standard.model_dump()["complaints"], ensure_ascii=False)
    assert all(
        "contoh" in way.contact or "example" in way.contact for way in SERVICE.standard.complaints.values()
    )
    assert not re.search(r"0351|gmail|go\.id", text)


@pytest.mark.parametrize("code", [code for code in PARTS if code != "SD6"])
def test_only_named_spellings_differ_from_the_source(code: str) -> None:
    part = PARTS[code]
    source = re.sub(r"(?:(?<=\s)|^)(?:\d|[a-q])\. ", "", part["sumber"].lower())
    for printed, corrected in SPELLING.get(code, []):
        source = source.replace(printed, corrected)
    ours = [
        inner
        for item in part["butir"]
        for inner in [item["teks"], *(b["teks"] for b in item.get("butir", []))]
    ]
    assert words(source) == words(" ".join(ours))


def test_the_clock_runs_five_days_from_complete_and_right() -> None:
    assert PROCESS.due is not None
    assert (PROCESS.due.norm, PROCESS.due.after, PROCESS.due.outcome) == (
        Norm(working_days=PARTS["SD3"]["butir"][0]["hari"]), "verify", "complete",
    )  # fmt: skip
    assert all(step.norm is None for step in PROCESS.steps.values())


def test_five_parts_of_the_work_and_nobody_does_two_of_them() -> None:
    titles = [actor.title for actor in PROCESS.actors.values() if actor.kind == "staff"]
    assert titles == [item["teks"] for item in PARTS["M5"]["butir"][1:]]
    done_by = {role: {key for key, step in PROCESS.steps.items() if step.actor == role} for role in OFFICERS}
    for role, steps in done_by.items():
        others = set().union(*(own for other, own in done_by.items() if other != role))
        for key in steps:
            assert others <= set(PROCESS.steps[key].not_by)


def test_the_fee_is_nothing_and_nothing_asks_for_payment() -> None:
    assert SERVICE.fee_rupiah == PARTS["SD4"]["butir"][0]["rupiah"] == 0


@pytest.mark.parametrize("name", TABLES)
def test_every_table_passes_its_examples(name: str) -> None:
    table = load("decision_table", f"ipui_magetan/{name}")
    assert check_table(table) == []
    assert len(table.examples) >= 2


def test_no_definition_of_the_service_has_a_problem() -> None:
    assert [problem for problem in check_folder(ROOT) if "ipui_magetan" in (problem.file or "")] == []


def changes() -> Iterator[tuple[str, Service]]:
    """The service with one point of the standard, or one thing of a requirement, changed at a time."""
    standard = SERVICE.standard
    for name in type(standard).model_fields:
        value = getattr(standard, name)
        parts: list[Any] = (
            [value[:n] + value[n + 1 :] for n in range(len(value))] if isinstance(value, list) else []
        )
        parts += (
            [{key: value[key] for key in value if key != gone} for gone in value]
            if isinstance(value, dict)
            else []
        )
        parts += [f"{value} x"] if isinstance(value, str) else []
        for part in parts:
            yield name, SERVICE.model_copy(update={"standard": standard.model_copy(update={name: part})})
    for key, item in SERVICE.requirements.items():
        wrong = {"title": f"{item.title} x", "copies": item.copies + 1, "required": False,
                 "condition": None if item.condition else "x"}  # fmt: skip
        for name, value in wrong.items():
            changed = {**SERVICE.requirements, key: item.model_copy(update={name: value})}
            yield f"{key}.{name}", SERVICE.model_copy(update={"requirements": changed})
    yield "fee", SERVICE.model_copy(update={"fee_rupiah": 1})


def compare() -> None:
    """Everything of the standard that the print says."""
    for code in NAMES:
        if code != "M5":
            test_a_component_reads_as_printed(code)
    for code in SINGLE:
        test_time_fee_and_product_read_as_printed(code)
    test_five_officers_are_named_under_their_number()
    test_eight_requirements_read_as_printed_with_condition_and_copies()
    test_six_ways_to_complain_without_the_real_addresses()
    test_the_fee_is_nothing_and_nothing_asks_for_payment()


def is_noticed(service: Service, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setitem(globals(), "SERVICE", service)
    try:
        compare()
    except AssertionError:
        return True
    finally:
        monkeypatch.undo()
    return False


def test_whatever_is_changed_in_the_standard_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    compare()
    tried = list(changes())
    assert len(tried) > 60
    assert [name for name, service in tried if not is_noticed(service, monkeypatch)] == []
