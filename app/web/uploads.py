"""Files that come with a web form: kept with the case at once, their ids put among the form's answers."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from app.definitions.form import FileField, FormDefinition, GroupField
from app.errors import Invalid, Text
from app.flow.attach import Upload, attach
from app.forms.files import HEAD, check_upload
from app.people.access import Person

BY_REQUIREMENT = "file-"  # the name of an upload for a requirement: file-<requirement>


@dataclass
class Received:
    """The answers of a posted form with the ids of its files, and what was wrong with files, by path."""

    answers: MultiDict[str, str]
    errors: dict[str, list[Text]] = field(default_factory=dict)


@dataclass(frozen=True)
class Destination:
    """Who brings files to which case, for which of its tasks, and for which requirements they may be."""

    person: Person
    number: str
    now: datetime
    task_id: int | None = None
    requirements: Collection[str] = ()


def receive(form: FormDefinition | None, to: Destination) -> Received:
    """Keep every file of the request; one that cannot be accepted is told at its field, the others stay."""
    received = Received(MultiDict(request.form))
    for key, files in request.files.lists():
        given = [file for file in files if file.filename]
        found = _field_of(form, key) if form else None
        if found is not None:
            _keep_for_field(received, to, found, given)
        elif given and key.removeprefix(BY_REQUIREMENT) in to.requirements:
            _keep_for_requirement(received, form, to, (key, given))
    return received


def _keep_for_field(
    received: Received, to: Destination, place: tuple[str, FileField], given: list[FileStorage]
) -> None:
    """Files of a form's own field: a field for one file takes the newest, others add to what is kept."""
    name, own = place
    path = name.replace("-", ".")
    kept = received.answers.getlist(name)
    ids = []
    for file in given:
        upload = Upload(_name(file), file.read(), own.requirement, to.task_id, adds=own.max_files > 1)
        faults = check_upload(own, upload.name, len(upload.content), upload.content[:HEAD])
        ids += _keep(received, to, upload, (path, faults))
    if ids:
        received.answers.setlist(name, ids if own.max_files == 1 else [*kept, *ids])


def _keep_for_requirement(
    received: Received, form: FormDefinition | None, to: Destination, posted: tuple[str, list[FileStorage]]
) -> None:
    key, given = posted
    requirement = key.removeprefix(BY_REQUIREMENT)
    for count, file in enumerate(given):
        upload = Upload(_name(file), file.read(), requirement, to.task_id, adds=count > 0)
        _keep(received, to, upload, (key, []))
    # the form's field for the same requirement then finds the new file by itself
    for name, own in _file_fields(form):
        if own.requirement == requirement:
            received.answers.setlist(name, [])


def _keep(received: Received, to: Destination, upload: Upload, judged: tuple[str, list[Text]]) -> list[str]:
    path, faults = judged
    if not faults:
        try:
            return [str(attach(to.person, to.number, upload, to.now).id)]
        except Invalid as refusal:
            faults = [sentence for found in refusal.errors.values() for sentence in found] or [refusal.text]
    received.errors.setdefault(path, []).extend(faults)
    return []


def _field_of(form: FormDefinition, name: str) -> tuple[str, FileField] | None:
    """The file field that an input's name means: `photos`, or `machines-0-photo` in a group's row."""
    for key, own in form.fields():
        if key == name and isinstance(own, FileField):
            return name, own
        if isinstance(own, GroupField):
            match = re.fullmatch(rf"{re.escape(key)}-\d{{1,6}}-(\w+)", name, re.ASCII)
            inner = own.fields.get(match[1]) if match else None
            if isinstance(inner, FileField):
                return name, inner
    return None


def _file_fields(form: FormDefinition | None) -> Iterator[tuple[str, FileField]]:
    for key, own in form.fields() if form else ():
        if isinstance(own, FileField):
            yield key, own


def _name(file: FileStorage) -> str:
    return file.filename or ""
