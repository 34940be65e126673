"""K27, K28, K31 and K32 through the API, for every service."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import dairi
from tests import iuki_verification as iuki
from tests.every_service import SERVICES, Offered, each_service, faults
from tests.fixtures_demo import PASSWORD
from tests.machine import Machine, MachineDesk, moment

LAST_DAY = "2026-12-31 10:00"
SLOT = "decision_letter"


def ready_to_sign(api: Machine, at: str, nib: str) -> MachineDesk:
    desk = MachineDesk(api, at)
    iuki.submit(desk, nib=nib)
    iuki.walk(desk, "sign_letter")
    return desk


def test_k27_letters_signed_at_once_have_numbers_in_order_and_a_new_year_begins_with_1(api: Machine) -> None:
    desks = [ready_to_sign(api, LAST_DAY, f"99900000000{n}") for n in ("62", "79", "86")]
    body = {"data": iuki.RIGHT, "passphrase": PASSWORD}
    tasks = [desk.task("sign_letter") for desk in desks]

    def sign(task: dict[str, int]) -> int:
        own = Machine(api.app)
        path = f"/tasks/{task['id']}/complete"
        return int(
            own.ask("head_of_office", "POST", path, json={**body, "version": task["version"]}).status_code
        )

    with ThreadPoolExecutor(len(tasks)) as pool:
        # each asked for twice at once: no number is lost to the second
        assert sorted(pool.map(sign, tasks * 2)) == [200, 200, 200, 409, 409, 409]
    later = ready_to_sign(api, "2027-01-04 08:00", "9990000000093")
    later.do("head_of_office", "sign_letter", iuki.RIGHT)
    lines = [line for line in later.book("outgoing") if line["series"] == "outgoing"]
    assert [(line["year"], line["seq"]) for line in lines] == [(2026, 1), (2026, 2), (2026, 3), (2027, 1)]
    assert sorted(desk.letter(SLOT)["number"] for desk in desks) == [line["number"] for line in lines[:3]]


@pytest.mark.parametrize(
    ("entered", "due"), [("2026-11-20 15:45", "23-11 08:45"), ("2026-12-23 15:30", "28-12 09:00")]
)
def test_k28_a_task_of_two_hours_is_due_after_two_hours_of_office_time(
    desk: MachineDesk, entered: str, due: str
) -> None:
    desk.at(entered)
    dairi.submit(desk)
    assert moment(desk.task("check")["due_at"]) == due


@each_service
def test_k31_each_wrong_input_is_told_at_its_field_in_indonesian(api: Machine, service: Offered) -> None:
    MachineDesk(api, "2026-12-31 08:00")
    for field, value, said in faults(service):
        body = {"service": service.key, "data": {**service.application, field: value}}
        if service.opener != "applicant":
            body["applicant"] = {}
        told = api.post(service.opener, "/cases/", 422, **body)
        assert set(told["errors"]) == {field}, value
        assert said in told["errors"][field][0]
    assert api.get("head_of_office", "/cases/")["items"] == []


@each_service
def test_k32_strangers_find_nothing_and_an_opened_identifier_is_recorded(
    desk: MachineDesk, service: Offered
) -> None:
    number = service.submit(desk.at("2026-12-30 08:00"))
    for path in (f"/cases/{number}", f"/cases/{number}/history", f"/letters/?case={number}"):
        desk.machine.get("applicant2", path, 404)
    value = service.application[service.identifier]
    assert value not in json.dumps(desk.seen_by(service.officer))
    told = desk.machine.post(service.officer, f"/cases/{number}/reveal", field=service.identifier)
    assert (told["value"], desk.history()[-1]) == (value, "identifier.opened")
    desk.machine.post("applicant2", f"/cases/{number}/reveal", 404, field=service.identifier)


def test_the_five_services_are_all_here(api: Machine) -> None:
    offered = {item["key"] for item in api.get(None, "/services/")["items"]}
    assert offered == {service.key for service in SERVICES}
