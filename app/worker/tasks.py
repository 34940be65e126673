"""The jobs by name: what a deferred name calls, and what the sweep of each minute wakes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from procrastinate import App, JobContext, RetryStrategy

from app import clock, jobs
from app.audit.roots import make_root
from app.flow import correction_time, deemed, digest
from app.flow.deliver_message import deliver_message, due_messages
from app.flow.early import early_messages, take_early
from app.flow.handle_complaint import close_silent
from app.flow.printing import make_print
from app.flow.reconcile import due_reconciliations, reconcile
from app.flow.signing_in import forget_counts
from app.flow.survey import forget_expired
from app.flow.timeouts import overdue_tasks, time_out
from app.flow.transaction import transaction
from app.letters import press
from app.publishing.change_sets import PUBLISHED, drafts_of
from app.publishing.check import trial_by_press
from app.publishing.release import due_sets, publish_due
from app.publishing.write_back import write_files

EACH_MINUTE = "* * * * *"
# 15 s, 1 min, 4 min, 16 min, then hourly by the sweep: the message row, not the job, is the truth
RETRY = RetryStrategy(max_attempts=4, wait=11, exponential_wait=4)

Sweep = Callable[[datetime], None]


def send_message(message_id: int) -> None:
    """Send one message of the outbox, if it is still due."""
    deliver_message(message_id, clock.now())


def wake_messages(now: datetime) -> None:
    """Wake the messages whose own job was lost."""
    with transaction():
        for message_id in due_messages(now):
            jobs.defer("send_message", queueing_lock=f"message:{message_id}", message_id=message_id)


def end_wait(task_id: int) -> None:
    """See to a wait or last step whose time is over."""
    time_out(task_id, clock.now())


def end_waits(now: datetime) -> None:
    """Wake whatever waited too long, each in a job of its own: one that fails does not hold up the others."""
    with transaction():
        for task_id in overdue_tasks(now):
            jobs.defer("end_wait", queueing_lock=f"wait:{task_id}", task_id=task_id)


def watch_corrections(round_id: int) -> None:
    """Remind an applicant of corrections, or close the case that waited too long."""
    correction_time.see_to(round_id, clock.now())


def wake_corrections(now: datetime) -> None:
    """Wake the rounds of corrections whose next moment has come."""
    with transaction():
        for number in correction_time.due_rounds(now):
            jobs.defer("watch_corrections", queueing_lock=f"corrections:{number}", round_id=number)


def watch_deemed(case_id: int) -> None:
    """See to a case that counts down to its deemed approval."""
    deemed.watch(case_id, clock.now())


def wake_deemed(now: datetime) -> None:
    """Wake the cases that come near their deemed approval."""
    with transaction():
        for number in deemed.counting(now):
            jobs.defer("watch_deemed", queueing_lock=f"deemed:{number}", case_id=number)


def reconcile_office(office_id: int, system: str) -> None:
    """Compare an office's cases with what an outside system says of them."""
    reconcile(office_id, system, clock.now())


def take_early_message(message_id: int) -> None:
    """Take a message that came before its step waited."""
    take_early(message_id, clock.now())


def take_early_messages(_now: datetime) -> None:
    """Wake the messages whose step waits by now."""
    with transaction():
        for message_id in early_messages():
            jobs.defer("take_early", queueing_lock=f"early:{message_id}", message_id=message_id)


def reconcile_daily(now: datetime) -> None:
    """Wake the day's comparisons, each in a job of its own: one slow system does not hold up the others."""
    with transaction():
        for office_id, system in due_reconciliations(now):
            lock = f"reconcile:{office_id}:{system}"
            jobs.defer("reconcile_office", queueing_lock=lock, office_id=office_id, system=system)


def send_digest(user_id: int) -> None:
    """Write an officer's digest of the day, if none was written."""
    digest.send(user_id, clock.now())


def wake_digests(now: datetime) -> None:
    """Wake the digests of the offices that have opened."""
    with transaction():
        for number in digest.due_digests(now):
            jobs.defer("send_digest", queueing_lock=f"digest:{number}", user_id=number)


def sign_the_day(now: datetime) -> None:
    """Sign the heads of the audit trail once a day."""
    with transaction():
        make_root(now.date(), press.keys_folder(), now)


def publish_set(set_id: int) -> None:
    """Publish a change set whose day has come, if it still fits."""
    done = publish_due(set_id, clock.now(), trial_by_press())
    write_files([(draft.kind, draft.key) for draft in drafts_of(done) if done.state == PUBLISHED])


def publish_sets(_now: datetime) -> None:
    """Wake the change sets whose day has come."""
    with transaction():
        for set_id in due_sets():
            jobs.defer("publish_set", queueing_lock=f"change_set:{set_id}", set_id=set_id)


def print_book(printout_id: int) -> None:
    """Lay out a long book; its row tells how far it is."""
    make_print(printout_id, clock.now())


TASKS: Mapping[str, Callable[..., None]] = {
    "send_message": send_message,
    "end_wait": end_wait,
    "publish_set": publish_set,
    "print_book": print_book,
    "watch_corrections": watch_corrections,
    "watch_deemed": watch_deemed,
    "send_digest": send_digest,
    "reconcile_office": reconcile_office,
    "take_early": take_early_message,
}
SWEEPS: tuple[Sweep, ...] = (
    wake_messages,
    end_waits,
    take_early_messages,
    reconcile_daily,
    sign_the_day,
    forget_counts,
    close_silent,
    forget_expired,
    publish_sets,
    wake_corrections,
    wake_deemed,
    wake_digests,
)


def register(
    app: App, tasks: Mapping[str, Callable[..., None]] = TASKS, sweeps: tuple[Sweep, ...] = SWEEPS
) -> None:
    """Teach a worker the jobs it may be asked to do."""
    for name, function in tasks.items():
        app.task(name=name, retry=RETRY)(function)
    for sweep in sweeps:
        _each_minute(app, f"sweep:{sweep.__module__}.{sweep.__name__}", partial(_sweep, sweep))
    rescue = app.task(name="rescue_stalled", queueing_lock="rescue_stalled", pass_context=True)
    app.periodic(cron=EACH_MINUTE)(rescue(rescue_stalled))


def _each_minute(app: App, name: str, function: Callable[[int], None]) -> None:
    app.periodic(cron=EACH_MINUTE)(app.task(name=name, queueing_lock=name, lock=name)(function))


def _sweep(sweep: Sweep, timestamp: int) -> None:
    """Wake what is due by our clock; `timestamp` is the planned minute of the real one."""
    sweep(clock.now())


async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that were killed to the living ones."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
