"""The Dairi process says what the printed SOP says, row by row; every difference is named here."""

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
SOP: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "sop_004.json").read_text(encoding="utf-8"))
ROWS: list[dict[str, Any]] = SOP["langkah"]
# the spelling that we corrected, as printed and as we write it (bahasa: draf, pengentrian)
SPELLING = {
    ("4", "kegiatan"): ("Pengenterian", "pengentrian"),
    ("17", "kelengkapan"): ("Draft", "Draf"),
    ("22", "output"): ("Draft", "Draf"),
}
UNPRINTED = ["sign_orders", "confirm_report", "seal_report", "oss_accepts"]
ROLE_OF = {
    "Pemohon": "applicant",
    "Penerima Berkas/Front Office": "front_officer",
    "Ksb. Umum": "general_affairs",
    "Backoffice/Ka Seksi Pel I": "back_officer",
    "Tim Teknis": "technical_team",
    "Kabid. Pelayanan": "division_head",
    "Sekretaris": "secretary",
    "Kadis": "head_of_office",
}


def load(kind: str, key: str) -> Any:
    folder = "rules" if kind != "form" else "forms"
    parsed = parse(kind, key, (ROOT / folder / f"{key}.yaml").read_text(encoding="utf-8"))
    assert parsed.problems == []
    return parsed.shape


PROCESS: Process = load("process", "dairi_ipui/process")
PRINTED: list[Step] = [step for step in PROCESS.steps.values() if step.no]

each_row = pytest.mark.parametrize(
    ("step", "row"), list(zip(PRINTED, ROWS, strict=True)), ids=[r["no"] for r in ROWS]
)


def norm_of(time: dict[str, Any]) -> Norm:
    return Norm(minutes=time.get("menit"), working_days=time.get("hari_kerja"))


def test_all_rows_are_there_in_printed_order() -> None:
    assert [step.no for step in PRINTED] == [row["no"] for row in ROWS] == [str(n) for n in range(1, 26)]


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
    source = row["sumber"]
    ours = {"kegiatan": step.title, "kelengkapan": ", ".join(step.needs), "output": ", ".join(step.yields)}
    for column, written in ours.items():
        printed, corrected = SPELLING.get((row["no"], column), ("", ""))
        # capitals inside a printed title are not kept
        assert written.lower() == source[column].replace(printed, corrected).lower()


@each_row
def test_a_row_is_done_by_the_actor_it_was_read_for(step: Step, row: dict[str, Any]) -> None:
    assert PROCESS.role_of(step.actor or "") == ROLE_OF[row["pelaksana"]]


@each_row
def test_every_reading_is_explained(step: Step, row: dict[str, Any]) -> None:
    for reading in row.get("tafsir_rinci", []):
        said = (step.interpretation or "").lower()
        assert "tercetak" in said
        assert not reading["alternatif"] or "alternatif" in said
        assert not reading["keyakinan"] or reading["keyakinan"] in said


@each_row
def test_a_row_leads_where_it_was_read_to_lead(step: Step, row: dict[str, Any]) -> None:
    # an outcome that sends a draft back is not printed; ways through unprinted steps count as one arrow
    ways = [way.next for key, way in step.outcomes.items() if key != "send_back"] or [step.next]
    reached = [_printed_after(str(target)) for way in ways for target in as_list(way)]
    expected = list((row.get("cabang") or {"": row["next"]}).values())
    assert reached == expected


def _printed_after(key: str) -> str:
    step = PROCESS.steps[key]
    if step.kind == "end":
        return {"granted": "SELESAI_TERBIT", "refused": "SELESAI_DITOLAK"}[step.result or ""]
    if step.no:
        return step.no
    way = next(iter(step.outcomes.values())).next if step.outcomes else step.next
    return _printed_after(as_list(way)[0])


def test_drafts_can_be_sent_back_from_every_initial_and_signature() -> None:
    back = {step.no: step.outcomes["send_back"] for step in PRINTED if "send_back" in step.outcomes}
    to = {no: PROCESS.steps[str(way.next)].no for no, way in back.items()}
    assert to == {"10": "9", "11": "9", "12": "9", "18": "17", "19": "17", "20": "17"}
    assert all(way.needs_note and way.interpretation for way in back.values())


def test_the_identity_box_is_complete() -> None:
    box, ours = SOP["identitas"], PROCESS.identity
    assert ours is not None
    assert (ours.government, ours.unit, ours.number) == (
        box["pemerintah"],
        box["perangkat_daerah"],
        box["nomor"],
    )
    assert (ours.name, ours.approved_by) == (box["nama_sop"], box["disahkan_oleh"]["jabatan"])
    assert ours.legal_basis == box["dasar_hukum"]
    assert ours.qualifications == box["kualifikasi_pelaksana"]
    assert ours.linked == box["keterkaitan"]
    assert ours.equipment == box["peralatan_perlengkapan"]
    assert ours.warnings == box["peringatan"]
    assert ours.records == box["pencatatan_dan_pendataan"]
    assert (ours.made_on, ours.revised_on, ours.effective_on) == (None, None, None)


def test_actors_stand_as_printed_with_full_names_for_screens() -> None:
    printed = [actor["harfiah"] for actor in SOP["aktor_rinci"]]
    staff = [actor for actor in PROCESS.actors.values() if actor.kind != "system"]
    assert [actor.title for actor in staff] == printed
    assert not any((actor.name or "").startswith(("Ksb.", "Kabid.", "Kadis")) for actor in staff)


def path_norms(path: list[str]) -> tuple[int, int]:
    norms = [norm for key in path if (norm := PROCESS.norm_of(key))]
    return sum(norm.minutes or 0 for norm in norms), sum(norm.working_days or 0 for norm in norms)


def test_the_issue_path_takes_690_minutes_and_4_days() -> None:
    total = SOP["total"]["jalur_terbit"]
    assert path_norms(happy_path(PROCESS, "apply")) == (690, 4) == (total["menit"], total["hari_kerja"])


def test_the_refusal_path_takes_840_minutes_and_4_days() -> None:
    path = happy_path(PROCESS, "apply")
    refused = path[: path.index("recommend") + 1] + happy_path(PROCESS, "draft_refusal")
    total = SOP["total"]["jalur_tolak"]
    assert path_norms(refused) == (840, 4) == (total["menit"], total["hari_kerja"])


@pytest.mark.parametrize("name", ["completeness", "verification", "recommendation"])
def test_every_table_passes_its_examples(name: str) -> None:
    table: DecisionTable = load("decision_table", f"dairi_ipui/{name}")
    assert check_table(table) == []
    assert len(table.examples) >= 3


def test_no_definition_of_the_service_has_a_problem() -> None:
    assert [problem for problem in check_folder(ROOT) if "dairi_ipui" in (problem.file or "")] == []
