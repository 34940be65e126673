"""Corrections on a page: round by round, what stood there when it was asked and what stands there since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from app.cases.models import Attachment, Case, Correction
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.forms.context import FormContext
from app.forms.display import display
from app.reports import case_parts
from app.reports.form_context import form_context, place_of
from app.reports.tracker import process_of
from app.web.form_page import words
from app.web.i18n import translate


@dataclass
class CorrectionRows:
    """The corrections of a case, to be shown inside the office (masked) or to the applicant."""

    case: Case
    now: datetime
    inside: bool

    @cached_property
    def rows(self) -> list[Correction]:
        """Everything that was ever asked, oldest first."""
        return case_parts.corrections_of(self.case)

    @cached_property
    def form(self) -> FormDefinition:
        """The form of the application."""
        shape: FormDefinition = current().get("form", process_of(self.case).start.form).shape
        return shape

    @cached_property
    def context(self) -> FormContext:
        """What the form needs to know to show its answers."""
        return form_context(self.form, place_of(self.case), self.now)

    @cached_property
    def files(self) -> dict[int, Attachment]:
        """Every file of the case by its id, replaced ones too."""
        return {file.id: file for file in case_parts.files_of(self.case, inside=self.inside)}

    def rounds(self) -> list[dict[str, Any]]:
        """One list for each time that the file went back, newest first."""
        found = groupby(self.rows, key=lambda row: (row.asked_at, row.task_id))
        numbered = [(number, list(rows)) for number, (_, rows) in enumerate(found, 1)]
        return [
            {
                "number": number,
                "asked_at": rows[0].asked_at,
                "answered_at": rows[0].answered_at,
                "is_open": any(row.state == "asked" for row in rows),
                "rows": [self.shown(row) for row in rows],
            }
            for number, rows in reversed(numbered)
        ]

    def shown(self, row: Correction) -> dict[str, Any]:
        """One correction with both versions."""
        reason = case_parts.reason_of(row)
        return {
            "id": row.id,
            "item": row.item,
            "requirement": row.requirement,
            "field": row.field,
            "reason": reason if isinstance(reason, str) else translate(reason),
            "state": row.state,
            "asked_at": row.asked_at,
            "answered_at": row.answered_at,
            "reply": row.reply,
            "before": self.version(row, row.before),
            "after": self.version(row, row.after if row.state != "asked" else self.since(row)),
        }

    def since(self, row: Correction) -> dict[str, Any]:
        """What has been brought for a correction that is not sent yet."""
        if not row.requirement:
            return {}
        kept = [file for file in self.files.values() if not file.replaced_at]
        return {
            "files": [f.id for f in kept if f.requirement == row.requirement and f.added_at > row.asked_at]
        }

    def version(self, row: Correction, held: dict[str, Any]) -> dict[str, Any]:
        """The files or the words of one version."""
        earlier = set(row.before.get("files", ())) if held is not row.before else set()
        wanted = [number for number in held.get("files", ()) if number not in earlier]
        return {"files": self.file_rows(wanted), "words": self.words(row, held)}

    def file_rows(self, wanted: Iterable[int]) -> list[dict[str, Any]]:
        """Files with date, size and address."""
        requirements = case_parts.requirements_of(self.case)
        return [
            case_parts.file_row(self.files[number], requirements) for number in wanted if number in self.files
        ]

    def words(self, row: Correction, held: dict[str, Any]) -> str:
        """An answer as people read it; identifiers are masked inside the office."""
        if row.field is None or "value" not in held:
            return ""
        parts = display(self.form, {row.field: held["value"]}, self.context, masked=self.inside)
        return "; ".join(words(line) for part in parts for line in part.lines)
