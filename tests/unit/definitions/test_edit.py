"""Editing by value: the value is exactly what was asked for, and what was not touched stays as written."""

import copy
import random
from collections.abc import Iterator
from difflib import unified_diff
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.definitions.edit import rewritten, same, written
from app.definitions.letter import split_letter
from app.definitions.parse import kind_and_key, parse
from app.definitions.yaml_text import read, read_once
from app.publishing.folder import definition_files

ROOT = Path(__file__).resolve().parents[3]
FILES = [(name, path) for name, path in definition_files(ROOT)]
TABLE = """\
# Peta kelengkapan.
kind: decision_table
title: Kelengkapan   # singkat
inputs:
  # luas bidang
  area_m2: {type: number, title: Luas}
rows:
  # besar dahulu
  - {when: {area_m2: "> 8"}, then: {outcome: survey}}
  # sisanya
  - when: {}
    then: {outcome: desk}   # tanpa survei
examples: []
"""


def changed_lines(before: str, after: str) -> list[str]:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    return [line for line in lines if not line.startswith("@@")]


def value_of(text: str) -> Any:
    return read(text).value


def test_one_cell_changes_one_line() -> None:
    value = value_of(TABLE)
    value["rows"][0]["when"]["area_m2"] = "> 6"
    assert changed_lines(TABLE, written(TABLE, value)) == [
        '-  - {when: {area_m2: "> 8"}, then: {outcome: survey}}',
        '+  - {when: {area_m2: "> 6"}, then: {outcome: survey}}',
    ]


def test_a_new_row_looks_like_its_neighbours_and_is_one_line() -> None:
    value = value_of(TABLE)
    value["rows"].insert(1, {"when": {"area_m2": [1, 2]}, "then": {"outcome": "desk"}, "law": "Ps. 3"})
    after = written(TABLE, value)
    assert value_of(after) == value
    assert all(line.startswith("+") for line in changed_lines(TABLE, after))


def test_a_row_that_moves_takes_its_comment_along() -> None:
    value = value_of(TABLE)
    value["rows"].reverse()
    after = written(TABLE, value)
    assert same(value_of(after), value)
    for comment in ("# besar dahulu", "# sisanya", "# tanpa survei", "# singkat", "# luas bidang"):
        assert comment in after


def test_a_removed_key_leaves_the_others_alone() -> None:
    value = value_of(TABLE)
    del value["examples"]
    del value["rows"][1]["then"]
    after = written(TABLE, value)
    assert same(value_of(after), value)
    assert '"> 8"' in after
    assert "# luas bidang" in after


def test_a_letter_keeps_its_head_when_only_the_body_changes() -> None:
    source = "---\nkind: letter   # surat\ntitle: Izin\n---\n<p>Lama</p>\n"
    after = rewritten("letter", source, {"kind": "letter", "title": "Izin", "body": "<p>Baru</p>\n"})
    assert after == source.replace("Lama", "Baru")


@pytest.mark.parametrize(("name", "path"), FILES, ids=[name for name, _ in FILES])
def test_every_shipped_file_comes_back_as_it_is(name: str, path: Path) -> None:
    source, (kind, _) = path.read_text(encoding="utf-8"), kind_and_key(name) or ("", "")
    head = split_letter(source)[0] if kind == "letter" else source
    assert rewritten(kind, source, value_of(head)) == source


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield (*path, key)
        yield from places(part, (*path, key))


NEW: list[Any] = [
    "baris\nkedua", "a: b", "- x", "# y", "yes", "null", "01", "{a}", "'", '"', " z ", "x" * 130, "", "ya",
    7, 1.5, True, None, [], {}, ["a", {"b": "c, d"}], {"a": {"b": ["c: d", 1]}, "e": "a\nb\n"},
]  # fmt: skip
YAML_FILES = [path for _, path in FILES if path.suffix == ".yaml"]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_any_change_of_a_shipped_file_is_written_as_meant(seed: int) -> None:
    dice = random.Random(seed)
    source = dice.choice(YAML_FILES).read_text(encoding="utf-8")
    value = copy.deepcopy(value_of(source))
    for _ in range(dice.randint(1, 3)):
        change(dice, value)
    after = written(source, value)
    assert same(value_of(after), value)
    # a comment further down goes with the key that it stands above
    head = list(takewhile(lambda line: line.startswith("#"), source.splitlines()))
    assert [line for line in head if line not in after] == []


def change(dice: random.Random, value: Any) -> None:
    """Set, remove, insert or move something somewhere."""
    path = dice.choice(list(places(value)))
    parent = value
    for step in path[:-1]:
        parent = parent[step]
    verb = dice.choice(["set", "remove", "insert", "move"])
    if verb == "set":
        parent[path[-1]] = dice.choice(NEW)
    elif verb == "remove":
        del parent[path[-1]]
    elif isinstance(parent, dict):
        key = path[-1] if verb == "move" else dice.choice(["baru", "true", "a.b", "x: y"])
        parent[key] = parent.pop(key) if verb == "move" else dice.choice(NEW)
    else:
        parent.insert(0, parent.pop(path[-1]) if verb == "move" else dice.choice(NEW))


def test_a_text_that_is_saved_again_and_again_is_read_once() -> None:
    source = "kind: decision_table\ntitle: Satu  # dibaca sekali\n"
    read_once.cache_clear()
    for title in ("Dua", "Tiga"):
        source = rewritten("decision_table", source, {"kind": "decision_table", "title": title})
        parse("decision_table", "x/y", source)
    assert source == "kind: decision_table\ntitle: Tiga  # dibaca sekali\n"
    assert read_once.cache_info().misses == 3
