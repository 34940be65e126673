"""The roads through a process and the time they take."""

from pathlib import Path

import pytest

from app.cases.roads import roads
from app.definitions.parse import parse
from app.definitions.process import Process

RULES = Path(__file__).resolve().parents[3] / "rules"


@pytest.fixture
def dairi() -> Process:
    source = (RULES / "dairi_ipui" / "process.yaml").read_text(encoding="utf-8")
    shape = parse("process", "dairi_ipui/process", source).shape
    assert isinstance(shape, Process)
    return shape


def test_the_licence_and_the_refusal_of_dairi_take_what_the_sop_adds_up_to(dairi: Process) -> None:
    sums = {road.end: (road.minutes, road.days) for road in roads(dairi)}
    assert sums == {"granted": (690, 4), "refused": (840, 4)}


def test_a_road_passes_its_rows_in_order(dairi: Process) -> None:
    refused = next(road for road in roads(dairi) if road.end == "refused")
    numbers = [dairi.steps[key].no for key in refused.steps if dairi.steps[key].no]
    assert numbers == [str(n) for n in range(1, 16)]
