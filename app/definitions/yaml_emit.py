"""Write plain values as YAML 1.2 that this house reads back to the same values."""

import json
import textwrap
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.definitions.yaml_text import Refused, read

WIDTH = 110
SHORT = 70  # a collection of plain values that fits into this is written in one line


def is_flow(node: Node) -> bool:
    """True for a collection that is written within brackets."""
    return isinstance(node, MappingNode | SequenceNode) and bool(node.flow_style)


def scalar(value: Any, like: Node | None = None, *, in_flow: bool = False) -> str:
    """A value in one line: in the quotes it had before where they still fit, else as few as possible."""
    if not isinstance(value, str):
        return json.dumps(value)
    style = like.style if isinstance(like, ScalarNode) else None
    quoted = json.dumps(value, ensure_ascii=False)
    if style == '"' or (style == "'" and "'" not in value and _reads(f"'{value}'", value, in_flow)):
        return quoted if style == '"' else f"'{value}'"
    return value if _reads(value, value, in_flow) else quoted


def flow(value: Any, column: int, like: Node | None = None) -> str:
    """A value within brackets, broken at commas where it would be too wide for a line."""
    one = _flow_line(value, like)
    if column + len(one) <= WIDTH or not isinstance(value, dict | list) or not value:
        return one
    parts = [_flow_line(part, model) for part, model in _parts(value, like)]
    if isinstance(value, dict):
        parts = [f"{scalar(key, in_flow=True)}: {part}" for key, part in zip(value, parts, strict=True)]
    return one[0] + _filled(parts, column + 1) + one[-1]


def block(value: Any, column: int, like: Node | None = None) -> str:
    """A value as it stands behind `key:` or `- `, its further lines indented to `column`.

    A collection in block style begins with a line break, where it may stand only behind a key.
    """
    if isinstance(value, str) and "\n" in value and _is_literal(value):
        return _literal(value, column)
    if isinstance(value, str) and isinstance(like, ScalarNode) and like.style == ">":
        return _folded(value, column)
    if not isinstance(value, dict | list):
        return scalar(value, like)
    if not value or _is_flow(value, column, like):
        return flow(value, column, like)
    return "\n" + " " * column + entries(value, column, like)


def entries(value: dict[str, Any] | list[Any], column: int, like: Node | None = None) -> str:
    """The entries of a collection in block style; the first one without its indentation."""
    lines = []
    if isinstance(value, dict):
        for (key, part), (_, model) in zip(value.items(), _parts(value, like), strict=True):
            lines.append(f"{scalar(key)}:{behind(block(part, column + 2, model))}")
    else:
        lines = [f"- {_item(part, column + 2, model)}" for part, model in _parts(value, like)]
    return ("\n" + " " * column).join(lines)


def behind(written: str) -> str:
    """What follows a colon: a space, or the line break that the value brings."""
    return written if written.startswith("\n") else f" {written}"


def _item(value: Any, column: int, like: Node | None) -> str:
    """An item behind its hyphen: a block may begin in the same line."""
    written = block(value, column, like)
    return written.lstrip("\n ") if written.startswith("\n") else written


def _parts(value: dict[str, Any] | list[Any], like: Node | None) -> list[tuple[Any, Node | None]]:
    """The parts of a collection, each with the part of the model that it resembles."""
    if isinstance(value, dict):
        known = {key.value: node for key, node in like.value} if isinstance(like, MappingNode) else {}
        return [(part, known.get(key)) for key, part in value.items()]
    models = like.value if isinstance(like, SequenceNode) else []
    return [
        (part, models[min(index, len(models) - 1)] if models else None) for index, part in enumerate(value)
    ]


def _is_flow(value: Any, column: int, like: Node | None) -> bool:
    if isinstance(like, MappingNode | SequenceNode):
        return bool(like.flow_style)
    parts = value.values() if isinstance(value, dict) else value
    plain = not any(isinstance(part, dict | list) and part for part in parts)
    return plain and len(_flow_line(value, None)) <= SHORT


def _flow_line(value: Any, like: Node | None) -> str:
    if isinstance(value, dict):
        parts = [
            f"{scalar(key, in_flow=True)}: {_flow_line(part, model)}"
            for (key, part), (_, model) in zip(value.items(), _parts(value, like), strict=True)
        ]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow_line(part, model) for part, model in _parts(value, like)) + "]"
    return scalar(value, like, in_flow=True)


def _filled(parts: list[str], column: int) -> str:
    """Parts behind each other, as many in a line as fit."""
    lines = [""]
    for index, part in enumerate(parts):
        written = part if index == len(parts) - 1 else f"{part},"
        if lines[-1] and column + len(lines[-1]) + 1 + len(written) > WIDTH:
            lines.append(written)
        else:
            lines[-1] = f"{lines[-1]} {written}".strip()
    return ("\n" + " " * column).join(lines)


def _reads(written: str, value: str, in_flow: bool) -> bool:
    """True if a text without quotes, or in these, is read as this value and nothing else."""
    if "\n" in written or written != written.strip() or len(written) > 5000:
        return False
    try:
        return bool(read(f"[{written}]" if in_flow else f"k: {written}").value in ([value], {"k": value}))
    except Refused:
        return False


def _is_literal(value: str) -> bool:
    return not value.startswith((" ", "\n", "\t")) and bool(value.strip()) and "\t" not in value


def _literal(value: str, column: int) -> str:
    body = value.rstrip("\n")
    kept = len(value) - len(body)
    mark = {0: "|-", 1: "|"}.get(kept, "|+")
    lines = [" " * column + line if line else "" for line in body.split("\n")]
    return "\n".join([mark, *lines, *[""] * max(kept - 1, 0)])


def _folded(value: str, column: int) -> str:
    if "\n" in value or "  " in value or value != value.strip() or not value:
        return scalar(value)
    lines = textwrap.wrap(value, WIDTH - column, break_long_words=False, break_on_hyphens=False)
    return "\n".join([">-", *(" " * column + line for line in lines)])
