"""Imports: the definitions of a new service, made elsewhere, become drafts of one change set."""

from collections.abc import Mapping

from app.db import Session
from app.definitions.models_draft import ChangeSet
from app.definitions.parse import Ref, file_of
from app.errors import Conflict
from app.publishing import drafts
from app.publishing.change_sets import EDITING, told
from app.publishing.drafts import Edited
from app.publishing.revisions import Act, lock, transaction


def begin_service(texts: Mapping[Ref, str], title: str, act: Act) -> ChangeSet:
    """Keep all texts as drafts, together or not at all. Raises Conflict where one of them exists."""
    with transaction():
        catalogue = lock()
        for kind, key in texts:
            file_of(kind, key)
            if catalogue.has(kind, key) or drafts.find((kind, key)):
                raise Conflict("There is a definition %(key)s already.", key=key)
        made = ChangeSet(
            title=title, state=EDITING, author=act.author, created_at=act.now, updated_at=act.now
        )
        Session.add(made)
        Session.flush()
        told("change_set.made", made, act, title=title)
        for ref, words in texts.items():
            newest = catalogue.newest(*ref)
            edited = Edited(words, 0, newest.number if newest else None)
            drafts.begin(ref, edited, act, catalogue).change_set_id = made.id
        return made
