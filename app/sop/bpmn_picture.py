"""The picture of a BPMN diagram: lanes below each other, steps in printed order from left to right. Pure."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from xml.etree import ElementTree as ET

DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"

LEFT, TOP, LANE, NAME = 120, 160, 150, 30  # of the pool; a lane's height; the width of its name
GAP, SMALL_GAP = 90, 40
TASK, EVENT, GATEWAY = (170, 112), (36, 36), (50, 50)


class Drawn(Protocol):
    """What the picture must know of a node."""

    @property
    def id(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def lane(self) -> str: ...
    @property
    def attached_to(self) -> str: ...


Box = tuple[int, int, int, int]  # left, top, width, height


def draw(lanes: Sequence[str], nodes: Sequence[Drawn], flows: Sequence[tuple[str, str, str]]) -> ET.Element:
    """Draw the pool, its lanes, the nodes and the arrows; `flows` are id, start and end."""
    boxes = _boxes(lanes, nodes)
    diagram = ET.Element(f"{{{DIAGRAM}}}BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(diagram, f"{{{DIAGRAM}}}BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"})
    width = max(left + wide for left, _, wide, _ in boxes.values()) + GAP - LEFT
    _shape(plane, "pool", (LEFT, TOP, width, LANE * len(lanes)), {"isHorizontal": "true"})
    for place, lane in enumerate(lanes):
        box = (LEFT + NAME, TOP + LANE * place, width - NAME, LANE)
        _shape(plane, f"lane_{lane}", box, {"isHorizontal": "true"})
    for node in nodes:
        _shape(plane, node.id, boxes[node.id], {})
    bottom = TOP + LANE * len(lanes)
    for number, (flow, start, end) in enumerate(flows):
        _edge(plane, flow, _points(boxes[start], boxes[end], 12 + 8 * (number % 12), bottom))
    return diagram


def _boxes(lanes: Sequence[str], nodes: Sequence[Drawn]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    x = LEFT + NAME + GAP
    for node in nodes:
        wide, high = _size(node)
        middle = TOP + LANE * lanes.index(node.lane) + LANE // 2
        if node.attached_to:
            left, top, _, tall = boxes[node.attached_to]
            boxes[node.id] = (left + 10, top + tall - high // 2, wide, high)
            continue
        boxes[node.id] = (x, middle - high // 2, wide, high)
        x += wide + (GAP if node.tag.endswith(("Task", "Event")) else SMALL_GAP)
    return boxes


def _size(node: Drawn) -> tuple[int, int]:
    if node.tag.endswith("Task"):
        return TASK
    return GATEWAY if node.tag.endswith("Gateway") else EVENT


def _points(start: Box, end: Box, track: int, bottom: int) -> list[tuple[int, int]]:
    """To a neighbour straight, further on by a track above the pool, back by one below it."""
    left, top, wide, high = start
    to_left, to_top, to_wide, to_high = end
    middle, to_middle = top + high // 2, to_top + to_high // 2
    if 0 <= to_left - left - wide <= GAP:
        turn = to_left - SMALL_GAP // 2
        return [(left + wide, middle), (turn, middle), (turn, to_middle), (to_left, to_middle)]
    x, to_x = left + wide // 2, to_left + to_wide // 2
    if to_left > left:
        return [(x, top), (x, TOP - track), (to_x, TOP - track), (to_x, to_top)]
    return [(x, top + high), (x, bottom + track), (to_x, bottom + track), (to_x, to_top + to_high)]


def _shape(plane: ET.Element, of: str, box: Box, more: Mapping[str, str]) -> None:
    shape = ET.SubElement(plane, f"{{{DIAGRAM}}}BPMNShape", {"id": f"shape_{of}", "bpmnElement": of, **more})
    names = ("x", "y", "width", "height")
    ET.SubElement(
        shape, f"{{{BOUNDS}}}Bounds", {name: str(size) for name, size in zip(names, box, strict=True)}
    )


def _edge(plane: ET.Element, of: str, points: Sequence[tuple[int, int]]) -> None:
    edge = ET.SubElement(plane, f"{{{DIAGRAM}}}BPMNEdge", {"id": f"edge_{of}", "bpmnElement": of})
    for x, y in points:
        ET.SubElement(edge, f"{{{LINES}}}waypoint", {"x": str(x), "y": str(y)})
