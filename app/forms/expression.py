"""The small language of conditions and formulas: parses an expression into a plain tree, or says why not.

A tree is nested tuples, the operator first, so that the browser can evaluate the very same one as JSON:
("value", x) ("field", "a.b") ("list", x, ...) ("not", t) ("and", t, ...) ("or", t, ...) ("empty", t)
("==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in", t, t) ("+" | "-" | "*" | "/", t, t)
("sum" | "count", "path") ("round", t, t)
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.errors import Text, text

MAX_LENGTH, MAX_NODES, MAX_DEPTH = 500, 160, 15
MAX_VALUE = Decimal(10) ** 15

Tree = tuple[Any, ...]

CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
FUNCTIONS = {"sum": 1, "count": 1, "round": 2}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class BadExpression(ValueError):
    """An expression that is not in the language; `text` says why."""

    def __init__(self, why: Text) -> None:
        super().__init__(str(why))
        self.text = why


@dataclass(frozen=True)
class Expression:
    """A parsed expression: its source, its tree and the field paths it names."""

    source: str
    tree: Tree
    names: frozenset[str]


@lru_cache(maxsize=2048)
def parse(source: str) -> Expression:
    """Parse `source`; raises BadExpression with a sentence for the author."""
    if len(source) > MAX_LENGTH:
        raise BadExpression(text("A condition has at most %(n)d characters.", n=MAX_LENGTH))
    try:
        root = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression(text("“%(source)s” is not a condition.", source=source)) from None
    if sum(1 for _ in ast.walk(root)) > MAX_NODES:
        raise BadExpression(text("The condition is too long; split it over two fields."))
    tree = _tree(root.body, 0)
    return Expression(source, tree, frozenset(_names(tree)))


def _tree(node: ast.expr, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise BadExpression(text("The condition is nested too deeply."))
    build = _BUILDERS.get(type(node))
    if build is None:
        raise _unknown(node)
    return build(node, depth + 1)


def _unknown(node: ast.AST) -> BadExpression:
    return BadExpression(text("A condition cannot contain “%(part)s”.", part=ast.unparse(node)[:80]))


def _constant(node: ast.Constant, _depth: int) -> Tree:
    value = node.value
    if value is None or isinstance(value, bool | str):
        return ("value", value)
    if isinstance(value, int | float) and abs(value) <= MAX_VALUE:
        return ("value", value if isinstance(value, int) else Decimal(str(value)))
    raise _unknown(node)


def _name(node: ast.Name, _depth: int) -> Tree:
    if node.id in CONSTANTS:
        return ("value", CONSTANTS[node.id])
    return ("field", node.id)


def _path(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_path(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise _unknown(node)


def _attribute(node: ast.Attribute, _depth: int) -> Tree:
    return ("field", _path(node))


def _both(node: ast.BoolOp, depth: int) -> Tree:
    word = "and" if isinstance(node.op, ast.And) else "or"
    return (word, *(_tree(value, depth) for value in node.values))


def _unary(node: ast.UnaryOp, depth: int) -> Tree:
    operand = _tree(node.operand, depth)
    if isinstance(node.op, ast.Not):
        return ("not", operand)
    if isinstance(node.op, ast.USub):
        return ("-", ("value", 0), operand) if operand[0] != "value" else _negative(node, operand)
    raise _unknown(node)


def _negative(node: ast.UnaryOp, operand: Tree) -> Tree:
    if isinstance(operand[1], int | Decimal) and not isinstance(operand[1], bool):
        return ("value", -operand[1])
    raise _unknown(node)


def _compare(node: ast.Compare, depth: int) -> Tree:
    if len(node.ops) != 1:
        raise BadExpression(text("Write “a < b and b < c” instead of “a < b < c”."))
    operator, right = node.ops[0], node.comparators[0]
    left = _tree(node.left, depth)
    if isinstance(operator, ast.Is | ast.IsNot):
        return _empty(node, left, negated=isinstance(operator, ast.IsNot))
    return (COMPARISONS[type(operator)], left, _tree(right, depth))


def _empty(node: ast.Compare, left: Tree, *, negated: bool) -> Tree:
    right = node.comparators[0]
    if not (isinstance(right, ast.Name) and right.id == "empty"):
        raise BadExpression(text("After “is” only “empty” or “not empty” may follow."))
    return ("not", ("empty", left)) if negated else ("empty", left)


def _list(node: ast.List | ast.Tuple, depth: int) -> Tree:
    items = tuple(_tree(item, depth) for item in node.elts)
    if any(item[0] != "value" for item in items):
        raise BadExpression(text("A list in a condition holds values only."))
    return ("list", *(item[1] for item in items))


def _arithmetic(node: ast.BinOp, depth: int) -> Tree:
    if type(node.op) not in OPERATORS:
        raise _unknown(node)
    return (OPERATORS[type(node.op)], _tree(node.left, depth), _tree(node.right, depth))


def _call(node: ast.Call, depth: int) -> Tree:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if FUNCTIONS.get(name) != len(node.args) or node.keywords:
        raise _unknown(node)
    if name == "round":
        return (name, *(_tree(argument, depth) for argument in node.args))
    return (name, _path(node.args[0]))


_BUILDERS: dict[type[ast.expr], Callable[[Any, int], Tree]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.BoolOp: _both,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.List: _list,
    ast.Tuple: _list,
    ast.BinOp: _arithmetic,
    ast.Call: _call,
}


def as_json(tree: Tree) -> list[Any]:
    """Return the tree as plain lists for the browser."""
    return [_json_part(part) for part in tree]


def _json_part(part: object) -> object:
    if isinstance(part, tuple):
        return as_json(part)
    return float(part) if isinstance(part, Decimal) else part


def _names(tree: Tree) -> set[str]:
    if tree[0] in ("field", "sum", "count"):
        return {tree[1]}
    return {name for part in tree[1:] if isinstance(part, tuple) for name in _names(part)}
