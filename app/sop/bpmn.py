"""BPMN 2.0: a process as a diagram that other tools open, with a lane for each actor. Pure.

Source: OMG formal/2011-01-03. A step with several ways out is followed by an exclusive gateway, one with
several next steps by a parallel one, and a join is preceded by one; a time limit that leads on is a timer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

from app.definitions.process import Norm, Process, Step, as_list
from app.sop import bpmn_picture

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TARGET = "urn:alurizin:process"

Tag = Literal[
    "startEvent", "endEvent", "userTask", "sendTask", "receiveTask", "exclusiveGateway", "parallelGateway",
    "boundaryEvent",
]  # fmt: skip
_TASKS: dict[str, Tag] = {"task": "userTask", "send": "sendTask", "wait": "receiveTask"}


@dataclass(frozen=True, slots=True)
class Node:
    """A shape of the diagram: its lane, and the step it belongs to, whose place it shares."""

    id: str
    tag: Tag
    title: str
    lane: str
    step: str
    attached_to: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow between two nodes."""

    start: str
    end: str
    title: str = ""

    @property
    def id(self) -> str:
        """A name of its own: two arrows between the same nodes differ in what they are called."""
        return f"flow_{self.start}_{self.end}" + (f"_{_name(self.title)}" if self.title else "")


def write(process: Process) -> bytes:
    """Write the process as a BPMN file."""
    nodes, flows = list(_nodes(process)), list(_flows(process))
    root = ET.Element(_q("definitions"), {"targetNamespace": TARGET, "id": "definitions"})
    collaboration = ET.SubElement(root, _q("collaboration"), {"id": "collaboration"})
    pool = {"id": "pool", "name": process.title, "processRef": "process"}
    ET.SubElement(collaboration, _q("participant"), pool)
    body = ET.SubElement(
        root, _q("process"), {"id": "process", "name": process.title, "isExecutable": "false"}
    )
    _write_lanes(body, process, nodes)
    for node in nodes:
        _write_node(body, process, node, flows)
    for flow in flows:
        given = {"id": flow.id, "sourceRef": flow.start, "targetRef": flow.end}
        ET.SubElement(body, _q("sequenceFlow"), given | ({"name": flow.title} if flow.title else {}))
    root.append(
        bpmn_picture.draw(list(process.actors), nodes, [(flow.id, flow.start, flow.end) for flow in flows])
    )
    ET.register_namespace("", MODEL)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _nodes(process: Process) -> Iterator[Node]:
    lane = process.start.by[0]
    yield Node("start", "startEvent", "", lane, process.start.first)
    for key, step in process.steps.items():
        lane = step.actor or (step.manual.actor if step.manual else lane)
        if step.join:
            yield Node(f"join_{key}", "parallelGateway", "", lane, key)
        yield Node(f"step_{key}", _tag(step), step.full_title, lane, key)
        if step.outcomes and step.kind != "route":
            yield Node(f"choice_{key}", "exclusiveGateway", "", lane, key)
        for way, targets in _ways(step):
            if len(targets) > 1:
                yield Node(f"fork_{key}_{way}", "parallelGateway", "", lane, key)
        if step.timeout and step.timeout.next:
            yield Node(f"limit_{key}", "boundaryEvent", "", lane, key, f"step_{key}")


def _tag(step: Step) -> Tag:
    if step.kind == "end":
        return "endEvent"
    return "exclusiveGateway" if step.kind == "route" else _TASKS[step.kind]


def _ways(step: Step) -> list[tuple[str, list[str]]]:
    """The ways out by name; the plain one is called next."""
    ways = [(name, as_list(outcome.next)) for name, outcome in step.outcomes.items()]
    return ways or [("next", as_list(step.next))]


def _flows(process: Process) -> Iterator[Flow]:
    yield Flow("start", _entry(process, process.start.first))
    for key, step in process.steps.items():
        exit_ = f"step_{key}"
        if step.join:
            yield Flow(f"join_{key}", exit_)
        if step.outcomes and step.kind != "route":
            yield Flow(exit_, f"choice_{key}")
            exit_ = f"choice_{key}"
        for way, targets in _ways(step):
            title = step.outcomes[way].title if way in step.outcomes else ""
            yield from _way(process, exit_, f"fork_{key}_{way}", title, targets)
        if step.timeout and step.timeout.next:
            yield Flow(f"limit_{key}", _entry(process, step.timeout.next))


def _way(process: Process, exit_: str, fork: str, title: str, targets: list[str]) -> Iterator[Flow]:
    if len(targets) > 1:
        yield Flow(exit_, fork, title)
        exit_, title = fork, ""
    for target in targets:
        yield Flow(exit_, _entry(process, target), title)


def _entry(process: Process, key: str) -> str:
    return f"join_{key}" if process.steps[key].join else f"step_{key}"


def _write_lanes(body: ET.Element, process: Process, nodes: list[Node]) -> None:
    lanes = ET.SubElement(body, _q("laneSet"), {"id": "lanes"})
    for key, actor in process.actors.items():
        lane = ET.SubElement(lanes, _q("lane"), {"id": f"lane_{key}", "name": actor.title})
        for node in nodes:
            if node.lane == key:
                ET.SubElement(lane, _q("flowNodeRef")).text = node.id


def _write_node(body: ET.Element, process: Process, node: Node, flows: list[Flow]) -> None:
    given = {"id": node.id} | ({"name": node.title} if node.title else {})
    if node.attached_to:
        given["attachedToRef"] = node.attached_to
    element = ET.SubElement(body, _q(node.tag), given)
    if node.id == f"step_{node.step}" and (told := _told(process, node.step)):
        ET.SubElement(element, _q("documentation")).text = told
    for flow in flows:
        if flow.end == node.id:
            ET.SubElement(element, _q("incoming")).text = flow.id
    for flow in flows:
        if flow.start == node.id:
            ET.SubElement(element, _q("outgoing")).text = flow.id
    step = process.steps[node.step]
    if node.attached_to and step.timeout:
        timer = ET.SubElement(element, _q("timerEventDefinition"), {"id": f"timer_{node.step}"})
        ET.SubElement(timer, _q("timeDuration")).text = _duration(step.timeout.norm)


def _told(process: Process, key: str) -> str:
    """What the diagram has no sign for: norm, needs, yields, remark and interpretation, a line each."""
    step, norm = process.steps[key], process.norm_of(key)
    lines = (
        f"Waktu: {_duration(norm)}" if norm else "",
        "Kelengkapan: " + "; ".join(step.needs) if step.needs else "",
        "Output: " + "; ".join(step.yields) if step.yields else "",
        f"Keterangan: {step.remark}" if step.remark else "",
        step.interpretation or "",
    )
    return "\n".join(line for line in lines if line)


def _duration(norm: Norm) -> str:
    """A norm as ISO 8601; working days as days, which the office calendar stretches."""
    return f"P{norm.working_days}D" if norm.working_days else f"PT{norm.minutes or 0}M"


def _name(title: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in title.lower())


def _q(tag: str) -> str:
    return f"{{{MODEL}}}{tag}"
