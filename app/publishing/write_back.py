"""Write published texts to files, never over a change that was not synchronised yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import Catalogue
from app.definitions.models import Revision
from app.definitions.parse import Ref, digest, file_of
from app.publishing.folder import read_note, write_file, write_note
from app.publishing.revisions import DISCARDED, lock, transaction


@dataclass
class Written:
    """Files written, and files left alone because they hold a change of their own or cannot be written."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


class _Home:
    """The folder whose files follow what this process publishes, if any."""

    folder: Path | None = None


def follow(folder: Path | None) -> None:
    """Keep the files of a folder equal to what this process publishes."""
    _Home.folder = folder


def write_files(refs: Iterable[Ref]) -> None:
    """Write the files of these definitions, where that is wanted."""
    if _Home.folder:
        write_back(_Home.folder, refs)


def write_back(folder: Path, refs: Iterable[Ref]) -> Written:
    """Write the newest published text of these definitions to their files, by rename.

    Called after a publish from the web; the files then are what the next change starts from.
    """
    with transaction():
        catalogue = lock()
        newest = {ref: catalogue.newest(*ref) for ref in refs}
        texts: dict[Ref, str | None] = {
            ref: None if item.is_withdrawal else catalogue.text(*ref, item.number)
            for ref, item in newest.items()
            if item
        }
        return write_texts(folder, texts, catalogue)


def write_texts(folder: Path, texts: Mapping[Ref, str | None], catalogue: Catalogue) -> Written:
    """Write texts (None removes the file) and note them as synchronised; the caller holds the lock."""
    note = read_note(folder)
    done = Written()
    for ref, source in sorted(texts.items()):
        name = file_of(*ref)
        known = {item.sha256 for item in catalogue.history(*ref)} | {note.get(name, "")} | _settled(ref)
        if _write(folder / name, source, known):
            note[name] = digest(source or "")
            done.written.append(name)
        else:
            done.kept.append(name)
    write_note(folder, note)
    return done


def _settled(ref: Ref) -> set[str]:
    """The texts of files that an administrator has dealt with; they are kept as rows."""
    query = select(Revision.sha256).where(Revision.kind == ref[0], Revision.key == ref[1])
    return set(Session.scalars(query.where(Revision.state == DISCARDED, Revision.source == "file")))


def _write(path: Path, source: str | None, known: set[str]) -> bool:
    """Write a file unless it holds something never published; tell whether it holds the text now."""
    try:
        held = path.read_bytes().decode(errors="replace") if path.exists() else None
        if held is None or digest(held) in known:
            _put(path, source, held)
            return True
    except OSError:
        return False
    return source is not None and digest(held) == digest(source)


def _put(path: Path, source: str | None, held: str | None) -> None:
    if source is None:
        path.unlink(missing_ok=True)
    elif held != source:
        write_file(path, source)
