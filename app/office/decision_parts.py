"""Decisions as cards that say why: the rows that spoke, the facts, the law and the revision."""

from typing import Any

from app.cases.models import Case, Decision
from app.definitions.catalogue import current
from app.definitions.decision_table import DecisionTable
from app.definitions.process import Process
from app.forms.checklist import STATE_TITLES
from app.reports.names import names_of
from app.web.i18n import translate
from app.web.wording import number, yes_no

BAD = ("refused", "returned", "expired")


def stored(case: Case, process: Process, rows: list[Decision]) -> list[dict[str, Any]]:
    """The decisions of a case, oldest first."""
    names = names_of(row.by for row in rows)
    return [
        {
            **card(process, row.step, row.table, row.revision),
            **outcome(process, row.step, row.outcome),
            "at": row.at,
            "by": names.get(row.by, row.by),
            **explained(table_at(row.table, row.revision), row.rows, row.reasons, row.laws),
            "facts": facts(table_at(row.table, row.revision), row.facts),
            "outputs": outputs(table_at(row.table, row.revision), row.outputs),
        }
        for row in rows
    ]


def previewed(process: Process, step: str, said: dict[str, Any]) -> dict[str, Any]:
    """What app.flow.preview found out, as the same card."""
    table = process.steps[step].decide
    key = table.table if table else ""
    shape = table_at(key, said["revision"])
    return {
        **card(process, step, key, said["revision"]),
        **outcome(process, step, said["outcome"]),
        **explained(shape, said["rows"], said["reasons"], said["laws"]),
    }


def card(process: Process, step: str, table: str, revision: int) -> dict[str, Any]:
    """Which table of which revision decided at which step."""
    no = process.steps[step].no
    title = table_at(table, revision).title
    return {"table_title": f"{no}. {title}" if no else title, "revision": revision}


def table_at(key: str, revision: int) -> DecisionTable:
    """A revision of a table."""
    shape: DecisionTable = current().revision("decision_table", key, revision).shape
    return shape


def outcome(process: Process, step: str, key: str) -> dict[str, str]:
    """The way out in words; going back or ending without success is told apart by its colour."""
    way = process.steps[step].outcomes.get(key)
    first = next(iter(process.steps[step].outcomes), None)
    return {
        "outcome": key,
        "outcome_title": way.title if way else key,
        "tone": "good" if key == first else "bad",
    }


def explained(table: DecisionTable, rows: list[int], reasons: list[str], laws: list[str]) -> dict[str, Any]:
    """The rows that spoke, each with its reason and its law."""
    told = [
        {"row": row, "reason": str(found.then.get("reason") or ""), "law": found.law}
        for row in rows
        if 0 < row <= len(table.rows)
        for found in [table.rows[row - 1]]
    ]
    spoken = [row for row in told if row["reason"]]
    return {"rows": spoken if len(spoken) == len(reasons) else [], "reasons": reasons, "laws": laws}


def facts(table: DecisionTable, used: dict[str, Any]) -> list[dict[str, str]]:
    """The facts a decision rests on, by the titles of the table's inputs."""
    return [
        {"label": table.inputs[path].title if path in table.inputs else path, "value": words(value)}
        for path, value in used.items()
    ]


def outputs(table: DecisionTable, told: dict[str, Any]) -> list[dict[str, str]]:
    """What else a table said."""
    return [
        {"label": table.outputs[key].title if key in table.outputs else key, "value": words(value)}
        for key, value in told.items()
        if key != "reason" and value not in (None, "", [])
    ]


def words(value: Any) -> str:
    """A fact as a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return ", ".join(words(item) for item in value)
    return translate(STATE_TITLES[value]) if value in STATE_TITLES else str(value)
