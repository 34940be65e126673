"""The names people read, for the user names that rows keep."""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import Session
from app.people.models import Account, User
from app.people.system import PREFIX, system_name


def names_of(usernames: Iterable[str | None]) -> dict[str, str]:
    """Full names by user name, systems' too; unknown accounts are left out."""
    wanted = {username for username in usernames if username}
    if not wanted:
        return {}
    full = func.coalesce(
        func.nullif(Account.display_name, ""), func.trim(User.first_name + " " + User.last_name)
    )
    query = select(User.username, full).outerjoin(Account, Account.user_id == User.id)
    systems = {username: system_name(username) for username in wanted if username.startswith(PREFIX)}
    return systems | dict(Session.execute(query.where(User.username.in_(wanted))).all())
