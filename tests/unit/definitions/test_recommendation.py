"""The recommendation letters follow SOP 003 as printed; every difference is named here."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cases.plan import happy_path
from app.definitions.decision_table import DecisionTable
from app.definitions.parse import parse
from app.definitions.process import Norm, Process, Step, as_list
from app.definitions.service import Service
from app.publishing.check import check_folder
from app.rules.check import check_table

ROOT = Path(__file__).parents[3]
SOP: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "sop_003.json").read_text(encoding="utf-8"))
ROWS: list[dict[str, Any]] = SOP["langkah"]
# the spelling that we corrected, row by row, as printed and as we write it
SPELLING: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("1", "keterangan"): [("Kawasan Industri dan Izin", "Kawasan Industri, dan Izin")],
    ("2", "kegiatan"): [("Izin Jika", "izin. Jika"), ("lapangan /Lokasi jika", "lapangan/lokasi, jika")],
    ("3", "kegiatan"): [("rekomdasi", "rekomendasi"), ("dilapangan", "di lapangan")],
    ("4", "kegiatan"): [("Lapangan Jika", "lapangan. Jika"), ("tertera berkas", "tertera, berkas")],
    ("4", "output"): [("Meninjauan", "peninjauan")],
    ("5", "kegiatan"): [("Draft", "draf")],
    ("5", "kelengkapan"): [("Meninjauan", "peninjauan")],
    ("5", "output"): [("Draft", "Draf")],
    ("6", "kegiatan"): [("draft", "draf"), ("indsutri Jika", "industri. Jika")],
    ("6", "kelengkapan"): [("Draft", "Draf")],
    ("6", "output"): [("Draft", "Draf")],
    ("7", "kegiatan"): [("Draft", "draf"), ("Industri jika", "Industri, jika")],
    ("7", "kelengkapan"): [("Draft", "Draf")],
}
UNPRINTED = [
    "register", "confirm_report", "seal_report", "after_report", "returned", "await_correction",
    "draft_return", "initial_return", "sign_return", "dispatch_return",
]  # fmt: skip
ROLE_OF = {
    "Kabid Industri": "division_head",
    "Tim Teknis": "technical_team",
    "Kadis": "head_of_office",
    "Caraka": "courier",
}
# where an outcome of a printed decision leads; the division head's own step stands for "Kabid" (1)
OUTCOMES = {"SESUAI": "fits", "TIDAK": "unfit", "YA": "good"}


def load(kind: str, key: str) -> Any:
    parsed = parse(kind, key, (ROOT / "rules" / f"{key}.yaml").read_text(encoding="utf-8"))
    assert parsed.problems == []
    return parsed.shape


PROCESS: Process = load("process", "recommendation/process")
PRINTED: list[Step] = [step for step in PROCESS.steps.values() if step.no]
each_row = pytest.mark.parametrize(
    ("step", "row"), list(zip(PRINTED, ROWS, strict=True)), ids=[row["no"] for row in ROWS]
)


def norm_of(time: dict[str, Any]) -> Norm:
    return Norm(minutes=time.get("menit"), within_days=time.get("dalam_hari"))


def test_all_rows_are_there_in_printed_order() -> None:
    assert [step.no for step in PRINTED] == [row["no"] for row in ROWS] == [str(n) for n in range(1, 9)]


def test_what_is_not_printed_is_named_and_explained() -> None:
    steps = {key: step for key, step in PROCESS.steps.items() if not step.no and step.kind != "end"}
    assert list(steps) == UNPRINTED
    assert all("Tidak tercetak" in (step.interpretation or "") for step in steps.values())
    assert all(step.norm is None for step in steps.values())


@each_row
def test_a_row_reads_as_printed(step: Step, row: dict[str, Any]) -> None:
    assert step.title == row["kegiatan"]
    assert ", ".join(step.needs) == row["kelengkapan"]
    assert ", ".join(step.yields) == row["output"]
    assert step.norm == norm_of(row["waktu"])
    assert step.remark == row["keterangan"]


@each_row
def test_only_named_spellings_differ_from_the_source(step: Step, row: dict[str, Any]) -> None:
    ours = {
        "kegiatan": step.title,
        "kelengkapan": ", ".join(step.needs),
        "output": ", ".join(step.yields),
        "keterangan": step.remark or "-",
    }
    for column, written in ours.items():
        printed = row["sumber"][column]
        for wrong, right in SPELLING.get((row["no"], column), []):
            assert wrong in printed
            printed = printed.replace(wrong, right)
        # capitals inside a printed title are not kept
        assert written.lower() == printed.lower()


@each_row
def test_a_row_is_done_by_the_actor_it_was_read_for(step: Step, row: dict[str, Any]) -> None:
    assert PROCESS.role_of(step.actor or "") == ROLE_OF[row["pelaksana"]]


@each_row
def test_every_reading_is_explained(step: Step, row: dict[str, Any]) -> None:
    said = (step.interpretation or "").lower()
    assert "tercetak" in said
    for reading in row["tafsir_rinci"]:
        assert not reading["alternatif"] or "alternatif" in said
        assert reading["keyakinan"] in said


@each_row
def test_a_row_leads_where_it_was_read_to_lead(step: Step, row: dict[str, Any]) -> None:
    if not row.get("cabang"):
        assert _printed_after(step) == row["next"]
    for printed, target in (row.get("cabang") or {}).items():
        outcome = OUTCOMES[printed] if OUTCOMES[printed] in step.outcomes else "send_back"
        assert _printed_after(step, outcome) == target


def _printed_after(step: Step, outcome: str = "") -> str:
    """The printed row that a way leads to, unprinted steps passed by; a returned file is with "Kabid" (1)."""
    key = as_list(step.outcomes[outcome].next if outcome in step.outcomes else step.next)[0]
    target = PROCESS.steps[key]
    if target.kind == "end":
        return "SELESAI"
    if key == "returned":
        return "1"
    return target.no or _printed_after(target, outcome)


def test_the_division_head_has_two_ways_for_a_returned_file_and_it_comes_in_again_at_row_2() -> None:
    ways = PROCESS.steps["returned"].outcomes
    assert {key: way.next for key, way in ways.items()} == {
        "ask_correction": "await_correction",
        "return_file": "draft_return",
    }
    waiting = PROCESS.steps["await_correction"]
    assert waiting.clock == "outside"
    again = PROCESS.steps[str(waiting.outcomes["arrived"].next)].no
    assert {row["no"]: row["masuk_kembali"] for row in ROWS if "masuk_kembali" in row} == {
        "2": {"TIDAK": again},
        "4": {"TIDAK": again},
    }


def test_actors_stand_as_printed_and_those_without_a_column_come_after() -> None:
    columns = [actor["harfiah"] for actor in SOP["aktor_rinci"]]
    titles = [actor.title for actor in PROCESS.actors.values()]
    assert titles == [*columns, *SOP["pihak_lain"]]
    assert not any((actor.name or "").startswith(("Kabid", "Kadis")) for actor in PROCESS.actors.values())


def test_the_norms_sum_to_the_printed_total() -> None:
    norms = [norm for key in happy_path(PROCESS, "register") if (norm := PROCESS.norm_of(key))]
    total = sum(norm.minutes or 0 for norm in norms)
    assert total == SOP["total"]["menit"] == 1180
    assert divmod(total, 60) == (19, 40)
    service: Service = load("service", "recommendation/service")
    assert "19 jam 40 menit (1.180 menit kerja)" in service.standard.time_limit


def test_nothing_is_numbered_by_hand_and_the_courier_confirms() -> None:
    numbering = [key for key, step in PROCESS.steps.items() for act in step.do if act.number]
    assert numbering == ["dispatch", "dispatch_return"]
    assert all(PROCESS.steps[key].actor == "courier" for key in numbering)


@pytest.mark.parametrize("name", ["verification", "site", "draft_check"])
def test_every_table_passes_its_examples(name: str) -> None:
    table: DecisionTable = load("decision_table", f"recommendation/{name}")
    assert check_table(table) == []
    assert len(table.examples) >= 3


def test_no_definition_of_the_service_has_a_problem() -> None:
    assert [problem for problem in check_folder(ROOT) if "recommendation/" in (problem.file or "")] == []
