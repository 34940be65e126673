"""Reads numbers, rupiah and days as a field bounds them; takes JSON numbers as they are."""

import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from app.definitions.form import LETTERS, DateField, MoneyField, NumberField
from app.forms import notation
from app.forms.context import FormContext, SignedLetter
from app.forms.refusal import Refused


def read_number_field(field: NumberField, raw: object, _context: FormContext) -> int | float:
    """Read a number within its bounds; whole ones become int."""
    value = _exact(raw)
    if value is None:
        raise Refused("%(title)s must be a number such as 2.400,5.", title=field.title)
    if value != round(value, field.decimals):
        raise _too_fine(field)
    _within(field, value, lambda bound: _with_unit(field, bound))
    return int(value) if value == int(value) else float(value)


def _too_fine(field: NumberField) -> Refused:
    if field.decimals == 0:
        return Refused("%(title)s must be a whole number.", title=field.title)
    return Refused("%(title)s has at most %(n)d decimals.", title=field.title, n=field.decimals)


def _exact(raw: object) -> Decimal | None:
    """Take a JSON number as it is, a text by the rules of notation; None for anything else."""
    if isinstance(raw, str):
        return notation.read_number(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    if not math.isfinite(raw) or abs(raw) >= 10**notation.MAX_DIGITS:
        return None
    return Decimal(str(raw))


def _with_unit(field: NumberField, value: Decimal) -> str:
    return f"{notation.write_number(value)} {field.unit or ''}".strip()


def read_money_field(field: MoneyField, raw: object, _context: FormContext) -> int:
    """Read whole rupiah within their bounds."""
    exact = _exact(notation.read_money(raw) if isinstance(raw, str) else raw)
    if exact is None or exact != int(exact):
        raise Refused(
            "%(title)s must be an amount in whole rupiah such as Rp1.250.000.000.", title=field.title
        )
    _within(field, exact, lambda bound: notation.write_money(int(bound)))
    return int(exact)


def _within(field: NumberField | MoneyField, value: Decimal, write: Callable[[Decimal], str]) -> None:
    if field.min is not None and value < field.min:
        raise Refused(
            "%(title)s must be at least %(min)s; you entered %(value)s.",
            title=field.title,
            min=write(Decimal(field.min)),
            value=write(value),
        )
    if field.max is not None and value > field.max:
        raise Refused(
            "%(title)s must be at most %(max)s; you entered %(value)s.",
            title=field.title,
            max=write(Decimal(field.max)),
            value=write(value),
        )


def read_date_field(field: DateField, raw: object, context: FormContext) -> str:
    """Read a day within its bounds, kept as YYYY-MM-DD."""
    value = notation.read_date(raw) if isinstance(raw, str) else None
    if value is None:
        raise Refused("%(title)s must be a date such as 23-11-2026.", title=field.title)
    latest, earliest = (bound_day(bound, context) for bound in (field.not_after, field.not_before))
    if latest is not None and value > latest:
        raise _too_late(field, value, latest, letter_of(field.not_after, context))
    if earliest is not None and value < earliest:
        raise _too_early(field, value, earliest, letter_of(field.not_before, context))
    return value.isoformat()


def bound_day(bound: date | str | None, context: FormContext) -> date | None:
    """Return the day a bound of a date means, None where there is none."""
    if not isinstance(bound, str):
        return bound
    letter = letter_of(bound, context)
    return letter.on if letter else context.today if bound == "today" else None


def letter_of(bound: date | str | None, context: FormContext) -> SignedLetter | None:
    """Return the signed letter whose day is a bound."""
    slot = bound.removeprefix(LETTERS) if isinstance(bound, str) else ""
    return context.letters.get(slot)


def _too_late(field: DateField, value: date, limit: date, letter: SignedLetter | None) -> Refused:
    days = {"limit": notation.write_date(limit), "value": notation.write_date(value)}
    if letter:
        return Refused(
            "%(title)s cannot be later than “%(letter)s” of %(limit)s; you entered %(value)s.",
            title=field.title,
            letter=letter.title,
            **days,
        )
    if field.not_after == "today":
        return Refused(
            "%(title)s cannot be later than today (%(limit)s); you entered %(value)s.",
            title=field.title,
            **days,
        )
    return Refused(
        "%(title)s cannot be later than %(limit)s; you entered %(value)s.", title=field.title, **days
    )


def _too_early(field: DateField, value: date, limit: date, letter: SignedLetter | None) -> Refused:
    days = {"limit": notation.write_date(limit), "value": notation.write_date(value)}
    if letter:
        return Refused(
            "%(title)s cannot be earlier than “%(letter)s” of %(limit)s; you entered %(value)s.",
            title=field.title,
            letter=letter.title,
            **days,
        )
    if field.not_before == "today":
        return Refused(
            "%(title)s cannot be earlier than today (%(limit)s); you entered %(value)s.",
            title=field.title,
            **days,
        )
    return Refused(
        "%(title)s cannot be earlier than %(limit)s; you entered %(value)s.", title=field.title, **days
    )
