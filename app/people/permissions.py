"""What each role may do on the screens and in the API: read once, kept until the version stamp moves."""

import time
from functools import lru_cache

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import select

from app.db import Session
from app.people.access import Person
from app.people.models import PermissionVersion

Pair = tuple[str, str]  # (permission, screen), as Flask-AppBuilder names them
PUBLIC = frozenset({"Public"})
VISITOR_SECONDS = 5.0  # how old the stamp may be for visitors, who have no account row to read it with

_visitor_stamp: tuple[float, int] = (0.0, -1)


def may(person: Person, permission: str, screen: str) -> bool:
    """True if one of the person's roles has this permission on this screen."""
    return (permission, screen) in permissions_of(person)


def permissions_of(person: Person) -> frozenset[Pair]:
    """Every permission of a person; no query while nothing has changed."""
    return _of_roles(person.permission_roles, person.permission_version)


def public_permissions() -> frozenset[Pair]:
    """What everybody may do without signing in."""
    global _visitor_stamp  # one stamp for all threads of the process
    read_at, version = _visitor_stamp
    if version < 0 or time.monotonic() - read_at > VISITOR_SECONDS:
        version = Session.scalar(select(PermissionVersion.version).where(PermissionVersion.id == 1)) or 0
        _visitor_stamp = (time.monotonic(), version)
    return _of_roles(PUBLIC, version)


def forget() -> None:
    """Drop what is cached (tests that change the database underneath)."""
    global _visitor_stamp
    _visitor_stamp = (0.0, -1)
    _of_roles.cache_clear()


@lru_cache(maxsize=512)
def _of_roles(roles: frozenset[str], version: int) -> frozenset[Pair]:
    # `version` is there to be part of the cache's key
    query = (
        select(Permission.name, ViewMenu.name)
        .select_from(PermissionView)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(assoc_permissionview_role, assoc_permissionview_role.c.permission_view_id == PermissionView.id)
        .join(Role, Role.id == assoc_permissionview_role.c.role_id)
        .where(Role.name.in_(roles))
    )
    return frozenset((permission, screen) for permission, screen in Session.execute(query))
