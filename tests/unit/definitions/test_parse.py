"""Parsing: every kind of refusal names its line, its path and a sentence that helps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.definitions.form import FormDefinition
from app.definitions.parse import SHAPES, digest, file_of, kind_and_key, parse
from app.definitions.problem import Problem
from app.definitions.process import Process
from app.definitions.yaml_text import MAX_BYTES, MAX_VALUES, Refused, read
from app.errors import NotFound
from tests import kiosk


def only(kind: str, source: str) -> Problem:
    problems = parse(kind, f"kiosk/{kind}", source).problems
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def changed(kind: str, name: str, old: str, new: str) -> Problem:
    return only(kind, kiosk.changed(name, old, new)[name])


class TestYaml:
    @pytest.mark.parametrize(
        ("source", "line", "word"),
        [
            ("a: 1\nb: &x 2", 2, "Anchors"),
            ("a: *x", 1, "Anchors"),
            ("a:\n  - !!python/object:os.system x", 2, "Tags"),
            ("a: ! 1", 1, "Tags"),
            ("a: 1\nb: 2\na: 3", 3, "twice"),
            ("a:\n  b: 1\n  b: 2", 3, "twice"),
            ("a: 1\n---\nb: 2", 2, "one definition"),
            ("%YAML 1.1\n---\na: 1", 2, "Directives"),
            ("a: 01111", 1, "quotes"),
            ("a: 0o17", 1, "quotes"),
            ("a: .inf", 1, "quotes"),
            ("a: 1e999", 1, "too long"),
            ("a: 1234567890123456789", 1, "too long"),
            ("a:\n\t- 1", 2, "indent with spaces"),
            ("a: 'x", 1, "not closed"),
            ("a: b: c", 1, "colon"),
            ("a: [1, 2", 1, "not closed"),
            ("a:\n  b: 1\n c: 2", 3, "indentation"),
            ('a: "\\ud800"', 1, "cannot be shown"),
            ('a: "\\0"', 1, "cannot be shown"),
            ("? [a]\n: 1", 1, "key must be a text"),
            ("", 1, "empty"),
            ("# nothing\n", 1, "empty"),
            ("[" * 100, 1, "too deeply"),
        ],
    )
    def test_is_refused(self, source: str, line: int, word: str) -> None:
        with pytest.raises(Refused) as refused:
            read(source)
        assert refused.value.line == line
        assert word in str(refused.value.reason)

    def test_too_large_a_file_is_refused(self) -> None:
        with pytest.raises(Refused, match="larger than"):
            read("#" * (MAX_BYTES + 1))

    def test_too_many_values_are_refused(self) -> None:
        with pytest.raises(Refused, match="more than"):
            read("[" + "1," * (MAX_VALUES + 1) + "]")

    def test_words_that_other_readers_take_for_something_else_stay_texts(self) -> None:
        source = "{a: no, b: 12:30, c: 2026-11-23, d: 1_000, e: yes, f: 1.2.3, 5: x}"
        assert read(source).value == {
            "a": "no",
            "b": "12:30",
            "c": "2026-11-23",
            "d": "1_000",
            "e": "yes",
            "f": "1.2.3",
            "5": "x",
        }

    def test_numbers_booleans_and_nothing_are_read(self) -> None:
        assert read("[1, -2, 0.5, 1e3, true, False, ~, null, '1']").value == [
            1,
            -2,
            0.5,
            1000.0,
            True,
            False,
            None,
            None,
            "1",
        ]

    def test_every_value_has_its_line(self) -> None:
        lines = read("a:\n  - x\n  - b: 1\n    c: 2\n").lines
        assert lines == {"a": 1, "a.1": 2, "a.2": 3, "a.2.b": 3, "a.2.c": 4}


class TestShape:
    def test_an_unknown_key_suggests_the_right_one(self) -> None:
        problem = changed("process", "rules/kiosk/process.yaml", "minutes: 60", "minuts: 60")
        assert (problem.file, problem.line, problem.path) == (
            "rules/kiosk/process.yaml",
            11,
            "norms.quick.minuts",
        )
        assert str(problem.message) == 'There is no key "minuts" here; did you mean "minutes"?'

    def test_a_key_of_another_kind_of_field_is_unknown(self) -> None:
        problem = changed("form", "forms/kiosk/application.yaml", "type: text,", "type: text, decimal: 2,")
        assert problem.path == "sections.1.fields.owner.decimal"
        assert problem.line == 7

    def test_a_missing_key_is_named_where_it_is_missing(self) -> None:
        problem = changed("process", "rules/kiosk/process.yaml", "title: Memeriksa berkas", "remark: x")
        assert (problem.line, problem.path) == (15, "steps.check.title")
        assert str(problem.message) == 'The key "title" is missing.'

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("minutes: 60", 'minutes: "60"', "Write a whole number here."),
            ("minutes: 60", "minutes: 0", "Write a number greater than 0."),
            ("clock: applicant", "clock: aplicant", 'Did you mean "applicant"?'),
            ("not_by: [check]", "not_by: check", "Write a list here."),
            ("next: check", "next: Check", "Use small letters"),
            ("next: check", "next: {a: 1}", "Write a text here"),
            ("timeout: {norm", "fulfilled_by_download: yes\n    timeout: {norm", "Write true or false here."),
            ("title: Izin Kios", "title: 5", "Write a text here"),
        ],
    )
    def test_a_wrong_value_is_said_in_a_sentence(self, old: str, new: str, sentence: str) -> None:
        assert sentence in str(changed("process", "rules/kiosk/process.yaml", old, new).message)

    def test_a_date_is_read_and_a_bad_one_refused(self) -> None:
        dated = kiosk.SERVICE + "valid_from: 2026-11-23\n"
        assert parse("service", "kiosk/service", dated).problems == []
        problem = only("service", kiosk.SERVICE + "valid_from: 23-11-2026\n")
        assert "as in 2026-11-23" in str(problem.message)

    def test_the_wrong_kind_is_told(self) -> None:
        assert "kind: form" in str(only("form", kiosk.PROCESS).message)
        assert only("form", "title: X").line == 1

    def test_a_letter_has_a_head(self) -> None:
        assert "three hyphens" in str(only("letter", "<p>x</p>").message)
        problem = only("letter", kiosk.PERMIT.replace("signer: head", "singer: head"))
        assert (problem.line, problem.path) == (6, "singer")

    def test_problems_come_in_the_order_of_the_file(self) -> None:
        source = kiosk.PROCESS.replace("minutes: 60", "minutes: x").replace("norm: quick", "nrm: quick")
        lines = [problem.line for problem in parse("process", "kiosk/process", source).problems]
        assert lines == [11, 19]


class TestNames:
    @pytest.mark.parametrize(
        ("path", "ref"),
        [
            ("rules/roles.yaml", ("roles", "roles")),
            ("rules/kiosk/process.yaml", ("process", "kiosk/process")),
            ("rules/kiosk/completeness.yaml", ("decision_table", "kiosk/completeness")),
            ("forms/kiosk/process.yaml", ("form", "kiosk/process")),
            ("pdf_templates/kiosk/permit.html", ("letter", "kiosk/permit")),
        ],
    )
    def test_a_path_names_a_definition_and_back(self, path: str, ref: tuple[str, str]) -> None:
        assert kind_and_key(path) == ref
        assert file_of(*ref) == path

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "rules",
            "rules/x.yaml",
            "rules/a/b/c.yaml",
            "rules/A/b.yaml",
            "rules/a/../b.yaml",
            "forms/a/b.yml",
            "pdf_templates/shared/page.html",
            "docs/a/b.yaml",
            "rules/a/.yaml",
        ],
    )
    def test_other_files_name_none(self, path: str) -> None:
        assert kind_and_key(path) is None

    @pytest.mark.parametrize(
        "ref", [("form", "../x"), ("process", "kiosk/table"), ("roles", "x/y"), ("x", "a/b")]
    )
    def test_an_impossible_definition_has_no_file(self, ref: tuple[str, str]) -> None:
        with pytest.raises(NotFound):
            file_of(*ref)


def test_every_small_definition_is_read() -> None:
    for (kind, key), source in kiosk.texts().items():
        parsed = parse(kind, key, source)
        assert parsed.problems == []
        assert isinstance(parsed.shape, SHAPES[kind])


def test_line_ends_make_no_other_text() -> None:
    windows = "\ufeff" + kiosk.PROCESS.replace("\n", "\r\n")
    assert digest(windows) == digest(kiosk.PROCESS)
    assert isinstance(parse("process", "kiosk/process", windows).shape, Process)


def test_a_later_check_finds_the_line_of_its_path() -> None:
    parsed = parse("form", "kiosk/check", kiosk.CHECK)
    assert isinstance(parsed.shape, FormDefinition)
    assert parsed.line_of("sections.1.fields.officer.role") == 7
    assert parsed.line_of("sections.1.fields.nowhere") == 5
    assert parsed.line_of("") == 1


SCRAPS = st.sampled_from(
    [
        "a",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&x",
        "*x",
        "!!int ",
        "!",
        "|",
        ">",
        "'",
        '"',
        "#",
        "%",
        "---\n",
        "...",
        "? ",
        "\t",
        "\\",
        "\\x",
        "kind: form",
        "0x1",
        "1e9",
        "<<",
        "~",
        "\u2028",
        "\x85",
        "\r",
        "\ufeff",
    ]
)


@given(st.sampled_from(sorted(SHAPES)), st.one_of(st.text(), st.lists(SCRAPS).map("".join)))
@settings(max_examples=300, deadline=None)
def test_parsing_never_raises(kind: str, source: str) -> None:
    parsed = parse(kind, "kiosk/x", source)
    assert (parsed.shape is None) == bool(parsed.problems)


@given(st.sampled_from(sorted(kiosk.FILES)), st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_definition_never_raises(name: str, data: st.DataObject) -> None:
    source = kiosk.FILES[name]
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 20)))
    ref = kind_and_key(name)
    assert ref
    parse(*ref, source[:start] + data.draw(st.one_of(st.text(max_size=5), SCRAPS)) + source[end:])
