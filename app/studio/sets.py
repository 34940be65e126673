"""Change sets in the browser: what is in them, what they change, whether they may go live, and when."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.definitions.catalogue import current
from app.definitions.models_draft import ChangeSet, Draft
from app.definitions.parse import Ref
from app.definitions.problem import Problem
from app.errors import NotFound, OfficeError
from app.publishing import change_sets, release
from app.publishing.change_sets import EDITING, PROPOSED, PUBLISHED, SCHEDULED, UNFINISHED
from app.publishing.publish import Refused
from app.publishing.roll_back_set import ROLLED_BACK, roll_back_set
from app.publishing.second_person import needs_second
from app.reports.names import names_of
from app.studio.changes import changes_of, count_of
from app.studio.page import (
    StudioPage,
    act,
    day_given,
    editor_url,
    problem_json,
    ref_in,
    title_in,
    title_of,
    titled,
    trial,
    write_files,
)
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate

Done = Callable[[], ChangeSet | None]


class SetsView(StudioPage):
    """Change sets."""

    @expose("/sets/")
    @enter
    def index(self) -> str:
        """Every change set: those under way, and what was published."""
        return render_template(
            "studio/sets.html",
            open_sets=[set_shown(each) for each in change_sets.listed(*UNFINISHED)],
            done_sets=[set_shown(each) for each in change_sets.listed(PUBLISHED)],
        )

    @expose("/sets/make", methods=["POST"])
    @enter
    def make(self) -> Response:
        """Begin a set, with a draft in it if one is named; or put that draft into the set that is named."""
        ref = _ref_given()
        number = request.form.get("set", type=int)
        title = request.form.get("title", "").strip() or (title_in(ref) if ref else "")
        number = number or change_sets.make(title or gettext("New change set"), act()).id
        if ref:
            change_sets.put_in(number, ref, act())
        return redirect(url_for("SetsView.show", number=number))

    @expose("/sets/<int:number>")
    @enter
    def show(self, number: int) -> str:
        """One set: its drafts, their problems together, what they change, and what may be done now."""
        found = change_sets.get(number)
        return page(found, _problems(found))

    @expose("/sets/<int:number>/<verb>", methods=["POST"])
    @enter
    def do(self, number: int, verb: str) -> Response | tuple[str, int]:
        """Do something with a set; what is refused is shown on its page."""
        if verb not in VERBS:
            raise NotFound("There is nothing at this address.")
        try:
            after = VERBS[verb](number)
        except Refused as refused:
            return page(change_sets.get(number), refused.problems), 422
        except OfficeError as error:
            flash(translate(error.text), "danger")
            after = None
        return redirect(url_for("SetsView.show", number=after.id if after else number))


def _rename(number: int) -> ChangeSet:
    return change_sets.rename(number, request.form.get("title", ""), act())


def _comment(number: int) -> None:
    if request.form.get("text", "").strip():
        change_sets.comment(number, request.form["text"], act())


def _take_out(number: int) -> ChangeSet:
    ref = _ref_given()
    return change_sets.take_out(number, ref or ("", ""), act())


def _publish(number: int) -> ChangeSet:
    done = release.publish_set(number, act(effective_on=day_given()), trial())
    if done.state == SCHEDULED:
        flash(gettext("The change set goes live on its day, if it still fits."), "success")
    else:
        write_files(_refs(done))
        flash(gettext("The change set is in force."), "success")
    return done


def _propose(number: int) -> ChangeSet:
    return release.propose(number, act(effective_on=day_given()), trial())


def _reject(number: int) -> ChangeSet:
    return release.reject(number, request.form.get("reason", ""), act())


def _roll_back(number: int) -> ChangeSet:
    done = roll_back_set(number, act(), trial())
    write_files(_refs(done))
    flash(gettext("What was in force before is in force again."), "success")
    return done


VERBS: dict[str, Callable[[int], ChangeSet | None]] = {
    "rename": _rename,
    "comment": _comment,
    "take-out": _take_out,
    "discard": lambda number: change_sets.give_up(number, act()),
    "propose": _propose,
    "publish": _publish,
    "reject": _reject,
    "take-back": lambda number: release.take_back(number, act()),
    "roll-back": _roll_back,
}


def page(found: ChangeSet, problems: list[Problem]) -> str:
    """The page of a set."""
    drafts = change_sets.drafts_of(found)
    refs = [(draft.kind, draft.key) for draft in drafts]
    return render_template(
        "studio/set.html",
        set=set_shown(found),
        drafts=[_draft_shown(draft) for draft in drafts],
        problems=[problem_json(problem) for problem in problems],
        needs_second=needs_second(refs),
        may_approve=sessions.person().username not in _workers(found, drafts),
        comments=_comments(found),
        processes=[
            {"key": key, "title": title_in((kind, key)), "url": url_for("MovingView.show", key=key)}
            for kind, key in refs
            if kind == "process" and found.state == PUBLISHED
        ],
        today=current().on.isoformat(),
    )


def set_shown(found: ChangeSet) -> dict[str, Any]:
    """A set as lists and its page show it."""
    names = names_of([found.author, found.proposed_by, found.approved_by, found.published_by])
    said = {
        name: names.get(getattr(found, name), getattr(found, name))
        for name in ("author", "proposed_by", "approved_by", "published_by")
    }
    times = ("updated_at", "proposed_at", "published_at", "effective_on")
    return {
        **said,
        **{name: getattr(found, name) for name in times},
        "id": found.id,
        "title": set_title(found.title),
        "state": found.state,
        "word": state_word(found.state),
        "tone": {EDITING: "info", PROPOSED: "near", SCHEDULED: "brand", PUBLISHED: "ok"}.get(found.state, ""),
        "reason": found.reason,
        "restores": found.restores_id,
        "count": len(change_sets.drafts_of(found)),
        "url": url_for("SetsView.show", number=found.id),
    }


def set_title(title: str) -> str:
    """The name of a set; one that rolls another back says so in words."""
    name = title.removesuffix(ROLLED_BACK)
    return title if name == title else gettext("Rolled back: %(title)s", title=name)


def state_word(state: str) -> str:
    """What people call the state of a set."""
    words = {
        EDITING: gettext("being edited"),
        PROPOSED: gettext("waits for approval"),
        SCHEDULED: gettext("waits for its day"),
        PUBLISHED: gettext("published"),
    }
    return str(words.get(state, gettext("discarded")))


def _draft_shown(draft: Draft) -> dict[str, Any]:
    ref = (draft.kind, draft.key)
    changes = changes_of(draft, current())
    return {
        "kind": draft.kind,
        "key": draft.key,
        "title": title_in(ref) if current().has(*ref) else titled(ref, draft.text),
        "kind_title": title_of(draft.kind),
        "url": editor_url(*ref) if draft.state == "open" else "",
        "is_withdrawal": draft.is_withdrawal,
        "is_new": draft.base_number is None,
        "editors": list(names_of(draft.editors).values()) or draft.editors,
        "base_revision": draft.base_number,
        "is_outdated": release.is_outdated(draft),
        "published_number": draft.published_number,
        "changes": changes,
        "count": count_of(changes),
    }


def _problems(found: ChangeSet) -> list[Problem]:
    """What keeps a set that is under way from going live."""
    if found.state not in UNFINISHED:
        return []
    return release.check(change_sets.drafts_of(found), trial(), found.effective_on)


def _comments(found: ChangeSet) -> list[dict[str, Any]]:
    said = change_sets.comments_of(found)
    names = names_of([each.author for each in said])
    return [{"title": names.get(each.author, each.author), "at": each.at, "text": each.text} for each in said]


def _workers(found: ChangeSet, drafts: list[Draft]) -> set[str]:
    return {found.author, found.proposed_by, *(name for draft in drafts for name in draft.editors)}


def _refs(found: ChangeSet) -> list[Ref]:
    return [(draft.kind, draft.key) for draft in change_sets.drafts_of(found)]


def _ref_given() -> Ref | None:
    kind, key = request.form.get("kind", ""), request.form.get("key", "")
    return ref_in(kind, key) if kind else None
