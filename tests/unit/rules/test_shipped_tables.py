"""The tables of the services that ship, proved: what the proof finds is mended, or meant and says why."""

from pathlib import Path

import pytest

from app.definitions.decision_table import DecisionTable
from app.definitions.parse import parse
from app.rules.proof import prove
from app.rules.rows import read_table

RULES = Path(__file__).parents[3] / "rules"
TABLES = sorted(
    path.relative_to(RULES).with_suffix("").as_posix()
    for path in RULES.rglob("*.yaml")
    if "kind: decision_table" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("key", TABLES)
def test_a_table_that_ships_has_no_unexplained_finding(key: str) -> None:
    shape = parse("decision_table", key, (RULES / f"{key}.yaml").read_text(encoding="utf-8")).shape
    assert isinstance(shape, DecisionTable)
    read, problems = read_table(shape)
    assert problems == []
    left = [finding for finding in prove(read) if finding.severity != "hint" and not finding.waived]
    assert [(finding.path, str(finding.message)) for finding in left] == []


def test_all_five_services_have_tables() -> None:
    assert {key.split("/")[0] for key in TABLES} >= {
        "dairi_ipui", "iuki_verification", "recommendation", "ipki", "ipui_magetan",
    }  # fmt: skip
