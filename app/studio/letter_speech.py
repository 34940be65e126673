"""What the chips of a letter say: fields by their titles, conditions and repetitions in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.letters.expressions import (
    YES_NO,
    Comparison,
    Scope,
    alternatives,
    bound_by,
    comparison_in,
    paths_in,
    said,
)
from app.letters.parts import keyword
from app.letters.spoken import Spoken, faults, spoken
from app.letters.tree import Node
from app.studio.letter_fields import FILTERS, Offer, by_path, groups
from app.studio.letter_uses import Uses

Known = Mapping[str, Offer]


def speech_json(doc: Node, uses: Uses) -> list[dict[str, Any]]:
    """Each thing that speaks of variables, in the order of the page: its words, and what is wrong with it."""
    known = by_path(groups(uses))
    found, wrong = spoken(doc), faults(doc, uses.provided)
    return [_one(each, fault, known) for each, fault in zip(found, wrong, strict=True)]


def label(each: Spoken, known: Known) -> str:
    """What a field or statement is called."""
    return str(_one(each, "", known)["label"])


def _one(each: Spoken, fault: str, known: Known) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": each.text, "fault": fault_words(fault), "label": each.text}
    if each.kind == "field":
        return shown | _field(each, known)
    if each.kind == "code":
        return shown | _code(each, known)
    return shown


def fault_words(fault: str) -> str:
    """What is wrong, for a person."""
    if fault == "?":
        return str(gettext("This cannot be read."))
    return str(gettext("Nothing provides %(name)s.", name=fault)) if fault else ""


def _field(each: Spoken, known: Known) -> dict[str, Any]:
    one = said(each.text, each.scope)
    if one is None:
        titles, either = _titles(each.text, each.scope, known), "/".join(alternatives(each.text))
        return {"label": " ".join(filter(None, (titles, either and f"“{either}”"))) or each.text}
    offer = known.get(one.path)
    title = offer.title if offer else _title(one.path)
    usual = FILTERS.get(offer.type, ("",))[0] if offer else ""
    filter_name = one.filters[-1] if one.filters else ""
    suffix = f" ({'/'.join(one.words)})" if one.words else filter_words().get(filter_name, filter_name)
    if not one.words and filter_name != usual and suffix:
        suffix = f" · {suffix}"
    return {
        "label": title + (suffix if one.words or filter_name != usual else ""),
        "path": one.path if offer else None,
        "filter": filter_name,
    }


def _title(path: str) -> str:
    """A path without a title of its own, as people might call it."""
    if path == "loop.index":
        return str(gettext("Running number"))
    return path


def _titles(text: str, scope: Scope, known: Known) -> str:
    """The fields that a longer expression speaks of."""
    found = [known[path].title for path in paths_in(text, scope) if path in known]
    return " / ".join(dict.fromkeys(found))


def _code(each: Spoken, known: Known) -> dict[str, Any]:
    word = keyword(each.text)
    if word == "else":
        return {"label": gettext("otherwise")}
    if word == "for":
        names = [path.removesuffix(".*") for path in bound_by(each.text, each.scope).values()]
        title = (
            known[names[0]].title if names and names[0] in known else _titles(each.text, each.scope, known)
        )
        return {"label": gettext("for each of: %(list)s", list=title or each.text.partition(" in ")[2])}
    test = comparison_in(each.text, each.scope)
    prefix = gettext("only if") if word == "if" else gettext("otherwise, only if")
    if test is None:
        return {"label": f"{prefix}: {each.text.partition(' ')[2]}"}
    shown = {"path": test.path, "operator": test.operator, "value": test.value}
    return {"label": f"{prefix} {test_words(test, known.get(test.path))}", "test": shown}


def test_words(test: Comparison, offer: Offer | None) -> str:
    """A condition in words."""
    title = offer.title if offer else test.path
    operator = test.operator
    if offer and offer.type == YES_NO and operator in ("filled", "empty"):
        operator = {"filled": "yes", "empty": "no"}[operator]
    values = test.value if isinstance(test.value, list) else [test.value]
    choices = offer.choices if offer else {}
    value = ", ".join(str(choices.get(str(each), each)) for each in values)
    return operator_words()[operator].format(title=f"“{title}”", value=value)


def operator_words() -> dict[str, str]:
    """Conditions as sentences."""
    field, value = "{title}", "{value}"
    return {
        "filled": gettext("%(field)s is filled in", field=field),
        "empty": gettext("%(field)s is not filled in", field=field),
        "yes": gettext("%(field)s is yes", field=field),
        "no": gettext("%(field)s is no", field=field),
        "equals": gettext("%(field)s is %(value)s", field=field, value=value),
        "differs": gettext("%(field)s is not %(value)s", field=field, value=value),
        "one_of": gettext("%(field)s is one of %(value)s", field=field, value=value),
        "contains": gettext("%(field)s contains %(value)s", field=field, value=value),
        "more": gettext("%(field)s is more than %(value)s", field=field, value=value),
        "less": gettext("%(field)s is less than %(value)s", field=field, value=value),
        "at_least": gettext("%(field)s is at least %(value)s", field=field, value=value),
        "at_most": gettext("%(field)s is at most %(value)s", field=field, value=value),
    }


def filter_words() -> dict[str, str]:
    """How a field may be written."""
    return {
        "": gettext("as it is"), "upper": gettext("in capitals"), "tanggal": gettext("23 November 2026"),
        "tanggal_pendek": gettext("23-11-2026"), "tanggal_kata": gettext("date in words"),
        "hari": gettext("name of the day"), "jam": gettext("time of day"), "angka": gettext("in figures"),
        "terbilang": gettext("in words"), "rupiah": gettext("in rupiah"), "nip": gettext("NIP in groups"),
        "choice": gettext("title of the choice"), "joined": gettext("with semicolons"),
        "yes_no": gettext("yes or no"),
    }  # fmt: skip
