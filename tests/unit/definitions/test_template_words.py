"""A template that cannot be read is told in words that an official understands."""

import pytest
from jinja2 import Environment, TemplateSyntaxError

from app.definitions.template_words import fault_of


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ }}", "something is missing between the braces."),
        ("{{ 1 + }}", "something is missing between the braces."),
        ("{% if x %}", "a part that begins with “if” or “for” does not end."),
        ("{% fi %}", "there is no tag “fi” here."),
        ("{{ a b }}", "“b” does not belong here."),
        ("{{ a) }}", "“)” does not belong here."),
        ("{{ a @ b }}", "“@” does not belong here."),
        ("{{ (a }}", "“)” is missing here."),
        ("{% for x %}{% endfor %}", "“in” is missing here."),
        ("{{ a | nope }}", "there is no filter “nope”."),
        ("{{ 'a }}", "a quotation mark is not closed."),
        ("{{ a", "braces are opened but not closed."),
        ("{# x", "a comment is not closed."),
    ],
)
def test_what_is_wrong_is_said_without_jinjas_words(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        Environment(autoescape=True).compile(source)
    assert str(fault_of(caught.value)) == said


def test_what_nobody_foresaw_is_told_too() -> None:
    assert str(fault_of(TemplateSyntaxError("something new", 1))) == "check the braces and quotes here."
