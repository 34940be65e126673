"""Form definitions as keys: what is worked out from one is worked out once for each text of it."""

from dataclasses import dataclass, field

from app.definitions.form import FormDefinition


@dataclass(frozen=True)
class Keyed:
    """A definition that is equal to another one when their texts have the same hash."""

    sha256: str
    definition: FormDefinition = field(compare=False)


def keyed(definition: FormDefinition) -> Keyed:
    """Make a definition a key."""
    return Keyed(definition.sha256, definition)
