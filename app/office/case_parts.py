"""What the pages of a task and of a case both show: summary, documents, corrections, letters, history."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.cases.models import Attachment, Case, Task
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.process import Process
from app.forms.display import mask
from app.letters.models import Letter
from app.office.wording import event_title
from app.reports import case_parts, letter_cards
from app.reports.names import names_of
from app.reports.offers import offer
from app.reports.status import sentence
from app.reports.view import given_name
from app.web.i18n import translate
from app.web.wording import moment

TOLD = ("note", "reason", "basis", "field", "number", "to", "name", "requirement", "status")


def head(case: Case, process: Process, tasks: list[Task]) -> dict[str, Any]:
    """Number, names and status of a case."""
    waiting = [task for task in tasks if task.state == "open"]
    return {
        "number": case.number,
        "url": url_for("OfficeCasesView.show", number=case.number),
        "service_title": offer(case.service).service.title,
        "party_name": party_name(case),
        "sentence": translate(sentence(case, process, waiting, inside=True)),
        "status": case.status,
        "result": case.result,
        "permit_status": case.permit_status,
        "submitted_at": case.submitted_at,
        "closed_at": case.closed_at,
        "paused_at": None if case.closed_at else case.paused_at,
    }


def party_name(case: Case) -> str:
    """Whose case it is."""
    return case.party.name if case.party else given_name(case)


def summary(case: Case) -> list[tuple[str, str]]:
    """Who applied, with identifiers masked."""
    party = case.party
    rows = [(gettext("Applicant"), party_name(case))]
    if party is not None:
        rows += [
            (gettext("NIB"), party.nib),
            (gettext("NIK"), mask("nik", party.nik) if party.nik else ""),
            (gettext("NPWP"), mask("npwp", party.npwp) if party.npwp else ""),
            (gettext("Address"), party.address),
        ]
    rows.append((gettext("Received"), moment(case.submitted_at)))
    return [(label, value) for label, value in rows if value]


def documents(case: Case) -> list[dict[str, Any]]:
    """Every requirement with its files and the state it was last given; then the files of no requirement."""
    requirements = case_parts.requirements_of(case)
    files = case_parts.files_of(case, inside=True)
    states = checked_states(case)
    rows: list[dict[str, Any]] = [
        {
            "title": item.title,
            "required": item.required,
            "copies": item.copies,
            "condition": item.condition,
            "files": _rows([file for file in files if file.requirement == key], case),
            **({"state": states[key].get("state"), "note": states[key].get("note")} if key in states else {}),
        }
        for key, item in requirements.items()
    ]
    other = [file for file in files if file.requirement not in requirements]
    if other:
        rows.append({"title": gettext("Other files"), "required": True, "files": _rows(other, case)})
    return rows


def checked_states(case: Case) -> dict[str, dict[str, Any]]:
    """The state that the latest checklist of a case gives each requirement."""
    found: dict[str, dict[str, Any]] = {}
    for answers in case.data.values():
        for value in answers.values() if isinstance(answers, dict) else ():
            if isinstance(value, dict):
                found |= {
                    key: item for key, item in value.items() if isinstance(item, dict) and "state" in item
                }
    return found


def _rows(files: Iterable[Attachment], case: Case) -> list[dict[str, Any]]:
    return [case_parts.file_row(file, case_parts.requirements_of(case)) for file in files]


def letter(row: Letter, names: dict[str, str]) -> dict[str, Any]:
    """A letter with the addresses of its pages."""
    shown = letter_cards.card(row, inside=True)
    shown["drafted_by"] = names.get(row.drafted_by, row.drafted_by)
    shown["url"] = url_for("OfficeLetterView.show", letter_id=row.id)
    ended_as_draft = row.pdf_sha256 is None and row.status not in letter_cards.OPEN
    shown["pdf_url"] = None if ended_as_draft else url_for("OfficeLetterView.pdf", letter_id=row.id)
    return shown


def letters(rows: list[Letter]) -> list[dict[str, Any]]:
    """Letters as cards."""
    names = names_of(row.drafted_by for row in rows)
    return [letter(row, names) for row in rows]


def titles(case: Case) -> dict[str, str]:
    """The requirements and fields of a case by their keys, as people know them."""
    catalogue = current()
    process: Process = catalogue.revision("process", case.process, case.process_revision).shape
    form: FormDefinition = catalogue.get("form", process.start.form).shape
    fields = {key: field.title for key, field in form.fields()}
    return fields | {key: item.title for key, item in catalogue.requirements(case.service).items()}


def timeline(
    events: list[dict[str, Any]], *, hashes: bool, words: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """Audit events as rows of a timeline, in the order given; `words` are titles of keys they may name."""
    names = {**words, **names_of(event["actor"] for event in events)}
    return [
        {
            "at": event["at"],
            "title": event_title(event["action"], event["detail"]),
            "actor": names.get(event["actor"], event["actor"]),
            "text": _told(event["detail"], names),
            "hash": event["hash"] if hashes else "",
            "tone": "bad" if event["action"] in ("task.refused", "message.stopped") else "",
        }
        for event in events
    ]


def _told(detail: dict[str, Any], names: dict[str, str]) -> str:
    """What an event says for itself; ids and hashes are for machines."""
    return "; ".join(str(names.get(str(detail[key]), detail[key])) for key in TOLD if detail.get(key))


def role_title(role: str) -> str:
    """A role as people know it."""
    roles = current().roles.roles
    return roles[role].title if role in roles else role
