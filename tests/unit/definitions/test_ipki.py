"""The estate expansion process says what the printed SOP says, row by row; every difference is named here."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cases.plan import happy_path
from app.definitions.parse import parse
from app.definitions.process import Norm, Outcome, Process, Step, as_list
from app.publishing.check import check_folder
from app.rules.check import check_table

ROOT = Path(__file__).parents[3]
SOP: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "sop_000.json").read_text(encoding="utf-8"))
ROWS: list[dict[str, Any]] = SOP["langkah"]
# the spelling that we corrected, as printed and as we write it; what stands in several rows comes first
EVERYWHERE = [("no 45", "nomor 45")]
SPELLING = {
    ("3", "keterangan"): [("pasal 12 dan", "pasal 12, dan")],
    ("10", "kelengkapan"): [("berkas pemohon - form", "berkas pemohon; form")],
    ("10", "output"): [("berkas pemohon - hasil", "berkas pemohon; hasil")],
    ("12", "kegiatan"): [("ditandatangi", "ditandatangani")],
    ("12", "kelengkapan"): [
        ("- berita acara pemeriksaan (bap) - surat", "berita acara pemeriksaan (bap); surat")
    ],
    ("12", "output"): [("- berita acara pemeriksaan (bap) - surat", "berita acara pemeriksaan (bap); surat")],
    ("13", "kegiatan"): [("ditandatangi", "ditandatangani")],
    ("14", "kegiatan"): [("penandatangan surat", "penandatanganan surat")],
    ("16", "kegiatan"): [("dpm-ptsp", "dpmptsp")],
}
UNPRINTED = ["sign_order", "confirm_report", "seal_report", "improve"]
ROLE_OF = {
    "Pemohon": "applicant",
    "OSS": "oss",
    "SIINas": "siinas",
    "Operator": "operator",
    "Kasi Kerjasama, Pengawasan, dan Promosi Investasi Industri": "section_head",
    "Kepala Bidang Perindustrian": "division_head",
    "Tim Teknis": "technical_team",
    "Kepala Dinas": "head_of_office",
}
COLUMNS = {"kegiatan": "title", "kelengkapan": "needs", "output": "yields", "keterangan": "remark"}
TABLES = ("commitments", "readiness", "cover_check", "effective")


def load(kind: str, key: str) -> Any:
    folder = "rules" if kind != "form" else "forms"
    parsed = parse(kind, key, (ROOT / folder / f"{key}.yaml").read_text(encoding="utf-8"))
    assert parsed.problems == []
    return parsed.shape


PROCESS: Process = load("process", "ipki/process")
PRINTED: list[Step] = [step for step in PROCESS.steps.values() if step.no]
each_row = pytest.mark.parametrize(
    ("step", "row"), list(zip(PRINTED, ROWS, strict=True)), ids=[r["no"] for r in ROWS]
)


def written(step: Step, column: str) -> str | None:
    value = getattr(step, COLUMNS[column])
    return "; ".join(value) if isinstance(value, list) else value


def printed_ways(step: Step) -> list[Outcome]:
    """An outcome with an interpretation of its own is not printed; a draft sent back neither."""
    return [way for way in step.outcomes.values() if not way.interpretation]


def test_eighteen_rows_are_there_in_printed_order_and_8_and_9_stay_unused() -> None:
    numbers = [str(n) for n in (*range(1, 8), *range(10, 21))]
    assert [step.no for step in PRINTED] == [row["no"] for row in ROWS] == numbers
    assert SOP["nomor_tidak_ada"] == ["8", "9"]


def test_what_is_not_printed_is_named_and_explained() -> None:
    steps = {key: step for key, step in PROCESS.steps.items() if not step.no and step.kind != "end"}
    assert list(steps) == UNPRINTED
    assert all("Tidak tercetak" in (step.interpretation or "") for step in steps.values())
    ways = [way for step in PROCESS.steps.values() for way in step.outcomes.values() if way.interpretation]
    assert all("Tidak tercetak" in (way.interpretation or "") for way in ways)


@each_row
def test_a_row_reads_as_printed(step: Step, row: dict[str, Any]) -> None:
    for column in COLUMNS:
        assert written(step, column) == row[column]


@each_row
def test_only_named_spellings_differ_from_the_source(step: Step, row: dict[str, Any]) -> None:
    for column in COLUMNS:
        source = row["sumber"][column]
        if source is None:
            assert written(step, column) is None
            continue
        expected = source.lower()  # capitals inside a printed title are not kept
        for printed, corrected in [*EVERYWHERE, *SPELLING.get((row["no"], column), [])]:
            expected = expected.replace(printed, corrected)
        assert (written(step, column) or "").lower() == expected


def test_every_named_spelling_is_needed() -> None:
    for (no, column), pairs in SPELLING.items():
        source = next(row for row in ROWS if row["no"] == no)["sumber"][column].lower()
        assert all(printed in source for printed, _ in pairs)


@each_row
def test_a_row_is_done_by_the_actor_it_was_read_for(step: Step, row: dict[str, Any]) -> None:
    assert PROCESS.role_of(step.actor or "") == ROLE_OF[row["pelaksana"]]
    if row.get("melalui"):
        assert ROLE_OF[row["melalui"]] in step.also


@each_row
def test_every_reading_is_explained(step: Step, row: dict[str, Any]) -> None:
    for reading in row.get("tafsir_rinci", []):
        said = (step.interpretation or "").lower()
        assert "tercetak" in said
        assert not reading["alternatif"] or "alternatif" in said
        assert not reading["keyakinan"] or reading["keyakinan"] in said


@each_row
def test_a_row_leads_where_it_was_read_to_lead(step: Step, row: dict[str, Any]) -> None:
    ways = [way.next for way in printed_ways(step)] or [step.next]
    reached = list(dict.fromkeys(_printed_after(str(target)) for way in ways for target in as_list(way)))
    assert reached == list((row.get("cabang") or {"": row["next"]}).values())


def _printed_after(key: str) -> str:
    step = PROCESS.steps[key]
    if step.kind == "end":
        return {"granted": "SELESAI_EFEKTIF"}[step.result or ""]
    if step.no:
        return step.no
    way = next(iter(step.outcomes.values())).next if step.outcomes else step.next
    return _printed_after(as_list(way)[0])


def test_a_norm_group_covers_its_printed_rows_and_the_steps_between_them() -> None:
    for group in SOP["kelompok_norma"]:
        days = group.get("hari_kerja") or group["hari_kerja_maks"]
        steps = [step for step in PRINTED if step.no in group["langkah"]]
        names = {step.norm for step in steps}
        assert [step.no for step in steps] == group["langkah"]
        assert len(names) == 1
        assert PROCESS.norms[str(names.pop())] == Norm(working_days=days)
    shared = {key: PROCESS.steps[key].norm for key in UNPRINTED}
    assert shared == {
        "sign_order": "assign",
        "confirm_report": "inspect",
        "seal_report": None,
        "improve": None,
    }


def test_the_norms_make_seven_working_days() -> None:
    groups = dict.fromkeys(str(PROCESS.steps[key].norm) for key in happy_path(PROCESS, "apply"))
    days = sum(PROCESS.norms[group].working_days or 0 for group in groups if group != "None")
    assert days == SOP["total"]["hari_kerja"] == 7


def test_actors_stand_as_printed_with_full_names_for_screens() -> None:
    assert [actor.title for actor in PROCESS.actors.values()] == SOP["aktor"]
    assert not any((actor.name or "").startswith(("Kasi", "Kabid")) for actor in PROCESS.actors.values())


def test_siinas_and_oss_are_waited_for_and_a_person_can_stand_in() -> None:
    waits = {step.no: step for step in PRINTED if step.kind == "wait"}
    assert {no: step.message for no, step in waits.items()} == {
        "18": "siinas/commitment_report", "19": "siinas/oss_notified", "20": "oss/license_result",
    }  # fmt: skip
    assert all(step.manual and step.manual.actor == "operator" and step.timeout for step in waits.values())


@pytest.mark.parametrize("name", TABLES)
def test_every_table_passes_its_examples(name: str) -> None:
    table = load("decision_table", f"ipki/{name}")
    assert check_table(table) == []
    assert len(table.examples) >= 3


def test_no_definition_of_the_service_has_a_problem() -> None:
    assert [problem for problem in check_folder(ROOT) if "ipki" in (problem.file or "")] == []
