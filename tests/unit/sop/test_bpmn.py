"""A process as BPMN 2.0: valid after the OMG's schema, with every step, way and lane in text and picture."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from lxml import etree
from ruamel.yaml import YAML

from app.definitions.process import Process, as_list
from app.sop import bpmn

ROOT = Path(__file__).parents[3]
SERVICES = sorted(path.parent.name for path in (ROOT / "rules").glob("*/process.yaml"))


def process_of(service: str) -> Process:
    text = (ROOT / "rules" / service / "process.yaml").read_text(encoding="utf-8")
    return Process.model_validate(YAML(typ="safe").load(text))


@pytest.fixture(scope="session")
def omg() -> Any:
    """The OMG's schema of BPMN 2.0, as SpiffWorkflow ships it."""
    found = find_spec("SpiffWorkflow")
    assert found is not None
    folder = Path(str(found.origin)).parent / "bpmn" / "parser" / "schema"
    return etree.XMLSchema(etree.parse(str(folder / "BPMN20.xsd")))


@pytest.mark.parametrize("service", SERVICES)
def test_every_shipped_process_is_valid_bpmn(service: str, omg: Any) -> None:
    written = etree.fromstring(bpmn.write(process_of(service)))
    assert omg.validate(written), omg.error_log


@pytest.mark.parametrize("service", SERVICES)
def test_every_step_and_arrow_is_in_the_diagram_and_in_the_picture(service: str) -> None:
    process = process_of(service)
    root = ET.fromstring(bpmn.write(process))
    names = {element.get("name") for element in root.iter()}
    assert {step.full_title for step in process.steps.values()} <= names
    assert {actor.title for actor in process.actors.values()} <= names
    flows = {
        flow.get("id"): (flow.get("sourceRef"), flow.get("targetRef"))
        for flow in root.iter(tag("sequenceFlow"))
    }
    for key, step in process.steps.items():
        for outcome in step.outcomes.values():
            for target in as_list(outcome.next):
                assert reaches(flows, f"step_{key}", f"step_{target}"), (key, target)
    drawn = {element.get("bpmnElement") for element in root.iter() if element.get("bpmnElement")}
    assert set(flows) <= drawn
    assert {f"step_{key}" for key in process.steps} <= drawn


def test_a_time_limit_that_leads_on_is_a_timer() -> None:
    process = process_of("dairi_ipui").model_dump()
    key = next(key for key, step in process["steps"].items() if step["kind"] == "task" and step["next"])
    process["steps"][key]["timeout"] = {"norm": {"working_days": 3}, "next": process["steps"][key]["next"]}
    written = bpmn.write(Process.model_validate(process)).decode()
    assert f'attachedToRef="step_{key}"' in written
    assert "P3D" in written


def reaches(flows: dict[str | None, tuple[str | None, str | None]], start: str, end: str) -> bool:
    """Through gateways only."""
    todo, seen = [start], set[str | None]()
    while todo:
        at = todo.pop()
        for one, other in flows.values():
            if one == at and other not in seen:
                if other == end:
                    return True
                seen.add(other)
                if other and other.startswith(("choice_", "fork_", "join_")):
                    todo.append(other)
    return False


def tag(name: str) -> str:
    return f"{{{bpmn.MODEL}}}{name}"
