"""One function of flow is one transaction: commit at the end, nothing at all after an error."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.db import Session


@contextmanager
def transaction() -> Iterator[None]:
    """Commit when the block ends well; roll back and pass the error on otherwise."""
    try:
        yield
        Session.commit()
    except BaseException:
        Session.rollback()
        raise
