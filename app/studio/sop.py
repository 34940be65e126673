"""An SOP leaves the studio: the official document as PDF and XLSX, the diagram as BPMN."""

from flask import Response, request
from flask_appbuilder import expose

from app.clock import now
from app.definitions.catalogue import current
from app.definitions.parse import parse
from app.definitions.process import Process
from app.errors import Invalid, NotFound
from app.letters import sop_sheet
from app.publishing.drafts import open_draft
from app.reports.offices import office_of_process
from app.sop import book, bpmn
from app.sop.document import document
from app.studio.page import StudioPage, ref_in
from app.web.entry import enter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SopView(StudioPage):
    """Documents of a process."""

    @expose("/sop/<path:key>.pdf")
    @enter
    def pdf(self, key: str) -> Response:
        """The official document."""
        made = document(process_at(key))
        pdf = sop_sheet.write(made, office_of_process(key), now())
        return download(pdf, "application/pdf", f"{key}.pdf")

    @expose("/sop/<path:key>.xlsx")
    @enter
    def xlsx(self, key: str) -> Response:
        """The same as a sheet that can be annotated and imported again."""
        return download(book.write(process_at(key)), XLSX, f"{key}.xlsx")

    @expose("/sop/<path:key>.bpmn")
    @enter
    def bpmn(self, key: str) -> Response:
        """The diagram for other tools."""
        return download(bpmn.write(process_at(key)), "application/xml", f"{key}.bpmn")


def process_at(key: str) -> Process:
    """The process in force, or with ?draft=1 its draft. Raises NotFound, Invalid."""
    ref = ref_in("process", key)
    if not request.args.get("draft"):
        if not current().has(*ref):
            raise NotFound("There is no definition %(key)s (%(kind)s).", key=key, kind="process")
        process: Process = current().get(*ref).shape
        return process
    return process_in(open_draft(ref).text, key)


def process_in(words: str, key: str) -> Process:
    """The process that a text says. Raises Invalid where it cannot be read yet."""
    shape = parse("process", key, words).shape
    if not isinstance(shape, Process):
        raise Invalid("The draft cannot be read yet: put its problems right first.")
    return shape


def download(content: bytes, kind: str, name: str) -> Response:
    """A file that the browser keeps under the name of the definition."""
    name = "sop-" + name.replace("/", "-")
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
