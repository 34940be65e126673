"""Write published texts to files, never over a change that was not synchronised yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.definitions.catalogue import Catalogue
from app.definitions.parse import Ref, digest, file_of
from app.publishing.folder import read_note, write_file, write_note
from app.publishing.revisions import lock, transaction


@dataclass
class Written:
    """Files written, and files left alone because they hold a change of their own or cannot be written."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def write_back(folder: Path, refs: Iterable[Ref]) -> Written:
    """Write the newest published text of these definitions to their files, by rename.

    Called after a publish from the web; the files then are what the next change starts from.
    """
    with transaction():
        catalogue = lock()
        newest = {ref: catalogue.newest(*ref) for ref in refs}
        texts = {ref: catalogue.text(*ref, item.number) for ref, item in newest.items() if item}
        return write_texts(folder, texts, catalogue)


def write_texts(folder: Path, texts: dict[Ref, str], catalogue: Catalogue) -> Written:
    """Write texts and note them as synchronised; the caller holds the lock."""
    note = read_note(folder)
    done = Written()
    for ref, source in sorted(texts.items()):
        name = file_of(*ref)
        known = {item.sha256 for item in catalogue.history(*ref)} | {note.get(name, "")}
        if _write(folder / name, source, known):
            note[name] = digest(source)
            done.written.append(name)
        else:
            done.kept.append(name)
    write_note(folder, note)
    return done


def _write(path: Path, source: str, known: set[str]) -> bool:
    """Write a file unless it holds something never published; tell whether it holds the text now."""
    try:
        held = path.read_bytes().decode(errors="replace") if path.exists() else None
        if held is None or digest(held) in known:
            if held != source:
                write_file(path, source)
            return True
    except OSError:
        return False
    return digest(held) == digest(source)
