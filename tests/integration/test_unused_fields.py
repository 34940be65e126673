"""Fields that a form asks for and nothing uses."""

from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.reports.unused_fields import unused_fields
from tests.fixtures_demo import DemoWorld

FORM = "dairi_ipui/application"


def test_a_field_that_nothing_names_is_listed_and_one_that_a_letter_names_is_not(
    demo_office: DemoWorld,
) -> None:
    form: FormDefinition = current().get("form", FORM).shape
    written = form.model_dump()
    written["sections"][0]["fields"]["nobody_asks_for_this"] = {"type": "text", "title": "Hobi"}
    found = dict(unused_fields(FORM, FormDefinition.model_validate(written)))
    assert found["nobody_asks_for_this"] == "Hobi"
    assert "company_name" not in found


def test_a_field_in_a_condition_is_used(demo_office: DemoWorld) -> None:
    form: FormDefinition = current().get("form", FORM).shape
    written = form.model_dump()
    fields = written["sections"][0]["fields"]
    fields["asked_first"] = {"type": "yes_no", "title": "Punya?"}
    fields["asked_then"] = {"type": "text", "title": "Apa?", "show_if": "asked_first"}
    found = dict(unused_fields(FORM, FormDefinition.model_validate(written)))
    assert "asked_first" not in found
    assert "asked_then" in found
