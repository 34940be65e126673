"""Does it stay fast? Step and inbox time beside 1,000, 10,000 and 100,000 cases that are there already.

Each size has a database of its own on one server, and they take turns. One case in ten is open, so that the
role whose inbox is read holds up to 10,000 tasks; a page has 25. `ratio` compares with the smallest size.
"""

import statistics
import time
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.pool import NullPool

from app import clock
from app.cases.inbox import Wanted, tasks_for
from app.db import Session
from app.people.models import Office
from bench.client import FlowWalker, walk
from bench.definitions import PROCESS_KEY, SERVICE_KEY, STEPS, role_of
from bench.world import World, fsync_ms

SIZES = (1_000, 10_000, 100_000)
ROUNDS, QUICK_ROUNDS = 15, 5
WARM_UP = 2  # cases
PAGES_EACH = 10
OPEN_EVERY = 10  # one case in so many is open
INBOX_ROLE = role_of(1)

FILL = (
    """
    INSERT INTO "case" (number, office_id, service, process, process_revision, form_revision, status, result,
                        permit_status, data, joins, plan, created_at, submitted_at, due_at, closed_at,
                        secret_hash, version)
    SELECT 'LAMA-' || n, :office, :service, :process, 1, 1,
           CASE WHEN n % :every = 0 THEN 'open' ELSE 'closed' END,
           CASE WHEN n % :every = 0 THEN NULL ELSE 'granted' END, 'none',
           jsonb_build_object('application', jsonb_build_object('company_name', 'CV Lama ' || n)), '{}', '[]',
           CAST(:now AS timestamptz) - n * interval '1 minute',
           CAST(:now AS timestamptz) - n * interval '1 minute',
           CAST(:now AS timestamptz) + (n % 20000) * interval '1 minute',
           CASE WHEN n % :every = 0 THEN NULL ELSE CAST(:now AS timestamptz) END, '', 0
      FROM generate_series(1, :cases) AS n
    """,
    """
    INSERT INTO task (case_id, office_id, step, no, title, kind, role, clock, state, entered_at, due_at,
                      deadline, data, note, version)
    SELECT c.id, c.office_id, 'step' || s, (s + 1)::text, 'Langkah ' || s, 'task', :role, 'office',
           CASE WHEN s < 3 OR c.status = 'closed' THEN 'done' ELSE 'open' END,
           c.created_at, c.due_at, '[]', '{}', '', 1
      FROM "case" c CROSS JOIN generate_series(1, 3) AS s WHERE c.number LIKE 'LAMA-%'
    """,
    """
    INSERT INTO audit_head (chain, seq, hash)
    SELECT 'case:' || id, 4, repeat('0', 64) FROM "case" WHERE number LIKE 'LAMA-%'
    """,
    """
    INSERT INTO audit_event (chain, seq, at, actor, action, detail, prev_hash, hash)
    SELECT 'case:' || c.id, s, c.created_at, 'system:bench', 'task.completed', '{}', repeat('0', 64),
           repeat('0', 64)
      FROM "case" c CROSS JOIN generate_series(1, 4) AS s WHERE c.number LIKE 'LAMA-%'
    """,
)


class Grown:
    """A copy of the world with many cases in it, and what was measured there."""

    def __init__(self, world: World, cases: int) -> None:
        self.cases = cases
        url = make_url(world.config.database_url)
        name = f"{url.database}_{cases}"
        with create_engine(
            url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        ).connect() as c:
            c.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"'))
        self.engine = create_engine(url.set(database=name), pool_size=1)
        self.steps: list[float] = []
        self.pages: list[float] = []

    def fill(self) -> None:
        """Put the cases there."""
        use(self.engine)
        office = Session.scalars(select(Office.id).where(Office.key == "dairi")).one()
        Session.remove()
        values = {"office": office, "service": SERVICE_KEY, "process": PROCESS_KEY, "cases": self.cases,
                  "every": OPEN_EVERY, "role": INBOX_ROLE, "now": clock.now()}  # fmt: skip
        with self.engine.begin() as connection:
            for statement in FILL:
                connection.execute(text(statement), values)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        self.wanted = Wanted(((office, INBOX_ROLE),), INBOX_ROLE)

    def turn(self, cases: int = 1, *, keep: bool = True) -> None:
        """Walk cases and read pages of the inbox."""
        use(self.engine)
        walker = FlowWalker()
        taken = walk(walker.step, [walker.open() for _ in range(cases)]).taken
        pages = [self._page() for _ in range(PAGES_EACH)]
        if keep:
            self.steps += taken
            self.pages += pages

    def _page(self) -> float:
        started = time.perf_counter()
        rows = tasks_for(self.wanted, clock.now())
        taken = (time.perf_counter() - started) * 1000
        Session.remove()
        if len(rows) < 26:
            raise RuntimeError("the inbox has no full page")
        return taken


def use(engine: Engine) -> None:
    """Let the application work on this database."""
    Session.remove()
    Session.configure(bind=engine)


def run(world: World, *, quick: bool = False) -> list[dict[str, Any]]:
    """Measure all sizes."""
    Session.remove()
    world.engine.dispose()  # a database that is copied must have no visitors
    fsync = fsync_ms(world.config.data_dir)
    grown = [Grown(world, cases) for cases in SIZES]
    try:
        for size in grown:
            size.fill()
            size.turn(WARM_UP, keep=False)
        for _ in range(QUICK_ROUNDS if quick else ROUNDS):
            for size in grown:
                size.turn()
    finally:
        use(world.engine)
        for size in grown:
            size.engine.dispose()
    return [_summary(size, grown[0], fsync) for size in grown]


def _summary(size: Grown, least: Grown, fsync: float) -> dict[str, Any]:
    step, page = statistics.median(size.steps), statistics.median(size.pages)
    return {
        "cases": size.cases,
        "open_tasks": size.cases // OPEN_EVERY,
        "step_p50_ms": round(step, 2),
        "step_ratio": round(step / statistics.median(least.steps), 2),
        "inbox_p50_ms": round(page, 2),
        "inbox_ratio": round(page / statistics.median(least.pages), 2),
        "steps": len(size.steps) // STEPS * STEPS,
        "fsync_ms": fsync,
    }
