"""Synchronise: publish what changed in a folder of files, and say why a changed file is not in force."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import Catalogue
from app.definitions.models import Revision
from app.definitions.parse import Ref, digest, file_of, kind_and_key, normal
from app.definitions.problem import Problem
from app.errors import text
from app.publishing.check import Examination, Trial
from app.publishing.choose import choose
from app.publishing.file_problems import keep
from app.publishing.folder import Files, read_folder, read_note, write_note
from app.publishing.publish import put_in_force
from app.publishing.revisions import CONFLICT, DISCARDED, Act, add, lock, transaction

ACTOR = "system:files"


@dataclass
class Report:
    """What a synchronisation did; files by their path below the folder."""

    published: list[tuple[str, str, int]] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def sync(folder: Path, now: datetime, trial: Trial | None = None) -> Report:
    """Publish the changed files of a folder that pass the gate; nothing is ever taken out of force."""
    with transaction():
        catalogue = lock()
        pass_ = _Pass(folder, catalogue, Act(ACTOR, now, source="file"))
        pass_.sort()
        pass_.publish(trial)
        pass_.settle()
        # Under the lock, so that nobody else's note is overwritten.
        write_note(folder, pass_.note)
    return pass_.report


class _Pass:
    """One synchronisation: the files of the folder against what is published."""

    def __init__(self, folder: Path, catalogue: Catalogue, act: Act) -> None:
        self.catalogue = catalogue
        self.act = act
        self.files: Files = read_folder(folder)
        self.note = read_note(folder)
        self.changed: set[Ref] = set()
        self.report = Report(problems=list(self.files.problems))

    def sort(self) -> None:
        """Tell changed files from those in force, stale copies and conflicts."""
        for ref, source in self.files.texts.items():
            sha256 = digest(source)
            known = {item.sha256: item.number for item in self.catalogue.history(*ref)}
            if self._is_in_force(ref, sha256):
                self.note[file_of(*ref)] = sha256
            elif sha256 not in known:
                self._sort_new(ref, known)
            elif sha256 != self.note.get(file_of(*ref)):
                self._say_stale(ref, known[sha256])
        self._find_gone()

    def _is_in_force(self, ref: Ref, sha256: str) -> bool:
        newest, in_force = self.catalogue.newest(*ref), self.catalogue.published(*ref)
        return sha256 in {item.sha256 for item in (newest, in_force) if item}

    def _sort_new(self, ref: Ref, known: dict[str, int]) -> None:
        """A text never seen: changed from what is newest, or from something that the web has replaced."""
        newest = self.catalogue.newest(*ref)
        base = self.note.get(file_of(*ref), "")
        if newest is None or base == newest.sha256 or (base not in known and newest.source == "file"):
            self.changed.add(ref)
            return
        self.report.conflicts.append(file_of(*ref))
        self._keep_conflict(ref, known.get(base))
        reason = text(
            "Revision %(number)d was published while this file was changed; the file is kept as a draft.",
            number=newest.number,
        )
        self.report.problems.append(Problem("", reason, 1, file_of(*ref)))

    def _keep_conflict(self, ref: Ref, base: int | None) -> None:
        source = normal(self.files.texts[ref])
        query = select(Revision.id).where(
            Revision.kind == ref[0],
            Revision.key == ref[1],
            Revision.sha256 == digest(source),
            Revision.state.in_((CONFLICT, DISCARDED)),
        )
        if Session.scalar(query.limit(1)) is None:
            self._discard_conflicts({ref})
            add(Revision(state=CONFLICT, base_number=base, text=source), ref, self.act)

    def _say_stale(self, ref: Ref, number: int) -> None:
        self.report.stale.append(file_of(*ref))
        reason = text("This is a copy of revision %(number)d, which is no longer in force.", number=number)
        self.report.problems.append(Problem("", reason, 1, file_of(*ref)))

    def _find_gone(self) -> None:
        unread = {problem.file for problem in self.files.problems}
        for name in sorted(self.note):
            ref = kind_and_key(name)
            if ref is None or not self.catalogue.has(*ref):
                del self.note[name]
            elif ref not in self.files.texts and name not in unread:
                self.report.gone.append(name)
                reason = text("The file is gone; what it defined stays in force.")
                self.report.problems.append(Problem("", reason, None, name))

    def publish(self, trial: Trial | None) -> None:
        """Put in force what passes, and report what is wrong with the rest."""
        texts = {ref: normal(self.files.texts[ref]) for ref in self.changed}
        examination = Examination(texts, self.catalogue, trial)
        chosen = choose(examination, self.changed)
        for row in put_in_force({ref: texts[ref] for ref in chosen}, self.act):
            self.report.published.append((row.kind, row.key, row.number))
        self.note.update({file_of(*ref): digest(texts[ref]) for ref in chosen})
        for ref in sorted(self.changed - chosen):
            self.report.problems += _why_not(examination, ref, chosen)

    def settle(self) -> None:
        """Keep the problems for the administrators, and drop conflicts whose file agrees again."""
        settled = set(self.files.texts) - {kind_and_key(name) for name in self.report.conflicts}
        self._discard_conflicts({ref for ref in settled if ref and ref not in self.changed})
        keep(self.report.problems, self.act.now)

    def _discard_conflicts(self, refs: set[Ref]) -> None:
        for row in Session.scalars(select(Revision).where(Revision.state == CONFLICT)):
            if (row.kind, row.key) in refs:
                row.state = DISCARDED


def _why_not(examination: Examination, ref: Ref, chosen: set[Ref]) -> list[Problem]:
    """What is wrong with a file, or with what publishing it would break."""
    problems = examination.own(ref) or examination.cross(chosen | {ref})
    name = file_of(*ref)
    elsewhere = sorted({problem.file or "" for problem in problems if problem.file != name})
    return problems + [
        Problem("", text("Published alone, this file would make %(file)s wrong.", file=file), 1, name)
        for file in elsewhere
    ]
