"""The verification of industrial estates says what SOP 001 prints; every difference is named here."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cases.plan import happy_path
from app.definitions.decision_table import DecisionTable
from app.definitions.parse import parse
from app.definitions.process import Norm, Process, Step, as_list
from app.publishing.check import check_folder
from app.rules.check import check_table

ROOT = Path(__file__).parents[3]
SOP: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "sop_001.json").read_text(encoding="utf-8"))
ROWS: list[dict[str, Any]] = SOP["langkah"]
# the spelling that we corrected, row by row, as printed and as we write it
SPELLING: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("2", "output"): [("di cetak", "dicetak")],
    ("4", "kegiatan"): [("Tim Teknis/ Verifikator", "Tim Teknis/Verifikator")],
    ("5", "kegiatan"): [
        ("- Melakukan verifikasi kelengkapan", "Melakukan verifikasi kelengkapan"),
        ("permohonan apabila", "permohonan, apabila"),
        ("melalui Aplikasi - Melakukan", "melalui Aplikasi; melakukan"),
        ("permohonan, - Memberikan", "permohonan; memberikan"),
        ("evaluasi - Menyusun Draft", "evaluasi; menyusun draf"),
    ],
    ("5", "output"): [
        ("Berita acara/ Notulensi", "Berita acara/notulensi"),
        ("persetujuan/ ", "persetujuan/"),
    ],
    ("6", "kegiatan"): [
        ("Mengkoreksi Draft", "Mengoreksi draf"),
        ("persetujuan/ penolakan apabila", "persetujuan/penolakan, apabila"),
        ("Tim Teknis/ Evaluator", "Tim Teknis/Evaluator"),
    ],
    ("6", "kelengkapan"): [
        ("Berita acara/ Notulensi", "Berita acara/notulensi"),
        ("Draft", "draf"),
        ("persetujuan/ ", "persetujuan/"),
    ],
    ("6", "output"): [
        ("Berita acara/ Notulensi", "Berita acara/notulensi"),
        ("persetujuan/ ", "persetujuan/"),
    ],
    ("7", "kegiatan"): [
        ("Mengkoreksi Draft", "Mengoreksi draf"),
        ("persetujuan/ penolakan apabila", "persetujuan/penolakan, apabila"),
    ],
    ("7", "kelengkapan"): [
        ("Berita acara/ Notulensi", "Berita acara/notulensi"),
        ("persetujuan/ ", "persetujuan/"),
    ],
    ("7", "output"): [("Persetujuan/ ", "persetujuan/")],
    ("8", "kegiatan"): [("Mengupload", "mengunggah")],
    ("8", "kelengkapan"): [("Persetujuan/ ", "persetujuan/")],
    ("8", "output"): [("Persetujuan/ ", "persetujuan/")],
    ("9", "kegiatan"): [("Persetujuan/ ", "persetujuan/"), ("di download", "diunduh")],
    ("9", "kelengkapan"): [("Persetujuan/ ", "persetujuan/")],
    ("9", "output"): [("Persetujuan/ ", "persetujuan/")],
}
UNPRINTED = ["correct", "confirm_minutes", "seal_minutes", "choose_letter", "result"]
ROLE_OF = {
    "Pemohon": "applicant",
    "Sekretariat": "secretariat",
    "Kepala Dinas": "head_of_office",
    "Kabid Perindustrian": "division_head",
    "Tim Teknis/Verifikator": "technical_team",
}


def load(kind: str, key: str) -> Any:
    parsed = parse(kind, key, (ROOT / "rules" / f"{key}.yaml").read_text(encoding="utf-8"))
    assert parsed.problems == []
    return parsed.shape


PROCESS: Process = load("process", "iuki_verification/process")
PRINTED: list[Step] = [step for step in PROCESS.steps.values() if step.no]
each_row = pytest.mark.parametrize("row", ROWS, ids=[row["no"] for row in ROWS])


def steps_of(row: dict[str, Any]) -> list[Step]:
    """The steps that carry out a printed row: one, and for row 5 three."""
    return [step for step in PRINTED if step.no == row["no"]]


def written(row: dict[str, Any]) -> dict[str, str]:
    """A row as our steps write it."""
    steps = steps_of(row)
    return {
        "kegiatan": "; ".join(step.title for step in steps),
        "kelengkapan": ", ".join(need for step in steps for need in step.needs),
        "output": " dan ".join(each for step in steps for each in step.yields),
    }


def norm_of(time: dict[str, Any] | None) -> Norm | None:
    return Norm(minutes=time.get("menit"), working_days=time.get("hari_kerja")) if time else None


def test_all_nine_rows_are_there_in_printed_order_and_row_5_has_three_steps() -> None:
    assert [step.no for step in PRINTED] == ["1", "2", "3", "4", "5", "5", "5", "6", "7", "8", "9"]
    assert [row["no"] for row in ROWS] == [str(n) for n in range(1, 10)]


def test_what_is_not_printed_is_named_and_explained() -> None:
    steps = {key: step for key, step in PROCESS.steps.items() if not step.no and step.kind != "end"}
    assert list(steps) == UNPRINTED
    assert all("Tidak tercetak" in (step.interpretation or "") for step in steps.values())
    # nothing unprinted has a time of its own; the members' agreement is within that of row 5
    assert {key: step.norm for key, step in steps.items() if step.norm} == {"confirm_minutes": "evaluate"}


@each_row
def test_a_row_reads_as_printed(row: dict[str, Any]) -> None:
    ours = written(row)
    assert ours["kegiatan"].lower() == row["kegiatan"].lower()
    assert ours["kelengkapan"] == row["kelengkapan"]
    assert ours["output"] == row["output"]
    keys = [key for key, step in PROCESS.steps.items() if step.no == row["no"]]
    assert {PROCESS.norm_of(key) for key in keys} == {norm_of(row["waktu"])}
    remarks = [step.remark for step in steps_of(row) if step.remark]
    assert remarks == ([row["keterangan"]] if row["keterangan"] else [])


@each_row
def test_only_named_spellings_differ_from_the_source(row: dict[str, Any]) -> None:
    for column, ours in written(row).items():
        printed = row["sumber"][column]
        for wrong, right in SPELLING.get((row["no"], column), []):
            assert wrong in printed
            printed = printed.replace(wrong, right)
        # capitals inside a printed title are not kept
        assert ours.lower() == printed.lower()


@each_row
def test_a_row_is_done_by_the_actor_it_was_read_for(row: dict[str, Any]) -> None:
    roles = {PROCESS.role_of(step.actor or "") for step in steps_of(row)}
    assert roles == {ROLE_OF[row["pelaksana"]]}


@each_row
def test_every_reading_is_explained(row: dict[str, Any]) -> None:
    said = " ".join(step.interpretation or "" for step in steps_of(row)).lower()
    assert "tercetak" in said
    for reading in row["tafsir_rinci"]:
        assert not reading["alternatif"] or "alternatif" in said
        assert reading["keyakinan"] in said


def test_the_steps_lead_where_the_rows_were_read_to_lead() -> None:
    after = {row["no"]: _printed_after(steps_of(row)[-1], "send_back") for row in ROWS}
    expected = {row["no"]: row["next"] for row in ROWS if row["next"]} | {"5": "6", "6": "7", "7": "8"}
    assert after == expected


def _printed_after(step: Step, but: str) -> str:
    """The next printed row, unprinted steps passed by."""
    ways = [way.next for key, way in step.outcomes.items() if key != but] or [step.next]
    target = PROCESS.steps[as_list(ways[0])[0]]
    if target.kind == "end":
        return "SELESAI"
    return target.no or _printed_after(target, but)


def test_an_incomplete_file_goes_to_the_applicant_and_comes_in_again_at_row_5() -> None:
    incomplete = PROCESS.steps["completeness"].outcomes["incomplete"]
    correct = PROCESS.steps[str(incomplete.next)]
    assert (correct.actor, correct.clock) == ("applicant", "applicant")
    assert correct.next == "completeness"
    assert ROWS[4]["masuk_kembali"] == {"TIDAK_LENGKAP": PROCESS.steps["completeness"].no}


def test_a_draft_goes_back_one_step_and_an_application_is_refused_only_by_the_evaluation() -> None:
    back = {step.no: step.outcomes["send_back"] for step in PRINTED if "send_back" in step.outcomes}
    assert {no: PROCESS.steps[str(way.next)].no for no, way in back.items()} == {"6": "5", "7": "6"}
    assert {way.title for way in back.values()} == {"Kembalikan draf"}
    refusing = [key for key, step in PROCESS.steps.items() if "refuse" in step.outcomes]
    assert refusing == ["evaluate", "choose_letter", "result"]
    assert PROCESS.steps["evaluate"].outcomes["refuse"].title == "Tolak permohonan"
    assert [PROCESS.steps[key].by for key in refusing[1:]] == ["evaluate", "evaluate"]


def test_both_letters_share_one_slot_one_route_and_one_series() -> None:
    slot = PROCESS.slots["decision_letter"]
    assert slot.letters == ["iuki_verification/approval", "iuki_verification/refusal"]
    ways = PROCESS.steps["choose_letter"].outcomes
    assert {way.next for way in ways.values()} == {"correct_draft"}
    heads = [_letter(key) for key in slot.letters]
    assert heads[0].number == heads[1].number
    assert heads[0].initials == heads[1].initials == ("division_head",)


def _letter(key: str) -> Any:
    parsed = parse("letter", key, (ROOT / "pdf_templates" / f"{key}.html").read_text(encoding="utf-8"))
    assert parsed.problems == []
    return parsed.shape


def test_actors_stand_as_printed_with_full_names_for_screens() -> None:
    assert [actor.title for actor in PROCESS.actors.values()] == [
        each["harfiah"] for each in SOP["aktor_rinci"]
    ]
    assert not any((actor.name or "").startswith("Kabid") for actor in PROCESS.actors.values())


def test_the_identity_box_is_not_printed() -> None:
    assert SOP["identitas"] is None
    ours = PROCESS.identity
    assert ours is not None
    assert (ours.number, ours.approved_by, ours.legal_basis) == (None, None, [])
    # the linked SOPs are those that the remarks name
    assert ours.linked == [row["keterangan"] for row in ROWS if row["keterangan"]]


def test_the_norms_sum_to_680_minutes_and_2_days_620_without_the_applicant() -> None:
    path = happy_path(PROCESS, "apply")
    norms = {PROCESS.steps[key].norm if key != "take" else "take": PROCESS.norm_of(key) for key in path}
    counted = [norm for norm in norms.values() if norm]
    total = SOP["total"]
    assert sum(norm.working_days or 0 for norm in counted) == total["hari_kerja"] == 2
    minutes = sum(PROCESS.norm_of(key).minutes or 0 for key in path if PROCESS.norm_of(key))  # type: ignore[union-attr]
    assert minutes == total["menit"] == 680
    assert minutes - 60 == total["tanpa_pemohon"]["menit"]


@pytest.mark.parametrize("name", ["completeness", "evaluation", "draft_check"])
def test_every_table_passes_its_examples(name: str) -> None:
    table: DecisionTable = load("decision_table", f"iuki_verification/{name}")
    assert check_table(table) == []
    assert len(table.examples) >= 3


def test_no_definition_of_the_service_has_a_problem() -> None:
    assert [problem for problem in check_folder(ROOT) if "iuki_verification" in (problem.file or "")] == []
