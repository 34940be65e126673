"""Words for what steps do, where they lead, and what stands in the audit trail."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.definitions.catalogue import current
from app.definitions.process import Action, Process, Step, as_list

DOES = {
    "draft": _("Draft “%(what)s”"),
    "initial": _("Initial “%(what)s”"),
    "confirm": _("Confirm “%(what)s”"),
    "sign": _("Sign “%(what)s”"),
    "seal": _("Put the office's seal on “%(what)s”"),
    "number": _("Confirm the number of “%(what)s” in the book"),
    "deliver": _("Release “%(what)s” and enter it in the dispatch book"),
    "receive": _("Note that “%(what)s” was received"),
    "send": _("Send the message %(what)s"),
    "enter": _("Enter the application in the book “%(what)s”"),
}
FIRST_VERB = {
    "sign": _("Sign"),
    "seal": _("Issue"),
    "initial": _("Initial"),
    "confirm": _("Agree"),
    "number": _("Confirm the number"),
    "deliver": _("Deliver"),
    "receive": _("Note the receipt"),
}
EVENTS = {
    "case.opened": _("Application opened"),
    "case.submitted": _("Application sent"),
    "case.withdrawn": _("Application withdrawn"),
    "case.reopened": _("Case opened again"),
    "case.more_time": _("More time for corrections"),
    "case.deemed": _("Deemed approved by law"),
    "case.deemed_alarm": _("Alarm before deemed approval"),
    "correction.reminded": _("Reminder of the corrections"),
    "case.taken_over": _("Application taken over by an account"),
    "case.closed": _("Case closed"),
    "draft.saved": _("Draft saved"),
    "task.completed": _("Step done"),
    "task.claimed": _("Task taken"),
    "task.released": _("Task given back"),
    "task.assigned": _("Task handed over"),
    "task.refused": _("Attempt refused"),
    "letter.drafted": _("Letter drafted"),
    "letter.initial": _("Letter initialled"),
    "letter.confirm": _("Report confirmed"),
    "letter.signed": _("Letter signed"),
    "letter.approved": _("Letter approved for the signature by hand"),
    "letter.printed": _("Letter printed with its number"),
    "letter.scanned": _("Scan of the signed letter uploaded"),
    "number.void": _("Number declared void"),
    "number.inserted": _("Number inserted"),
    "letter.number_confirmed": _("Number confirmed"),
    "letter.delivered": _("Letter delivered"),
    "letter.downloaded": _("Letter downloaded"),
    "letter.revoked": _("Letter revoked"),
    "letter.replacement_drafted": _("Letter drafted to replace one in force"),
    "letter.replacement_dropped": _("Draft of the replacing letter given up"),
    "letter.replaced": _("Letter replaced by a newer one"),
    "incoming.entered": _("Entered in the agenda of incoming mail"),
    "attachment.added": _("File added"),
    "attachment.opened": _("File opened"),
    "identifier.opened": _("Full identifier opened"),
    "letter.previewed": _("A letter was previewed with this case"),
    "message.done": _("Message sent"),
    "message.queued": _("Message will be sent again"),
    "message.unknown": _("Message sent, answer unknown"),
    "message.stopped": _("Message stopped"),
    "message.retried": _("Message sent again by hand"),
    "message.requested": _("Message sent from the case page"),
    "letter.fetched": _("Letter fetched by an outside system"),
    "message.by_hand": _("Message entered by hand"),
    "message.corrected": _("Message corrected and sent again"),
    "message.unfit": _("Answer lacks what the step must know"),
    "message.taken": _("Message taken at the second attempt"),
    "message.given_case": _("Message given to this case"),
    "message.set_aside": _("Message set aside"),
    "message.opened": _("Message opened"),
    "case.filled": _("Data of another system added"),
    "difference.found": _("Another system says otherwise"),
    "difference.settled": _("Difference settled"),
    "message.unawaited": _("Answer came when nobody waited any more"),
}
BOOKS = {
    "incoming": _("Incoming mail"),
    "outgoing": _("Outgoing mail"),
    "permits": _("Permits"),
    "dispatch": _("Dispatch book"),
}
SERIES = {**BOOKS, "notes": _("Office notes"), "minutes": _("Official reports")}
STATUSES = {
    "open": _("In progress"),
    "waiting_for_applicant": _("Waiting for the applicant"),
    "waiting_for_system": _("Waiting for another system"),
    "closed": _("Closed"),
    "draft": _("Draft"),
}


def series_title(series: str) -> str:
    """A number series by its title; one that an office has added by its key."""
    return str(SERIES.get(series, series.replace("_", " ").capitalize()))


def verb_of(process: Process, action: Action) -> str:
    """The name of an action; a letter that nobody signs in person is sealed by the office."""
    if action.sign is None:
        return action.verb
    letters = [current().get("letter", key).shape for key in process.slots[action.sign].letters]
    return "seal" if all(letter.is_automatic for letter in letters) else "sign"


def deed(process: Process, action: Action, called: Mapping[str, str]) -> str:
    """What an action does, in words; `called` names the messages."""
    verb = verb_of(process, action)
    if verb in DOES:
        return str(DOES[verb]) % {"what": _object(process, action, called)}
    if action.verb == "ask_correction":
        return str(gettext("Ask the applicant for everything that is missing or wrong"))
    if action.verb == "permit":
        effective = action.permit == "effective"
        told = gettext("The permit takes effect") if effective else gettext("The permit is not in force yet")
        return str(told)
    return str(gettext("Notify the applicant"))


def _object(process: Process, action: Action, called: Mapping[str, str]) -> str:
    """What an action is done to: a message, a book, a letter."""
    if action.enter:
        return str(BOOKS[action.enter])
    return called.get(action.send, action.send) if action.send else process.slots[action.slot or ""].title


def deeds(process: Process, actions: Iterable[Action], called: Mapping[str, str]) -> list[str]:
    """What several actions do, each once."""
    return list(dict.fromkeys(deed(process, action, called) for action in actions))


def leads_to(process: Process, target: str | list[str] | None) -> str:
    """Where a way out leads: the next step and who does it."""
    found = []
    for key in as_list(target):
        step = process.steps[key]
        actor = process.actors[step.actor] if step.actor else None
        found.append(f"{step.full_title} ({actor.name or actor.title})" if actor else step.full_title)
    return "; ".join(found)


def finish_title(process: Process, step: Step) -> str:
    """The words on the only button of a step that has one arrow."""
    verbs = {verb_of(process, action) for action in step.do}
    if verbs >= {"number", "deliver"}:
        return str(gettext("Confirm the number and deliver"))
    for verb, title in FIRST_VERB.items():
        if verb in verbs:
            return str(title)
    return str(gettext("Complete the step"))


def event_title(action: str, detail: dict[str, Any]) -> str:
    """An audit event in words; a step by its own title."""
    if action == "task.completed" and detail.get("title"):
        no = detail.get("no")
        return f"{no}. {detail['title']}" if no else str(detail["title"])
    return str(EVENTS.get(action, action))
