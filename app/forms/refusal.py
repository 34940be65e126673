"""A value that cannot be accepted, and the safe way to repeat what a person gave."""

from typing import Any

from app.errors import Text, text


class Refused(ValueError):
    """A value that is not acceptable; its first argument is the sentence for the person."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.text: Text = text(msgid, **params)
        super().__init__(self.text)


def quoted(value: object, length: int = 60) -> str:
    """Show what was given, short and printable: it goes into sentences and error paths."""
    shown = value if isinstance(value, str) else type(value).__name__
    printable = "".join(c if c.isprintable() else "?" for c in shown[: length + 1])
    return printable if len(printable) <= length else printable[:length] + "…"
