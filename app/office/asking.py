"""What an officer adds to a correction: a field of the application or a document, and what is wrong."""

from collections.abc import Mapping
from typing import Any

from app.cases.models import Case
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.process import Process, Step, as_list
from app.flow.work import Ask
from app.reports.case_parts import requirements_of

ROWS = 6
FIELD, REQUIREMENT = "field:", "requirement:"


def asking(case: Case, process: Process, step: Step, posted: Mapping[str, str]) -> dict[str, Any] | None:
    """What may be named and what was posted; None where the step sends nothing back to be put right."""
    if not sends_back(process, step):
        return None
    form: FormDefinition = current().get("form", process.start.form).shape
    rows = [(posted.get(f"asks-{n}-what", ""), posted.get(f"asks-{n}-reason", "")) for n in range(ROWS)]
    return {
        "fields": [(f"{FIELD}{key}", own.title) for key, own in form.fields() if own.type != "computed"],
        "documents": [(f"{REQUIREMENT}{key}", item.title) for key, item in requirements_of(case).items()],
        "rows": [{"what": what, "reason": reason} for what, reason in rows],
        "open": any(what or reason for what, reason in rows),
    }


def sends_back(process: Process, step: Step) -> bool:
    """True where a way out asks for corrections of the application itself."""
    return any(
        any(action.ask_correction for action in way.do)
        and any(process.steps[key].form == process.start.form for key in as_list(way.next))
        for way in step.outcomes.values()
    )


def asks_in(posted: Mapping[str, str]) -> list[Ask]:
    """The rows of a posted form that say anything."""
    found = []
    for number in range(ROWS):
        what, reason = (posted.get(f"asks-{number}-{part}", "").strip() for part in ("what", "reason"))
        if what or reason:
            found.append(_ask(what, reason))
    return found


def _ask(what: str, reason: str) -> Ask:
    if what.startswith(REQUIREMENT):
        return Ask(reason, requirement=what.removeprefix(REQUIREMENT))
    return Ask(reason, field=what.removeprefix(FIELD) or None)
