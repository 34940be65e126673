"""The shape of rules/roles.yaml: every role of the offices and the generated screens it may use."""

from typing import Literal

from app.definitions.shape import Key, Shape


class Role(Shape):
    """A role as people see it, and the FAB screens it gets besides its tasks (screen → permissions)."""

    title: str
    kind: Literal["staff", "applicant", "administrator"] = "staff"
    help: str = ""
    screens: dict[str, list[Literal["list", "show", "add", "edit", "delete"]]] = {}


class Roles(Shape):
    """All roles, by the key that tasks and appointments use."""

    kind: Literal["roles"]
    roles: dict[Key, Role]
