"""The words that changed, and nothing lost beside them."""

from hypothesis import given
from hypothesis import strategies as st

from app.definitions.difference_words import Stretch, marked

WORDS = st.lists(st.sampled_from(["satu", "dua", " ", "\n", "tiga."]), max_size=12).map("".join)


def test_a_word_in_place_of_another_is_marked() -> None:
    before, after = marked("Izin berlaku lima tahun.", "Izin berlaku tiga tahun.")
    assert before == [
        Stretch("Izin berlaku ", False), Stretch("lima", True), Stretch(" tahun.", False)
    ]  # fmt: skip
    assert [part.text for part in after if part.is_changed] == ["tiga"]


def test_another_wording_and_something_new_are_not_cut_into_words() -> None:
    assert marked("satu dua tiga", "empat lima enam") == (
        [Stretch("satu dua tiga", False)], [Stretch("empat lima enam", False)]
    )  # fmt: skip
    assert marked("", "baru") == ([Stretch("", False)], [Stretch("baru", False)])


@given(WORDS, WORDS)
def test_the_stretches_are_the_wordings(before: str, after: str) -> None:
    one, two = marked(before, after)
    assert ("".join(part.text for part in one), "".join(part.text for part in two)) == (before, after)
    if any(part.is_changed for part in (*one, *two)):
        kept = [[part.text for part in side if not part.is_changed] for side in (one, two)]
        assert kept[0] == kept[1]
