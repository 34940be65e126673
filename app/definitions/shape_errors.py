"""Say in sentences a clerk understands what does not fit the shape of a definition."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from app.definitions.problem import Problem
from app.definitions.shape import Key, Path
from app.definitions.yaml_text import Read, joined
from app.errors import Text, text

Found = Mapping[str, Any]

_WRONG_TYPE = {
    "string_type": text("Write a text here; put it into quotes if it looks like a number."),
    "int_type": text("Write a whole number here."),
    "int_parsing": text("Write a whole number here."),
    "int_from_float": text("Write a whole number here."),
    "float_type": text("Write a number here."),
    "decimal_type": text("Write a number here."),
    "decimal_parsing": text("Write a number here."),
    "bool_type": text("Write true or false here."),
    "bool_parsing": text("Write true or false here."),
    "list_type": text("Write a list here."),
    "tuple_type": text("Write a list here."),
    "dict_type": text("Write keys with values here."),
    "model_type": text("Write keys with values here."),
    "model_attributes_type": text("Write keys with values here."),
    "date_type": text("Write a date here, as in 2026-11-23."),
    "date_parsing": text("Write a date here, as in 2026-11-23."),
    "date_from_datetime_parsing": text("Write a date here, as in 2026-11-23."),
    "none_required": text("Leave this empty."),
}
_BOUNDS: dict[str, tuple[Text, str]] = {
    "greater_than": (text("Write a number greater than %(n)s."), "gt"),
    "greater_than_equal": (text("Write at least %(n)s."), "ge"),
    "less_than": (text("Write a number less than %(n)s."), "lt"),
    "less_than_equal": (text("Write at most %(n)s."), "le"),
    "too_short": (text("Give at least %(n)s of these."), "min_length"),
    "too_long": (text("Give at most %(n)s of these."), "max_length"),
    "string_too_short": (text("Write at least %(n)s characters."), "min_length"),
    "string_too_long": (text("Write at most %(n)s characters."), "max_length"),
}


def _pattern_of(key: Any) -> str:
    return str(get_args(key)[1].pattern)


_PATTERNS = {
    _pattern_of(Key): text("Use small letters, digits and underscores here, beginning with a letter."),
    _pattern_of(Path): text("Use small letters, digits, underscores and slashes, beginning with a letter."),
}


def problems_of(error: ValidationError, shape: type[BaseModel], read: Read) -> list[Problem]:
    """One problem for each place, in the order of the file."""
    found = [_Finding(item, read) for item in error.errors(include_url=False)]
    chosen: dict[str, _Finding] = {}
    for finding in sorted(found, key=lambda item: item.rank):
        chosen.setdefault(finding.path, finding)
    kept = [item for item in chosen.values() if not _is_overtaken(item, chosen)]
    problems = [Problem(item.path, _message(item, shape), item.line) for item in kept]
    return sorted(problems, key=lambda problem: problem.line or 0)


class _Finding:
    """One error of pydantic's, at its real place: without the names of union members and key marks."""

    def __init__(self, item: Found, read: Read) -> None:
        self.type: str = item["type"]
        self.given: Any = item.get("input")
        self.context: Found = item.get("ctx", {})
        self.loc: tuple[int | str, ...] = item["loc"]
        self.path, self.line = _place(self.loc, self.type, read)

    @property
    def rank(self) -> int:
        """Where members of a union disagree, what is wrong with the value tells more than its type."""
        return 1 if self.type in _WRONG_TYPE else 0


def _place(loc: tuple[int | str, ...], kind: str, read: Read) -> tuple[str, int | None]:
    path = ""
    for part in loc:
        below = joined(path, str(part + 1) if isinstance(part, int) else part)
        if below in read.lines:
            path = below
    line = read.lines.get(path)
    if kind == "missing":
        path = joined(path, str(loc[-1]))
    return path, line


def _is_overtaken(item: _Finding, chosen: Mapping[str, _Finding]) -> bool:
    """A wrong type of the whole is not worth saying when another member of the union looked inside."""
    return item.type in _WRONG_TYPE and any(
        path.startswith(f"{item.path}.") for path in chosen if path != item.path
    )


def _message(item: _Finding, shape: type[BaseModel]) -> Text:
    if item.type in _WRONG_TYPE:
        return _WRONG_TYPE[item.type]
    if item.type in _BOUNDS:
        reason, name = _BOUNDS[item.type]
        return replace(reason, params={"n": str(item.context[name])})
    return _SPECIAL.get(item.type, _other)(item, shape)


def _unknown_key(item: _Finding, shape: type[BaseModel]) -> Text:
    key = str(item.loc[-1])
    near = get_close_matches(key, sorted(keys_at(shape, item.loc[:-1])), n=1, cutoff=0.6)
    if near:
        return text('There is no key "%(key)s" here; did you mean "%(near)s"?', key=key, near=near[0])
    return text('There is no key "%(key)s" here.', key=key)


def _missing(item: _Finding, shape: type[BaseModel]) -> Text:
    return text('The key "%(key)s" is missing.', key=str(item.loc[-1]))


def _pattern(item: _Finding, shape: type[BaseModel]) -> Text:
    pattern = str(item.context.get("pattern"))
    return _PATTERNS.get(pattern) or text("This must have the form %(form)s.", form=pattern)


def _choice(item: _Finding, shape: type[BaseModel]) -> Text:
    expected = str(item.context.get("expected") or item.context.get("expected_tags"))
    choices = expected.replace("'", "").replace(" or ", ", ")
    near = get_close_matches(str(item.given), choices.split(", "), n=1, cutoff=0.6)
    if near:
        return text('Write one of: %(choices)s. Did you mean "%(near)s"?', choices=choices, near=near[0])
    return text("Write one of: %(choices)s.", choices=choices)


def _own_check(item: _Finding, shape: type[BaseModel]) -> Text:
    """A validator of a shape: its ValueError carries a Text, or a message id without parameters."""
    said = item.context["error"].args[0] if item.context.get("error") else ""
    return said if isinstance(said, Text) else text(str(said))


def _other(item: _Finding, shape: type[BaseModel]) -> Text:
    return text("This value does not fit here.")


_SPECIAL: dict[str, Callable[[_Finding, type[BaseModel]], Text]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "union_tag_not_found": lambda item, shape: text('The key "%(key)s" is missing.', key="type"),
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "union_tag_invalid": _choice,
    "value_error": _own_check,
}


def keys_at(shape: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """The keys that a definition may have at a place; empty where any may stand."""
    found: list[Any] = [shape]
    for part in loc:
        below = [inner for outer in found for inner in _inside(outer, part)]
        found = below or found  # the name of a union member leads nowhere: stay
    return {name for model in found if _is_model(model) for name in model.model_fields}


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _inside(outer: Any, part: int | str) -> Iterator[Any]:
    if _is_model(outer):
        if part in outer.model_fields:
            yield from _members(outer.model_fields[part].annotation)
    elif get_args(outer) and isinstance(part, int) == (get_origin(outer) in (list, tuple)):
        item = get_args(outer)[0] if isinstance(part, int) else get_args(outer)[-1]
        yield from _members(item)


def _members(annotation: Any) -> Iterator[Any]:
    """The annotation without Annotated, each member of a union for itself."""
    if get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation
