"""A part of a form is a form of its own, however often the whole was read before."""

from app.definitions.form import FormDefinition
from app.forms.answers import read
from app.forms.part import part_of
from tests.unit.forms.samples import context

WHOLE = FormDefinition.model_validate(
    {
        "kind": "form",
        "title": "Permohonan",
        "sections": [
            {
                "title": "Perusahaan",
                "fields": {
                    "name": {"type": "text", "title": "Nama", "required": True},
                    "nib": {"type": "nib", "title": "NIB", "required": True},
                },
            }
        ],
    }
)


def test_a_part_is_read_as_itself_after_the_whole_was_read() -> None:
    assert set(read(WHOLE, {"name": "UD", "nib": "9990000000154"}, context()).values) == {"name", "nib"}
    part = part_of(WHOLE, {"nib"})
    assert part is not None
    assert part.sha256 != WHOLE.sha256
    answers = read(part, {"nib": "9990000000154"}, context())
    assert (answers.values, answers.errors) == ({"nib": "9990000000154"}, {})
