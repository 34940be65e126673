"""The gate: everything that must hold before a change set is published, each problem with file and line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import TemplateSyntaxError

from app.definitions.catalogue import Catalogue, current
from app.definitions.clauses import Clauses
from app.definitions.decision_table import DecisionTable
from app.definitions.form import FormDefinition
from app.definitions.letter import Letter
from app.definitions.messages import Messages
from app.definitions.parse import Parsed, Ref, parse, withdrawn
from app.definitions.problem import Problem
from app.definitions.process import Process
from app.definitions.process_check import check_process
from app.definitions.provided import LETTER_FACTS, drafts_in, letter_facts
from app.definitions.references import check_references, names_in
from app.definitions.shape import Shape
from app.definitions.template_words import fault_of
from app.errors import text
from app.forms.check import check_form
from app.letters import press
from app.letters.check import check_letter, try_sample
from app.letters.clauses import check_clauses
from app.letters.render import Renderer, shared_sources
from app.messages.wording import SANDBOX
from app.publishing.folder import read_folder
from app.publishing.overlay import Overlay
from app.rules.check import check_table

# Renders the sample of a letter, named by its file.
Trial = Callable[[Letter, str], list[Problem]]
# What a letter may use as far as it can be told without the process that drafts it.
ANY_FACTS = LETTER_FACTS | {"data.*", "decision.*"}


def trial_with(renderer: Renderer, folder: Path) -> Trial:
    """Try samples with this renderer, within the shared frames of a folder of definitions."""
    sources = shared_sources(folder / "pdf_templates")
    return lambda letter, file: try_sample(renderer, letter, sources, file)


# The texts of a change set by definition; None takes the definition out of force.
Changes = Mapping[Ref, str | None]


def trial_by_press() -> Trial:
    """Try samples as this process renders letters."""
    return lambda letter, file: try_sample(press.renderer(), letter, press.sources(), file)


def check_set(
    changes: Changes, catalogue: Catalogue | None = None, trial: Trial | None = None
) -> list[Problem]:
    """Every problem that publishing these texts together would have; without any, they may be published."""
    return Examination(changes, catalogue or current(), trial).problems(changes)


def check_folder(folder: Path, trial: Trial | None = None) -> list[Problem]:
    """Check the files of a folder by themselves, without a database."""
    files = read_folder(folder)
    examination = Examination(files.texts, None, trial)
    return [*files.problems, *examination.problems(files.texts)]


class Examination:
    """A change set being examined, whole or in parts, against what is in force."""

    def __init__(self, changes: Changes, catalogue: Catalogue | None, trial: Trial | None) -> None:
        self.parsed = parsed_set(changes)
        self.catalogue = catalogue
        self.trial = trial
        self.own = cache(self._own)

    def problems(self, refs: Iterable[Ref]) -> list[Problem]:
        """The problems of a part of the change set: each one's own first, then those between definitions."""
        refs = sorted(refs)
        own = [problem for ref in refs for problem in self.own(ref)]
        sound = [ref for ref in refs if not self.own(ref)]
        broken = set(refs) - set(sound)
        return own + self.cross(sound, broken)

    def cross(self, refs: Iterable[Ref], broken: Iterable[Ref] = ()) -> list[Problem]:
        """The problems between definitions; nothing is said of what rests on broken ones."""
        found: list[Problem] = []
        for catalogue in self._days():
            changes = {ref: self.parsed[ref] for ref in refs}
            known = [str(problem) for problem in found]
            new = _between(Overlay(catalogue, changes), Overlay(catalogue, {}), set(broken))
            found += [problem for problem in new if str(problem) not in known]
        return found

    def _days(self) -> Iterator[Catalogue | None]:
        """Today, and every later day on which something already published comes into force."""
        yield self.catalogue
        if self.catalogue:
            for day in self.catalogue.coming():
                yield self.catalogue.at(day)

    def _own(self, ref: Ref) -> list[Problem]:
        parsed = self.parsed[ref]
        if parsed.shape is None:
            return parsed.problems
        if isinstance(parsed.shape, Letter):
            problems = _check_letter(parsed, parsed.shape, ANY_FACTS)
            return problems or parsed.place(self.trial(parsed.shape, parsed.file) if self.trial else [])
        if isinstance(parsed.shape, Clauses):
            return parsed.place(check_clauses(ref[1], parsed.shape))
        return parsed.place(_OWN.get(parsed.kind, _nothing)(parsed.shape))


def parsed_set(changes: Changes) -> dict[Ref, Parsed]:
    """The texts as definitions; one that is withdrawn is as if it were not there."""
    return {
        ref: withdrawn(*ref) if source is None else parse(*ref, source) for ref, source in changes.items()
    }


def _nothing(shape: Shape) -> list[Problem]:
    return []


def _check_letter(parsed: Parsed, letter: Letter, provided: frozenset[str]) -> list[Problem]:
    """Lines of the body are lines of the file; those of texts in the head count from their own beginning."""
    problems = check_letter(letter, provided)
    return parsed.place(item if item.path == "body" else replace(item, line=None) for item in problems)


def _check_messages(messages: Messages) -> list[Problem]:
    """Texts with fields must be readable as such; what they name is known only when they are sent."""
    texts = {f"notices.{key}.subject": notice.subject for key, notice in messages.notices.items()}
    texts |= {f"notices.{key}.body": notice.body for key, notice in messages.notices.items()}
    texts |= {f"notices.{key}.short": notice.short or "" for key, notice in messages.notices.items()}
    for key, message in messages.outbound.items():
        texts |= {f"outbound.{key}.fields.{name}": source for name, source in message.fields.items()}
    return [problem for path, source in texts.items() for problem in _unreadable(path, source)]


def _unreadable(path: str, source: str) -> list[Problem]:
    try:
        SANDBOX.parse(source)
    except TemplateSyntaxError as error:
        return [Problem(path, text("The text cannot be read: %(detail)s", detail=fault_of(error)))]
    return []


_OWN: dict[str, Callable[..., list[Problem]]] = {
    "process": check_process,
    "decision_table": check_table,
    "messages": _check_messages,
}


def _between(after: Overlay, before: Overlay, broken: set[Ref]) -> list[Problem]:
    """What the change set makes wrong: in itself, and in what rests on it."""
    found: list[Problem] = []
    broken = broken | _forms_resting_on(broken, after)
    for ref in after.affected(after.changes):
        shape = after.shape(*ref)
        if shape is None or names_in(*ref, shape) & broken:
            continue
        problems = _problems_of(ref, after)
        if ref not in after.changes:
            known = {str(problem) for problem in _problems_of(ref, before)}
            problems = [problem for problem in problems if str(problem) not in known]
        found += problems
    return found + list(_check_interfaces(after, before))


def _forms_resting_on(broken: set[Ref], overlay: Overlay) -> set[Ref]:
    """The forms whose facts cannot be told while these are broken: a service's checklist, say."""
    forms = {ref: overlay.shape(*ref) for ref in overlay.refs("form")} if broken else {}
    return {ref for ref, shape in forms.items() if shape and names_in(*ref, shape) & broken}


def _problems_of(ref: Ref, overlay: Overlay) -> list[Problem]:
    parsed = overlay.parsed(ref)
    if parsed is None or parsed.shape is None:
        return []
    problems = check_references(ref[1], parsed.shape, overlay)
    if isinstance(parsed.shape, FormDefinition):
        problems += map(_from_one, check_form(parsed.shape, overlay.requirements(ref[1])))
    found = parsed.place(problems)
    return found + list(_check_drafts(parsed.shape, overlay)) if isinstance(parsed.shape, Process) else found


def _from_one(problem: Problem) -> Problem:
    """A form counts its sections from 0, people and lines of files from 1."""
    first, number, *rest = problem.path.split(".") if "." in problem.path else [problem.path, ""]
    if first != "sections" or not number.isdigit():
        return problem
    return replace(problem, path=".".join([first, str(int(number) + 1), *rest]))


def _check_drafts(process: Process, overlay: Overlay) -> Iterator[Problem]:
    """Every letter may use only what is known at the step that drafts it."""
    for step, key in drafts_in(process):
        letter = overlay.parsed(("letter", key))
        if letter and isinstance(letter.shape, Letter):
            yield from _check_letter(letter, letter.shape, letter_facts(process, step, overlay))


def _check_interfaces(after: Overlay, before: Overlay) -> Iterator[Problem]:
    """Running cases rely on a table's inputs and outcomes: only a new process revision may change them."""
    for table, process in _changed_interfaces(after, before):
        if process not in after.changes:
            reason = text(
                "The inputs, outputs or outcomes of this table change, so the process %(process)s must be "
                "published together with it.",
                process=process[1],
            )
            yield from table.place([Problem("inputs", reason)])


def beside_changed_tables(changes: Changes, catalogue: Catalogue) -> set[Ref]:
    """The processes that rely on a table whose interface these changes change."""
    after = Overlay(catalogue, parsed_set(changes))
    return {process for _, process in _changed_interfaces(after, Overlay(catalogue, {}))}


def _changed_interfaces(after: Overlay, before: Overlay) -> Iterator[tuple[Parsed, Ref]]:
    for ref, parsed in after.changes.items():
        old = before.shape(*ref)
        if _is_other_interface(old, parsed.shape):
            yield from ((parsed, process) for process in _processes_with(ref, before))


def _is_other_interface(old: Shape | None, new: Shape | None) -> bool:
    if not isinstance(old, DecisionTable) or not isinstance(new, DecisionTable):
        return False
    return old.interface != new.interface


def _processes_with(ref: Ref, overlay: Overlay) -> list[Ref]:
    shapes = {process: overlay.shape(*process) for process in overlay.refs("process")}
    return [process for process, shape in shapes.items() if shape and ref in names_in(*process, shape)]
