"""Past decisions made again with a draft: what would change."""

import pytest
from sqlalchemy import insert, select

from app.cases.models import Decision
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.edit import rewritten
from app.definitions.parse import Ref
from app.definitions.yaml_text import read
from app.reports.replay import decided, replay_part
from tests import dairi
from tests.desk import Desk

TABLE: Ref = ("decision_table", "dairi_ipui/completeness")
PROCESS: Ref = ("process", "dairi_ipui/process")
MANY = 10_000


@pytest.fixture
def decided_desk(demo_office: None) -> Desk:
    desk = Desk("2026-11-23 08:00")
    dairi.submit(desk)
    dairi.walk(desk, "verify")
    return desk


def draft_without_npwp() -> str:
    """The table without its rows about the NPWP."""
    text = current().get(*TABLE).text
    value = read(text).value
    value["rows"] = [row for row in value["rows"] if "checklist.npwp" not in row["when"]]
    value["examples"] = []
    return rewritten("decision_table", text, value)


def many(wrong: int) -> None:
    """Ten thousand decisions like the one that was made, some of them for want of the NPWP."""
    made = Session.scalars(select(Decision).where(Decision.table == TABLE[1])).one()
    columns = [column.key for column in Decision.__table__.columns if column.key != "id"]
    like = {name: getattr(made, name) for name in columns}
    rows = [
        {**like, "facts": {**made.facts, "checklist.npwp": "missing"}, "outcome": "incomplete", "rows": [13]}
        if number % (MANY // wrong) == 0
        else {**like, "facts": {**made.facts, "checklist.photo.count": 2 + number % 7}}
        for number in range(MANY)
    ]
    Session.execute(insert(Decision), rows)
    Session.commit()


def test_what_is_in_force_changes_nothing(decided_desk: Desk) -> None:
    assert decided(TABLE) == 1
    part = replay_part(TABLE, {TABLE: current().get(*TABLE).text})
    assert (part.looked, part.changes, part.last) == (1, [], None)


def test_ten_thousand_decisions_are_made_again_part_by_part(decided_desk: Desk) -> None:
    many(wrong=23)
    draft = draft_without_npwp()
    looked, changes, after = 0, [], 0
    while True:
        part = replay_part(TABLE, {TABLE: draft}, after)
        looked, changes = looked + part.looked, changes + part.changes
        if part.last is None:
            break
        after = part.last
    assert looked == MANY + 1 == decided(TABLE)
    assert len(changes) == 24  # every 434th of them
    assert changes[0] == {
        "case": decided_desk.case.number, "step": "check", "before": "incomplete", "after": "complete",
        "rows_before": [13], "rows": [], "revision": 1,
        "titles": {
            "step": "2. Menerima dan memeriksa kelengkapan berkas",
            "before": "Kembalikan kepada pemohon", "after": "Berkas lengkap",
        },
    }  # fmt: skip


def test_a_process_that_reads_the_rows_otherwise_is_replayed_too(decided_desk: Desk) -> None:
    text = current().get(*PROCESS).text
    value = read(text).value
    decide = value["steps"]["check"]["decide"]
    decide["when_empty"], decide["otherwise"] = decide["otherwise"], decide["when_empty"]
    part = replay_part(PROCESS, {PROCESS: rewritten("process", text, value)})
    assert [(one["step"], one["before"], one["after"]) for one in part.changes] == [
        ("check", "complete", "incomplete")
    ]
