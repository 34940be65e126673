"""The installation itself as an actor: outside systems and timers act through it."""

from app.people.access import Person


def system_person(name: str) -> Person:
    """An actor that is no account: `oss`, `siinas`, `timer`."""
    return Person(user_id=0, username=f"system:{name}", name=name.upper())
