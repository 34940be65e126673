"""Read a value in a message from outside: an expression in the sandbox, over what was sent."""

from typing import Any

from jinja2 import ChainableUndefined, TemplateError

from app.errors import Invalid
from app.messages.wording import Bounded
from app.wording import FILTERS

# what another system sends has holes: a missing part is empty, however deep
SANDBOX = Bounded(undefined=ChainableUndefined, autoescape=False)
SANDBOX.filters.update(FILTERS)
MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def value_in(expression: str, values: dict[str, Any]) -> Any:
    """What an expression between double braces finds in a message. Raises Invalid where it fails on it."""
    inner = expression.strip()
    if not (inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1):
        return expression
    try:
        return SANDBOX.compile_expression(inner[2:-2].strip())(**values)
    except MISTAKES as error:
        raise Invalid("A message cannot be read: %(detail)s", detail=str(error)) from error
