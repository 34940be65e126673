"""What the row tests of the four SOPs do not say themselves: times and marks as printed; that they notice."""

import re
from collections.abc import Callable, Iterator
from inspect import signature
from types import ModuleType
from typing import Any

import pytest

from app.definitions.process import Norm, Process, Step
from tests.unit.definitions import test_dairi, test_ipki, test_iuki_verification, test_recommendation

MODULES = (test_ipki, test_iuki_verification, test_recommendation, test_dairi)
each_sop = pytest.mark.parametrize("sop", MODULES, ids=[sop.PROCESS.title for sop in MODULES])
UNITS = {"menit": ("minutes", 1), "jam": ("minutes", 60), "hari": ("working_days", 1)}
# how a column's actor is called in the notes on readings
SHORT = {"Kasi Kerjasama, Pengawasan, dan Promosi Investasi Industri": "Kasi",
         "Backoffice/ Ka Seksi Pel I": "Backoffice", "Kepala Bidang Perindustrian": "Kepala Bidang",
         "Penerima Berkas/ Front Office": "Front Office"}  # fmt: skip
COLUMNS = ("no", "title", "actor", "needs", "yields", "remark", "norm")


def steps_of(sop: ModuleType, row: dict[str, Any]) -> list[tuple[str, Step]]:
    """The steps that carry out a printed row."""
    return [(key, step) for key, step in sop.PROCESS.steps.items() if step.no == row["no"]]


WHOLE_FOLDER = "test_no_definition_of_the_service_has_a_problem"  # reads the files, not what was changed


@each_sop
def test_the_time_of_each_row_is_the_printed_one(sop: ModuleType) -> None:
    for row in sop.ROWS:
        printed = re.findall(r"(\d+)\s*([a-z]+)", (row["sumber"]["waktu"] or "").lower())
        for key, _step in steps_of(sop, row):
            norm = sop.PROCESS.norm_of(key)
            if printed:
                amount, unit = printed[0]
                name, times = UNITS[unit]
                assert getattr(norm, name) == int(amount) * times, row["no"]
                assert norm.within_days in (None, 3), row["no"]  # row 3 of 003 says it in its remark
            else:
                # a merged cell: the norm is that of a row above, or there is none
                assert norm is None or isinstance(_step.norm, str), row["no"]


@each_sop
def test_a_mark_in_another_column_is_told_in_the_reading(sop: ModuleType) -> None:
    for row in sop.ROWS:
        steps = [step for _, step in steps_of(sop, row)]
        own = {sop.PROCESS.actors[step.actor].title for step in steps}
        said = " ".join(step.interpretation or "" for step in steps).lower()
        for mark in row["penanda_harfiah"]:
            if mark["kolom"] not in own:
                assert SHORT.get(mark["kolom"], mark["kolom"]).lower() in said, (row["no"], mark)


def changes(process: Process) -> Iterator[tuple[str, str, dict[str, Step]]]:
    """The process with one column of one printed row changed, for every column of every row."""
    for key, step in process.steps.items():
        if step.no is None:
            continue
        other = next(actor for actor in process.actors if actor != step.actor)
        wrong = (f"{step.no}x", f"{step.title} x", other, [*step.needs, "x"], [*step.yields, "x"],
                 f"{step.remark or ''}x", Norm(minutes=7))  # fmt: skip
        for column, value in zip(COLUMNS, wrong, strict=True):
            yield key, column, {**process.steps, key: step.model_copy(update={column: value})}
        for column in ("needs", "yields", "remark", "norm"):
            if getattr(step, column):
                nothing = [] if column in ("needs", "yields") else None
                yield key, column, {**process.steps, key: step.model_copy(update={column: nothing})}
        yield key, "row", {name: each for name, each in process.steps.items() if name != key}


@each_sop
def test_whatever_is_changed_in_a_row_is_noticed(sop: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    process: Process = sop.PROCESS
    assert not differs(sop)
    unnoticed = []
    for key, column, steps in changes(process):
        monkeypatch.setattr(sop, "PROCESS", process.model_copy(update={"steps": steps}))
        monkeypatch.setattr(sop, "PRINTED", [step for step in steps.values() if step.no])
        if not differs(sop):
            unnoticed.append((key, column))
    assert unnoticed == []


def differs(sop: ModuleType) -> bool:
    """Tell whether a test of the module that compares rows fails."""
    tests = [test for name, test in vars(sop).items() if name.startswith("test_")]
    of_rows = [test for test in tests if set(signature(test).parameters) <= {"step", "row"}]
    return any(fails(sop, test) for test in of_rows if test.__name__ != WHOLE_FOLDER)


def fails(sop: ModuleType, test: Callable[..., None]) -> bool:
    if len(sop.PRINTED) < len(sop.ROWS):
        return True
    wants = signature(test).parameters
    given: list[tuple[Any, ...]] = [()]
    if "row" in wants:
        given = (
            list(zip(sop.PRINTED, sop.ROWS, strict=False)) if "step" in wants else [(r,) for r in sop.ROWS]
        )
    try:
        for arguments in given:
            test(*arguments)
    except (AssertionError, IndexError, KeyError, StopIteration):
        return True
    return False
