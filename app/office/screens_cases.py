"""Lists of cases, tasks and letters for all whom they concern: to be read, never edited."""

from typing import Any

from flask_appbuilder.models.sqla.filters import BaseFilter
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Query, defer, joinedload

from app.cases.models import Case, Task
from app.letters.models import Letter
from app.office.generated import InMyOffices, ReadOnlyView, Rows
from app.office.titles import LETTERS, RESULTS, TASKS, choosers, formatters
from app.office.wording import STATUSES

# answers of applicants are shown by the case page only, which masks identifiers
BULKY = tuple(defer(getattr(Case, name)) for name in ("data", "joins", "plan"))
TASK_BULKY = tuple(defer(getattr(Task, name)) for name in ("data", "answer", "remaining", "deadline"))


class NotOfApplicants(BaseFilter):
    """Cases that are the office's to see: an applicant's draft is not."""

    name = "not an applicant's draft"

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        return query.filter((Case.status != "draft") | Case.applicant_id.is_(None))


class CaseScreen(ReadOnlyView):
    """Cases of the viewer's offices."""

    screen = "cases"
    datamodel = Rows(Case, joinedload(Case.party), *BULKY)
    base_filters = [["office_id", InMyOffices, None], ["status", NotOfApplicants, None]]
    columns = {
        "number": _("Case"),
        "party": _("Party"),
        "service": _("Service"),
        "status": _("Status"),
        "due_at": _("Due"),
    }
    details = {
        "result": _("Result"),
        "permit_status": _("Permit"),
        "submitted_at": _("Submitted at"),
        "closed_at": _("Closed at"),
    }
    formatters_columns = formatters()
    search_columns = ["number", "service", "status", "result"]
    search_form_extra_fields = choosers({"status": STATUSES, "result": RESULTS})
    order_columns = ["number"]
    list_title, show_title = _("Cases"), _("Case")


class TaskScreen(ReadOnlyView):
    """Tasks of the viewer's offices, done ones included."""

    screen = "tasks"
    datamodel = Rows(Task, joinedload(Task.case).load_only(Case.number), *TASK_BULKY)
    base_filters = [["office_id", InMyOffices, None]]
    columns = {
        "case": _("Case"),
        "title": _("Task"),
        "role": _("Role"),
        "state": _("State"),
        "due_at": _("Due"),
        "completed_by": _("Done by"),
    }
    details = {
        "entered_at": _("Since"),
        "claimed_by": _("Taken by"),
        "completed_at": _("Done at"),
    }
    formatters_columns = formatters()
    search_columns = ["title", "state"]
    search_form_extra_fields = choosers({"state": TASKS})
    order_columns = ["due_at"]
    list_title, show_title = _("Tasks"), _("Task")


class LetterScreen(ReadOnlyView):
    """Letters of the viewer's offices."""

    screen = "letters"
    datamodel = Rows(Letter, joinedload(Letter.case).load_only(Case.number), defer(Letter.context))
    base_filters = [["office_id", InMyOffices, None]]
    columns = {
        "case": _("Case"),
        "title": _("Letter"),
        "number": _("Number"),
        "status": _("Status"),
        "signed_at": _("Signed at"),
    }
    details = {
        "signer_title": _("Signer"),
        "delivered_at": _("Delivered at"),
        "received_at": _("Received at"),
        "ended_reason": _("Reason"),
    }
    formatters_columns = formatters(status=LETTERS)
    search_columns = ["number", "title", "status"]
    search_form_extra_fields = choosers({"status": LETTERS})
    order_columns = ["number"]
    list_title, show_title = _("Letters"), _("Letter")
