"""Send messages from a step: codes to outside systems, notices to people."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.cases.engine import Effect
from app.db import Session
from app.definitions.messages import Messages, Notice, Outbound
from app.flow import notices, reach
from app.flow.agenda import agenda_of
from app.flow.corrections import asked
from app.flow.letter_context import decisions, issued
from app.flow.letters_told import letters_told
from app.flow.parties import address_of, case_facts
from app.flow.references import refer
from app.flow.work import Work
from app.messages import outbox
from app.messages.connections import reference_in
from app.messages.wording import fill
from app.people.access import people_in_role, person_named
from app.people.models import Account


def send(work: Work, effect: Effect) -> None:
    """Put an outbound message beside the step, once per case, message and passage through the step."""
    name = effect.action.send or ""
    put_outbound(work, name, messages_of(work).outbound[name], str(work.task.id))


def put_outbound(work: Work, name: str, outbound: Outbound, passage: str) -> int | None:
    """Put a message into the outbox with its fields filled in; None where this passage has sent it."""
    said = {**values(work), "letters": letters_told(work)}
    payload = {key: fill(template, said) for key, template in outbound.fields.items()}
    refer(work.case, outbound.system, reference_in(outbound.system, payload))
    new = outbox.New(
        channel=outbound.system,
        name=name,
        office_id=work.case.office_id,
        case_id=work.case.id,
        correlation=work.case.number,
        dedupe_key=f"{work.case.number}:{name}:{passage}",
        payload={"method": outbound.method, "fields": payload, "answers": outbound.answers},
    )
    return outbox.put(new, work.now)


def notify(work: Work, effect: Effect) -> None:
    """Write to the applicant; the text is the one in force now."""
    write_notice(work, effect.action.notify or "")


def write_notice(work: Work, key: str, again: str = "") -> None:
    """Put a notice into the outbox, where there is a text and an address to write to."""
    notice = notices.notice(work.catalogue, work.service, key)
    if notice is None:
        return
    address = answered(work, notice.to) if "." in notice.to else address_of(work.case)
    mail = _mail(work, key, again)
    if address:
        outbox.put(replace(mail, recipient=address, payload=_full(notice, values(work))), work.now)
    if notice.to == "applicant":
        reach.applicants(work.case, mail, lambda: _short(work, notice, "url"), work.now)


def answered(work: Work, path: str) -> str:
    """The answer at `step.field`, empty where nobody gave one."""
    step, _, name = path.partition(".")
    return str(work.case.data.get(step, {}).get(name) or "")


def alert(work: Work, role: str, key: str = "overdue", again: str = "") -> None:
    """Write a notice, where there is a text, to everybody in a role; `again` tells repetitions apart."""
    on = work.calendar.local_date(work.now)
    tell(work, people_in_role(role, work.case.office_id, on), key, again)


def tell(work: Work, usernames: Iterable[str], key: str, again: str = "") -> None:
    """Write a notice, where there is a text, to officers by name."""
    notice = notices.notice(work.catalogue, work.service, key)
    if notice is None:
        return
    mail, told = _mail(work, key, again), list(usernames)
    for username in told:
        named = replace(
            mail,
            recipient=person_named(username, work.now).email,
            dedupe_key=f"{mail.dedupe_key}:{username}",
            payload=_full(notice, {**values(work), "step": work.task.title}),
        )
        outbox.put(named, work.now)
    reach.officers(told, mail, lambda: _short(work, notice, "office_url"), work.now)


def _mail(work: Work, key: str, again: str) -> outbox.New:
    """A mail about the case, still without its reader and text."""
    return outbox.New(
        channel="email",
        name=key,
        office_id=work.case.office_id,
        case_id=work.case.id,
        dedupe_key=f"{work.case.number}:{key}{again}:{work.task.id}",
    )


def _full(notice: Notice, said: dict[str, Any]) -> dict[str, str]:
    return {"subject": fill(notice.subject, said), "body": fill(notice.body, said)}


def _short(work: Work, notice: Notice, link: str) -> str:
    said = case_facts(work)
    return notices.short(notice, {**said, "step": work.task.title}, said["case"][link])


def messages_of(work: Work) -> Messages:
    """The service's messages in force."""
    shape: Messages = work.catalogue.get("messages", work.service.messages or "").shape
    return shape


def values(work: Work) -> dict[str, Any]:
    """What a message may speak of."""
    return {
        **case_facts(work),
        "note": work.given.note,
        "officer": officer(work),
        "agenda": agenda_of(work),
        "decision": decisions(work),
        "letters": issued(work),
        "reasons": work.decision.reasons if work.decision else [],
        "corrections": asked(work),
        "deemed": _deemed(work),
    }


def _deemed(work: Work) -> dict[str, str]:
    """When the law takes the application as granted, and by which law; empty where it does not."""
    rule, due_at = work.service.deemed, work.case.deemed_due_at
    if rule is None or due_at is None:
        return {}
    return {"law": rule.law, "due_at": work.calendar.local_time(due_at).isoformat()}


def officer(work: Work) -> dict[str, str]:
    """Who does the step that sends, as outside systems are told; the office itself where nobody does."""
    account = Session.get(Account, work.person.user_id)
    if work.person.is_system or account is None:
        return {"name": work.case.office.short_name, "nip": ""}
    return {"name": work.person.name, "nip": account.nip}
