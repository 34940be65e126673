"""Two texts beside each other."""

from hypothesis import given
from hypothesis import strategies as st

from app.definitions.difference_lines import beside

TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=15).map("\n".join)


def test_equal_lines_far_from_a_change_are_left_out() -> None:
    lines = [str(number) for number in range(20)]
    pairs = beside("\n".join(lines), "\n".join([*lines[:10], "neu", *lines[11:]]))
    assert [pair.before_no for pair in pairs] == [8, 9, 10, 11, 12, 13, 14]
    assert [(pair.before, pair.after) for pair in pairs if not pair.is_same] == [("10", "neu")]


@given(TEXTS, TEXTS)
def test_every_line_that_differs_is_shown_on_its_side(before: str, after: str) -> None:
    pairs = [pair for pair in beside(before, after) if not pair.is_gap]
    old, new = before.splitlines(), after.splitlines()
    assert all(pair.before == old[pair.before_no - 1] for pair in pairs if pair.before_no)
    assert all(pair.after == new[pair.after_no - 1] for pair in pairs if pair.after_no)
    assert bool(pairs) == (old != new)
