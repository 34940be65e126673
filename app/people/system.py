"""The installation itself as an actor: outside systems and timers act through it."""

from app.people.access import Person

PREFIX = "system:"
OWN = frozenset({"demo", "files", "link", "mail", "reconciliation", "schedule", "sms", "timer", "whatsapp"})


def system_person(name: str) -> Person:
    """An actor that is no account: `oss`, `siinas`, `timer`."""
    return Person(user_id=0, username=f"{PREFIX}{name}", name=name.upper())


def system_name(username: str) -> str:
    """What people read for an actor that is no account: an outside system by its name, else the program."""
    name = username.removeprefix(PREFIX)
    return "Alur Izin" if name in OWN else name.upper()
