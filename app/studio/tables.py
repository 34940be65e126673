"""The editor of decision tables: a spreadsheet in the page, with the proof, a try-out and the examples."""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify, render_template, request
from flask_appbuilder import expose
from flask_babel import gettext

from app.definitions.decision_table import DecisionTable
from app.definitions.parse import Ref, parse
from app.errors import Invalid, Text
from app.publishing.drafts import open_draft
from app.rules.dmn_read import table_from
from app.rules.dmn_write import dmn_of
from app.rules.evaluate import Verdict
from app.rules.examine import Examined, Tried, examine, facts_written, row_written
from app.rules.grid import grid_of, kept
from app.rules.notation import write_fact
from app.rules.proof import Finding
from app.rules.workbook import MAX_BYTES, grid_from, located, workbook_of
from app.studio.answers import answers_for
from app.studio.drafts import given
from app.studio.page import StudioPage, frame, problem_json, ref_in
from app.web.entry import enter
from app.web.i18n import translate

KIND = "decision_table"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DMN = "application/xml"


class TablesView(StudioPage):
    """A decision table as rows and columns."""

    @expose("/table/<path:key>")
    @enter
    def edit(self, key: str) -> str:
        """The page; its script asks for everything else."""
        ref = ref_in(KIND, key)
        said = words() | {"answers": answers_for(key)}
        return render_template("studio/table.html", **frame(ref, "editor"), words=said)

    @expose("/table-grid/<path:key>", methods=["POST"])
    @enter
    def examine(self, key: str) -> Response:
        """A grid (or a text, to begin with) examined: values to save, problems by cell, proof, examples."""
        ref, body = ref_in(KIND, key), given()
        grid = body["grid"] if isinstance(body.get("grid"), dict) else grid_in(ref, str(body.get("text", "")))
        facts = body.get("facts")
        try:
            examined = examine(grid, facts if isinstance(facts, dict) else None)
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise Invalid("The request cannot be read.") from wrong
        return jsonify(grid=grid, **examined_json(examined, ref))

    @expose("/table-workbook/<path:key>", methods=["GET"])
    @enter
    def workbook(self, key: str) -> Response:
        """The draft, or the table in force, as an Excel file."""
        ref = ref_in(KIND, key)
        data = workbook_of(grid_in(ref, open_draft(ref).text))
        return sent(data, f"{key.replace('/', '-')}.xlsx", EXCEL)

    @expose("/table-workbook/<path:key>", methods=["POST"])
    @enter
    def read_workbook(self, key: str) -> Response:
        """The grid of an Excel file that was chosen; what is wrong is named by the cells of the sheet."""
        ref_in(KIND, key)
        grid, cells = grid_from(uploaded())
        examined = examine(grid)
        return jsonify(grid=grid, problems=[problem_json(one) for one in located(examined.problems, cells)])

    @expose("/table-dmn/<path:key>", methods=["GET"])
    @enter
    def dmn(self, key: str) -> Response:
        """The draft, or the table in force, as DMN 1.3."""
        ref = ref_in(KIND, key)
        parsed = parse(*ref, open_draft(ref).text)
        if not isinstance(parsed.shape, DecisionTable):
            raise Invalid("This text is no decision table; correct it as text first.")
        return sent(dmn_of(parsed.shape, key), f"{key.replace('/', '-')}.dmn", DMN)

    @expose("/table-dmn/<path:key>", methods=["POST"])
    @enter
    def read_dmn(self, key: str) -> Response:
        """The grid of a DMN file that was chosen, with what was left out."""
        ref_in(KIND, key)
        try:
            value, doubts = table_from(uploaded())
            grid = grid_of(DecisionTable.model_validate(value))
        except (ValueError, LookupError, TypeError, AttributeError) as wrong:
            raise Invalid("The decision table of this file cannot be read.") from wrong
        return jsonify(grid=grid, problems=[problem_json(one) for one in doubts])


def uploaded() -> bytes:
    """The file of the request. Raises Invalid."""
    chosen = request.files.get("file")
    if chosen is None:
        raise Invalid("Choose a file.")
    return chosen.stream.read(MAX_BYTES + 1)


def sent(data: bytes, name: str, kind: str) -> Response:
    """A file to keep."""
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def grid_in(ref: Ref, source: str) -> dict[str, Any]:
    """The grid of a text. Raises Invalid where the text is no table."""
    parsed = parse(*ref, source)
    if not isinstance(parsed.shape, DecisionTable):
        errors: dict[str, list[Text]] = {}
        for problem in parsed.problems:
            errors.setdefault(problem.path, []).append(problem.message)
        raise Invalid("This text is no decision table; correct it as text first.", errors=errors)
    return grid_of(parsed.shape)


def examined_json(examined: Examined, ref: Ref) -> dict[str, Any]:
    """An examination for the script of the page."""
    table = examined.table
    return {
        "value": as_it_was(examined.value, ref),
        "problems": [problem_json(problem) for problem in examined.problems],
        "findings": [finding_json(finding, table) for finding in examined.findings if table],
        "examples": [[translate(problem.message) for problem in failed] for failed in examined.examples],
        "tried": tried_json(examined.tried) if examined.tried else None,
    }


def as_it_was(value: dict[str, Any], ref: Ref) -> dict[str, Any]:
    """The values, written as the draft has them wherever they mean the same."""
    before = parse(*ref, open_draft(ref).text).shape
    if not isinstance(before, DecisionTable):
        return value
    return kept(value, before.model_dump(mode="json", exclude_unset=True))


def finding_json(finding: Finding, table: DecisionTable) -> dict[str, Any]:
    """A finding with its facts and its row as texts of the grid."""
    return {
        "kind": finding.kind,
        "severity": finding.severity if finding.waived is None else "waived",
        "path": finding.path,
        "message": told(finding, table),
        "facts": facts_written(finding.facts, table) if finding.facts else None,
        "row": row_written(finding.row, table) if finding.row is not None else None,
        "rows": finding.rows,
        "waived": finding.waived,
    }


def told(finding: Finding, table: DecisionTable) -> str:
    """A finding in words; its example is shown beside it, values as the grid writes them."""
    if finding.values:
        column = table.inputs[finding.path.removeprefix("inputs.")]
        values = ", ".join(write_fact(value, column) for value in finding.values)
        return str(gettext("No row asks for %(values)s.", values=values))
    if finding.facts is None:
        return translate(finding.message)
    if finding.kind == "gap":
        return str(gettext("No row fits these answers:"))
    row, other = finding.rows
    return str(gettext("Rows %(other)d and %(row)d both apply to these answers:", row=row, other=other))


def tried_json(tried: Tried) -> dict[str, Any]:
    """The answer of the try-out."""
    wrong = {path: [translate(one) for one in texts] for path, texts in tried.wrong.items()}
    refused = translate(tried.refused) if tried.refused else None
    return {"verdict": verdict_json(tried.verdict), "wrong": wrong, "refused": refused}


def verdict_json(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict as plain values."""
    return None if verdict is None else asdict(verdict)


def words() -> dict[str, Any]:
    """What the script of the page says."""
    return {
        "row": gettext("Row"),
        "outcome": gettext("Outcome"),
        "law": gettext("Legal basis"),
        "note": gettext("Note"),
        "priority": gettext("Priority"),
        "empty": gettext("not answered"),
        "add_row": gettext("Add this row"),
        "accept": gettext("Accept with a reason"),
        "take_back": gettext("Accept no longer"),
        "reason": gettext("Reason"),
        "go": gettext("Go to row %(n)s", n="{n}"),
        "try_these": gettext("Try these answers"),
        "error": gettext("Error"),
        "warning": gettext("Warning"),
        "hint": gettext("Hint"),
        "waived": gettext("Accepted"),
        "proved": gettext("Proved: no gap, no contradiction, every row can decide."),
        "unproved": gettext("Nothing is proved until every cell can be read."),
        "passes": gettext("passes"),
        "fails": gettext("fails"),
        "no_row": gettext("No row fits."),
        "rows": gettext("Rows"),
        "reasons": gettext("Reasons"),
        "examples": gettext("%(passed)s of %(n)s examples pass", passed="{passed}", n="{n}"),
        "cell": gettext("%(column)s, row %(n)s", column="{column}", n="{n}"),
        "expected": gettext("expected"),
        "key": gettext("Key"),
        "title": gettext("Title"),
        "type": gettext("Type"),
        "decimals": gettext("Decimals"),
        "values": gettext("Values, one per line (key = title)"),
        "path": gettext("Answer (path)"),
        "values_of": gettext("Values"),
        "types": types(),
        **acts(),
    }


def types() -> dict[str, str]:
    """The types of inputs and outputs as people call them."""
    return {
        "number": gettext("A number"),
        "boolean": gettext("Yes or no"),
        "text": gettext("Text"),
        "date": gettext("Date"),
        "list": gettext("Some of several"),
    }


def acts() -> dict[str, str]:
    """What can be done with a column."""
    return {"remove": gettext("Remove"), "up": gettext("Move up"), "down": gettext("Move down")}
