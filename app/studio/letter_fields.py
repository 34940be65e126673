"""What a letter may say: every field by its group and title, with the expressions that write it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext

from app.definitions.form import ComputedField, FormDefinition, GroupField
from app.definitions.provided import APPLICATION, forms_until
from app.letters.expressions import CHOICE, JOINED, YES_NO
from app.letters.phrasing import Access, written_as
from app.studio.letter_uses import Uses

TEXT = ("", "upper")
FILTERS: dict[str, tuple[str, ...]] = {
    "text": TEXT,
    "date": ("tanggal", "hari", "tanggal_kata", "tanggal_pendek"),
    "moment": ("tanggal", "hari", "jam", "tanggal_pendek"),
    "number": ("angka", "terbilang", ""),
    "money": ("rupiah", "terbilang", "angka"),
    "nip": ("nip", ""),
    "choice": (CHOICE,),
    "yes_no": (YES_NO,),
    "texts": (JOINED,),
}
_TYPES = {
    "number": "number",
    "money": "money",
    "date": "date",
    "choice": "choice",
    "yes_no": "yes_no",
    "nip": "nip",
}
# lists, persons by user name and files are nothing that can be written in a line
_NOT_IN_LINE = frozenset({"choices", "file", "checklist", "person", "persons"})


@dataclass(frozen=True)
class Offer:
    """A field as the palette shows it; `parts` are the fields of one item where it is a list."""

    path: str
    title: str
    type: str
    access: Access
    choices: Mapping[str, str] = field(default_factory=dict)
    parts: tuple["Offer", ...] = ()
    item: str = ""

    @property
    def is_in_line(self) -> bool:
        """True where it can stand among words."""
        return not self.parts and self.type in FILTERS

    def shown(self) -> dict[str, Any]:
        """The field for the script of the page."""
        filters = FILTERS.get(self.type, ()) if self.is_in_line else ()
        return {
            "path": self.path,
            "title": self.title,
            "type": self.type,
            "choices": list(self.choices.items()),
            # pairs: JSON objects are sent in the order of their keys, and the first one is the usual one
            "writes": [(name, written_as(self.access, name, self.choices)) for name in filters],
            "list": self.access.text if self.parts else None,
            "item": self.item,
            "parts": [part.shown() for part in self.parts],
        }


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    offers: tuple[Offer, ...]


def groups(uses: Uses) -> list[Group]:
    """Everything that may be said in a letter, in the order of the process."""
    found = [Group(title, tuple(_answers(uses, step, form))) for step, title, form in _forms(uses)]
    found += [Group(gettext("Application's file"), tuple(_named(uses, "case", _case())))]
    found += [Group(gettext("Applicant"), tuple(_named(uses, "party", _party())))]
    found += [Group(gettext("Office"), tuple(_named(uses, "office", _office())))]
    found += [Group(gettext("This letter"), tuple(_this_letter()))]
    found += [Group(gettext("Decisions"), tuple(_decisions(uses)))]
    found += [Group(gettext("Other letters"), tuple(_letters(uses)))]
    return [group for group in found if group.offers]


def by_path(found: list[Group]) -> dict[str, Offer]:
    """Every field by its path; fields of items below `list.*`."""
    offers = [offer for group in found for offer in group.offers]
    return {each.path: each for offer in offers for each in (offer, *offer.parts)}


def _forms(uses: Uses) -> Iterator[tuple[str, str, FormDefinition]]:
    """The forms that can be answered before the letter is drafted, once each, with a title."""
    seen = set[str]()
    for process, step in uses.places:
        for name, key in forms_until(process, step, itself=True):
            form = uses.overlay.shape("form", key)
            if key == process.start.form and name != APPLICATION:
                continue  # the step that hands the application in asks nothing else
            if name not in seen and isinstance(form, FormDefinition):
                seen.add(name)
                title = gettext("Application") if name == APPLICATION else process.steps[name].full_title
                yield name, title, form


def _answers(uses: Uses, step: str, form: FormDefinition) -> Iterator[Offer]:
    is_certain = uses.is_certain(step)
    for section in form.sections:
        for key, asked in section.fields.items():
            always = asked.required and not asked.show_if and not section.show_if
            always = always or isinstance(asked, ComputedField)
            yield _answer(f"data.{step}.{key}", asked, is_certain, not always)


def _answer(path: str, asked: Any, is_certain: bool, may_be_absent: bool) -> Offer:
    access = Access(path, is_certain, may_be_absent)
    if isinstance(asked, GroupField):
        parts = [_answer(f"item.{key}", part, True, not part.required) for key, part in asked.fields.items()]
        inner = tuple(replace(part, path=f"{path}.*.{part.path.removeprefix('item.')}") for part in parts)
        return Offer(path, asked.title, "list", access, parts=inner, item="item")
    kind = "text" if asked.type not in _NOT_IN_LINE else asked.type
    kind = _TYPES.get(asked.type, kind)
    if isinstance(asked, ComputedField):
        kind = "money" if asked.money else "number"
    return Offer(path, asked.title, kind, access, getattr(asked, "values", {}))


def _named(uses: Uses, root: str, names: Mapping[str, tuple[str, str]]) -> Iterator[Offer]:
    for key, (title, kind) in names.items():
        yield Offer(f"{root}.{key}", title, kind, Access(f"{root}.{key}"))


def _case() -> dict[str, tuple[str, str]]:
    return {
        "number": (gettext("Registration number"), "text"),
        "service_title": (gettext("Name of the service"), "text"),
        "submitted_on": (gettext("Day of the application"), "date"),
        "submitted_at": (gettext("Time of the application"), "moment"),
        "due_at": (gettext("Limit of the case"), "moment"),
        "receipt_code": (gettext("Receipt code"), "text"),
        "track_url": (gettext("Address for following it"), "text"),
    }


def _party() -> dict[str, tuple[str, str]]:
    return {
        "name": (gettext("Name of the applicant"), "text"),
        "nib": ("NIB", "text"),
        "npwp": ("NPWP", "text"),
        "nik_masked": (gettext("NIK (masked)"), "text"),
        "address": (gettext("Address of the applicant"), "text"),
    }


def _office() -> dict[str, tuple[str, str]]:
    return {
        "name": (gettext("Name of the office"), "text"),
        "short_name": (gettext("Short name of the office"), "text"),
        "government": (gettext("Government"), "text"),
        "city": (gettext("City of the office"), "text"),
        "address": (gettext("Address of the office"), "text"),
        "contact": (gettext("Contact of the office"), "text"),
        "head_title": (gettext("Title of the head"), "text"),
    }


def _this_letter() -> Iterator[Offer]:
    plain = (
        ("letter.number", gettext("Number of this letter"), "text"),
        ("letter.date", gettext("Date of this letter"), "date"),
        ("today", gettext("Today"), "date"),
        ("now", gettext("Now"), "moment"),
        ("signer.title", gettext("Position of the signer"), "text"),
        ("signer.name", gettext("Name of the signer"), "text"),
        ("agenda.number", gettext("Agenda number"), "text"),
    )
    yield from (Offer(path, title, kind, Access(path)) for path, title, kind in plain)
    members = (
        ("name", gettext("Name"), "text"),
        ("nip", "NIP", "nip"),
        ("rank", gettext("Rank"), "text"),
        ("title", gettext("Position"), "text"),
    )
    parts = tuple(
        Offer(f"members.*.{key}", title, kind, Access(f"member.{key}")) for key, title, kind in members
    )
    yield Offer(
        "members", gettext("Members of the team"), "list", Access("members"), parts=parts, item="member"
    )
    needed = (Offer("requirements.*.title", gettext("Document"), "text", Access("requirement.title")),)
    title = gettext("Required documents")
    yield Offer("requirements", title, "list", Access("requirements"), parts=needed, item="requirement")


def _decisions(uses: Uses) -> Iterator[Offer]:
    for name, step in uses.decided().items():
        root, is_certain = f"decision.{name}", uses.is_certain(name)
        ways = {key: way.title for key, way in step.outcomes.items()}
        title = step.full_title
        outcome = Access(f"{root}.outcome", is_certain)
        yield Offer(f"{root}.outcome", gettext("%(step)s: outcome", step=title), "choice", outcome, ways)
        day = Access(f"{root}.on", is_certain)
        yield Offer(f"{root}.on", gettext("%(step)s: day", step=title), "date", day)
        laws = Access(f"{root}.laws", is_certain)
        yield Offer(f"{root}.laws", gettext("%(step)s: legal basis", step=title), "texts", laws)
        reason = (Offer(f"{root}.reasons.*", gettext("Reason"), "text", Access("reason")),)
        reasons, named = Access(f"{root}.reasons", is_certain), gettext("%(step)s: reasons", step=title)
        yield Offer(f"{root}.reasons", named, "list", reasons, parts=reason, item="reason")


def _letters(uses: Uses) -> Iterator[Offer]:
    for name, slot in uses.slots().items():
        for key, title, kind in (
            ("number", gettext("Number of %(letter)s", letter=slot), "text"),
            ("date", gettext("Date of %(letter)s", letter=slot), "date"),
        ):
            # letters that are not signed yet are not there
            yield Offer(
                f"letters.{name}.{key}", title, kind, Access(f"letters.{name}.{key}", is_certain=False)
            )
