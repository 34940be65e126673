"""Roll back: publish an older text again, as a new revision that passes the same gate."""

from app.definitions.catalogue import current
from app.definitions.models import Revision
from app.definitions.parse import Ref
from app.errors import Conflict
from app.publishing.check import Trial
from app.publishing.publish import publish
from app.publishing.revisions import Act
from app.publishing.second_person import needs_second_now


def rollback(ref: Ref, number: int, act: Act, trial: Trial | None = None) -> Revision:
    """Publish the text of revision `number` anew. Raises NotFound, Refused, Conflict, or Forbidden.

    Where the office wants a second person, an older text takes the way of every other change.
    """
    needs_second_now([ref])
    made = publish({ref: current().text(*ref, number)}, act, trial)
    if not made:
        raise Conflict("This text is in force already.")
    return made[0]
