"""Let running cases go on by the newest revision of their process, where step and data fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.adoption import Standing, ahead_of, obstacles
from app.cases.models import Case, Task
from app.cases.office_calendar import calendar_in
from app.cases.plan import happy_path, plan
from app.db import Session
from app.definitions.catalogue import Catalogue, Entry, current
from app.definitions.decision_table import DecisionTable
from app.definitions.letter import Letter as LetterShape
from app.definitions.process import Process
from app.definitions.provided import drafts_in
from app.errors import Forbidden, Text
from app.flow.answers import new_form
from app.flow.transaction import transaction
from app.flow.work import lock_case
from app.letters.check import used_variables
from app.letters.models import Letter
from app.people.access import Person

ENDED = ("void", "replaced", "revoked")
LISTED = 500


@dataclass(frozen=True)
class Candidate:
    """An open case on an older revision: where it stands and why it cannot move (nothing: it can)."""

    number: str
    revision: int
    steps: Sequence[str]
    obstacles: Sequence[Text]


def candidates(process: str) -> list[Candidate]:
    """The open cases of a process that are not on its newest revision, oldest first (at most 500)."""
    catalogue = current()
    target = catalogue.get("process", process)
    query = (
        select(Case)
        .where(Case.process == process, Case.process_revision != target.number)
        .where(Case.status.not_in(("closed", "draft")))
        .order_by(Case.id)
        .limit(LISTED)
    )
    return [_candidate(catalogue, case, target) for case in Session.scalars(query)]


def adopt(number: str, person: Person, now: datetime) -> list[Text]:
    """Move one case to the newest revision of its process; return why not where it does not fit.

    Raises Forbidden for anybody but an administrator. The case keeps its limits; its plan is drawn anew.
    """
    if not person.is_admin:
        raise Forbidden("Only administrators may do this.")
    with transaction():
        case_id = Session.scalars(select(Case.id).where(Case.number == number)).one()
        case, catalogue = lock_case(case_id), current()
        target = catalogue.get("process", case.process)
        found = list(_candidate(catalogue, case, target).obstacles)
        chain, revisions = f"case:{case.id}", {"before": case.process_revision, "after": target.number}
        if found:
            record(
                chain, "case.stays", person.username, now, **revisions, reasons=[str(each) for each in found]
            )
        elif case.process_revision != target.number:
            _move(case, target, catalogue)
            record(chain, "case.moved", person.username, now, process=case.process, **revisions)
        return found


def _candidate(catalogue: Catalogue, case: Case, target: Entry) -> Candidate:
    pinned = catalogue.revision("process", case.process, case.process_revision)
    old: Process = pinned.shape
    new: Process = target.shape
    standing = _standing(case)
    known, wanted = _needs(catalogue, pinned, standing.open), _needs(catalogue, target, standing.open)
    needs = {path: step for path, step in wanted.items() if path not in known}
    titles = [old.steps[key].full_title for key in standing.open]
    return Candidate(case.number, case.process_revision, titles, obstacles(old, new, standing, needs))


def _standing(case: Case) -> Standing:
    tasks = list(Session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)))
    letters = select(Letter.slot, Letter.template).where(
        Letter.case_id == case.id, Letter.status.not_in(ENDED)
    )
    return Standing(
        open=[task.step for task in tasks if task.state == "open"],
        passed={task.step: task.outcome for task in tasks if task.state == "done"},
        letters=[(slot, template) for slot, template in Session.execute(letters)],
        data=case.data,
        joins=case.joins,
    )


def _needs(catalogue: Catalogue, entry: Entry, open_steps: Sequence[str]) -> dict[str, str]:
    """The earlier answers that tables, letters and assignments of the steps ahead use, each with its step."""
    process: Process = entry.shape
    ahead = ahead_of(process, open_steps)
    return {
        path: step
        for step, path in [*_asked_by_tables(catalogue, entry), *_asked_by_letters(catalogue, process)]
        if step in ahead and path.partition(".")[0] in (*process.steps, "application")
    }


def _asked_by_tables(catalogue: Catalogue, entry: Entry) -> Iterator[tuple[str, str]]:
    """Each revision of a process decides by tables with the interface that it was published with."""
    process: Process = entry.shape
    for key, step in process.steps.items():
        if step.assign:
            yield key, step.assign
        if step.decide:
            table: DecisionTable = catalogue.table_for((entry.key, entry.number), step.decide.table).shape
            yield from ((key, path) for path in table.inputs if "." in path)


def _asked_by_letters(catalogue: Catalogue, process: Process) -> Iterator[tuple[str, str]]:
    for step, key in drafts_in(process):
        if catalogue.has("letter", key):
            letter: LetterShape = catalogue.get("letter", key).shape
            for source in (letter.body, *letter.templates.values()):
                used = (path for path in used_variables(source) if path.startswith("data."))
                yield from ((step, path.removeprefix("data.")) for path in used)


def _move(case: Case, target: Entry, catalogue: Catalogue) -> None:
    process: Process = target.shape
    case.process_revision, case.version = target.number, case.version + 1
    query = select(Task).where(Task.case_id == case.id, Task.state == "open").with_for_update()
    tasks = list(Session.scalars(query))
    for task in tasks:
        _follow(task, process, catalogue)
    if case.clock_started_at:
        path = _path(process, [task.step for task in tasks], case.plan)
        calendar = calendar_in(case.office_id, catalogue.version)
        case.plan = plan(process, calendar, case.clock_started_at, path)


def _follow(task: Task, process: Process, catalogue: Catalogue) -> None:
    """A task carries the words, the role and the form of its step; who has it open must look again."""
    step = process.steps[task.step]
    task.no, task.title = step.no, step.title
    task.role, task.also_roles = process.role_at(task.step), process.roles_beside(task.step)
    form = new_form(catalogue, step)
    if form != task.form_revision:
        task.form_revision, task.version = form, task.version + 1


def _path(process: Process, open_steps: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The planned way in the new revision: as planned where the open steps lie on it, else on from them."""
    path = happy_path(process, process.start.first)
    if not open_steps or open_steps[0] in path:
        return path
    here = process.position(open_steps[0])
    passed = [row["step"] for row in rows if row["step"] in process.steps]
    passed = [key for key in passed if process.position(key) < here]
    return passed + happy_path(process, open_steps[0])
