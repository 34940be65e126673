"""Lets people into a view by the permissions of their roles; visitors sign in first and come back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from app.errors import Forbidden
from app.web import sessions

PERMISSION = "enter"


def enter(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for the permission `can_enter` on the view's class before anything else happens."""

    @wraps(view)
    def entered(self: Any, *args: Any, **kwargs: Any) -> Any:
        sessions.person()
        if not self.appbuilder.sm.has_access(f"can_{PERMISSION}", self.class_permission_name):
            raise Forbidden("Your role has no access to this page.")
        return view(self, *args, **kwargs)

    # where Flask-AppBuilder looks for it
    entered._permission_name = PERMISSION  # type: ignore[attr-defined]
    return entered


def allowed(verb: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Ask for a verb on the view's screen, as rules/roles.yaml gives them to roles."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def entered(self: Any, *args: Any, **kwargs: Any) -> Any:
            sessions.person()
            if not self.appbuilder.sm.has_access(f"can_{verb}", self.class_permission_name):
                raise Forbidden("Your role has no access to this page.")
            return view(self, *args, **kwargs)

        entered._permission_name = verb  # type: ignore[attr-defined]
        return entered

    return decorate
