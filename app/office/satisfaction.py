"""The satisfaction report of an office: index, elements, suggestions and follow-up of each service."""

from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response as WerkzeugResponse

from app import clock
from app.cases.office_calendar import calendar_of
from app.definitions.catalogue import current
from app.errors import NotFound, OfficeError, text
from app.feedback.access import FOLLOW_UPS, SATISFACTION, allowed_in, offices_for
from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.index import Index
from app.feedback.models import FollowUp
from app.feedback.period import Period, period, periods, year_of
from app.flow.survey import publish_index
from app.office import satisfaction_sheet
from app.people.models import Office
from app.reports import satisfaction as reading
from app.web import sessions
from app.web.entry import allowed
from app.web.i18n import translate
from app.wording import tanggal

HALVES, QUARTERS = ("I", "II"), ("I", "II", "III", "IV")
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": satisfaction_sheet.XLSX}


class SatisfactionView(BaseView):
    """The survey's results, for heads and administrators."""

    route_base = "/survey-results"
    default_view = "index"
    class_permission_name = SATISFACTION

    @expose("/")
    @allowed("list")
    def index(self) -> str:
        """All services of an office over a period, and one of them in detail."""
        office, chosen = chosen_office(), chosen_period()
        on = today(office)
        key = request.args.get("service", "")
        services = reading.services_of(office)
        found = reading.satisfaction(office, key, chosen) if key in services else None
        g.timezone = office.timezone
        return render_template(
            "office/satisfaction.html",
            office={"id": office.id, "name": office.name},
            offices=[(row.id, row.short_name) for row in mine()],
            period=(chosen.key, title(chosen)),
            periods=[(each.key, title(each)) for each in offered(office, on)],
            lines=[line(office, row, chosen) for row in reading.overview(office, chosen)],
            detail=detail(office, found, on) if found else None,
        )

    @expose("/publish", methods=["POST"])
    @allowed("edit")
    def publish(self) -> WerkzeugResponse:
        """Make the index of a finished period public."""
        office, chosen, key = chosen_office(), chosen_period(), request.values.get("service", "")
        try:
            publish_index(sessions.person(), office, key, chosen, clock.now())
            flash(translate(text("The index is public now, on the page of the service.")), "success")
        except OfficeError as refused:
            flash(translate(refused.text), "danger")
        return redirect(address(office, chosen, key))

    @expose("/export/<kind>")
    @allowed("list")
    def export(self, kind: str) -> Response:
        """The report of one service as a table."""
        office, chosen, key = chosen_office(), chosen_period(), request.args.get("service", "")
        if kind not in TYPES or key not in reading.services_of(office):
            raise NotFound("There is no survey for this service.")
        found = reading.satisfaction(office, key, chosen)
        rows = satisfaction_sheet.rows(office, found, title(chosen), reading.follow_ups(office, key))
        content = satisfaction_sheet.csv_of(rows) if kind == "csv" else satisfaction_sheet.xlsx_of(rows)
        name = f"skm-{office.key}-{key.partition('/')[0]}-{chosen.key}.{kind}"
        disposition = f'attachment; filename="{name}"'
        return Response(content, content_type=TYPES[kind], headers={"Content-Disposition": disposition})


def mine() -> list[Office]:
    """The offices whose survey the person may read."""
    return offices_for(sessions.person(), SATISFACTION, "list")


def chosen_office() -> Office:
    """The office asked for, else the first; NotFound for one that is not the person's."""
    offices = mine()
    wanted = request.values.get("office", "")
    found = [office for office in offices if wanted in ("", str(office.id))]
    if not found:
        raise NotFound("There is no such office.")
    # where several are mine, one with something to show comes first
    return next((office for office in found if reading.first_month(office)), found[0])


def chosen_period() -> Period:
    """The period asked for, else this year."""
    return period(request.values.get("period", "")) or year_of(clock.now().date())


def today(office: Office) -> date:
    """The day on the office's wall."""
    return calendar_of(office, current().version).local_date(clock.now())


def offered(office: Office, on: date) -> list[Period]:
    """Every period since the first answer."""
    first = reading.first_month(office)
    return list(periods(first.date() if first else on, on))


def title(chosen: Period) -> str:
    """A period in words."""
    year, _, part = chosen.key.partition("-")
    if not part:
        return str(gettext("Year %(year)s", year=year))
    if part.startswith("S"):
        return str(gettext("Half %(part)s %(year)s", part=HALVES[int(part[1]) - 1], year=year))
    if part.startswith("Q"):
        return str(gettext("Quarter %(part)s %(year)s", part=QUARTERS[int(part[1]) - 1], year=year))
    return tanggal(chosen.first).split(" ", 1)[1]


def address(office: Office, chosen: Period, key: str, kind: str = "") -> str:
    """The address of this report, or of it as a table of a kind."""
    wanted: dict[str, Any] = {"office": office.id, "period": chosen.key, "service": key}
    if kind:
        return url_for("SatisfactionView.export", kind=kind, **wanted)
    return url_for("SatisfactionView.index", **wanted)


def line(office: Office, found: reading.Satisfaction, chosen: Period) -> dict[str, Any]:
    """One service of the overview."""
    return {
        "title": found.service.title,
        "url": address(office, chosen, found.service_key) + "#detail",
        "index": found.index,
        "respondents": found.respondents,
        "served": found.served,
        "needed": found.needed,
    }


def detail(office: Office, found: reading.Satisfaction, on: date) -> dict[str, Any]:
    """Everything about one service."""
    person, key = sessions.person(), found.service_key
    published = reading.latest_publication(key)
    may_publish = allowed_in(person, office.id, SATISFACTION, "edit")
    may_follow_up = allowed_in(person, office.id, FOLLOW_UPS, "add")
    return {
        **line(office, found, found.period),
        "weight": found.weight.replace(".", ","),
        "elements": elements(found.index) if found.index else [],
        "about": [group(column, counted) for column, counted in (found.about or {}).items()],
        "too_few": found.index is not None and found.about is None,
        "suggestions": found.suggestions,
        "follow_ups": [follow_up(row, on) for row in reading.follow_ups(office, key)],
        "follow_up_url": url_for("FollowUpScreen.add") if may_follow_up else "",
        "publish_url": url_for("SatisfactionView.publish") if may_publish and found.index else "",
        "fields": {"office": office.id, "period": found.period.key, "service": key},
        "is_over": found.period.last < on,
        "published": published,
        "csv_url": address(office, found.period, key, "csv"),
        "xlsx_url": address(office, found.period, key, "xlsx"),
    }


def elements(index: Index) -> list[dict[str, Any]]:
    """The nine elements with their means; the three lowest marked."""
    lowest = index.lowest()
    return [
        {
            "no": own.no,
            "title": translate(own.title),
            "mean": index.elements[key].mean,
            "weighted": index.elements[key].weighted,
            "is_low": key in lowest,
        }
        for key, own in ELEMENTS.items()
    ]


def group(column: str, counted: Any) -> dict[str, Any]:
    """How many said what of themselves."""
    words, choices = ABOUT[column]
    unsaid = gettext("Not said")
    rows = [(translate(choices[choice]) if choice else unsaid, count) for choice, count in counted.items()]
    return {"title": translate(words), "rows": rows}


def follow_up(row: FollowUp, on: date) -> dict[str, Any]:
    """One line of the follow-up list."""
    own = ELEMENTS.get(row.element)
    return {
        "element": f"{own.no} {translate(own.title)}" if own else row.element,
        "action": row.action,
        "responsible": row.responsible,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "outcome": row.outcome,
        "is_late": row.done_on is None and row.due_on < on,
        "url": url_for("FollowUpScreen.show", pk=row.id),
    }
