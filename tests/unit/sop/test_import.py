"""The five printed documents, pasted as scanned, give drafts that agree with the shipped definitions."""

import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.definitions.parse import parse
from app.errors import Invalid
from app.sop import standard
from app.sop.draft import draft
from app.sop.printed import Draft
from app.sop.reading import LONGEST_CELL, pasted, read

ROOT = Path(__file__).parents[3]
PRINTED = {"000": "ipki", "001": "iuki_verification", "003": "recommendation", "004": "dairi_ipui"}
ROWS = {"000": 18, "001": 9, "003": 8, "004": 25}


def text_of(code: str) -> str:
    return (ROOT / "tests" / "data" / f"printed_{code}.txt").read_text(encoding="utf-8")


def imported(code: str) -> Draft:
    return draft(read(pasted(text_of(code))), "baru", "kota")


def loaded(text: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(text)
    return content


def rows_of(process: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """The first step of each printed row: the title of its actor, and its norm."""
    rows: dict[str, tuple[str, Any]] = {}
    for step in process["steps"].values():
        if "no" in step:
            norm = step.get("norm")
            written = process["norms"][norm] if isinstance(norm, str) else norm
            actor = process["actors"][step["actor"]]["title"].casefold()
            rows.setdefault(str(step["no"]), (actor, dict(written) if written else None))
    return rows


def asked(made: Draft) -> set[tuple[str, str]]:
    return {(doubt.row, doubt.question.msgid) for doubt in made.doubts}


@pytest.mark.parametrize("code", PRINTED)
def test_nine_rows_in_ten_have_the_actor_and_the_norm_of_the_shipped_process(code: str) -> None:
    made = rows_of(loaded(imported(code).texts["process", "baru/process"]))
    shipped = rows_of(loaded((ROOT / "rules" / PRINTED[code] / "process.yaml").read_text(encoding="utf-8")))
    assert list(made) == list(shipped)
    assert len(made) == ROWS[code]
    differ = [no for no in shipped if made[no] != shipped[no]]
    assert len(differ) <= len(shipped) // 10, {no: (made[no], shipped[no]) for no in differ}


@pytest.mark.parametrize("code", [*PRINTED, "002"])
def test_every_definition_of_a_draft_can_be_read(code: str) -> None:
    made = standard.draft(pasted(text_of("002")), "baru", "kota") if code == "002" else imported(code)
    for (kind, key), written in made.texts.items():
        parsed = parse(kind, key, written)
        assert [(str(problem.message), problem.path) for problem in parsed.problems] == []


def test_what_the_scan_of_000_leaves_open_is_asked() -> None:
    questions = asked(imported("000"))
    assert ("7", "Numbers are missing after this row: %(numbers)s.") in questions
    assert ("5", "No time is printed. Does the row share the time of row %(no)s?") in questions
    assert ("11", "No actor is marked. Who does this step?") in questions
    assert ("18", "Several times are printed: %(time)s.") in questions
    assert ("", "No row refuses an application. Where does a refusal leave the process?") in questions


def test_marks_that_a_scan_has_shifted_are_asked_and_clear_ones_are_not() -> None:
    questions = asked(imported("004"))
    shifted = {row for row, question in questions if question.startswith("The mark stands under")}
    assert shifted == {"8", "10", "11", "12", "13", "14", "18", "19", "20", "21"}
    assert not {row for row, question in questions if "actor is marked" in question}


def test_the_refusal_of_004_is_a_road_of_its_own_and_001_goes_back_where_it_says() -> None:
    refusing = loaded(imported("004").texts["process", "baru/process"])["steps"]
    recommend = next(step for step in refusing.values() if step.get("no") == "8")
    assert refusing[recommend["outcomes"]["no"]["next"]]["no"] == "9"
    assert refusing[recommend["outcomes"]["yes"]["next"]]["no"] == "16"
    assert next(step for step in refusing.values() if step.get("no") == "15")["next"] == "refused"
    verifying = loaded(imported("001").texts["process", "baru/process"])["steps"]
    back = {
        step["no"]: verifying[step["outcomes"]["no"]["next"]]["no"]
        for step in verifying.values()
        if step.get("outcomes")
    }
    assert back == {"5": "1", "6": "5", "7": "6"}


def test_the_identity_box_of_004_is_read() -> None:
    box = loaded(imported("004").texts["process", "baru/process"])["identity"]
    assert box["number"] == "SOP/IX.2 - 30/DPMPSTPK/2020"
    assert box["name"] == "PENERBITAN IZIN PERLUASAN USAHA INDUSTRI"
    lists = ("legal_basis", "qualifications", "linked", "equipment", "warnings")
    assert [len(box[name]) for name in lists] == [4, 2, 2, 3, 2]


def test_the_standard_002_gives_its_fourteen_components() -> None:
    drafted = standard.draft(pasted(text_of("002")), "baru", "kota")
    made = loaded(drafted.texts["service", "baru/service"])
    shipped = loaded((ROOT / "rules" / "ipui_magetan" / "service.yaml").read_text(encoding="utf-8"))
    kept = ("nib", "deed", "id_card", "environment", "building", "npwp", "photo")
    assert [key for key in kept if key not in made["requirements"]] == []
    assert (len(made["requirements"]), made["requirements"]["photo"]["copies"]) == (8, 2)
    assert list(made["standard"]["complaints"]) == list(shipped["standard"]["complaints"])
    for name, component in shipped["standard"].items():
        if isinstance(component, list):
            assert shape_of(made["standard"][name]) == shape_of(component), name
        elif isinstance(component, str):
            assert made["standard"][name] == component


def shape_of(lines: list[Any]) -> list[int]:
    """How many points each line has."""
    return [len(next(iter(line.values()))) if isinstance(line, dict) else 0 for line in lines]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "There is no table of steps"),
        ("Selamat pagi\tPak", "There is no table of steps"),
        ("No\tKegiatan\tPemohon\tKelengkapan\tWaktu\tOutput", "no numbered rows"),
        ("No\tKegiatan\tPemohon\tLama", "does not name the actors"),
    ],
)
def test_what_is_no_sop_is_refused_with_what_it_lacks(words: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read(pasted(words))


@pytest.mark.parametrize("filling", ["1", "<", "1(", "1 ", "dalam 1"])
def test_a_cell_full_of_rubbish_takes_no_time(filling: str) -> None:
    cell = (filling * LONGEST_CELL)[:LONGEST_CELL]
    head = "No\tKegiatan\tPemohon\tKelengkapan\tWaktu\tOutput\tKeterangan\n"
    started = time.process_time()
    draft(read(pasted(f"{head}1\tPeriksa\t□\tx\t{cell}\tx\t{cell}\n")), "baru", "kota")
    assert time.process_time() - started < 2
    with pytest.raises(Invalid, match="characters"):
        pasted(cell + "x")
