"""The roads through a process and the time they take."""

from pathlib import Path

import pytest

from app.cases.roads import roads
from app.definitions.parse import parse
from app.definitions.process import Process

RULES = Path(__file__).resolve().parents[3] / "rules"


def load(service: str) -> Process:
    source = (RULES / service / "process.yaml").read_text(encoding="utf-8")
    shape = parse("process", f"{service}/process", source).shape
    assert isinstance(shape, Process)
    return shape


@pytest.fixture
def dairi() -> Process:
    return load("dairi_ipui")


def test_the_licence_and_the_refusal_of_dairi_take_what_the_sop_adds_up_to(dairi: Process) -> None:
    sums = {road.end: (road.minutes, road.days) for road in roads(dairi)}
    assert sums == {"granted": (690, 4), "refused": (840, 4)}


def test_a_road_passes_its_rows_in_order(dairi: Process) -> None:
    refused = next(road for road in roads(dairi) if road.end == "refused")
    numbers = [dairi.steps[key].no for key in refused.steps if dairi.steps[key].no]
    assert numbers == [str(n) for n in range(1, 16)]


def test_both_ends_that_one_route_leads_to_have_the_same_road() -> None:
    sums = {road.end: (road.minutes, road.days) for road in roads(load("iuki_verification"))}
    assert sums == {"granted": (680, 2), "refused": (680, 2)}


def test_an_end_beyond_a_detour_is_found_and_the_detour_counts_nothing_twice() -> None:
    sums = {road.end: (road.minutes, road.days) for road in roads(load("recommendation"))}
    assert sums == {"recommended": (1180, 0), "file_returned": (130, 0)}
