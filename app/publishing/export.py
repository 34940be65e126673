"""Export: what is in force, as files."""

from pathlib import Path

from app.definitions.catalogue import Catalogue
from app.definitions.parse import SHAPES, Ref
from app.publishing.revisions import lock, transaction
from app.publishing.write_back import Written, write_texts


def export(folder: Path) -> Written:
    """Write every definition in force into a folder, each text exactly as it was published.

    A file that holds a change of its own is kept; into an empty folder everything is written.
    """
    with transaction():
        catalogue = lock()
        return write_texts(folder, in_force(catalogue), catalogue)


def in_force(catalogue: Catalogue) -> dict[Ref, str]:
    """The text of every definition in force."""
    return {(kind, key): catalogue.text(kind, key) for kind in SHAPES for key in catalogue.keys(kind)}
