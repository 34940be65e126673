"""Letters as sandboxed Jinja: plain data in, escaped HTML out, every mistake with its name and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.errors import Invalid
from app.letters.variables import resolves, uses_of
from app.wording import FILTERS

Sources = tuple[tuple[str, str], ...]
_MISTAKES = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


@dataclass(frozen=True)
class Mistake:
    """Where in which template something a writer can put right went wrong."""

    file: str
    line: int | None
    detail: str


@lru_cache(maxsize=16)
def environment(sources: Sources = ()) -> ImmutableSandboxedEnvironment:
    """Return the sandbox over these shared sources; compiled templates stay with it."""
    texts = dict(sources)

    def load(name: str) -> tuple[str, str, None] | None:
        return (texts[name], name, None) if name in texts else None

    sandbox = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    sandbox.filters.update(FILTERS)
    del sandbox.filters["safe"]  # rich text comes cleaned and escaped, or not at all
    return sandbox


@lru_cache(maxsize=256)
def compiled(sources: Sources, name: str, text: str) -> Template:
    """Compile one text of a letter once; `name` is what errors call it."""
    sandbox = environment(sources)
    tree = sandbox.parse(text, name)
    for line, _ in forbidden(tree):
        raise TemplateSyntaxError("this tag is not allowed in a letter", line, name, name)
    code = sandbox.compile(tree, name, name)
    return sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None), None)


def forbidden(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield line and tag of what a letter may not do: leave its frame, its folder or the escaping."""
    for tag in (nodes.Extends, nodes.Block, nodes.EvalContextModifier):
        yield from ((node.lineno, type(node).__name__.lower()) for node in tree.find_all(tag))
    loads: tuple[type[nodes.Node], ...] = (nodes.Include, nodes.Import, nodes.FromImport)
    for node in tree.find_all(loads):
        source = getattr(node, "template", None)
        if not (isinstance(source, nodes.Const) and str(source.value).startswith("shared/")):
            yield node.lineno, type(node).__name__.lower()


def write(sources: Sources, name: str, text: str, context: dict[str, Any]) -> str:
    """Render one text of a letter; a mistake in it is an Invalid that names file, line and variable."""
    try:
        return compiled(sources, name, text).render(context)
    except _MISTAKES as error:
        raise _as_invalid(_mistake(error, name), text, context) from error


def write_frame(sources: Sources, name: str, context: dict[str, Any]) -> str:
    """Render the shared frame around a letter."""
    try:
        return environment(sources).get_template(name).render(context)
    except _MISTAKES as error:
        mistake = _mistake(error, name)
        raise _as_invalid(mistake, dict(sources).get(mistake.file, ""), context) from error


def _mistake(error: Exception, name: str) -> Mistake:
    if isinstance(error, TemplateSyntaxError):
        return Mistake(error.name or name, error.lineno, error.message or "")
    if isinstance(error, RecursionError):
        return Mistake(name, None, "nested too deeply")
    file, line = _place(error.__traceback__) or (name, None)
    return Mistake(file, line, str(error))


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """Find the innermost template frame: Jinja puts them into the traceback with their own line numbers."""
    found = None
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _as_invalid(mistake: Mistake, text: str, context: dict[str, Any]) -> Invalid:
    missing = (
        sorted(
            {
                path
                for path, line in uses_of(environment(), text)
                if line == mistake.line and not resolves(path, context)
            }
        )
        if text
        else []
    )
    where: dict[str, Any] = {"file": mistake.file, "line": mistake.line or 0}
    if missing:
        return Invalid(
            "The variable %(name)s in line %(line)d of %(file)s has no value.",
            name=", ".join(missing),
            **where,
        )
    return Invalid("Line %(line)d of %(file)s cannot be read: %(detail)s", detail=mistake.detail, **where)


_TAGS = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[ \t\r\f\v]+")
_BREAKS = re.compile(r"(?i)<\s*/?\s*(?:p|div|br|li|ol|ul|tr|table|h[1-6])\b[^>]*>")


def plain_text(html: str) -> str:
    """Return the words of rendered HTML line by line, for showing what an edit changed."""
    lines = _TAGS.sub("", _BREAKS.sub("\n", html)).splitlines()
    return "\n".join(line for line in (_SPACE.sub(" ", line).strip() for line in lines) if line)
