"""The shape of a library of clauses: passages that letters take as copies, each with its legal basis."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.definitions.shape import Key, Shape


class Clause(Shape):
    """A passage as the body of a letter has it; `note` says when it is used."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    legal_basis: str | None = None
    note: str | None = None
    body: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class Clauses(Shape):
    """Clauses by key; those of `every_service` are offered in every letter."""

    kind: Literal["clauses"]
    title: str
    clauses: dict[Key, Clause] = Field(default={}, max_length=300)
