"""What the script of the letter editor says."""

from typing import Any

from flask_babel import gettext

from app.studio.letter_speech import filter_words, operator_words
from app.studio.preview_words import preview_words


def words() -> dict[str, Any]:
    """Everything for the script of the page."""
    return {
        **preview_words(),
        "editor": gettext("Text of the letter"), "write_as": gettext("Write as"),
        "remove": gettext("Remove"), "close": gettext("Close"), "up": gettext("Move up"),
        "filters": filter_words(), "operators": operator_words(), "list": gettext("list"),
        "no_field": gettext("No field has this in its title."), "this_row": gettext("This row"),
        "fault": gettext("Not provided"), "field_in": gettext("Field: %(name)s", name="{name}"),
        "value": gettext("Value"), "values": gettext("Values"), "otherwise": gettext("otherwise"),
        "not_saved": gettext("This cannot be saved yet"), "law": gettext("Legal basis"),
        "no_clause": gettext("No clause has this in its title."),
        "clause_saved": gettext("Saved as a clause in a draft of the library"),
    }  # fmt: skip
