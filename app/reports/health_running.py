"""Health of the running installation: files, drafts, jobs, messages, disk, and what is only a simulation."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy import text as sql

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.models import FileProblem, Revision
from app.definitions.models_draft import ChangeSet, Draft
from app.errors import text
from app.messages.models import Message
from app.reports.health import Finding, Installation, Place, definition, when

LEAST_FREE_BYTES = 2 * 1024**3
LEAST_FREE_SHARE = 0.1
OLD = timedelta(days=30)
FILES, MESSAGES, SETTINGS = Place("files"), Place("messages"), Place("settings")

FAILED_JOBS = sql("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
LATE_JOBS = sql(
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND "
    "coalesce(scheduled_at, now() - interval '1 hour') < now() - interval '15 minutes' AND EXISTS "
    "(SELECT 1 FROM procrastinate_events e WHERE e.job_id = procrastinate_jobs.id "
    "AND e.type = 'deferred' AND e.at < now() - interval '15 minutes')"
)
WORKERS = sql(
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '2 minutes'"
)


def files_not_in_force(_installation: Installation) -> Iterator[Finding]:
    """Files with mistakes, and files that somebody has to decide on."""
    problems = Session.scalar(select(func.count()).select_from(FileProblem)) or 0
    yield from when(
        problems, "now", text("%(n)d problems keep files from coming into force.", n=problems), FILES
    )
    conflicts = Session.scalar(select(func.count()).where(Revision.state == "conflict")) or 0
    message = text(
        "%(n)d files were changed while the studio published; decide which text counts.", n=conflicts
    )
    yield from when(conflicts, "now", message, FILES)


def sets_that_stopped(_installation: Installation) -> Iterator[Finding]:
    """Change sets that did not fit on their day."""
    query = select(ChangeSet).where(ChangeSet.state == "proposed", ChangeSet.reason != "")
    for row in Session.scalars(query):
        message = text(
            "“%(title)s” did not go live on its day: %(reason)s", title=row.title, reason=row.reason
        )
        yield Finding("now", message, Place("change_set", str(row.id)))


def outdated_drafts(installation: Installation) -> Iterator[Finding]:
    """Drafts whose text was replaced, or that lie about."""
    catalogue = current()
    for row in Session.scalars(select(Draft).where(Draft.state.in_(("open", "held")))):
        newest = catalogue.newest(row.kind, row.key)
        place = definition(row.kind, row.key)
        if row.base_number != (newest.number if newest else None):
            message = text("The draft of %(key)s changes a text that is no longer in force.", key=row.key)
            yield Finding("now" if row.state == "held" else "soon", message, place)
        elif row.updated_at < installation.now - OLD:
            message = text("The draft of %(key)s has not been touched for a month.", key=row.key)
            yield Finding("know", message, place)


def jobs(_installation: Installation) -> Iterator[Finding]:
    """Background work that failed, waits, or that nobody does."""
    failed, late = Session.scalar(FAILED_JOBS) or 0, Session.scalar(LATE_JOBS) or 0
    yield from when(failed, "now", text("%(n)d background jobs have failed for good.", n=failed), SETTINGS)
    yield from when(
        late, "now", text("%(n)d background jobs wait for a quarter of an hour.", n=late), SETTINGS
    )
    nobody = not Session.scalar(WORKERS)
    yield from when(
        nobody, "now", text("No job worker is running: nothing is sent and nothing times out."), SETTINGS
    )


def stopped_messages(_installation: Installation) -> Iterator[Finding]:
    """Messages that need a person."""
    count = Session.scalar(select(func.count()).where(Message.state == "stopped")) or 0
    yield from when(count, "now", text("%(n)d messages stopped and need a person.", n=count), MESSAGES)


def disk(installation: Installation) -> Iterator[Finding]:
    """Little room for files, letters and the database."""
    usage = shutil.disk_usage(installation.data_dir)
    is_short = usage.free < LEAST_FREE_BYTES or usage.free < usage.total * LEAST_FREE_SHARE
    share = round(100 * usage.free / usage.total)
    message = text("Only %(share)d%% of the disk is free (%(gb)d GB).", share=share, gb=usage.free // 1024**3)
    tone = "now" if usage.free < LEAST_FREE_BYTES // 4 else "soon"
    yield from when(is_short, "now" if tone == "now" else "soon", message, SETTINGS)


def only_simulated(installation: Installation) -> Iterator[Finding]:
    """What answers in the name of somebody else, or looks real and is not."""
    message = text("OSS and SIINas are simulated: nothing leaves the house.")
    yield from when(installation.uses_simulators, "know", message, SETTINGS)
    message = text("Signatures are trials: nobody outside trusts their certificates.")
    yield from when(installation.uses_trial_ca, "know", message, SETTINGS)
    message = text("No mail server is set up: mails are only kept in a folder.")
    yield from when(not installation.sends_mail, "know", message, SETTINGS)


RUNNING_CHECKS = (
    jobs,
    stopped_messages,
    files_not_in_force,
    sets_that_stopped,
    outdated_drafts,
    disk,
    only_simulated,
)
