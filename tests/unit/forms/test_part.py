"""Part of a form: what a correction opens is a form of its own, whatever was worked out from the whole."""

from app.forms.answers import read
from app.forms.part import part_of
from tests.unit.forms.samples import context, form

WHOLE = {
    "name": {"type": "text", "title": "Nama", "required": True},
    "deed_changed": {"type": "yes_no", "title": "Akta diubah"},
    "deed": {"type": "text", "title": "Akta", "show_if": "deed_changed"},
}


def test_a_part_is_read_by_itself_after_the_whole_was_read():
    whole = form(**WHOLE)
    assert read(whole, {"name": "Contoh"}, context()).acceptable
    part = part_of(whole, {"deed"})
    assert part is not None
    assert part.sha256 != whole.sha256
    assert read(part, {"deed": "12/2026"}, context()).values == {"deed": "12/2026"}
