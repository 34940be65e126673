"""The ways to a person's telephone, and what a text on one may say."""

from app.messages import transport

PHONE_CHANNELS = ("whatsapp", "sms")
TO_PEOPLE = frozenset({"email", *PHONE_CHANNELS})
LONGEST = 300  # letters; two messages of the telephone network


def open_channels() -> tuple[str, ...]:
    """The ways to telephones that this installation has."""
    return tuple(channel for channel in PHONE_CHANNELS if transport.is_served(channel))


def fits(words: str) -> bool:
    """True for what may be sent as a short text."""
    return 0 < len(words) <= LONGEST
