"""The daily digest: an officer who asked for it gets one e-mail a day, when the office opens."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, select

from app.audit.chain import record
from app.cases.calendar import WorkCalendar
from app.cases.inbox import Wanted, next_cursor, tasks_for
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.flow import notices
from app.flow.signing_in import INSTALLATION, ensure_account
from app.flow.transaction import transaction
from app.messages import outbox
from app.messages.wording import fill
from app.people.access import Person, person_by_id
from app.people.models import Account, Office, User
from app.reports.inbox import pairs_of
from app.settings import public_url

NOTICE = "digest"
MOST_PAGES = 4  # a longer list is read in the inbox


def is_wanted(user_id: int) -> bool:
    """True if the person asked for it."""
    return bool(Session.scalar(select(Account.daily_digest).where(Account.user_id == user_id)))


def choose(person: Person, on: bool, now: datetime) -> None:
    """Ask for the digest, or for none."""
    with transaction():
        ensure_account(person.user_id)
        Session.get_one(Account, person.user_id).daily_digest = on
        record(INSTALLATION, "account.digest_chosen", person.username, now, on=on)


def due_digests(now: datetime) -> list[int]:
    """Officers whose office is open and who had no digest today."""
    query = (
        select(Account.user_id, Account.digest_on)
        .join(User, User.id == Account.user_id)
        .where(Account.daily_digest, User.active)
    )
    open_now = {day for _, day, _ in _open_offices(now)}
    if not open_now:
        return []
    # whoever had one today is not looked at any further: this runs every minute
    waiting = [user_id for user_id, last in Session.execute(query) if last not in open_now]
    return [user_id for user_id in waiting if _office(person_by_id(user_id, now), now)]


def send(user_id: int, now: datetime) -> bool:
    """Write the digest of the day, once, where there is something to tell; True if it was written."""
    with transaction():
        account = Session.get_one(Account, user_id, with_for_update=True, populate_existing=True)
        person = person_by_id(user_id, now)
        found = _office(person, now)
        if person is None or found is None or not account.daily_digest or account.digest_on == found[1]:
            return False
        office_id, account.digest_on, calendar = found
        return _write(person, office_id, calendar, now)


def _write(person: Person, office_id: int, calendar: WorkCalendar, now: datetime) -> bool:
    today = calendar.local_date(now)
    tasks = list(_tasks(person, calendar.closing(today), now))
    text = notices.notice(current(), None, NOTICE)
    if not tasks or text is None:
        return False
    said = {
        "late": [_told(task, calendar) for task in tasks if task.due_at < now],
        "due": [_told(task, calendar) for task in tasks if task.due_at >= now],
        "person": {"name": person.name},
        "today": today.isoformat(),
        "inbox_url": f"{public_url()}/office/",
        "account_url": f"{public_url()}/account/contact/",
    }
    new = outbox.New(
        channel="email",
        name=NOTICE,
        office_id=office_id,
        recipient=person.email,
        dedupe_key=f"{NOTICE}:{person.user_id}:{today}",
        payload={"subject": fill(text.subject, said), "body": fill(text.body, said)},
    )
    return outbox.put(new, now) is not None


def _tasks(person: Person, until: datetime, now: datetime) -> Iterator[Row[Any]]:
    """The person's tasks that are late or due by then, those that a colleague has taken left out."""
    pairs, after = pairs_of(person), None
    for _page in range(MOST_PAGES):
        rows = tasks_for(Wanted(pairs, person.username, after, clock="office"), now)
        for task in rows:
            if task.due_at is None or task.due_at > until:
                return
            if task.claimed_by in (None, person.username):
                yield task
        after = next_cursor(rows)
        if after is None:
            return


def _told(task: Row[Any], calendar: WorkCalendar) -> dict[str, str]:
    return {
        "case": task.case,
        "title": task.title,
        "due_at": calendar.local_time(task.due_at).isoformat(),
        "url": f"{public_url()}/office/tasks/{task.id}",
    }


def _office(person: Person | None, now: datetime) -> tuple[int, date, WorkCalendar] | None:
    """An office of the person that is open today and has opened already."""
    if person is None or not person.is_staff:
        return None
    return next((found for found in _open_offices(now) if person.works_in(found[0])), None)


def _open_offices(now: datetime) -> list[tuple[int, date, WorkCalendar]]:
    version, found = current().version, []
    for office_id in Session.scalars(select(Office.id).order_by(Office.id)):
        calendar = calendar_in(office_id, version)
        today = calendar.local_date(now)
        if calendar.is_working_day(today) and _opening(calendar, today, now) <= now < calendar.closing(today):
            found.append((office_id, today, calendar))
    return found


def _opening(calendar: WorkCalendar, today: date, now: datetime) -> datetime:
    zone = calendar.local_time(now).tzinfo
    return calendar.next_opening(datetime.combine(today, time(), zone))
