"""Days that another day of the form bounds."""

import pytest

from app.forms.answers import read
from app.forms.check import check_form
from tests.unit.forms.samples import context, form

FROM = {"type": "date", "title": "Tanggal mulai"}
UNTIL = {"type": "date", "title": "Tanggal selesai", "not_before": "fields.begun"}
VISIT = form(begun=FROM, ended=UNTIL)
SAID = "Tanggal selesai cannot be earlier than “Tanggal mulai” (25-11-2026); you entered 24-11-2026."


def errors(begun: str, ended: str, **around: object) -> dict[str, list[str]]:
    found = read(VISIT, {"begun": begun, "ended": ended}, context(**around)).errors
    return {path: [str(sentence) for sentence in said] for path, said in found.items()}


def test_a_visit_does_not_end_before_it_begins() -> None:
    assert errors("2026-11-25", "2026-11-24") == {"ended": [SAID]}
    assert errors("2026-11-25", "2026-11-25") == errors("2026-11-25", "2026-11-26") == {}


def test_the_other_side_and_days_that_are_not_there() -> None:
    before = form(
        begun={**FROM, "not_after": "fields.ended"}, ended={**UNTIL, "show_if": "begun is not empty"}
    )
    late = read(before, {"begun": "2026-11-26", "ended": "2026-11-25"}, context()).errors
    assert set(late) == {"begun", "ended"}
    assert errors("", "2026-11-24") == errors("2026-11-25", "") == {}
    assert set(errors("kemarin", "2026-11-24")) == {"begun"}
    assert errors("2026-11-25", "2026-11-24", draft=True) == {}, "a draft may wait for a correction"


@pytest.mark.parametrize("bound", ["fields.nothing", "fields.name", "fields.ended"])
def test_the_bound_is_another_day_of_the_form(bound: str) -> None:
    name = {"type": "text", "title": "Nama"}
    found = check_form(form(begun=FROM, name=name, ended={**UNTIL, "not_before": bound}))
    assert [problem.path for problem in found] == ["sections.0.fields.ended.not_before"]


def test_a_day_in_a_row_has_no_such_bound() -> None:
    rows = {"type": "group", "title": "Kunjungan", "fields": {"ended": UNTIL}}
    found = check_form(form(begun=FROM, visits=rows))
    assert [problem.path for problem in found] == ["sections.0.fields.visits.fields.ended.not_before"]
