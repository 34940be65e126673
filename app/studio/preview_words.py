"""What the script of a letter's preview says."""

from flask_babel import gettext


def preview_words() -> dict[str, str]:
    """The states of the preview, and what it shows of a case."""
    return {
        "updated": gettext("The preview is up to date"),
        "updating": gettext("The preview is being made …"),
        "no_preview": gettext("No preview"),
        "line": gettext("line %(n)s", n="{n}"),
        "page": gettext("Page %(n)s", n="{n}"),
        "more": gettext("%(n)s pages; the first ones are shown", n="{n}"),
        "masked": gettext(
            "You have no access to this case: it is shown by its structure. Names, addresses, identifiers "
            "and free texts stand as their titles in brackets."
        ),
        "whole": gettext("The case is shown whole; this is noted in its audit trail."),
    }
