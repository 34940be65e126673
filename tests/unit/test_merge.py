"""Merging two changes of one text."""

from hypothesis import given
from hypothesis import strategies as st

from app.publishing.merge import merged

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=12).map("".join)


def test_changes_apart_from_each_other_are_both_kept() -> None:
    assert merged("1\n2\n3\n4\n5\n", "eins\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n") == "eins\n2\n3\n4\nfive\n"


def test_neighbouring_changes_are_for_people() -> None:
    assert merged("1\n2\n", "eins\n2\n", "1\nzwei\n") is None


@given(LINES, LINES)
def test_who_changed_nothing_gets_the_change_of_the_other(base: str, mine: str) -> None:
    assert merged(base, mine, base) == merged(base, base, mine) == merged(base, mine, mine) == mine


@given(LINES, LINES, LINES)
def test_it_does_not_matter_who_was_first(base: str, mine: str, theirs: str) -> None:
    assert merged(base, mine, theirs) == merged(base, theirs, mine)
