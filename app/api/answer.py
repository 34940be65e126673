"""What every API of ours is: JSON answers, collected into the OpenAPI description."""

from typing import Any

from flask import Response
from flask_appbuilder.api import BaseApi


class Api(BaseApi):
    """Flask-AppBuilder's API view; who may do what is decided by the verbs themselves."""

    def response(self, code: int, **body: Any) -> Response:
        """Answer with a JSON object."""
        answer: Response = super().response(code, **body)
        return answer
