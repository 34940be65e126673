"""A problem found in a definition: where it is and what a person should put right."""

from dataclasses import dataclass

from app.errors import Text


@dataclass(frozen=True)
class Problem:
    """`path` counts rows and examples from 1, as people do: `rows.3.when.application.land_area_m2`."""

    path: str
    message: Text
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"
