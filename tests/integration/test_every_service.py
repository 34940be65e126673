"""K27, K28, K31 and K32, which hold for every service."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.cases.models import Case
from app.db import Session
from app.errors import Forbidden, Invalid, NotFound
from app.flow.reveal import reveal
from app.registers.models import RegisterEntry
from app.reports.view import view_case
from tests import dairi
from tests import iuki_verification as iuki
from tests.desk import Desk, shown
from tests.every_service import Offered, each_service, faults

LAST_DAY = "2026-12-31 10:00"
WEDNESDAY = "2026-12-30 08:00"


@pytest.fixture
def desk(demo_office: None) -> Desk:
    return Desk(WEDNESDAY)


def ready_to_sign(at: str, nib: str) -> Desk:
    desk = Desk(at)
    iuki.submit(desk, nib=nib)
    iuki.walk(desk, "sign_letter")
    return desk


def sign(desk: Desk) -> None:
    try:
        desk.do("head_of_office", "sign_letter", iuki.RIGHT)
    finally:
        Session.remove()


def numbers(year: int) -> list[tuple[int, str]]:
    query = select(RegisterEntry.seq, RegisterEntry.number).where(
        RegisterEntry.book == "outgoing", RegisterEntry.series == "outgoing", RegisterEntry.year == year
    )
    return [tuple(row) for row in Session.execute(query.order_by(RegisterEntry.id))]


def test_k27_letters_signed_at_once_have_numbers_in_order_and_a_new_year_begins_with_1(
    demo_office: None,
) -> None:
    desks = [ready_to_sign(LAST_DAY, f"99900000000{n}") for n in ("62", "79", "86")]
    with pytest.raises(Forbidden):
        desks[0].do("head_of_office", "sign_letter", iuki.RIGHT, passphrase="salah")  # leaves no gap
    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(sign, desks))
    assert numbers(2026) == [(n, f"500.9/000{n}/DISPERINDAG/XII/2026") for n in (1, 2, 3)]
    sign(ready_to_sign("2027-01-04 08:00", "9990000000093"))
    assert numbers(2027) == [(1, "500.9/0001/DISPERINDAG/I/2027")]


@pytest.mark.parametrize(
    ("entered", "due"), [("2026-11-20 15:45", "23-11 08:45"), ("2026-12-23 15:30", "28-12 09:00")]
)
def test_k28_a_task_of_two_hours_is_due_after_two_hours_of_office_time(
    desk: Desk, entered: str, due: str
) -> None:
    desk.at(entered)
    dairi.submit(desk)
    assert shown(desk.task("check").due_at) == due


@each_service
def test_k31_wrong_inputs_are_refused_at_their_fields_and_open_no_case(desk: Desk, service: Offered) -> None:
    for field, value, _said in faults(service):
        with pytest.raises(Invalid) as refused:
            service.submit(desk, **{field: value})
        assert set(refused.value.errors) == {field}, value
    assert Session.scalar(select(func.count()).select_from(Case)) == 0


@each_service
def test_k32_strangers_find_nothing_and_an_opened_identifier_is_recorded(
    desk: Desk, service: Offered
) -> None:
    number = service.submit(desk)
    with pytest.raises(NotFound):
        view_case(desk.who("applicant2"), number)
    value = service.application[service.identifier]
    assert reveal(desk.who(service.officer), number, service.identifier, desk.now) == value
    opened = select(AuditEvent.actor, AuditEvent.detail).where(AuditEvent.action == "identifier.opened")
    assert [tuple(row) for row in Session.execute(opened)] == [
        (service.officer, {"field": service.identifier})
    ]
