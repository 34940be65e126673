"""Sign a letter: passphrase, mandate, number, date, PDF, signature and register line in one transaction."""

import secrets
from base64 import b32encode
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from app import storage
from app.audit.chain import record
from app.db import Session
from app.definitions.letter import Letter as Template
from app.definitions.letter import number_text
from app.errors import Forbidden, Invalid, text
from app.flow.letter_context import addressee_of, office_signer, signer_facts
from app.flow.work import Work
from app.letters import press
from app.letters.models import Letter
from app.letters.render import Options, Rendered
from app.letters.sign import Occasion, OpenKey, open_key, sign
from app.letters.stamp import StampText
from app.people.access import appointment_in_force
from app.people.models import SignerKey
from app.registers import book
from app.settings import public_url
from app.wording import jam, tanggal


def sign_letter(work: Work, letter: Letter, template: Template) -> None:
    """Make the final letter. Raises Forbidden (mandate, key, passphrase) before anything is numbered."""
    automatic = template.is_automatic
    key = office_key(work) if automatic else own_key(work, str(template.signer))
    opened = open_key(press.key_file(key.file_name), _passphrase(work, key, automatic))
    _require_begun(work, opened)
    signer = office_signer(work) if automatic else _signer(work, str(template.signer))
    letter.verify_code = b32encode(secrets.token_bytes(20)).decode().rstrip("=")
    number_letter(work, letter, template)
    letter.context = final_context(work, letter, signer)
    rendered = _render(letter, template, key.is_trial)
    occasion = Occasion(letter.title, work.case.office.place, work.now)
    pdf = sign(rendered.pdf, "signer", opened, occasion, stamp_of(work, letter, signer, key.is_trial))
    letter.pdf_sha256 = storage.keep(pdf)
    letter.status, letter.signed_at, letter.is_trial = "signed", work.now, key.is_trial
    letter.signed_by = "seal" if automatic else work.person.username
    letter.signer_title = signer["title"]
    record(
        work.chain,
        "letter.signed",
        work.person.username,
        work.now,
        letter=letter.id,
        number=letter.number,
        sha256=letter.pdf_sha256,
        by=letter.signed_by,
    )


def _require_begun(work: Work, opened: OpenKey) -> None:
    """A signature from before its certificate's first moment would be refused by whoever checks it."""
    begins = opened.certificate.not_valid_before
    if work.now < begins:
        day = tanggal(work.calendar.local_date(begins))
        raise Forbidden("The certificate to sign with is valid from %(day)s on.", day=day)


def own_key(work: Work, role: str) -> SignerKey:
    """The signer's valid key, if a valid mandate lets this person sign as `role` today."""
    require_mandate(work, role)
    return _key(work, SignerKey.user_id == work.person.user_id)


def require_mandate(work: Work, role: str) -> None:
    """An appointment in force lets this person sign as `role` today. Raises Forbidden."""
    on = work.calendar.local_date(work.now)
    if appointment_in_force(work.person.user_id, role, work.case.office_id, on) is None:
        raise Forbidden("You hold no mandate to sign this letter today.")


def office_key(work: Work) -> SignerKey:
    """The key of the office's seal."""
    return _key(work, SignerKey.user_id.is_(None) & (SignerKey.office_id == work.case.office_id))


def required_passphrase(work: Work) -> str:
    """The passphrase as given; it is never kept."""
    if not work.given.passphrase:
        message = text("Enter the passphrase of your certificate.")
        raise Invalid("Enter the passphrase of your certificate.", errors={"passphrase": [message]})
    return work.given.passphrase


def number_letter(work: Work, letter: Letter, template: Template) -> None:
    """Take the next number of the letter's series and enter it in its book."""
    if template.number is None:
        return
    office, on = work.case.office, work.calendar.local_date(work.now)
    series = template.number.series
    seq = book.take(office.id, series, on.year)
    letter.number = number_text(template.number, seq, on, template.class_code or "", office.unit_code)
    entry = book.enter(
        book.Line(
            office_id=office.id,
            book=template.number.book,
            series=series,
            on=on,
            subject=letter.title,
            counterpart=addressee_of(work, template, letter.context),
            by=work.person.username,
            case_id=letter.case_id,
            letter_id=letter.id,
        ),
        seq,
        letter.number,
        work.now,
    )
    Session.flush()
    letter.number_entry_id = entry.id


def final_context(work: Work, letter: Letter, signer: dict[str, Any]) -> dict[str, Any]:
    """The draft's context with number, date, signer and initials filled in."""
    on = work.calendar.local_date(work.now)
    marks = [
        {"title": mark.title, "name": mark.name, "at": mark.at.isoformat(), "by": mark.by}
        for mark in letter.initials
        if mark.void_at is None
    ]
    confirmed = {mark["by"]: mark["at"] for mark in marks}
    members = [
        {**each, "confirmed_at": confirmed.get(each["username"], "")} for each in letter.context["members"]
    ]
    return {
        **letter.context,
        "letter": {"number": letter.number or "", "date": on.isoformat()},
        "signer": signer,
        "initials": marks,
        "members": members,
    }


def stamp_of(work: Work, letter: Letter, signer: dict[str, Any], is_trial: bool) -> StampText:
    """What the visible signature says."""
    local = work.calendar.local_time(work.now)
    return StampText(
        signer["title"], signer["name"], f"{tanggal(local.date())} {jam(local)}", verify_url(letter)
    )


def verify_url(letter: Letter) -> str:
    """Where anyone checks this letter."""
    return f"{public_url()}/verify/{letter.verify_code}"


def _passphrase(work: Work, key: SignerKey, automatic: bool) -> str:
    """A person types theirs each time; the office's seal is opened by the installation itself."""
    if not automatic:
        return required_passphrase(work)
    return press.key_file(str(PurePath(key.file_name).with_name("passphrase"))).decode()


def _render(letter: Letter, template: Template, is_trial: bool) -> Rendered:
    options = Options(verify_url=verify_url(letter), trial=is_trial)
    return press.render(template, letter.context, options, letter.template)


def _signer(work: Work, role: str) -> dict[str, Any]:
    return signer_facts(work, work.person.username, role, work.calendar.local_date(work.now))


def _key(work: Work, whose: Any) -> SignerKey:
    query = select(SignerKey).where(whose, SignerKey.revoked_at.is_(None), SignerKey.valid_until > work.now)
    key = Session.scalar(query.order_by(SignerKey.id.desc()))
    if key is None:
        raise Forbidden("There is no valid certificate to sign with. Ask the administrator.")
    return key
