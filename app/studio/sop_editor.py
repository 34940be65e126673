"""The editor of SOPs: the table that officials know, edited in place, with the flow drawn beside it."""

from typing import Any

from flask import Response, jsonify, render_template
from flask_appbuilder import expose
from flask_babel import gettext
from pydantic import ValidationError

from app.definitions.catalogue import current
from app.definitions.parse import parse
from app.definitions.process import DOUBT, Process
from app.definitions.service import Service
from app.errors import Invalid
from app.publishing.drafts import open_draft, open_refs
from app.reports.sop_remarks import sop_remarks
from app.studio.drafts import given
from app.studio.page import StudioPage, frame, problem_json, ref_in
from app.studio.sop_deeds import deeds
from app.studio.sop_kinds import row_kinds
from app.web.entry import enter
from app.web.flowchart import draw

KIND = "process"


class SopEditorView(StudioPage):
    """A process as an SOP table."""

    @expose("/sop-editor/<path:key>")
    @enter
    def edit(self, key: str) -> str:
        """The page; its script loads and saves the draft."""
        ref = ref_in(KIND, key)
        said = words(key)
        return render_template("studio/sop.html", **frame(ref, "editor"), words=said, roles=said["roles"])

    @expose("/sop-flow/<path:key>", methods=["POST"])
    @enter
    def flow(self, key: str) -> Response:
        """What is being edited, drawn, with remarks. Raises Invalid where it cannot be drawn yet."""
        ref_in(KIND, key)
        try:
            process = Process.model_validate(given().get("value"))
            remarks = sop_remarks(process, office_of(key))
            return jsonify(chart=draw(process), remarks=[problem_json(remark) for remark in remarks])
        except (ValidationError, KeyError) as fault:
            raise Invalid("This cannot be drawn yet.") from fault


def office_of(key: str) -> str | None:
    """The office whose service names a process; a service may be a draft like the process itself."""
    drafted = [open_draft(ref).text for ref in open_refs() if ref[0] == "service"]
    shapes = [parse("service", key, text).shape for text in drafted]
    shapes += [entry.shape for entry in current().entries("service")]
    return next((one.office for one in shapes if isinstance(one, Service) and one.process == key), None)


def roles() -> list[dict[str, str]]:
    """The roles that an actor may have."""
    return [
        {"key": key, "title": role.title, "kind": role.kind} for key, role in current().roles.roles.items()
    ]


def keys_of(kind: str, folder: str) -> list[str]:
    """Definitions of a kind that a process of this folder would name: its own first, drafts among them."""
    known = {*current().keys(kind), *(key for drafted, key in open_refs() if drafted == kind)}
    return sorted(known, key=lambda key: (not key.startswith(f"{folder}/"), key))


def words(key: str) -> dict[str, Any]:
    """What the script says and offers."""
    folder = key.partition("/")[0]
    return {
        "roles": roles(), "forms": keys_of("form", folder), "tables": keys_of("decision_table", folder),
        "no_column": gettext("No."), "title": gettext("Step"), "time": gettext("Time"),
        "needs": gettext("Needs"), "yields": gettext("Output"), "ways": gettext("Leads to"),
        "row": gettext("Row"), "unit": gettext("Unit of time"), "minutes": gettext("minutes"),
        "hours": gettext("hours"), "days": gettext("working days"),
        "shared_time": gettext("shared: %(time)s", time="{time}"), "none": gettext("none"),
        "does_it": gettext("does this step"),
        "takes_part": gettext("takes part"), "not_in": gettext("not involved"),
        "not_by": gettext("Not for whoever did"), "end_title": gettext("New end"),
        "doubt": DOUBT, "answered": gettext("Answered: take the doubts away"),
        "actor": gettext("Actor"), "remove_actor": gettext("Remove actor"), "result": gettext("Result"),
        "remark_count": gettext("%(n)s remarks on rows", n="{n}"),
        "hand_help": gettext("Click: does this step. Shift and click: takes part."),
        "way_title": gettext("Name of the way out"), "leads_to": gettext("Leads to"),
        "add_way": gettext("Add way out"), "remove_way": gettext("Remove way out"),
        "up": gettext("Move up"), "down": gettext("Move down"), "insert": gettext("Insert row"),
        "details": gettext("Details"), "remove": gettext("Delete row"), "end": gettext("End"),
        "yes": gettext("Yes"), "no": gettext("No, send back"), "new_way": gettext("New way out"),
        "new_step": gettext("New step"),
        "not_printed": gettext("Added in the studio; not printed in the SOP."),
        **row_kinds(key),
        **deeds(key), "deeds": gettext("What is done when the step is completed"),
        "add_deed": gettext("Add deed"), "remove_deed": gettext("Remove deed"), "deed": gettext("Deed"),
        "deed_object": gettext("Letter or message"), "when_deed": gettext("By which way out"),
        "always": gettext("always"), "letter": gettext("Letter"),
        "form": gettext("Form"), "table": gettext("Decision table"),
        "when_empty": gettext("Way out when no row fits"), "otherwise": gettext("Way out when rows fit"),
        "clock": gettext("Whose time runs"), "remark": gettext("Remark"),
        "interpretation": gettext("How the print is read"),
        "clocks": {"office": gettext("the office's"), "applicant": gettext("the applicant's"),
                   "outside": gettext("an outside system's")},
        "results": {"granted": gettext("granted"), "refused": gettext("refused"),
                    "returned": gettext("returned"),
                    "not_effective": gettext("not effective"), "withdrawn": gettext("withdrawn"),
                    "expired": gettext("expired")},
    }  # fmt: skip
