"""What changed, as the people of the office would say it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.definitions.difference import Group, GroupChange, Item, difference
from app.definitions.outline import outline
from app.definitions.parse import parse
from app.errors import text
from tests import kiosk

ROWS = text("Rows")
NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True)


def changes(kind: str, before: str, after: str) -> dict[str, list[tuple[Any, ...]]]:
    shapes = [parse(kind, "kiosk/x", source).shape for source in (before, after)]
    assert None not in shapes
    return said(difference(outline(shapes[0]), outline(shapes[1])))


def said(found: list[GroupChange]) -> dict[str, list[tuple[Any, ...]]]:
    return {
        str(group.title): [
            (item.change, item.before, item.after, *[(c.label, c.before, c.after) for c in item.cells])
            for item in group.items
        ]
        for group in found
    }


def test_a_cell_of_a_row() -> None:
    after = kiosk.TABLE.replace("> 8", "> 6")
    found = changes("decision_table", kiosk.TABLE, after)
    ((change, before, place, cell),) = found["Rows"]
    assert (change, before == place, cell[1:]) == ("changed", True, ("> 8", "> 6"))
    assert set(found) == {"Rows"}


def test_a_field_that_becomes_required_and_one_that_moves() -> None:
    form = """
kind: form
title: F
sections:
  - title: A
    fields:
      one: {type: text, title: Satu}
      two: {type: number, title: Dua}
      three: {type: date, title: Tiga}
"""
    after = form.replace("Satu}", "Satu, required: true}")
    assert changes("form", form, after) == {"Fields": [("changed", 1, 1, ("Required", "", "✓"))]}
    lines = form.splitlines(keepends=True)
    moved = "".join([*lines[:-3], lines[-1], *lines[-3:-1]])
    assert changes("form", form, moved) == {"Fields": [("moved", 3, 1)]}


def test_an_arrow_a_step_and_a_norm() -> None:
    process = kiosk.PROCESS
    shape: Any = parse("process", "kiosk/process", process).shape
    step = next(key for key, step in shape.steps.items() if step.outcomes)
    outcome, way = next(iter(shape.steps[step].outcomes.items()))
    other = next(key for key in shape.steps if key not in (step, way.next))
    way_there = shape.steps[step].outcomes[outcome].model_copy(update={"next": other})
    outcomes = {**shape.steps[step].outcomes, outcome: way_there}
    steps = {**shape.steps, step: shape.steps[step].model_copy(update={"outcomes": outcomes})}
    found = said(difference(outline(shape), outline(shape.model_copy(update={"steps": steps}))))
    assert set(found) == {"Arrows"}
    ((change, _, _, cell),) = found["Arrows"]
    assert (change, cell[0]) == ("changed", "Goes on with")


def test_a_step_with_a_new_name_is_told_once() -> None:
    found = changes(
        "process", kiosk.PROCESS, kiosk.PROCESS.replace("title: Menandatangani izin", "title: Meneken")
    )
    assert list(found) == ["Steps"]
    ((change, _, _, cell),) = found["Steps"]
    assert (change, cell) == ("changed", ("Title", "Menandatangani izin", "Meneken"))


def test_a_line_of_a_letter() -> None:
    line = next(line for line in kiosk.PERMIT.split("---\n")[2].splitlines() if "data." in line)
    found = changes("letter", kiosk.PERMIT, kiosk.PERMIT.replace(line, line + "\n<p>Tambahan.</p>"))
    assert found == {"Lines of the text": [("added", None, 2)]} or found["Lines of the text"][0][0] == "added"


@given(NAMES, NAMES)
def test_named_things_are_added_removed_or_moved_and_nothing_else(one: list[str], two: list[str]) -> None:
    before, after = ([Item(name, {}, name) for name in names] for names in (one, two))
    found = said(difference([Group(ROWS, before)], [Group(ROWS, after)])).get("Rows", [])
    assert {one[b - 1] for kind, b, _ in found if kind == "removed"} == set(one) - set(two)
    assert {two[a - 1] for kind, _, a in found if kind == "added"} == set(two) - set(one)
    moved = {two[a - 1] for kind, _, a in found if kind == "moved"}
    steady = [name for name in two if name in one and name not in moved]
    assert steady == [name for name in one if name in steady]


@given(NAMES, NAMES)
def test_every_unnamed_thing_is_accounted_for(one: list[str], two: list[str]) -> None:
    before, after = ([Item(name * 9, {}) for name in names] for names in (one, two))
    found = difference([Group(ROWS, before, False)], [Group(ROWS, after, False)])
    items = found[0].items if found else []
    assert {item.title[0] for item in items if item.change == "removed"} == set(one) - set(two)
    assert {item.title[0] for item in items if item.change == "added"} == set(two) - set(one)
