"""The library of clauses in the letter editor: what is offered, and keeping chosen paragraphs as a clause."""

import json
import re
from typing import Any

from flask import Response, jsonify
from flask_appbuilder import expose
from flask_babel import gettext

from app.definitions.catalogue import current
from app.definitions.clauses import Clauses
from app.definitions.edit import rewritten
from app.definitions.parse import Ref, parse
from app.errors import Invalid
from app.letters.clauses import EVERY_SERVICE
from app.letters.reading import read_body
from app.letters.templating import plain_text
from app.letters.tree import checked
from app.letters.writing import write_body
from app.publishing import change_sets, drafts
from app.publishing.drafts import Edited
from app.studio.drafts import given
from app.studio.page import StudioPage, act, ref_in, title_in
from app.web.entry import enter

KIND = "clauses"
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


class ClausesView(StudioPage):
    """Clauses as the letter editor keeps them; the library itself is edited as text."""

    @expose("/letter-clauses/<path:key>", methods=["POST"])
    @enter
    def keep(self, key: str) -> Response:
        """Write paragraphs of a letter into the draft of its service's library, in the same change set."""
        folder = ref_in("letter", key)[1].partition("/")[0]
        body = given()
        title, law, doc = str(body.get("title") or "").strip(), body.get("law"), checked(body.get("doc"))
        text = write_body(doc).strip()
        if not title or not text:
            raise Invalid("A clause needs a title and a text.")
        added(folder, {"title": title, **({"legal_basis": str(law)} if law else {}), "body": text + "\n"})
        together(("letter", key), library(folder))
        return jsonify(clauses=clauses_for(folder))


def library(folder: str) -> Ref:
    """The clauses of a service, or of all."""
    return KIND, f"{folder}/clauses"


def clauses_for(folder: str) -> list[dict[str, Any]]:
    """What a letter of a service may take: its own clauses first, drafts among them."""
    return [shown for each in dict.fromkeys((folder, EVERY_SERVICE)) for shown in _clauses_in(library(each))]


def _clauses_in(ref: Ref) -> list[dict[str, Any]]:
    source = text_of(ref)
    shape = parse(*ref, source).shape if source else None
    if not isinstance(shape, Clauses):
        return []
    return [
        {
            "key": f"{ref[1].partition('/')[0]}.{name}",
            "title": clause.title,
            "law": clause.legal_basis or "",
            "words": _BRACES.sub("…", plain_text(clause.body)),
            "content": read_body(clause.body)["content"],
        }
        for name, clause in shape.clauses.items()
    ]


def text_of(ref: Ref) -> str:
    """The draft of a library, or what is in force; empty where there is none."""
    if drafts.find(ref) or current().has(*ref):
        return drafts.open_draft(ref).text
    return ""


def added(folder: str, clause: dict[str, Any]) -> None:
    """Put a clause into the draft of a library, which begins with it where there is none."""
    ref = library(folder)
    if not text_of(ref):
        drafts.create(ref, f"kind: {KIND}\ntitle: {json.dumps(_title(folder), ensure_ascii=False)}\n", act())
    opened = drafts.open_draft(ref)
    shape = parse(*ref, opened.text).shape
    if not isinstance(shape, Clauses):
        raise Invalid("The library of clauses cannot be read; put its text right first.")
    value = shape.model_dump(mode="json", exclude_unset=True)
    known = value.get("clauses", {})
    value["clauses"] = {**known, key_of(str(clause["title"]), known): clause}
    edited = Edited(rewritten(KIND, opened.text, value), opened.version, opened.base_number)
    drafts.save(ref, edited, act())


def _title(folder: str) -> str:
    """What a new library is called."""
    service = f"{folder}/service"
    named = title_in(("service", service)) if current().has("service", service) else folder
    return str(gettext("Clauses: %(service)s", service=named))


def key_of(title: str, known: dict[str, Any]) -> str:
    """A key for a title, unlike those that there are."""
    plain = _NOT_IN_KEYS.sub("_", title.lower()).strip("_")[:40] or "clause"
    plain = plain if plain[0].isalpha() else f"clause_{plain}"
    number = next(index for index in range(1, len(known) + 2) if _numbered(plain, index) not in known)
    return _numbered(plain, number)


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}_{number}"


def together(letter: Ref, clauses: Ref) -> None:
    """Both drafts go live together, where the letter's is in a change set already."""
    draft, other = drafts.find(letter), drafts.find(clauses)
    if draft and draft.change_set_id and other and other.change_set_id is None:
        change_sets.put_in(draft.change_set_id, clauses, act())
