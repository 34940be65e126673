"""The SOP of a service as it is printed: identity box, table of rows, drawing of the flow."""

from typing import Any

from flask import render_template
from flask_appbuilder import BaseView, expose
from flask_babel import gettext

from app.cases.roads import Road, roads
from app.definitions.catalogue import current
from app.definitions.process import Process, as_list
from app.reports.offers import Offer, offer
from app.web.entry import enter
from app.web.flowchart import draw
from app.web.wording import duration, norm, norm_in_rows


class ProcessView(BaseView):
    """SOPs, for everybody on the staff."""

    route_base = "/office/processes"
    default_view = "show"
    audience = {"any_staff"}

    @expose("/<path:key>")
    @enter
    def show(self, key: str) -> str:
        """The SOP of a service in force."""
        found = offer(key.removesuffix("/process"))
        return render_template("office/process.html", **context(found))


def context(found: Offer) -> dict[str, Any]:
    """What office/process.html is given."""
    process = found.process
    published = current().published("process", found.service.process)
    return {
        "process": {
            "title": process.title,
            "service_title": found.service.title,
            "revision": published.number if published else 0,
            "published_at": published.published_at if published else None,
            "service_url": f"/services/{found.short_key}",
        },
        "identity": process.identity,
        "actors": [{"key": key, "title": actor.title} for key, actor in process.actors.items()],
        "rows": [row(process, key) for key in process.steps],
        "norms": shared_norms(process),
        "totals": totals(process),
        "chart": draw(process),
    }


def row(process: Process, key: str) -> dict[str, Any]:
    """One row of the SOP."""
    step = process.steps[key]
    return {
        "key": key,
        "no": step.no,
        "title": step.title,
        "actor": step.actor,
        "also": step.also,
        "shape": shape(process, key),
        "needs": step.needs,
        "yields": step.yields,
        "norm": norm_in_rows(process, key),
        "remark": step.remark,
        "interpretation": step.interpretation,
        "ways": ways(process, key),
    }


def shape(process: Process, key: str) -> str:
    """The official symbol of a step."""
    step = process.steps[key]
    if key == process.start.first:
        return "start"
    if step.kind in ("end", "wait", "send"):
        return step.kind
    return "decide" if len(set(step.targets())) > 1 and step.outcomes else "task"


def ways(process: Process, key: str) -> list[dict[str, Any]]:
    """Where the arrows of a step lead."""
    step = process.steps[key]
    found = [("", target) for target in as_list(step.next)]
    found += [(way.title, target) for way in step.outcomes.values() for target in as_list(way.next)]
    return [
        {
            "title": title,
            "to": target,
            "to_no": process.steps[target].no,
            "to_title": process.steps[target].title,
            "back": process.position(target) < process.position(key),
        }
        for title, target in found
    ]


def shared_norms(process: Process) -> list[dict[str, Any]]:
    """Limits that several rows share."""
    return [
        {
            "title": gettext("Shared limit"),
            "norm": norm(limit),
            "rows": [step.no or step.title for step in process.steps.values() if step.norm == key],
        }
        for key, limit in process.norms.items()
    ]


def totals(process: Process) -> list[dict[str, str]]:
    """The sum of the norms on the way to each end, those of the applicant included."""
    return [
        {"title": process.steps[road.end].title, "sum": _sum(road)}
        for road in roads(process)
        if road.minutes or road.days
    ]


def _sum(road: Road) -> str:
    parts = [gettext("%(n)d working days", n=road.days)] if road.days else []
    return ", ".join([*parts, duration(road.minutes)] if road.minutes else parts)
