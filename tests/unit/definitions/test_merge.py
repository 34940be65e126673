"""Merging two changes of one definition: lines apart, and values of one line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.definitions.merge import Clash, merged, together
from tests import kiosk

TABLE = "decision_table"
VALUES = st.recursive(
    st.sampled_from([None, True, 1, "a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)
LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=12).map("".join)


def test_changes_apart_from_each_other_are_both_kept() -> None:
    assert (
        merged(TABLE, "1\n2\n3\n4\n5\n", "eins\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n")
        == "eins\n2\n3\n4\nfive\n"
    )


def test_neighbouring_changes_are_for_people() -> None:
    assert merged(TABLE, "1\n2\n", "eins\n2\n", "1\nzwei\n") is None


@given(LINES, LINES)
def test_who_changed_nothing_gets_the_change_of_the_other(base: str, mine: str) -> None:
    assert (
        merged(TABLE, base, mine, base)
        == merged(TABLE, base, base, mine)
        == merged(TABLE, base, mine, mine)
        == mine
    )


@given(LINES, LINES, LINES)
def test_it_does_not_matter_who_was_first(base: str, mine: str, theirs: str) -> None:
    assert merged(TABLE, base, mine, theirs) == merged(TABLE, base, theirs, mine)


def test_two_cells_of_one_line_are_both_kept() -> None:
    base, row = kiosk.TABLE, "  - when: {checklist.ktp: missing}\n"
    mine = base.replace(row, row.replace("when:", "note: Catatan\n    when:"))
    theirs = base.replace(row, row.replace("when:", "law: Perda 1\n    when:"))
    both = merged(TABLE, base, mine, theirs)
    assert both is not None
    assert ("note: Catatan" in both, "law: Perda 1" in both) == (True, True)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}),
        ([{"a": 1, "b": 1}], [{"a": 2, "b": 1}], [{"a": 1, "b": 2}], [{"a": 2, "b": 2}]),
        ([1, 2, 3], [1, 3], [1, 2, 4], [1, 4]),
        ([1, 2], [0, 1, 2], [1, 2, 3], [0, 1, 2, 3]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 3}, {"b": 3, "a": 1}),
        ({"a": 1}, {"a": 1, "b": 1}, {"a": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}),
        ({"a": 1}, {"a": True}, {"a": 1, "b": 1}, {"a": True, "b": 1}),
    ],
)
def test_changes_of_different_values_are_both_kept(base: Any, mine: Any, theirs: Any, both: Any) -> None:
    for found in (together(base, mine, theirs), together(base, theirs, mine)):
        assert (found, [*found]) == (both, [*both])


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}),
        ({"a": 1, "b": 1}, {"b": 1}, {"a": 2, "b": 1}),
        ([1], [2], [3]),
        ([1], [1, 2], [1, 3]),
        ({}, {"a": 1}, {"a": 2}),
    ],
)
def test_two_changes_of_one_value_are_for_people(base: Any, mine: Any, theirs: Any) -> None:
    with pytest.raises(Clash):
        together(base, mine, theirs)


@given(VALUES, VALUES)
def test_who_changed_no_value_gets_the_change_of_the_other(base: Any, mine: Any) -> None:
    assert repr(together(base, mine, base)) == repr(together(base, base, mine)) == repr(mine)


@given(VALUES, VALUES, VALUES)
def test_no_value_is_lost_whoever_was_first(base: Any, mine: Any, theirs: Any) -> None:
    try:
        found = together(base, mine, theirs)
    except Clash:
        with pytest.raises(Clash):
            together(base, theirs, mine)
        return
    assert found == together(base, theirs, mine)
