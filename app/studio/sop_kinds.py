"""What kinds of rows an SOP has, and what is chosen for them: messages, persons, letters."""

from typing import Any

from flask import url_for
from flask_babel import gettext

from app.definitions.form import FormDefinition, PersonField, PersonsField
from app.definitions.letter import Letter
from app.definitions.provided import APPLICATION
from app.publishing.overlay import Overlay
from app.studio.sop_deeds import drafted, messages_of


def row_kinds(key: str) -> dict[str, Any]:
    """For the service that runs by a process, drafts included."""
    overlay = drafted("form", "letter")
    inbound = messages_of(key).inbound
    return {
        **_words(),
        "kinds": _titles(),
        "inbound": [[name, f"{message.title} ({name})"] for name, message in inbound.items()],
        "application": APPLICATION,
        "persons": _persons(overlay),
        "letters": _letters(overlay, key.partition("/")[0]),
        "letter_page": url_for("LettersView.edit", key="KEY"),
    }


def _titles() -> list[list[str]]:
    """The kinds of rows that are no ends, the usual first."""
    return [
        ["task", gettext("Somebody does it")],
        ["wait", gettext("Waits for an outside system")],
        ["send", gettext("Happens by itself")],
        ["route", gettext("Follows an earlier decision")],
    ]


def _words() -> dict[str, str]:
    return {
        "kind": gettext("Kind of row"),
        "message": gettext("Message waited for"),
        "stands_in": gettext("Who stands in"),
        "stand_in_form": gettext("Form of who stands in"),
        "wait_time": gettext("Waits at most"),
        "alert": gettext("Who is told then"),
        "then": gettext("Where it goes on then"),
        "by": gettext("Whose decision it follows"),
        "assign": gettext("Only for the persons named in"),
        "each": gettext("Each of them has a task of their own"),
        "by_download": gettext("Done when the applicant downloads the letter"),
        "join": gettext("Waits for all of these branches"),
        "needs_note": gettext("asks for a note"),
        "add_branch": gettext("Add parallel branch"),
        "exits": gettext("Ways out"),
        "application_title": gettext("Application"),
        "remove_letter": gettext("Remove letter"),
        "other_letter": gettext("or instead …"),
        "slot": gettext("Letter in this SOP"),
    }


def _persons(overlay: Overlay) -> dict[str, list[list[str]]]:
    """By form, the fields that name the persons who may act later."""
    found = {}
    for ref in overlay.refs("form"):
        form = overlay.shape(*ref)
        fields = form.fields() if isinstance(form, FormDefinition) else ()
        asked = [[name, one.title] for name, one in fields if isinstance(one, PersonField | PersonsField)]
        if asked:
            found[ref[1]] = asked
    return found


def _letters(overlay: Overlay, folder: str) -> list[list[str]]:
    """The letters of a service's folder with their titles."""
    refs = [ref for ref in overlay.refs("letter") if ref[1].startswith(f"{folder}/")]
    shapes = [(key, overlay.shape(kind, key)) for kind, key in refs]
    return [[key, shape.title if isinstance(shape, Letter) else key] for key, shape in shapes]
