"""The publish gate knows which variables a letter uses and what it may not do."""

from pathlib import Path

import pytest

from app.letters.check import check_letter, used_variables
from tests.unit.letters.conftest import letter_of, load


@pytest.mark.parametrize(
    ("body", "used"),
    [
        ("{{ party.name }}", {"party.name"}),
        ("{{ party['name']|upper }}", {"party.name"}),
        ("{% if case.urgent %}{{ case.number }}{% endif %}", {"case.urgent", "case.number"}),
        (
            "{% for m in visit.machines %}{{ loop.index }} {{ m.name }}{% endfor %}",
            {"visit.machines", "visit.machines.*.name"},
        ),
        (
            "{% for m in visit.machines|sort %}{% for p in m.parts %}{{ p.no }}{% endfor %}{% endfor %}",
            {"visit.machines", "visit.machines.*.parts", "visit.machines.*.parts.*.no"},
        ),
        ("{{ visit.machines[0].name }}", {"visit.machines.*.name"}),
        ("{% set p = party %}{{ p.name }}", {"party", "party.name"}),
        ("{% for key, value in party.items() %}{{ key }}{{ value }}{% endfor %}", {"party"}),
        ("{{ party.fax|default('-') }}{% if witness is defined %}ada{% endif %}", set()),
        ("{% macro row(a) %}{{ a }}{{ party.nib }}{% endmacro %}{{ row(1) }}", {"party.nib"}),
        ("{{ range(3)|list }}{{ 'teks' }}", set()),
    ],
)
def test_used_variables_are_found(body: str, used: set[str]) -> None:
    assert used_variables(body) == used


def test_a_variable_that_nothing_provides_is_a_problem_with_its_line() -> None:
    problems = check_letter(letter_of("\n<p>{{ party.name }}</p>\n<p>{{ party.nama }}</p>"), {"party.name"})
    assert [(problem.path, problem.line, str(problem.message)) for problem in problems] == [
        ("body", 3, "Nothing provides the variable party.nama.")
    ]


def test_the_head_is_checked_like_the_body() -> None:
    problems = check_letter(letter_of("<p>satu</p>", subject="Izin {{ party.nama }}"), set())
    assert [problem.path for problem in problems] == ["subject"]


def test_a_list_is_provided_by_its_items_and_an_open_path_by_its_star() -> None:
    letter = letter_of("{% for m in visit.machines %}{{ m.name }}{% endfor %}")
    assert check_letter(letter, {"visit.machines.*.name"}) == []
    assert check_letter(letter, {"visit.*"}) == []
    assert len(check_letter(letter, {"visit.location"})) == 2


@pytest.mark.parametrize(
    "body",
    [
        "{% extends 'shared/page.html' %}",
        "{% include 'dairi_ipui/permit' %}",
        "{% include letter.number %}",
        "{% autoescape false %}{{ letter.number }}{% endautoescape %}",
        "{{ letter.number|safe }}",
        "{% for %}",
        "{{ letter.number|tidak_ada }}",
        "{% block opening %}{% endblock %}",
    ],
)
def test_what_leaves_the_frame_or_the_escaping_is_a_problem(body: str) -> None:
    assert check_letter(letter_of(body), set())


def test_minutes_alone_are_confirmed_by_members() -> None:
    assert check_letter(letter_of("<p>satu</p>", signer="members", layout="form"), set())


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent / "letters").glob("*.html")), ids=lambda path: path.stem
)
def test_the_sample_letters_have_no_problem(path: Path) -> None:
    letter = load(path.stem)
    assert check_letter(letter, {f"{key}.*" for key in letter.sample}) == []
