"""What every definition shape shares: strict, frozen, and a key that names it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(/[a-z0-9_]+)*$")]

# what an outside system calls a message keeps its own capitals: oss/receiveNIB
MessageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(/[A-Za-z0-9_]+)*$")]


class Shape(BaseModel):
    """A part of a definition: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
