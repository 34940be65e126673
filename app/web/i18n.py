"""Words in the reader's language: Indonesian, unless an installation adds another catalogue."""

from flask import Flask
from flask_babel import gettext

from app.errors import Text

LOCALE = "id"


def configure(app: Flask) -> None:
    """Set what Flask-AppBuilder's own Babel reads when it starts."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=LOCALE,
        BABEL_DEFAULT_TIMEZONE="Asia/Jakarta",
        BABEL_TRANSLATION_DIRECTORIES="translations",
        LANGUAGES={LOCALE: {"flag": "id", "name": "Indonesia"}},
    )


def register(app: Flask) -> None:
    """Replace Flask-AppBuilder's choice of language, which would set a cookie for every visitor and token."""
    app.extensions["babel"].locale_selector = lambda: LOCALE
    app.jinja_env.filters["t"] = translate


def translate(sentence: Text | str) -> str:
    """The sentence in the reader's language, its parameters filled in."""
    if isinstance(sentence, str):
        return str(gettext(sentence))
    params = {
        key: translate(value) if isinstance(value, Text) else value for key, value in sentence.params.items()
    }
    words = str(gettext(sentence.msgid))
    return words % params if params else words
