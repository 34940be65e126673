"""The first page: signed-in people go to their own desk, visitors to the portal."""

from flask import current_app, redirect, url_for
from flask_appbuilder import IndexView, expose
from werkzeug.wrappers import Response

from app.web import sessions
from app.web.sign_in import home_of


class FrontView(IndexView):
    """What is at `/`."""

    @expose("/")
    def index(self) -> Response | str:
        """Send people on; the portal's front page, where there is one, is shown in place."""
        person = sessions.visitor_or_person()
        home = home_of(person) if person is not None else "/"
        if home != "/":
            return redirect(home)
        show = current_app.extensions.get("front_page")
        return show() if show else redirect(url_for("SignInView.login"))
