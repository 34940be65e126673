"""Understands the variables and conditions of a letter as far as the editor can write them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from app.letters.parts import keyword
from app.letters.templating import environment

Scope = Mapping[str, str]
CHOICE, YES_NO, JOINED = "choice", "yes_no", "joined"
OPERATORS = {
    "eq": "equals",
    "ne": "differs",
    "gt": "more",
    "lt": "less",
    "gteq": "at_least",
    "lteq": "at_most",
    "in": "one_of",
}
_SAME = frozenset({"list", "sort", "unique", "reverse", "default", "d"})


@dataclass(frozen=True)
class Said:
    """A variable by its path, with the filters that write it; `words` are those for yes and no."""

    path: str
    filters: tuple[str, ...] = ()
    words: tuple[str, str] | None = None


@dataclass(frozen=True)
class Comparison:
    """A condition on one variable; `value` is what it is compared with, None where with nothing."""

    path: str
    operator: str
    value: Any = None


@lru_cache(maxsize=2048)
def expression(text: str) -> nodes.Node | None:
    """What stands between double braces; None where it cannot be read."""
    try:
        body = environment().parse(f"{{{{ {text} }}}}").body
    except TemplateSyntaxError:
        return None
    found = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=2048)
def statement(code: str) -> nodes.Node | None:
    """A statement read by itself, as if it ended at once; None where it cannot be read."""
    word = keyword(code)
    first = f"if {code.removeprefix('elif ')}" if word == "elif" else code
    end = {"if": "{% endif %}", "elif": "{% endif %}", "for": "{% endfor %}"}.get(word, "")
    try:
        body = environment().parse(f"{{% {first} %}}{end}").body
    except TemplateSyntaxError:
        return None
    return body[0] if len(body) == 1 else None


def bound_by(code: str, scope: Scope) -> dict[str, str]:
    """The name that a loop or a `set` gives to something, with its path, empty where that is computed."""
    found = statement(code)
    if isinstance(found, nodes.For) and isinstance(found.target, nodes.Name):
        path = path_of(found.iter, scope)
        return {found.target.name: f"{path}.*" if path else ""}
    if isinstance(found, nodes.Assign) and isinstance(found.target, nodes.Name):
        return {found.target.name: path_of(found.node, scope) or ""}
    return {}


def path_of(node: nodes.Node | None, scope: Scope) -> str | None:
    """The path that a node leads along, by dots, keys or `get`; None where it is computed."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name) or None
    if isinstance(node, nodes.Filter) and node.name in _SAME:
        return path_of(node.node, scope)
    if isinstance(node, nodes.Or) and _is_nothing(node.right):
        return path_of(node.left, scope)
    parent, key = _last_step(node)
    above = path_of(parent, scope) if parent is not None else None
    return f"{above}.{key}" if above else None


def _is_nothing(node: nodes.Node) -> bool:
    """True for what stands in for an answer that is not there."""
    return (isinstance(node, nodes.List) and not node.items) or (
        isinstance(node, nodes.Const) and node.value in ("", "-", 0)
    )


def _last_step(node: nodes.Node | None) -> tuple[nodes.Node | None, str]:
    """What stands before the last dot, and the key behind it."""
    if isinstance(node, nodes.Getattr):
        return node.node, node.attr
    if isinstance(node, nodes.Getitem):
        return node.node, _key(node.arg)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "get":
        return node.node.node, _key(node.args[0]) if node.args else "*"
    return None, ""


def _key(node: nodes.Node) -> str:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else "*"


def said(text: str, scope: Scope) -> Said | None:
    """The variable that an expression writes; None where it is more than one variable and its filters."""
    return _said(expression(text), scope)


def _said(node: nodes.Node | None, scope: Scope) -> Said | None:
    if isinstance(node, nodes.CondExpr):
        return _either(node, scope)
    if isinstance(node, nodes.Filter) and node.name not in _SAME:
        inner = _said(node.node, scope)
        if inner is None or node.kwargs:
            return None
        if node.name == "join":
            return Said(inner.path, (*inner.filters, JOINED))
        return None if node.args else Said(inner.path, (*inner.filters, node.name), inner.words)
    chosen = _chosen(node)
    if chosen is not None:
        path = path_of(chosen, scope)
        return Said(path, (CHOICE,)) if path else None
    path = path_of(node, scope)
    return Said(path) if path else None


def _either(node: nodes.CondExpr, scope: Scope) -> Said | None:
    """`a|tanggal if a else "-"`, or two words for yes and no."""
    path = path_of(node.test, scope)
    if not path or not isinstance(node.expr2, nodes.Const):
        return None
    if isinstance(node.expr1, nodes.Const):
        return Said(path, (YES_NO,), (str(node.expr1.value), str(node.expr2.value)))
    inner = _said(node.expr1, scope)
    return inner if inner and inner.path == path else None


def _chosen(node: nodes.Node | None) -> nodes.Node | None:
    """What a table of words is asked for: `{"a": "satu"}[x]` or `{"a": "satu"}.get(x, "-")`."""
    if isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Dict):
        return node.arg
    called = node.node if isinstance(node, nodes.Call) else None
    if (
        isinstance(node, nodes.Call)
        and isinstance(called, nodes.Getattr)
        and isinstance(called.node, nodes.Dict)
    ):
        return node.args[0] if node.args else None
    return None


def comparison_in(code: str, scope: Scope) -> Comparison | None:
    """The condition of an `if` or `elif`; None where it is more than one comparison."""
    found = statement(code)
    return _comparison(found.test, scope) if isinstance(found, nodes.If) else None


def _comparison(node: nodes.Node, scope: Scope) -> Comparison | None:
    if isinstance(node, nodes.Not):
        path = path_of(node.node, scope)
        return Comparison(path, "empty") if path else None
    if isinstance(node, nodes.Compare):
        return _compared(node, scope) if len(node.ops) == 1 else None
    path = path_of(node, scope)
    return Comparison(path, "filled") if path else None


def _compared(node: nodes.Compare, scope: Scope) -> Comparison | None:
    operand = node.ops[0]
    try:
        if operand.op == "in" and isinstance(node.expr, nodes.Const):
            path = path_of(operand.expr, scope)
            return Comparison(path, "contains", node.expr.value) if path else None
        path, value = path_of(node.expr, scope), operand.expr.as_const()
    except nodes.Impossible:
        return None
    operator = OPERATORS.get(operand.op)
    return Comparison(path, operator, value) if path and operator else None


def alternatives(text: str) -> list[str]:
    """The words between which an expression chooses, where it does nothing else; empty ones left away."""
    node = expression(text)
    if not isinstance(node, nodes.CondExpr):
        return []
    found = [each.value for each in (node.expr1, node.expr2) if isinstance(each, nodes.Const)]
    return [str(value) for value in found if value]


def paths_in(text: str, scope: Scope) -> list[str]:
    """The paths that an expression or statement speaks of, each once, in their order."""
    node = expression(text) or statement(text)
    return list(dict.fromkeys(_paths(node, scope))) if node is not None else []


def _paths(node: nodes.Node, scope: Scope) -> Iterator[str]:
    path = path_of(node, scope)
    if path is not None:
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child, scope)
