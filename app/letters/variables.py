"""Which variables a letter's text uses, as dotted paths; the items of a list are written `list.*`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

Use = tuple[str, int]
Scope = dict[str, str | None]
_BUILT_IN = frozenset(
    "loop range dict lipsum cycler joiner namespace caller varargs kwargs self super true false none".split()  # noqa: SIM905
)
_SAME_ITEMS = frozenset({"list", "sort", "reverse", "unique"})
_MAY_BE_ABSENT = frozenset({"defined", "undefined", "default", "d"})


def uses_of(sandbox: Environment, text: str) -> list[Use]:
    """Return every path with its line; a text that does not parse uses nothing."""
    try:
        tree = sandbox.parse(text)
    except TemplateSyntaxError:
        return []
    return list(_walk_all(tree.body, {}))


def _walk_all(parts: Iterable[nodes.Node | None], scope: Scope) -> Iterator[Use]:
    for part in parts:
        if part is not None:
            yield from _WALKS.get(type(part), _walk_children)(part, scope)


def _walk_children(node: Any, scope: Scope) -> Iterator[Use]:
    yield from _walk_all(node.iter_child_nodes(), scope)


def _walk_loop(node: nodes.For, scope: Scope) -> Iterator[Use]:
    yield from _walk_all([node.iter], scope)
    path = _path(node.iter, scope)
    inner = {**scope, "loop": None, **_bound(node.target, f"{path}.*" if path else None)}
    yield from _walk_all([node.test, *node.body], inner)
    yield from _walk_all(node.else_, scope)


def _walk_set(node: nodes.Assign, scope: Scope) -> Iterator[Use]:
    yield from _walk_all([node.node], scope)
    scope.update(_bound(node.target, _path(node.node, scope)))


def _walk_with(node: nodes.With, scope: Scope) -> Iterator[Use]:
    yield from _walk_all(node.values, scope)
    inner = dict(scope)
    for target, value in zip(node.targets, node.values, strict=True):
        inner.update(_bound(target, _path(value, scope)))
    yield from _walk_all(node.body, inner)


def _walk_macro(node: nodes.Macro, scope: Scope) -> Iterator[Use]:
    scope[node.name] = None
    yield from _walk_callable(node, scope)


def _walk_callable(node: nodes.Macro | nodes.CallBlock, scope: Scope) -> Iterator[Use]:
    yield from _walk_children(node, {**scope, **{arg.name: None for arg in node.args}})


def _walk_import(node: nodes.Import, scope: Scope) -> Iterator[Use]:
    scope[node.target] = None
    yield from ()


def _walk_from_import(node: nodes.FromImport, scope: Scope) -> Iterator[Use]:
    scope.update({name if isinstance(name, str) else name[1]: None for name in node.names})
    yield from ()


def _walk_call(node: nodes.Call, scope: Scope) -> Iterator[Use]:
    """A method is no part of the data: `party.items()` uses `party`."""
    called = node.node.node if isinstance(node.node, nodes.Getattr) else node.node
    yield from _walk_all([called, *node.args, *node.kwargs], scope)


def _walk_filter(node: nodes.Test | nodes.Filter, scope: Scope) -> Iterator[Use]:
    """A variable that may be absent is not needed; what is computed from others still is."""
    if node.name in _MAY_BE_ABSENT and node.node is not None and _path(node.node, scope) is not None:
        yield from _walk_all([*node.args, *node.kwargs], scope)
    else:
        yield from _walk_children(node, scope)


def _walk_path(node: nodes.Name | nodes.Getattr | nodes.Getitem, scope: Scope) -> Iterator[Use]:
    path = _path(node, scope)
    if path is not None:
        yield path, node.lineno
    elif not isinstance(node, nodes.Name):
        yield from _walk_children(node, scope)
    if path is not None and isinstance(node, nodes.Getitem):
        yield from _walk_all([node.arg], scope)


_WALKS: dict[type[nodes.Node], Callable[[Any, Scope], Iterator[Use]]] = {
    nodes.For: _walk_loop,
    nodes.Assign: _walk_set,
    nodes.With: _walk_with,
    nodes.Macro: _walk_macro,
    nodes.CallBlock: _walk_callable,
    nodes.Import: _walk_import,
    nodes.FromImport: _walk_from_import,
    nodes.Call: _walk_call,
    nodes.Test: _walk_filter,
    nodes.Filter: _walk_filter,
    nodes.Name: _walk_path,
    nodes.Getattr: _walk_path,
    nodes.Getitem: _walk_path,
}


def _bound(target: nodes.Node, path: str | None) -> Scope:
    """Bind one name to the path it stands for; several names at once stand for nothing traceable."""
    if isinstance(target, nodes.Name):
        return {target.name: path}
    return {name.name: None for name in target.find_all(nodes.Name)}


def _path(node: nodes.Node, scope: Scope) -> str | None:
    """Return the path an expression stands for, or None when it is computed or local."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, None if node.name in _BUILT_IN else node.name)
    if isinstance(node, nodes.Filter) and node.name in _SAME_ITEMS:
        return _path(node.node, scope) if node.node is not None else None
    if isinstance(node, nodes.Getattr):
        parent, key = _path(node.node, scope), node.attr
    elif isinstance(node, nodes.Getitem):
        parent, key = _path(node.node, scope), _key(node.arg)
    else:
        return None
    return f"{parent}.{key}" if parent else None


def _key(arg: nodes.Node) -> str:
    """Return a constant text key as it is; a position or a computed key stands for any item."""
    return arg.value if isinstance(arg, nodes.Const) and isinstance(arg.value, str) else "*"


def resolves(path: str, value: Any) -> bool:
    """Tell whether a path leads somewhere in plain data; in a list, every item must have it."""
    head, _, rest = path.partition(".")
    if head == "*":
        items = list(value.values()) if isinstance(value, Mapping) else value
        return all(resolves(rest, item) for item in items) if rest and isinstance(items, list) else True
    if not isinstance(value, Mapping) or head not in value:
        return False
    return resolves(rest, value[head]) if rest else True


def is_provided(path: str, provided: Iterable[str]) -> bool:
    """Tell whether a path is provided, is a part of what is provided, or stands below an open `x.*`."""
    return any(
        path == known
        or known.startswith(f"{path}.")
        or (known.endswith(".*") and (path == known[:-2] or path.startswith(known[:-1])))
        for known in provided
    )
