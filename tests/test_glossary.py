"""One concept has one word: every table is explained in the glossary."""

from pathlib import Path

import pytest

from app.migrations.tables import all_tables

GLOSSARY = (Path(__file__).resolve().parent.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
OURS = sorted(name for name in all_tables().tables if not name.startswith("ab_"))


@pytest.mark.parametrize("table", OURS)
def test_every_table_is_in_the_glossary(table: str) -> None:
    assert f"| `{table}` |" in GLOSSARY
