"""A letter that is opened and written again is the same letter, byte for byte where nobody touched it."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.definitions.parse import parse
from app.errors import Invalid
from app.letters.reading import read_body
from app.letters.sample import sample_context
from app.letters.templating import plain_text, write
from app.letters.tree import LAYOUT, MARKS, Node, checked, meaning, node, walk, words
from app.letters.writing import write_body

ROOT = Path(__file__).parents[3] / "pdf_templates"
LETTERS = sorted(path for path in ROOT.glob("*/*.html") if path.parent.name != "shared")


def body_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n---\n", 1)[1]


def bare(of: Node) -> Node:
    """The tree with everything forgotten that it came from."""
    inner = [bare(child) for child in of["content"]] if "content" in of else None
    attrs = {name: value for name, value in of.get("attrs", {}).items() if name not in LAYOUT}
    return {**of, "attrs": attrs, **({"content": inner} if inner is not None else {})}


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_shipped_letter_is_understood_and_written_as_it_was(path: Path) -> None:
    body = body_of(path)
    tree = read_body(body)
    assert write_body(checked(tree)) == body
    opaque = [each["attrs"]["text"] for each in walk(tree) if each["type"].startswith("source")]
    assert all(text.startswith("{% set") for text in opaque)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_shipped_letter_written_anew_says_the_same(path: Path) -> None:
    body = body_of(path)
    tree = read_body(body)
    anew = write_body(bare(tree))
    assert meaning(read_body(anew)) == meaning(tree)
    letter: Any = parse("letter", "a/b", path.read_text(encoding="utf-8")).shape
    context = sample_context(letter)
    assert flat(write((), "anew", anew, context)) == flat(write((), "before", body, context))


def flat(html: str) -> str:
    return "".join(plain_text(html).split())


def test_a_small_edit_is_a_small_difference() -> None:
    body = (
        '<p  class="alinea">Satu &amp; dua</p>\n\n<table class="rincian" width="100%">\n'
        "<tr><td width=4mm>a</td><td>b</td></tr>\n"
        "{% for x in xs %}<tr><td>{{x}}</td></tr>{% endfor %}\n</table>\n"
    )
    tree = read_body(body)
    tree["content"][1]["content"][0]["content"][1]["content"] = [words("c")]
    assert write_body(tree) == body.replace(
        "<td width=4mm>a</td><td>b</td>", '<td width="4mm">a</td><td>c</td>'
    )


def test_rows_under_one_condition_stay_together() -> None:
    body = (
        "<table>\n{% if a %}<tr><td>1</td></tr>\n<tr><td>2</td></tr>{% endif %}\n"
        "<tr><td>3</td></tr>\n</table>\n"
    )
    tree = read_body(body)
    tree["content"][0]["content"][2]["content"][0]["content"] = [words("4")]
    assert write_body(tree) == body.replace("3", "4")
    tree["content"][0]["content"][1]["attrs"]["when"] = ""
    assert "{% if a %}<tr><td>1</td></tr>{% endif %}\n<tr><td>2</td></tr>" in write_body(tree)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "loose words",
        "<p>open",
        "<p>a</div>",
        "{% if a %}<p>b</p>",
        "{% endif %}<p>b</p>",
        "<p>{% if a %}b</p>{% endif %}",
        '<p class="{{ look }}">b</p>',
        "<p>{%- if a -%} b {%- endif -%}</p>",
        "{# remark #}<p>a</p><!-- html remark -->\n<style>p > a { color: red }</style>",
        "<table><thead><tr><th>a</th></tr></thead><tr><td>b</td></tr></table>",
        "<table>{% if a %}<tr><td>b</td></tr>{% else %}<tr><td>c</td></tr>{% endif %}</table>",
        "<ul><li>a<li>b</ul>",
        "<div><p>a</p></div>",
        "{% raw %}{{ a }}{% endraw %}",
        "{{ broken",
        "{% set a %}b{% endset %}<p>{{ a }}</p>",
        "<p>\ue0000\ue001</p>",
        "<p>a &lt; b < c & d &unknown; &#8212;</p>",
        "<P CLASS=x>a<BR/>b<b><i>c</b></i></P>",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_kept_as_it_stands(body: str) -> None:
    assert write_body(read_body(body)) == body


def test_one_odd_row_does_not_hide_the_table() -> None:
    tree = read_body("<table><tr><td>a</td></tr>{% for x in y %}<tr></tr><tr></tr>{% endfor %}</table>")
    assert [row["type"] for row in tree["content"][0]["content"]] == ["row", "source_row"]


@pytest.mark.parametrize(
    "wrong",
    [
        node("doc", [node("paragraph", [node("field", expression="a }} {% include 'x' %}")])]),
        node("doc", [node("paragraph", [node("control", code="if a")])]),
        node("doc", [node("paragraph", [node("control", code="endif")])]),
        node("doc", [node("condition", [node("branch", [], code="for a in b")])]),
        node("doc", [node("paragraph", [], tag="script")]),
        node("doc", [node("paragraph", [], attributes=[["on load", "x"]])]),
        node("doc", [node("unheard_of")]),
        node("paragraph", []),
    ],
)  # fmt: skip
def test_what_no_letter_can_say_is_refused(wrong: Node) -> None:
    with pytest.raises(Invalid):
        write_body(checked(wrong))


def test_nothing_is_too_deep_to_be_kept() -> None:
    body = "<p>" + "{% if a %}" * 3000 + "x" + "{% endif %}" * 3000 + "</p>"
    assert write_body(read_body(body)) == body
    deep = node("paragraph", [])
    for _ in range(200):
        deep = node("repetition", [deep], code="for a in b")
    with pytest.raises(Invalid):
        checked(node("doc", [deep]))


def test_what_a_browser_sends_must_be_a_tree() -> None:
    for wrong in (None, [], {"type": 1}, {"type": "doc", "more": 1}, {"type": "doc", "content": [1]}):
        with pytest.raises(Invalid):
            checked(wrong)


MARK_SETS = st.lists(st.sampled_from(list(MARKS)), unique=True, max_size=3).map(tuple)
TEXT = st.text("ab {}%#<>&;\"'\xa0é|", min_size=1, max_size=8)
EXPRESSION = st.sampled_from(["a", "a.b|tanggal", 'a.get("b") or "-"', '"}}"', '{"a": "b"}[c]'])
TEST = st.sampled_from(["a", "not a", 'a.b == "c"', "a > 5"])


def with_marks(made: Node, marks: tuple[str, ...]) -> Node:
    return {**made, "marks": [{"type": mark} for mark in marks]}


LEAF = st.one_of(
    st.builds(words, TEXT, MARK_SETS),
    st.builds(lambda e, m: with_marks(node("field", expression=e), m), EXPRESSION, MARK_SETS),
    st.builds(lambda m: with_marks(node("line_break"), m), MARK_SETS),
)


def chosen(test: str, first: list[Node], other: list[Node] | None, marks: tuple[str, ...]) -> list[Node]:
    """What stands in a line under a condition; a mark around it all is on each of its parts."""
    control = [with_marks(node("control", code=code), marks) for code in (f"if {test}", "else", "endif")]
    inner = [
        [with_marks(each, tuple({*marks_of(each), *marks})) for each in part] for part in (first, other or [])
    ]
    return [control[0], *inner[0], *([control[1], *inner[1]] if other is not None else []), control[2]]


def marks_of(of: Node) -> list[str]:
    return [mark["type"] for mark in of.get("marks", [])]


def lines(depth: int) -> st.SearchStrategy[list[Node]]:
    leaves = LEAF.map(lambda leaf: [leaf])
    if depth:
        inner = lines(depth - 1)
        leaves = leaves | st.builds(chosen, TEST, inner, st.none() | inner, MARK_SETS)
    return st.lists(leaves, max_size=4).map(lambda parts: [each for part in parts for each in part])


LINE = lines(2)
LOOK = st.sampled_from(["", "alinea", "rincian"])
ATTRIBUTES = st.lists(st.tuples(st.sampled_from(["width", "style"]), TEXT), max_size=1)
CELL = st.builds(
    lambda line, head, attributes: node("cell", line, header=head, attributes=attributes),
    LINE,
    st.booleans(),
    ATTRIBUTES,
)
WRAPS = st.fixed_dictionaries(
    {"when": st.sampled_from(["", "if a", "if b"]), "repeat": st.sampled_from(["", "for x in y"])}
)
ROW = st.builds(
    lambda cells, wraps: node("row", cells, **wraps), st.lists(CELL, min_size=1, max_size=3), WRAPS
)
ITEM = st.builds(lambda line, wraps: node("item", line, **wraps), LINE, WRAPS)
PARAGRAPH = st.builds(
    lambda line, tag, look, attributes: node("paragraph", line, tag=tag, look=look, attributes=attributes),
    LINE, st.sampled_from(["p", "div", "h2"]), LOOK, ATTRIBUTES,
)  # fmt: skip
TABLE = st.builds(
    lambda rows, look: node("table", rows, look=look), st.lists(ROW, min_size=1, max_size=3), LOOK
)
LIST = st.builds(
    lambda items, ordered: node("list", items, ordered=ordered),
    st.lists(ITEM, min_size=1, max_size=3),
    st.booleans(),
)


def condition(first: list[Node], other: list[Node] | None) -> Node:
    branches = [node("branch", first, code="if a")] + ([node("branch", other, code="else")] if other else [])
    return node("condition", branches)


def around(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, min_size=1, max_size=2)
    repeated = st.builds(lambda blocks: node("repetition", blocks, code="for x in y"), some)
    return st.builds(condition, some, st.none() | some) | repeated


BLOCKS = st.recursive(PARAGRAPH | TABLE | LIST, around, max_leaves=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, max_size=3))
def test_every_tree_that_is_written_reads_as_itself(blocks: list[Node]) -> None:
    doc = node("doc", blocks)
    body = write_body(copy.deepcopy(doc))
    read = read_body(body)
    assert meaning(read) == meaning(doc)
    assert write_body(read) == body
