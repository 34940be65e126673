"""Who is signed in: asked by a page that has rested, before it sends what somebody filled in."""

from flask import jsonify
from flask_appbuilder import BaseView, expose
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app.web import sessions


class SessionView(BaseView):
    """The session of the browser."""

    route_base = "/session"
    default_view = "who"

    @expose("/")
    def who(self) -> Response:
        """The person's number and a token for the page's forms; null for a visitor. Whoever asks is there."""
        person = sessions.visitor_or_person()
        if person is None:
            return jsonify(who=None)
        return jsonify(who=person.id, token=generate_csrf())
