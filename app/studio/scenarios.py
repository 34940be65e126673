"""Scenarios of an SOP: every way through the draft, walked before it is published."""

from typing import Any

from flask import render_template
from flask_appbuilder import expose

from app.cases.scenarios import LIMIT, Scenario
from app.definitions.decision_table import DecisionTable
from app.definitions.parse import Ref
from app.publishing import drafts
from app.publishing.change_sets import drafts_of, get, texts_of
from app.publishing.rehearse import Rehearsal, rehearse
from app.rules.notation import write_fact
from app.rules.witness import Facts
from app.studio.page import StudioPage, frame, ref_in
from app.web.entry import enter
from app.web.i18n import translate


class ScenariosView(StudioPage):
    """Walks a process."""

    @expose("/scenarios/<path:key>")
    @enter
    def show(self, key: str) -> str:
        """Each way out of each step with the road to it, the facts, and how it ends."""
        ref = ref_in("process", key)
        rehearsal = rehearse(key, changes_of(ref))
        rows = [row(rehearsal, one) for one in rehearsal.scenarios]
        wrong = sum(1 for one in rows if one["problem"])
        return render_template("studio/scenarios.html", **frame(ref, "scenarios"), rows=rows, wrong=wrong)


def changes_of(ref: Ref) -> dict[Ref, str | None]:
    """The draft of a definition together with the others of its change set; the text in force without one."""
    opened = drafts.open_draft(ref)
    beside = drafts_of(get(opened.draft.change_set_id)) if opened.draft and opened.draft.change_set_id else []
    return {**texts_of(beside), ref: opened.text}


def row(rehearsal: Rehearsal, one: Scenario) -> dict[str, Any]:
    """A scenario as a row: what is tried, the road by numbers, the last facts, the end or the problem."""
    process, (key, way) = rehearsal.process, one.tried
    step = process.steps[key]
    facts = next((turn.facts for turn in one.turns if (turn.step, turn.way) == one.tried), None)
    table = rehearsal.tables.get(step.decide.table) if step.decide else None
    return {
        "step": step.full_title,
        "way": step.outcomes[way].title if way in step.outcomes else way == LIMIT,
        "road": [process.steps[turn.step].no or process.steps[turn.step].title for turn in one.turns],
        "facts": facts_shown(facts or {}, table) if table else [],
        "end": next(
            (end.title for end in process.steps.values() if end.result and end.result == one.result), ""
        ),
        "problem": translate(one.problem) if one.problem else "",
    }


def facts_shown(facts: Facts, table: DecisionTable) -> list[tuple[str, str]]:
    """What was answered, by the titles that the table gives to questions and values."""
    given = {path: value for path, value in facts.items() if value is not None}
    return [
        (table.inputs[path].title, write_fact(value, table.inputs[path])) for path, value in given.items()
    ]
