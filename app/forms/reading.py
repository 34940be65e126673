"""Turns one raw answer, typed by a person or sent by a machine, into its plain value, or refuses it.

Every reader takes the field, the raw value (never empty) and the context; the value it returns is plain JSON.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from app.definitions.form import (
    AnyField,
    ChoiceField,
    ChoicesField,
    FileField,
    IdentifierField,
    KbliField,
    LongTextField,
    PersonField,
    PersonsField,
    Question,
    TextField,
    YesNoField,
)
from app.forms import identifiers
from app.forms.amounts import read_date_field, read_money_field, read_number_field
from app.forms.context import FormContext
from app.forms.refusal import Refused, quoted

LISTS = ("choices", "persons", "file")
_YES_NO = {"true": True, "false": False}
_KEPT = "\n\t"


def read_answer(field: AnyField, raw: object, context: FormContext) -> Any:
    """Return the plain value of an answer, None (for lists []) where nothing was given; raises Refused."""
    if field.type == "computed":
        return None  # nobody fills it in; a value sent back by a machine is ignored
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return _nothing(field, context)
    return _READERS[field.type](field, raw, context)


def _nothing(field: AnyField, context: FormContext) -> list[int] | None:
    if isinstance(field, FileField):
        return _uploaded(field, context)
    return [] if field.type in LISTS else None


def _text(field: Question, raw: object) -> str:
    """Return the text given, in composed form and without what no database or letter can hold."""
    if not isinstance(raw, str):
        raise Refused("%(title)s must be text.", title=field.title)
    clean = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _KEPT for c in clean):
        raise Refused("%(title)s holds characters that cannot be stored.", title=field.title)
    return clean


def read_note(title: str, raw: object, longest: int) -> str:
    """Read a free note of at most `longest` characters."""
    field = LongTextField(type="long_text", title=title, max_length=longest)
    return _long_text(field, raw, None)


def _long_text(field: TextField | LongTextField, raw: object, _context: FormContext | None) -> str:
    clean = _text(field, raw)
    if len(clean) > field.max_length:
        raise Refused(
            "%(title)s has at most %(max)d characters; you entered %(n)d.",
            title=field.title,
            max=field.max_length,
            n=len(clean),
        )
    if len(clean) < field.min_length:
        raise Refused(
            "%(title)s has at least %(min)d characters; you entered %(n)d.",
            title=field.title,
            min=field.min_length,
            n=len(clean),
        )
    return clean


def _line(field: TextField, raw: object, context: FormContext) -> str:
    clean = _long_text(field, raw, context)
    if "\n" in clean:
        raise Refused("%(title)s must fit on one line.", title=field.title)
    return clean


def _identifier(field: IdentifierField | KbliField, raw: object, _context: FormContext) -> str:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raise Refused("%(title)s must be given as text, so that leading zeros stay.", title=field.title)
    return identifiers.READERS[field.type](_text(field, raw), field.title)


def _choice(field: ChoiceField, raw: object, _context: FormContext) -> str:
    return _one_of(field, raw, field.values)


def _one_of(field: Question, raw: object, allowed: Any) -> str:
    if not isinstance(raw, str) or raw not in allowed:
        raise Refused(
            "%(title)s: “%(value)s” is not one of the choices.", title=field.title, value=quoted(raw)
        )
    return raw


def _several(field: Question, raw: object, allowed: Any, most: int | None) -> list[str]:
    """Return the values given, each once, in the order of the choices; one value is a list of one."""
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list):
        raise Refused("%(title)s must be a list.", title=field.title)
    chosen = {_one_of(field, value, allowed) for value in given if value != ""}
    if most is not None and len(chosen) > most:
        raise _too_many(field, most)
    return [value for value in allowed if value in chosen]


def _too_many(field: Question, most: int) -> Refused:
    return Refused("%(title)s: choose at most %(max)d.", title=field.title, max=most)


def _choices(field: ChoicesField, raw: object, _context: FormContext) -> list[str]:
    return _several(field, raw, field.values, field.max)


def _yes_no(field: YesNoField, raw: object, _context: FormContext) -> bool:
    value = _YES_NO.get(raw.strip().lower()) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        raise Refused("%(title)s must be answered with yes or no.", title=field.title)
    return value


def _names(context: FormContext, role: str) -> list[str]:
    return [name for name, _full in context.persons.get(role, ())]


def _person(field: PersonField, raw: object, context: FormContext) -> str:
    if not isinstance(raw, str) or raw not in _names(context, field.role):
        raise _stranger(field, raw)
    return raw


def _persons(field: PersonsField, raw: object, context: FormContext) -> list[str]:
    names = _names(context, field.role)
    stranger = next((item for item in raw if item not in names), None) if isinstance(raw, list) else None
    if stranger:
        raise _stranger(field, stranger)
    return _several(field, raw, names, field.max)


def _stranger(field: Question, raw: object) -> Refused:
    return Refused(
        "%(title)s: “%(value)s” is not among the persons who can be named here.",
        title=field.title,
        value=quoted(raw),
    )


def _file(field: FileField, raw: object, context: FormContext) -> list[int]:
    given: Sequence[object] = raw if isinstance(raw, list) else [raw]
    found = list(dict.fromkeys(_attachment(field, item, context) for item in given if item != ""))
    if len(found) > field.max_files:
        raise Refused("%(title)s: attach at most %(max)d files.", title=field.title, max=field.max_files)
    return found or _uploaded(field, context)


def _uploaded(field: FileField, context: FormContext) -> list[int]:
    """Return what was uploaded for the field's requirement, the newest where a second upload replaced one."""
    if field.requirement is None:
        return []
    fitting = sorted(id_ for id_, purpose in context.attachments.items() if purpose == field.requirement)
    return fitting[-field.max_files :]


def _attachment(field: FileField, raw: object, context: FormContext) -> int:
    known = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) < 19 else raw
    if isinstance(known, bool) or not isinstance(known, int) or known not in context.attachments:
        raise Refused("%(title)s: there is no attachment “%(value)s”.", title=field.title, value=_shown(raw))
    purpose = context.attachments[known]
    if field.requirement and purpose and purpose != field.requirement:
        raise Refused("%(title)s: this attachment was uploaded for another requirement.", title=field.title)
    return known


def _shown(raw: object) -> str:
    return str(raw) if isinstance(raw, int) and abs(raw) < 10**18 else quoted(raw)


_READERS: dict[str, Callable[[Any, object, FormContext], Any]] = {
    "text": _line,
    "long_text": _long_text,
    "number": read_number_field,
    "money": read_money_field,
    "date": read_date_field,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "person": _person,
    "persons": _persons,
    "file": _file,
    "kbli": _identifier,
    **dict.fromkeys(identifiers.READERS, _identifier),
}
