"""Guards over every page template: it compiles, and nothing in it fails under the strict content policy."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "web" / "templates"
STATIC = TEMPLATES.parent / "static"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
IMPORT_MAP = '<script type="importmap" nonce="{{ csp_nonce() }}">'  # names modules, runs nothing


def _source(page: str) -> str:
    return COMMENT.sub("", (TEMPLATES / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_a_template_compiles(page: str) -> None:
    Environment(extensions=["jinja2.ext.i18n"]).parse(_source(page))


@pytest.mark.parametrize("page", PAGES)
def test_a_template_has_no_inline_style_script_or_handler(page: str) -> None:
    source = _source(page).replace(IMPORT_MAP, "")
    assert not re.search(r"<style\b|\sstyle\s*=", source)
    assert not re.search(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>", source)
    assert not re.search(r"\s(on[a-z]+|hx-on[:a-z-]*)\s*=\s*[\"']", source)
    assert "javascript:" not in source


@pytest.mark.parametrize("page", PAGES)
def test_a_template_loads_nothing_from_elsewhere(page: str) -> None:
    assert not re.search(r"(src|href|action)\s*=\s*[\"']\s*(https?:)?//", _source(page))


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {name for page in PAGES for name in re.findall(r"icon\(\"([a-z-]+)\"", _source(page))}
    assert named <= drawn


def test_vendored_scripts_stand_in_a_folder_with_version_and_licence() -> None:
    for folder in (STATIC / "vendor").iterdir():
        assert re.search(r"-\d+\.\d+", folder.name)
        assert (folder / "LICENSE").is_file()
