"""Draft: a printed SOP becomes definitions that can be checked, edited and published. Pure.

The first draft of a service is its process, a form to apply with and the service itself. Everything that the
print leaves open is assumed and listed as a doubt (`doubts.py` keeps them in the drafts).
"""

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from app.definitions.process import Norm
from app.errors import text
from app.sop import arrows, times, who
from app.sop.actors import Known, recognise, slug
from app.sop.arrows import ENDINGS, Arrow
from app.sop.printed import Doubt, Draft, Printed, Row
from app.sop.who import Chosen

_KEYS = {"Ya": "yes", "Tidak": "no"}
_PATIENCE_DAYS = 5  # how long an outside system is waited for before somebody is told


def draft(printed: Printed, service: str, office: str) -> Draft:
    """Make the definitions of a service from a printed SOP."""
    actors = recognise(printed.actors)
    chosen = who.choose(printed.rows, actors)
    drawn = arrows.draw(printed.rows, chosen, actors)
    outside = frozenset(actor.key for actor in actors if actor.kind != "staff")
    sharing = times.shared(printed.rows, {no: one.actor.key for no, one in chosen.items()}, outside)
    steps = _Steps(printed.rows, actors, chosen, drawn, sharing)
    title = printed.identity.name or "SOP"
    texts = {
        ("process", f"{service}/process"): written(_process(printed, title, service, steps)),
        ("form", f"{service}/application"): written(_application()),
        ("service", f"{service}/service"): written(service_of(title, service, office)),
    }
    found = [*who.doubts(printed.rows, chosen), *times.doubts(printed.rows, sharing, printed.total),
             *arrows.doubts(printed.rows, drawn), *_unknown_roles(actors)]  # fmt: skip
    order = {row.no: place for place, row in enumerate(printed.rows)}
    return Draft(texts, tuple(sorted(found, key=lambda doubt: order.get(doubt.row, len(order)))))


def _unknown_roles(actors: Sequence[Known]) -> list[Doubt]:
    question = "No role is known that does what this actor does: add it to the roles."
    return [Doubt("", text(question), actor.title) for actor in actors if actor.role is None]


class _Steps:
    """Writes the rows as steps; keys are made of the titles."""

    def __init__(
        self,
        rows: Sequence[Row],
        actors: Sequence[Known],
        chosen: Mapping[str, Chosen],
        drawn: Mapping[str, Arrow],
        sharing: Mapping[str, str],
    ) -> None:
        self.rows, self.actors, self.chosen, self.drawn, self.sharing = rows, actors, chosen, drawn, sharing
        self.keys: dict[str, str] = {}
        for row in rows:
            self.keys[row.no] = self._key(row)

    def _key(self, row: Row) -> str:
        key = slug(row.title) or "step"
        return key if key not in self.keys.values() else f"{key}_{slug(row.no)}"

    def norms(self) -> dict[str, Any]:
        """Norms that several rows share, by the key of the first of them."""
        owners = dict.fromkeys(self.sharing.values())
        return {f"from_{slug(no)}": _norm(self._printed(no)) for no in owners}

    def written(self) -> dict[str, Any]:
        """All steps in printed order, then the ends that are reached."""
        steps = {self.keys[row.no]: self._step(row) for row in self.rows}
        reached = {way.target for arrow in self.drawn.values() for way in arrow.ways}
        ends = {
            result: {"title": title, "kind": "end", "result": result}
            for result, title in ENDINGS.items()
            if result in reached
        }
        return {**steps, **ends}

    def _step(self, row: Row) -> dict[str, Any]:
        one = self.chosen[row.no]
        step: dict[str, Any] = {"no": row.no, "title": row.title, "actor": one.actor.key}
        if one.also:
            step["also"] = [actor.key for actor in one.also]
        if (norm := self._step_norm(row)) is not None:
            step["norm"] = norm
        step |= {name: [words] for name, words in (("needs", row.needs), ("yields", row.output)) if words}
        if row.remark:
            step["remark"] = row.remark
        step |= self._side(one.actor, self.keys[row.no])
        return step | self._ways(self.drawn[row.no])

    def _step_norm(self, row: Row) -> Any:
        owner = self.sharing.get(row.no, row.no if row.no in self.sharing.values() else None)
        if owner is not None:
            return f"from_{slug(owner)}"
        found = times.norm_of(row.time, row.remark)
        return _norm(found) if found else None

    def _printed(self, no: str) -> Norm:
        row = next(row for row in self.rows if row.no == no)
        found = times.norm_of(row.time, row.remark)
        if found is None:
            raise ValueError(f"row {no} shares a norm that it does not have")
        return found

    def _side(self, actor: Known, key: str) -> dict[str, Any]:
        """The applicant's steps stop the office's clock; an outside system is waited for, or stood in for."""
        if actor.kind == "applicant":
            return {"clock": "applicant"}
        if actor.kind == "staff":
            return {}
        stand_in = next((one.key for one in self.actors if one.kind == "staff"), None)
        return {
            "kind": "wait", "clock": "outside", "message": f"{actor.key}/{key}",
            "manual": {"actor": stand_in},
            "timeout": {"norm": {"working_days": _PATIENCE_DAYS}, "alert": stand_in},
        }  # fmt: skip

    def _ways(self, arrow: Arrow) -> dict[str, Any]:
        targets = {way.title: way.target for way in arrow.ways}
        if "" in targets:
            return {"next": self._target(targets[""])}
        outcomes: dict[str, Any] = {}
        for title, target in targets.items():
            outcome: dict[str, Any] = {"title": title, "next": self._target(target)}
            if target in self.chosen and self.chosen[target].actor.kind == "applicant":
                outcome["do"] = [{"ask_correction": True}]
            outcomes[_KEYS.get(title, slug(title))] = outcome
        return {"outcomes": outcomes}

    def _target(self, no: str) -> str:
        return no if no in ENDINGS else self.keys[no]


def _process(printed: Printed, title: str, service: str, steps: _Steps) -> dict[str, Any]:
    first = steps.chosen[printed.rows[0].no].actor
    identity = {
        name: value
        for name, value in printed.identity.model_dump().items()
        if value and name in type(printed.identity).model_fields
    }
    process: dict[str, Any] = {"kind": "process", "title": title, "identity": {**identity, "name": title}}
    process["actors"] = {actor.key: _actor(actor) for actor in steps.actors}
    process["start"] = {
        "by": [first.key], "form": f"{service}/application", "first": steps.keys[printed.rows[0].no],
    }  # fmt: skip
    if norms := steps.norms():
        process["norms"] = norms
    process["steps"] = steps.written()
    return process


def _actor(actor: Known) -> dict[str, Any]:
    return {"title": actor.title} | ({} if actor.kind == "staff" else {"kind": actor.kind})


def _norm(norm: Norm) -> dict[str, int]:
    return norm.model_dump(exclude_none=True)


def _application() -> dict[str, Any]:
    """The least that a party needs; the form builder adds the rest."""
    fields = {
        "company_name": {"type": "text", "title": "Nama perusahaan", "required": True},
        "nib": {"type": "nib", "title": "NIB", "required": True},
        "email": {"type": "email", "title": "Surel"},
    }
    return {"kind": "form", "title": "Permohonan", "sections": [{"title": "Pemohon", "fields": fields}]}


def service_of(title: str, service: str, office: str) -> dict[str, Any]:
    """The least that a service needs."""
    prefix = "".join(part[0] for part in service.split("_") if part).upper().ljust(2, "X")[:12]
    return {
        "kind": "service", "title": title, "office": office, "process": f"{service}/process",
        "number_prefix": prefix,
    }  # fmt: skip


def written(content: dict[str, Any]) -> str:
    """Write a definition as the files are written."""
    writer = YAML()
    writer.width = 118
    writer.default_flow_style = False
    writer.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    writer.dump(content, out)
    return out.getvalue()
