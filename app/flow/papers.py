"""Letters along the way of a case: drafted, initialled, confirmed, signed, numbered, delivered, received."""

from sqlalchemy import select, update

from app.audit.chain import record
from app.cases.engine import Effect, void_from
from app.db import Session
from app.definitions.letter import Letter as Template
from app.definitions.process import Slot
from app.errors import Conflict, Invalid, NotFound
from app.flow import signing, wet_signature
from app.flow.letter_context import addressee_of, draft_context
from app.flow.work import Work
from app.letters import press
from app.letters.models import Initial, Letter
from app.letters.render import DRAFT, Options
from app.registers import book
from app.registers.models import RegisterEntry

OPEN = ("draft", "initialed", "approved")
GONE = ("void", "replaced", "revoked")


def draft(work: Work, effect: Effect) -> None:
    """Make a draft in a slot; an earlier draft stays in the history as replaced."""
    slot = effect.action.draft or ""
    key = effect.action.letter or _only_letter(work.process.slots[slot])
    write_draft(work, slot, key, _replace(work, slot))


def write_draft(work: Work, slot: str, key: str, earlier: Letter | None) -> Letter:
    """Draft a letter by its template in force, as the version after an earlier one."""
    entry = work.catalogue.get("letter", key)
    context = draft_context(work, entry.shape)
    # what somebody is to read is laid out now, so that who drafts it learns if it cannot be
    look = Options(watermark=DRAFT, fields=False)
    text_hash = (
        press.text_hash(entry.shape, context, key)
        if slot in work.signs
        else press.render(entry.shape, context, look, key).text_hash
    )
    letter = Letter(
        case_id=work.case.id,
        office_id=work.case.office_id,
        slot=slot,
        template=key,
        template_revision=entry.number,
        title=entry.shape.title,
        version=earlier.version + 1 if earlier else 1,
        step=work.task.step,
        context=context,
        text_hash=text_hash,
        drafted_by=work.person.username,
        drafted_at=work.now,
    )
    Session.add(letter)
    Session.flush()
    record(work.chain, "letter.drafted", work.person.username, work.now, letter=letter.id, title=letter.title)
    return letter


def initial(work: Work, effect: Effect) -> None:
    """Record the officer's approval (paraf) of the draft's exact text, bottom up."""
    add_initial(work, current(work, effect.action.initial or ""))


def add_initial(work: Work, letter: Letter) -> None:
    """Record an initial on a draft, after those of the roles below."""
    if letter.status not in OPEN:
        raise Conflict("“%(title)s” is already signed.", title=letter.title)
    template = template_of(work, letter)
    _require_initials_before(work, letter, template, work.task.role)
    _add_initial(work, letter, "initial")
    letter.status = "initialed"


def confirm(work: Work, effect: Effect) -> None:
    """Record that an assigned member stands by the report."""
    letter = current(work, effect.action.confirm or "")
    if letter.status not in OPEN:
        raise Conflict("“%(title)s” is already signed.", title=letter.title)
    _add_initial(work, letter, "confirm")


def sign(work: Work, effect: Effect) -> None:
    """Sign a letter with every initial in place; number, date, PDF and register line are made here."""
    letter = current(work, effect.action.sign or "")
    if letter.status not in OPEN:
        raise Conflict("“%(title)s” is already signed.", title=letter.title)
    template = template_of(work, letter)
    require_initials(work, letter, template)
    if wet_signature.is_wet(work, template):
        wet_signature.approve(work, letter, template)
    else:
        signing.sign_letter(work, letter, template)


def confirm_number(work: Work, effect: Effect) -> None:
    """The registrar confirms the number that signing took; what is signed by hand is numbered here."""
    waiting = current(work, effect.action.number or "")
    if waiting.status == "approved":
        wet_signature.finish(work, waiting)
    letter = _signed(work, effect.action.number or "")
    letter.number_confirmed_by = work.person.username
    record(work.chain, "letter.number_confirmed", work.person.username, work.now, number=letter.number)


def deliver(work: Work, effect: Effect) -> None:
    """Release a signed letter to whom it is written to and enter it in the dispatch book."""
    letter = _signed(work, effect.action.deliver or "")
    recipient = template_of(work, letter).recipient
    letter.status, letter.delivered_at = "delivered", None if recipient else work.now
    line = book.enter_plain(
        book.Line(
            office_id=letter.office_id,
            book="dispatch",
            series="dispatch",
            on=work.calendar.local_date(work.now),
            subject=f"{letter.title} {letter.number or ''}".strip(),
            counterpart=recipient or addressee_of(work, template_of(work, letter), letter.context),
            by=work.person.username,
            case_id=letter.case_id,
            letter_id=letter.id,
            detail={"way": work.answers.get("delivery_way", "portal")},
        ),
        work.now,
    )
    receiver = work.answers.get("receiver_name")
    if receiver:
        line.received_by, line.received_at = str(receiver), work.now
    record(work.chain, "letter.delivered", work.person.username, work.now, letter=letter.id)


def receive(work: Work, effect: Effect) -> None:
    """The applicant has the letter in hand; the dispatch book says who and when."""
    letter = _signed(work, effect.action.receive or "")
    letter.received_at = letter.received_at or work.now
    Session.execute(
        update(RegisterEntry)
        .where(
            RegisterEntry.letter_id == letter.id,
            RegisterEntry.book == "dispatch",
            RegisterEntry.received_at.is_(None),
        )
        .values(received_by=work.answers.get("receiver_name") or work.person.name, received_at=work.now)
    )


def void_initials(work: Work, returned_to: str) -> None:
    """A return to a step voids the initials given there and later on letters that are not signed yet."""
    steps = void_from(work.process, returned_to)
    letters = Session.scalars(
        select(Letter).where(Letter.case_id == work.case.id, Letter.status.in_(OPEN))
    ).all()
    for letter in letters:
        for mark in letter.initials:
            if mark.step in steps and mark.void_at is None:
                mark.void_at, mark.void_reason = work.now, work.given.note or work.task.title
        wet_signature.take_back(letter)
        letter.status = "initialed" if any(valid(mark, letter) for mark in letter.initials) else "draft"


def valid(mark: Initial, letter: Letter) -> bool:
    """True while an initial stands: not voided, and given to this very text."""
    return mark.void_at is None and mark.text_hash == letter.text_hash


def current(work: Work, slot: str) -> Letter:
    """The letter now in a slot, locked with its case."""
    query = select(Letter).where(
        Letter.case_id == work.case.id, Letter.slot == slot, Letter.status.not_in(GONE)
    )
    letter = Session.scalar(query)
    if letter is None:
        raise NotFound("“%(title)s” has not been drafted yet.", title=work.process.slots[slot].title)
    return letter


def template_of(work: Work, letter: Letter) -> Template:
    """The template a letter was drafted with."""
    shape: Template = work.catalogue.revision("letter", letter.template, letter.template_revision).shape
    return shape


def require_initials(work: Work, letter: Letter, template: Template) -> None:
    """Every initial that the letter asks for must stand. Raises Conflict."""
    _require_initials_before(work, letter, template, None)


def _require_initials_before(work: Work, letter: Letter, template: Template, role: str | None) -> None:
    """Every role below this one must have given its initial; for a signature, all of them."""
    order = list(template.initials)
    needed = order[: order.index(role)] if role in order else (order if role is None else [])
    given = {mark.role for mark in letter.initials if mark.kind == "initial" and valid(mark, letter)}
    missing = [role_title(work, each) for each in needed if each not in given]
    if missing:
        raise Conflict(
            "“%(title)s” still lacks the initial of %(names)s.", title=letter.title, names=", ".join(missing)
        )


def role_title(work: Work, role: str) -> str:
    """A role as the process prints it, else as the role file calls it."""
    for key, actor in work.process.actors.items():
        if (actor.role or key) == role:
            return actor.name or actor.title
    return work.catalogue.roles.roles[role].title


def _add_initial(work: Work, letter: Letter, kind: str) -> None:
    mark = Initial(
        letter_id=letter.id,
        step=work.task.step,
        role=work.task.role,
        by=work.person.username,
        name=work.person.name,
        title=role_title(work, work.task.role),
        kind=kind,
        text_hash=letter.text_hash,
        at=work.now,
    )
    letter.initials.append(mark)
    record(
        work.chain, f"letter.{kind}", work.person.username, work.now, letter=letter.id, hash=letter.text_hash
    )


def _signed(work: Work, slot: str) -> Letter:
    letter = current(work, slot)
    if letter.status in OPEN:
        raise Conflict("“%(title)s” is not signed yet.", title=letter.title)
    return letter


def _replace(work: Work, slot: str) -> Letter | None:
    earlier = Session.scalar(
        select(Letter).where(Letter.case_id == work.case.id, Letter.slot == slot, Letter.status.not_in(GONE))
    )
    if earlier is None:
        return None
    # a signed one stays in its book under its number; the verification page says that it was replaced
    wet_signature.void_unused(work, earlier)
    earlier.status, earlier.ended_at, earlier.ended_reason = "replaced", work.now, work.task.title
    earlier.ended_by, earlier.ended_on = work.person.username, work.calendar.local_date(work.now)
    Session.flush()
    return earlier


def _only_letter(slot: Slot) -> str:
    if len(slot.letters) != 1:
        raise Invalid("The process does not say which letter to draft here.")
    return slot.letters[0]
