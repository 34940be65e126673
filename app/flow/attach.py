"""Bring a file to a case; a newer file for the same requirement replaces it, and the old one stays."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlalchemy import func, select, update

from app import storage
from app.audit.chain import record
from app.cases.models import Attachment, Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.flow.correcting import open_documents
from app.flow.permission import is_applicant_of, may_do
from app.flow.transaction import transaction
from app.flow.work import lock_case, process_of
from app.people.access import Person

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 200
MAX_CASE_BYTES = 300 * 1024 * 1024
KINDS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OFFICE_KINDS = {
    "word/document.xml": f"{OPEN_XML}wordprocessingml.document",
    "xl/workbook.xml": f"{OPEN_XML}spreadsheetml.sheet",
}
# what a name may end with: whoever opens a file on a desk is told by it, not by us, which program to use
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    OFFICE_KINDS["word/document.xml"]: (".docx",),
    OFFICE_KINDS["xl/workbook.xml"]: (".xlsx",),
}


@dataclass(frozen=True)
class Upload:
    """A file as received, for a requirement or a task; with `adds` it stands beside earlier ones."""

    name: str
    content: bytes
    requirement: str | None = None
    task_id: int | None = None
    adds: bool = False


def attach(person: Person, number: str, upload: Upload, now: datetime) -> Attachment:
    """Keep a file with a case. Raises Invalid for size or content, Conflict while the office examines."""
    media_type = media_type_of(upload)
    with transaction():
        found = Session.scalar(select(Case.id).where(Case.number == number))
        if found is None:
            raise NotFound("There is no such case.")
        case = lock_case(found)
        _require_may_attach(person, case, upload)
        _require_place(case, upload)
        _require_room(case, len(upload.content))
        if upload.requirement and not upload.adds:
            _replace_earlier(case, upload.requirement, now)
        attachment = Attachment(
            case_id=case.id,
            task_id=upload.task_id,
            requirement=upload.requirement,
            name=clean_name(upload.name, media_type),
            media_type=media_type,
            size=len(upload.content),
            sha256=storage.keep(upload.content),
            # a document that the service asks for is the applicant's, also where the counter has scanned it
            is_internal=upload.requirement is None and not is_applicant_of(person, case),
            added_by=person.username,
            added_at=now,
        )
        Session.add(attachment)
        Session.flush()
        record(
            f"case:{case.id}",
            "attachment.added",
            person.username,
            now,
            attachment=attachment.id,
            requirement=upload.requirement,
            sha256=attachment.sha256,
        )
        return attachment


def media_type_of(upload: Upload) -> str:
    """The type by content, whatever the name says. Raises Invalid."""
    if not upload.content:
        raise _refused("The file is empty.")
    if len(upload.content) > MAX_BYTES:
        raise _refused("The file is larger than %(mb)d MB.", mb=MAX_BYTES // 1024 // 1024)
    for start, media_type in KINDS.items():
        if upload.content.startswith(start):
            return media_type
    found = _office_document(upload.content)
    if found is None:
        raise _refused("Only PDF, JPEG, PNG, DOCX and XLSX files are accepted.")
    return found


def _office_document(content: bytes) -> str | None:
    """The type of a word-processor or spreadsheet file, by the part that every such archive has."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist()[:5000])
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    return next((kind for part, kind in OFFICE_KINDS.items() if part in names), None)


def clean_name(name: str, media_type: str) -> str:
    """A name to show and to offer for download: never a path, and it ends as the content is."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in '"<>|:*?;')[:120] or "berkas"
    endings = ENDINGS[media_type]
    return clean if clean.lower().endswith(endings) else clean + endings[0]


def _require_may_attach(person: Person, case: Case, upload: Upload) -> None:
    if case.status == "closed":
        raise Conflict("This case is already closed.")
    tasks = Session.scalars(select(Task).where(Task.case_id == case.id, Task.state == "open")).all()
    if is_applicant_of(person, case):
        # a step without a form asks for nothing: to confirm a receipt is no time to exchange documents
        asked = any(task.clock == "applicant" and task.form_revision for task in tasks)
        if case.status != "draft" and not asked:
            raise Conflict("The office is examining your file; wait until it asks for corrections.")
        _require_asked(case, tasks, upload)
        return
    if not person.works_in(case.office_id) or (case.status == "draft" and case.applicant_id is not None):
        raise NotFound("There is no such case.")
    process = process_of(current(), case)
    if case.status != "draft" and not any(may_do(person, case, task, process) for task in tasks):
        raise Forbidden("You have no task in this case now.")


def _require_asked(case: Case, tasks: Sequence[Task], upload: Upload) -> None:
    """Refuse a document other than those that the corrections name."""
    documents = open_documents(case, tasks, process_of(current(), case)) if upload.requirement else None
    if documents is not None and upload.requirement not in documents:
        raise _refused("The office has not asked for this document.")


def _require_place(case: Case, upload: Upload) -> None:
    """Refuse a file for what the case does not have."""
    if upload.requirement and upload.requirement not in current().requirements(case.service):
        raise _refused("This service does not ask for such a document.")
    in_case = select(Task.id).where(Task.id == upload.task_id, Task.case_id == case.id)
    if upload.task_id is not None and Session.scalar(in_case) is None:
        raise _refused("There is no such task.")


def _require_room(case: Case, size: int) -> None:
    kept = select(func.count(), func.coalesce(func.sum(Attachment.size), 0))
    count, total = Session.execute(kept.where(Attachment.case_id == case.id)).one()
    if count >= MAX_FILES:
        raise _refused("A case holds at most %(n)d files.", n=MAX_FILES)
    if total + size > MAX_CASE_BYTES:
        raise _refused("The files of a case have at most %(mb)d MB.", mb=MAX_CASE_BYTES // 1024 // 1024)


def _replace_earlier(case: Case, requirement: str, now: datetime) -> None:
    Session.execute(
        update(Attachment)
        .where(
            Attachment.case_id == case.id,
            Attachment.requirement == requirement,
            Attachment.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )


def _refused(msgid: str, **params: int) -> Invalid:
    return Invalid(msgid, errors={"file": [text(msgid, **params)]}, **params)
