"""What is wrong with the text of a template, in the words of this house instead of Jinja's."""

import re
from collections.abc import Callable

from jinja2 import TemplateSyntaxError

from app.errors import Text, text

# what Jinja says; the first that fits counts
_SAID: tuple[tuple[str, Callable[..., Text]], ...] = (
    (r"ncountered unknown tag '(\w+)'", lambda tag: text("there is no tag “%(tag)s” here.", tag=tag)),
    (r"Unexpected end of template", lambda: text("a part that begins with “if” or “for” does not end.")),
    (r"No (?:filter|test) named '(\w+)'", lambda name: text("there is no filter “%(name)s”.", name=name)),
    (r"unexpected char [\"']['\"]", lambda: text("a quotation mark is not closed.")),
    (r"unexpected char '(.+)' at", lambda sign: text("“%(sign)s” does not belong here.", sign=sign)),
    (
        r"(?i)expected an expression|tag name expected|unexpected 'end of|expected name",
        lambda: text("something is missing between the braces."),
    ),
    (r"unexpected '.', expected '(.)'", lambda sign: text("“%(sign)s” is missing here.", sign=sign)),
    (
        r"(?:^unexpected|end of .*', got) '(.+)'$",
        lambda sign: text("“%(sign)s” does not belong here.", sign=sign),
    ),
    (r"unexpected end of template", lambda: text("braces are opened but not closed.")),
    (r"expected token '(.+)', got", lambda sign: text("“%(sign)s” is missing here.", sign=sign)),
    (r"Missing end of comment", lambda: text("a comment is not closed.")),
    (r"this tag is not allowed", lambda: text("this tag is not allowed here.")),
    (r"a loop may not call itself", lambda: text("a loop may not call itself.")),
)


def fault_of(error: TemplateSyntaxError) -> Text:
    """Say what is wrong, without the place: the end of a sentence that says that a text cannot be read."""
    said = error.message or ""
    for pattern, words in _SAID:
        if found := re.search(pattern, said):
            return words(*found.groups())
    return text("check the braces and quotes here.")
