"""Fill in the text of a message: a sandboxed template over plain values."""

from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.errors import Invalid
from app.wording import FILTERS

SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
SANDBOX.filters.update(FILTERS)


def fill(template: str, values: dict[str, Any]) -> str:
    """The text with its fields filled in. Raises Invalid naming what is missing."""
    try:
        return _compiled(template).render(values)
    except TemplateError as error:
        raise Invalid("A message text cannot be filled in: %(detail)s", detail=str(error)) from error


@lru_cache(maxsize=512)
def _compiled(template: str) -> Template:
    return SANDBOX.from_string(template)
