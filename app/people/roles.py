"""Roles as Flask-AppBuilder knows them: from rules/roles.yaml and from what each screen says of itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import delete, select, tuple_
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert

from app.db import Session
from app.people.models import RoleTitle
from app.people.permissions import Pair

RAISE_VERSION = sql(
    "INSERT INTO permission_version (id, version) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET version = permission_version.version + 1"
)
# roles that nobody is appointed to: what a person is, not what office they hold
GROUPS = ("Public", "signed_in", "any_staff", "any_applicant", "any_administrator")


class RoleShape(Protocol):
    """A role of the file (app.definitions.roles.Role)."""

    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def screens(self) -> Mapping[str, Sequence[str]]: ...


class RolesShape(Protocol):
    """The file of roles (app.definitions.roles.Roles)."""

    @property
    def roles(self) -> Mapping[str, RoleShape]: ...


def ensure(roles: RolesShape) -> None:
    """Make the roles of the file and their permissions, and take away what the file no longer gives.

    Runs in the caller's transaction; doing it twice changes nothing.
    """
    _keep_titles(roles)
    wanted = {key: _screen_pairs(role) for key, role in roles.roles.items()}
    grant(wanted)
    gone = select(Role.id).where(Role.name.not_in([*wanted, *GROUPS]))
    Session.execute(delete(assoc_permissionview_role).where(assoc_permissionview_role.c.role_id.in_(gone)))


def grant(wanted: Mapping[str, Iterable[Pair]]) -> None:
    """Give each role exactly these permissions."""
    pairs = {pair for given in wanted.values() for pair in given}
    ids = _permission_views(pairs)
    _insert(Role, [{"name": name} for name in wanted])
    role_ids = {name: row_id for name, row_id in _by_name(Role).items() if name in wanted}
    links = {(ids[pair], role_ids[name]) for name, given in wanted.items() for pair in given}
    _replace_links(set(role_ids.values()), links)
    Session.execute(RAISE_VERSION)


def _screen_pairs(role: RoleShape) -> set[Pair]:
    pairs = {(f"can_{verb}", screen) for screen, verbs in role.screens.items() for verb in verbs}
    return pairs | {("menu_access", screen) for screen in role.screens}


def _keep_titles(roles: RolesShape) -> None:
    Session.execute(delete(RoleTitle).where(RoleTitle.key.not_in(roles.roles)))
    rows = [{"key": key, "title": role.title, "kind": role.kind} for key, role in roles.roles.items()]
    if rows:
        new = insert(RoleTitle).values(rows)
        Session.execute(
            new.on_conflict_do_update(
                index_elements=["key"], set_={"title": new.excluded.title, "kind": new.excluded.kind}
            )
        )


def _permission_views(pairs: set[Pair]) -> dict[Pair, int]:
    """The ids of permissions on screens, made where they are missing."""
    _insert(Permission, [{"name": name} for name in sorted({permission for permission, _ in pairs})])
    _insert(ViewMenu, [{"name": name} for name in sorted({screen for _, screen in pairs})])
    permissions = _by_name(Permission)
    screens = _by_name(ViewMenu)
    keys = {(permissions[permission], screens[screen]): (permission, screen) for permission, screen in pairs}
    _insert(PermissionView, [{"permission_id": one, "view_menu_id": two} for one, two in sorted(keys)])
    found = Session.execute(
        select(PermissionView.permission_id, PermissionView.view_menu_id, PermissionView.id).where(
            tuple_(PermissionView.permission_id, PermissionView.view_menu_id).in_(list(keys))
        )
    )
    return {keys[one, two]: row_id for one, two, row_id in found}


def _by_name(table: Any) -> dict[str, int]:
    return dict(Session.execute(select(table.name, table.id)).all())


def _replace_links(role_ids: set[int], links: set[tuple[int, int]]) -> None:
    table = assoc_permissionview_role
    query = select(table.c.permission_view_id, table.c.role_id).where(table.c.role_id.in_(role_ids))
    known = {(view, role) for view, role in Session.execute(query)}
    if known - links:
        old = tuple_(table.c.permission_view_id, table.c.role_id).in_(list(known - links))
        Session.execute(delete(table).where(old))
    _insert(table, [{"permission_view_id": view, "role_id": role} for view, role in sorted(links - known)])


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert what is not there yet."""
    if rows:
        Session.execute(insert(table).on_conflict_do_nothing(), rows)
