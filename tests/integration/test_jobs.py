"""Jobs live and die with the step that defers them."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate import App
from procrastinate.jobs import Status
from sqlalchemy import text
from sqlalchemy.orm import Session as OrmSession

from app import jobs
from app.db import Session
from app.worker import process, tasks


@pytest.fixture
def done(session: OrmSession) -> list[object]:
    return []


def work_off(url: str, done: list[object]) -> None:
    """Let a worker do all that waits."""

    def note(case_id: int) -> None:
        done.append(case_id)
        Session.execute(text("SELECT 1"))

    process.work(url, lambda app: tasks.register(app, tasks={"note": note}, sweeps=()), wait=False)


def waiting() -> int:
    # a worker that starts may add its own job of the minute
    ours = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name <> 'rescue_stalled'")
    return Session.execute(ours).scalar_one()


def test_a_job_of_a_step_that_was_rolled_back_does_not_exist(done: list[object], database_url: str) -> None:
    jobs.defer("note", case_id=1)
    Session.rollback()
    work_off(database_url, done)
    assert done == []
    assert waiting() == 0


def test_a_committed_job_runs_once_and_is_gone(done: list[object], database_url: str) -> None:
    jobs.defer("note", case_id=7)
    Session.commit()
    work_off(database_url, done)
    work_off(database_url, done)
    assert done == [7]
    assert waiting() == 0


def test_a_job_is_invisible_until_the_step_commits(done: list[object], database_url: str) -> None:
    jobs.defer("note", case_id=1)
    work_off(database_url, done)
    assert done == []


def test_one_queueing_lock_waits_once_and_does_not_break_the_step(session: OrmSession) -> None:
    assert jobs.defer("note", queueing_lock="case 1", case_id=1) is not None
    assert jobs.defer("note", queueing_lock="case 1", case_id=1) is None
    Session.commit()
    assert waiting() == 1


def test_a_job_planned_for_later_waits(done: list[object], database_url: str) -> None:
    jobs.defer("note", schedule_at=datetime.now(UTC) + timedelta(hours=1), case_id=1)
    Session.commit()
    work_off(database_url, done)
    assert done == []


def test_a_naive_moment_is_refused(session: OrmSession) -> None:
    with pytest.raises(ValueError, match="aware"):
        jobs.defer("note", schedule_at=datetime(2026, 11, 23), case_id=1)


def test_a_failing_job_stays_to_be_tried_again(session: OrmSession, database_url: str) -> None:
    def fail() -> None:
        raise OSError("the mail server is away")

    jobs.defer("fail")
    Session.commit()
    process.work(database_url, lambda app: tasks.register(app, tasks={"fail": fail}, sweeps=()), wait=False)
    row = Session.execute(
        text("SELECT status, attempts, scheduled_at > now() FROM procrastinate_jobs WHERE task_name = 'fail'")
    ).one()
    assert tuple(row) == (Status.TODO.value, 1, True)


def test_a_job_leaves_no_open_transaction_to_the_next(done: list[object], database_url: str) -> None:
    jobs.defer("note", case_id=1)
    Session.commit()
    Session.remove()
    work_off(database_url, done)
    idle = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
    )
    assert Session.execute(idle).scalar_one() == 0


def test_the_job_of_a_killed_worker_is_given_to_a_living_one(done: list[object], database_url: str) -> None:
    jobs.defer("note", case_id=9)
    # what kill -9 leaves behind: a job in work, and a heartbeat that is old
    Session.execute(
        text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    )
    killed = "(SELECT max(id) FROM procrastinate_workers)"
    Session.execute(text(f"UPDATE procrastinate_jobs SET status = 'doing', worker_id = {killed}"))
    Session.commit()
    asyncio.run(_rescue(process.queue(database_url)))
    work_off(database_url, done)
    assert done == [9]


async def _rescue(app: App) -> None:
    context = type("Context", (), {"app": app})
    async with app.open_async():
        await tasks.rescue_stalled(context, 0)  # type: ignore[arg-type]


def test_jobs_run_beside_each_other_but_not_under_one_lock(session: OrmSession, database_url: str) -> None:
    busy, most, guard = [0], [0], threading.Lock()
    both = threading.Barrier(2, timeout=0.2)

    def count() -> None:
        with guard:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        try:
            both.wait()
        except threading.BrokenBarrierError:
            both.reset()
        with guard:
            busy[0] -= 1

    for _ in range(3):
        jobs.defer("count", lock="mail server")
    Session.commit()
    process.work(database_url, lambda app: tasks.register(app, tasks={"count": count}), wait=False)
    assert most == [1]


def test_deferring_costs_less_than_a_millisecond(session: OrmSession) -> None:
    jobs.defer("note", case_id=0)
    started = datetime.now(UTC)
    for number in range(200):
        jobs.defer("note", lock=str(number), case_id=number)
    # the target is 1 ms; a busy machine may take three
    assert (datetime.now(UTC) - started) / 200 < timedelta(milliseconds=3)
