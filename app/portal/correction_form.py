"""The form by which an applicant answers corrections: each item with what is there and what replaces it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.cases.models import Case, Correction, Task
from app.definitions.form import FormDefinition
from app.errors import Text
from app.flow.correcting import opened
from app.forms.part import fields_for, part_of
from app.reports.task_page import form_of_task
from app.reports.tracker import process_of
from app.web.correction_rows import CorrectionRows
from app.web.form_page import FormPage, at_fields
from app.web.i18n import translate
from app.web.uploads import BY_REQUIREMENT

REPLY = "reply-"  # the name of the words on a correction: reply-<id>
OF_ITEMS = "correction-"


@dataclass(frozen=True)
class Refused:
    """What an applicant posted for a task, and why it was not taken; without errors it was only looked at."""

    task_id: int
    answers: Mapping[str, Any]
    errors: Mapping[str, list[Text]]
    replies: Mapping[str, str]


@dataclass
class Answering:
    """The corrections that are open in a case and the task that answers them."""

    case: Case
    corrected: CorrectionRows
    task: Task | None
    refused: Refused | None

    @cached_property
    def rows(self) -> list[Correction]:
        """What is asked now."""
        return [row for row in self.corrected.rows if row.state == "asked"]

    @property
    def is_application(self) -> bool:
        """Whether the application itself is put right here, field by field."""
        process = process_of(self.case)
        return self.task is not None and process.steps[self.task.step].form == process.start.form

    def shown(self, act: Callable[[Task], dict[str, Any]]) -> dict[str, Any] | None:
        """What the page is given; None where nothing is asked."""
        if self.task is None:
            return None
        by_items = self.is_application and all(row.field or row.requirement for row in self.rows)
        return {
            **act(self.task),
            **({"filled": self.followers()} if by_items else {}),
            "items": [self.item(row) for row in self.rows],
            "by_items": by_items,
            "asks_reply": self.is_application,
            "checked": self.refused is not None and not self.refused.errors,
            "problems": self.problems(),
        }

    def item(self, row: Correction) -> dict[str, Any]:
        """One item: both versions, a place for the new one, and why not where it should stay."""
        own = part_of(self.form, {row.field}) if row.field and self.is_application else None
        return {
            **self.corrected.shown(row),
            "upload_name": f"{BY_REQUIREMENT}{row.requirement}" if self.is_brought_here(row) else None,
            "filled": self.page_of(own) if own else None,
            "reply_name": f"{REPLY}{row.id}",
            "reply": self.refused.replies.get(str(row.id), "") if self.refused else "",
            "errors": [
                *self.errors_at(f"{OF_ITEMS}{row.id}"),
                *(self.errors_at(f"{BY_REQUIREMENT}{row.requirement}") if row.requirement else []),
            ],
        }

    def is_brought_here(self, row: Correction) -> bool:
        """Whether the new file has its place at the item, and not among the questions of another form."""
        if row.requirement is None or self.is_application or self.task is None:
            return row.requirement is not None
        form = form_of_task(self.task, self.case)
        return form is None or not fields_for(form, {row.requirement})

    def followers(self) -> FormPage | None:
        """The fields that may have to follow a change, beside the items themselves."""
        keys = opened(self.form, self.rows)
        documents = fields_for(self.form, {row.requirement for row in self.rows if row.requirement})
        part = part_of(self.form, keys - {row.field for row in self.rows} - documents)
        return self.page_of(part) if part else None

    @property
    def form(self) -> FormDefinition:
        """The form of the application."""
        return self.corrected.form

    def page_of(self, part: FormDefinition) -> FormPage:
        """Some fields with what is known, or with what was just posted."""
        context = self.corrected.context
        if self.refused:
            return FormPage(part, self.refused.answers, context, at_fields(self.refused.errors))
        return FormPage(part, self.case.data.get("application", {}), context)

    def errors_at(self, path: str) -> list[str]:
        """What was wrong with an item."""
        return [translate(words) for words in (self.refused.errors.get(path, []) if self.refused else [])]

    def problems(self) -> list[dict[str, str]]:
        """Everything that was wrong, each leading to its place."""
        places = {f"{BY_REQUIREMENT}{row.requirement}": f"{OF_ITEMS}{row.id}" for row in self.rows}
        errors = self.refused.errors if self.refused else {}
        return [
            {"title": translate(words), "url": f"#{places.get(path) or _place(path)}"}
            for path, found in errors.items()
            for words in found
        ]


def replies_in(posted: Mapping[str, str]) -> dict[str, str]:
    """The words on corrections in a posted form, by their ids."""
    return {
        name.removeprefix(REPLY): words.strip()[:2000]
        for name, words in posted.items()
        if name.startswith(REPLY)
    }


def _place(path: str) -> str:
    return path if path.startswith(OF_ITEMS) else f"f-{path.replace('.', '-')}"
