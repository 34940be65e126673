"""Fill in the text of a message: a sandboxed template over plain values, within bounds for every text."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.errors import Invalid
from app.wording import FILTERS

MOST_TURNS = 5_000  # turns of all loops of a text together
MOST_LETTERS = 100_000
_MISTAKES = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)
_REFUSED = (
    nodes.Macro,
    nodes.CallBlock,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
    nodes.AssignBlock,
    nodes.FilterBlock,
)
_UNBOUNDED = (
    "batch",
    "slice",
    "center",
    "indent",
    "format",
    "wordwrap",
    "replace",
    "xmlattr",
    "pprint",
    "tojson",
    "urlize",
)
_METHODS = frozenset(
    {
        "upper",
        "lower",
        "title",
        "capitalize",
        "strip",
        "lstrip",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
    }
    | {"endswith", "isdigit", "removeprefix", "removesuffix", "partition", "rpartition", "find", "count"}
)
_turns: ContextVar[list[int]] = ContextVar("turns")


class Bounded(ImmutableSandboxedEnvironment):
    """The sandbox, in which neither loops nor words grow beyond what a message needs."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for refused in tree.find_all(_REFUSED):
            raise TemplateSyntaxError("this tag is not allowed in a message", refused.lineno, name, filename)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise TemplateSyntaxError("a loop may not call itself", loop.lineno, name, filename)
            loop.iter = nodes.Filter(loop.iter, "bounded", [], [], None, None, lineno=loop.lineno)
        return _joined(tree)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse what makes long words or great numbers."""
        words = any(isinstance(side, str | bytes | list | tuple) for side in (left, right))
        if operator == "**" or (words and operator in ("*", "%")):
            raise SecurityError(f"“{operator}” is not allowed here")
        return _short(super().call_binop(context, operator, left, right))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of words, only what does not make them longer."""
        allowed = not isinstance(obj, str | bytes) or attr in _METHODS
        return allowed and super().is_safe_attribute(obj, attr, value)


def fill(template: str, values: dict[str, Any]) -> str:
    """The text with its fields filled in. Raises Invalid naming what is missing or goes too far."""
    _turns.set([MOST_TURNS])
    try:
        return _written(_compiled(template).generate(values))
    except _MISTAKES as error:
        raise Invalid("A message text cannot be filled in: %(detail)s", detail=str(error)) from error


def _written(parts: Iterable[str]) -> str:
    written, size = [], 0
    for part in parts:
        size += len(part)
        if size > MOST_LETTERS:
            raise SecurityError("the text is too long")
        written.append(part)
    return "".join(written)


def _bounded(items: Any) -> list[Any]:
    left = _turns.get()
    found = list(islice(items, left[0] + 1))
    left[0] -= len(found)
    if left[0] < 0:
        raise SecurityError("the loops take too many turns")
    return found


def _join(items: Any, separator: str = "", attribute: str | None = None) -> str:
    found = [item[attribute] if attribute else item for item in _bounded(items)]
    return _written(part for item in found for part in (separator, str(item)))[len(separator) :]


def _short(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > MOST_LETTERS:
        raise SecurityError("the text is too long")
    return value


def _joined(tree: nodes.Template) -> nodes.Template:
    """Words put together by `~` are counted, too."""
    for parent in tree.find_all(nodes.Node):
        for name, value in parent.iter_fields():
            if isinstance(value, nodes.Concat):
                setattr(parent, name, _concat(value))
            elif isinstance(value, list):
                value[:] = [_concat(each) if isinstance(each, nodes.Concat) else each for each in value]
    return tree


def _concat(node: nodes.Concat) -> nodes.Filter:
    parts = nodes.List(node.nodes, lineno=node.lineno)
    return nodes.Filter(parts, "join", [], [], None, None, lineno=node.lineno)


def _sandbox() -> Bounded:
    sandbox = Bounded(undefined=StrictUndefined, autoescape=False)
    sandbox.globals.clear()
    for name in _UNBOUNDED:
        del sandbox.filters[name]
    own: dict[str, Callable[..., Any]] = {"bounded": _bounded, "join": _join}
    sandbox.filters.update({**FILTERS, **own})
    return sandbox


SANDBOX = _sandbox()


@lru_cache(maxsize=512)
def _compiled(template: str) -> Template:
    return SANDBOX.from_string(template)
