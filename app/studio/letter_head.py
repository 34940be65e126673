"""The head of a letter as a small form, and the whole text put together again from head and body."""

from typing import Any

from flask_babel import gettext

from app.definitions.catalogue import current
from app.definitions.edit import BODY, rewritten
from app.definitions.letter import split_letter
from app.definitions.parse import normal
from app.definitions.yaml_text import Refused, read
from app.errors import Invalid
from app.letters.reading import read_body
from app.letters.tree import Node
from app.letters.writing import write_body

LINES = ("title", "heading", "subject", "addressee", "addressee_at", "nature", "enclosures", "class_code")
LISTS = ("initials", "copies_to")
CHOICES = ("layout", "paper", "signer", "recipient")
NUMBER = ("series", "format", "book")
USUAL_NUMBER = {"series": "outgoing", "format": "{code}/{seq}/{unit}/{month_roman}/{year}"}
# a new key stands where the shape has it, and above the sample
_ORDER = (
    "kind", "title", "layout", "heading", "number", "signer", "initials", "copies_to", "paper", "class_code",
    "nature", "enclosures", "subject", "addressee", "addressee_at", "recipient", "sample",
)  # fmt: skip


def head_and_body(source: str) -> tuple[dict[str, Any], str]:
    """The values of a letter's head and its body. Raises Invalid where they cannot be told apart."""
    head, body = split_letter(normal(source))
    try:
        value = read(head).value
    except Refused as refused:
        raise Invalid(refused.reason.msgid, **refused.reason.params) from refused
    if not isinstance(value, dict):
        raise Invalid("Write keys with values here.")
    return value, body.lstrip("\n")


def opened(source: str) -> tuple[dict[str, Any], Node]:
    """The head for the form and the body as a tree."""
    head, body = head_and_body(source)
    shown = {name: head.get(name) for name in (*LINES, *LISTS, *CHOICES)}
    number = head.get("number")
    return {**shown, "number": number if isinstance(number, dict) else None}, read_body(body)


def closed(source: str, head: dict[str, Any], doc: Node) -> str:
    """The text with another head and body; what is as it was stays as it was written. Raises Invalid."""
    source = normal(source)
    before, body = head_and_body(source)
    after, written = changed(before, head), write_body(doc)
    if after == before:
        return source[: len(source) - len(_raw_body(source))] + written if written != body else source
    return rewritten("letter", source, {**after, BODY: written})


def _raw_body(source: str) -> str:
    """The end of a text that is its body, as `head_and_body` gives it."""
    return split_letter(source)[1].lstrip("\n")


def changed(before: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    """The head with the values of the form; emptied ones are left away. Raises Invalid."""
    after = dict(before)
    for name, value in head.items():
        if name not in (*LINES, *LISTS, *CHOICES, "number") or not _fits(name, value):
            raise Invalid("The request cannot be read.")
        if name == "number" and value and isinstance(before.get(name), dict):
            value = {**before[name], **value}
        if value in (None, "", [], {}):
            after.pop(name, None)
        else:
            after[name] = value
    new = [name for name in after if name not in before]
    for name in sorted(new, key=_ORDER.index):
        after = _placed(after, name)
    return after


def _fits(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name in LISTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if name == "number":
        return isinstance(value, dict) and set(value) <= {*NUMBER, "width"}
    return isinstance(value, str)


def _placed(head: dict[str, Any], name: str) -> dict[str, Any]:
    """The head with one key moved behind the last one that the shape has before it."""
    others = [key for key in head if key != name]
    before = _ORDER[: _ORDER.index(name)]
    at = max((index + 1 for index, key in enumerate(others) if key in before), default=0)
    return {key: head[key] for key in [*others[:at], name, *others[at:]]}


def head_words() -> dict[str, Any]:
    """The form: its fields in order, with what may be chosen."""
    roles = [[key, role.title] for key, role in current().roles.roles.items() if role.kind == "staff"]
    return {
        "fields": [
            ["title", gettext("Title"), "line"],
            ["subject", gettext("Subject (Hal)"), "line"],
            ["addressee", gettext("Addressee (Yth.)"), "line"],
            ["addressee_at", gettext("at"), "line"],
            ["heading", gettext("Printed heading"), "line"],
            ["layout", gettext("Layout"), "choice"],
            ["paper", gettext("Paper"), "choice"],
            ["nature", gettext("Nature (Sifat)"), "line"],
            ["enclosures", gettext("Enclosures (Lampiran)"), "line"],
            ["signer", gettext("Signed by"), "choice"],
            ["initials", gettext("Initials, in this order"), "roles"],
            ["copies_to", gettext("Copies to, one a line"), "lines"],
            ["class_code", gettext("Class code"), "line"],
            ["number", gettext("The letter has a number"), "numbered"],
            ["number.format", gettext("Form of the number"), "line"],
            ["number.series", gettext("Number series"), "line"],
            ["number.book", gettext("Book"), "choice"],
        ],
        "choices": _choices(roles),
        "defaults": {
            "layout": "correspondence", "paper": "A4", "nature": "Biasa", "enclosures": "-",
            "number.book": "outgoing",
        },
        "roles": roles, "usual_number": USUAL_NUMBER,
    }  # fmt: skip


def _choices(roles: list[list[str]]) -> dict[str, list[list[str]]]:
    """What may be chosen, with titles."""
    return {
        "layout": [
            ["correspondence", gettext("Letter to somebody")],
            ["decree", gettext("Decree")],
            ["minutes", gettext("Minutes of a visit or meeting")],
            ["form", gettext("Sheet")],
        ],
        "paper": [["A4", "A4"], ["F4", "F4"]],
        "signer": [
            ["", gettext("none")],
            ["seal", gettext("the office's seal")],
            ["members", gettext("each member of the team")],
            *roles,
        ],
        "number.book": [["outgoing", gettext("Outgoing letters")], ["permits", gettext("Permits")]],
    }
