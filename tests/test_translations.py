"""Everything a person reads exists in Indonesian: no sentence of the code is missing from the catalogue."""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import app
from app.errors import OfficeError

ROOT = Path(__file__).resolve().parent.parent
OWN_WORDS = re.compile(r'super\(\)\.__init__\(\s*"([^"]+)"')
PLACE = re.compile(r"%\((\w+)\)[sdf]")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="id")


@pytest.fixture(scope="module")
def known() -> Catalog:
    return catalogue(ROOT / "app/translations/id/LC_MESSAGES/messages.po")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences of the code, collected as `make messages` collects them."""
    keywords = re.findall(r"-k (\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    out = tmp_path_factory.mktemp("words") / "messages.pot"
    options = [word for keyword in keywords for word in ("-k", keyword)]
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", *options]
    subprocess.run([*command, "--omit-header", "-o", str(out), "."], cwd=ROOT, check=True)
    return catalogue(out)


def test_the_words_of_every_error_are_collected() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    collected = set(re.findall(r"-k (\w+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {kind.__name__ for kind in _kinds(OfficeError)} <= collected


def test_every_sentence_has_an_indonesian_one(used: Catalog, known: Catalog) -> None:
    missing = [message.id for message in used if message.id and not _said(known, message.id)]
    assert missing == []


def test_no_sentence_is_kept_that_nobody_says(used: Catalog, known: Catalog) -> None:
    assert [message.id for message in known if message.id and message.id not in used] == []


def test_no_error_words_itself_where_nobody_collects_it(used: Catalog) -> None:
    """An error that gives its own sentence to `OfficeError.__init__` is no call that babel knows."""
    sources = (ROOT / "app").rglob("*.py")
    said = [found for path in sources for found in OWN_WORDS.findall(path.read_text(encoding="utf-8"))]
    assert [sentence for sentence in said if sentence not in used] == []


def test_a_sentence_names_what_the_original_names(known: Catalog) -> None:
    wrong = [m.id for m in known if m.id and not set(_places(m.string)) <= set(_places(m.id))]
    assert wrong == []


def _kinds(kind: type[OfficeError]) -> Iterator[type[OfficeError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def _said(known: Catalog, msgid: str | tuple[str, ...]) -> bool:
    found = known.get(msgid)
    strings = found.string if found else ""
    return bool(strings) and all([strings] if isinstance(strings, str) else strings)


def _places(sentence: str | tuple[str, ...]) -> list[str]:
    parts = [sentence] if isinstance(sentence, str) else list(sentence)
    return [place for part in parts for place in PLACE.findall(part)]
