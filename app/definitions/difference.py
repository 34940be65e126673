"""What changed between two definitions, in the terms of their kind: rows, fields, steps, lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from app.errors import Text

Change = Literal["added", "removed", "changed", "moved"]
# Two unnamed things are one that changed if this much of their wording agrees.
ALIKE = 0.5


@dataclass(frozen=True)
class Item:
    """A thing of a definition: a row, a field, a step. `key` names it where it has a name of its own.

    `values` are its properties by what people call them: msgids, or a title out of the definition. Those that
    name other things are compared by the `keys` of these: a new name is told once, where it was given. So
    is the title of a thing that is called by the name of another (`is_called_by_another`).
    """

    title: str
    values: Mapping[str, str]
    key: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    is_called_by_another: bool = False

    @property
    def words(self) -> str:
        """All that is said of it, to tell what resembles it."""
        return "\n".join([self.key, self.title, *self.values.values()])


@dataclass(frozen=True)
class Group:
    """Things of one sort in their order; with `is_named` each one is known by its key."""

    title: Text
    items: Sequence[Item]
    is_named: bool = True


@dataclass(frozen=True)
class Cell:
    """One property, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemChange:
    """What happened to one thing; `before` and `after` are its places, counted from 1."""

    change: Change
    title: str
    cells: Sequence[Cell]
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class GroupChange:
    """What happened to the things of one sort."""

    title: Text
    items: Sequence[ItemChange]


Pair = tuple[int | None, int | None]


def difference(before: Sequence[Group], after: Sequence[Group]) -> list[GroupChange]:
    """Every group in which something changed, in the order of the definition."""
    old, new = ({str(group.title): group for group in groups} for groups in (before, after))
    found = []
    for title in dict.fromkeys([*new, *old]):
        there = new.get(title) or old[title]
        nothing = Group(there.title, (), there.is_named)
        changes = list(_changes(old.get(title, nothing), new.get(title, nothing)))
        if changes:
            found.append(GroupChange(there.title, changes))
    return found


def _changes(before: Group, after: Group) -> Iterator[ItemChange]:
    is_named = before.is_named and after.is_named
    pairs = _by_key(before.items, after.items) if is_named else _by_likeness(before.items, after.items)
    steady = _steady(pairs)
    for one, two in pairs:
        change = _change(before.items, after.items, (one, two), is_moved=(one, two) not in steady)
        if change:
            yield change


def _change(
    before: Sequence[Item], after: Sequence[Item], pair: Pair, *, is_moved: bool
) -> ItemChange | None:
    one, two = pair
    old, new = (before[one] if one is not None else None), (after[two] if two is not None else None)
    places = {
        "before": one + 1 if one is not None else None,
        "after": two + 1 if two is not None else None,
    }
    if new is None or old is None:
        shown = new or old or Item("", {})
        cells = list(_cells(old or Item("", {}), new or Item("", {})))
        return ItemChange("added" if new else "removed", shown.title, cells, **places)
    cells = list(_cells(old, new))
    if cells or (old.title != new.title and not new.is_called_by_another):
        return ItemChange("changed", new.title, cells, **places)
    return ItemChange("moved", new.title, (), **places) if is_moved else None


def _cells(before: Item, after: Item) -> Iterator[Cell]:
    for label in dict.fromkeys([*before.values, *after.values]):
        one, two = before.values.get(label, ""), after.values.get(label, "")
        if before.keys.get(label, one) != after.keys.get(label, two):
            yield Cell(label, one, two)


def _by_key(before: Sequence[Item], after: Sequence[Item]) -> list[Pair]:
    """The same keys belong together; what is gone stands where it stood."""
    old = {item.key: index for index, item in enumerate(before)}
    pairs: list[Pair] = [(old.get(item.key), index) for index, item in enumerate(after)]
    kept = {one for one, _ in pairs}
    return _with_gone(pairs, [index for index in range(len(before)) if index not in kept])


def _by_likeness(before: Sequence[Item], after: Sequence[Item]) -> list[Pair]:
    """Equal things belong together, in order; of the rest those that resemble each other."""
    one, two = [item.words for item in before], [item.words for item in after]
    pairs: dict[int, int] = {}
    rest: list[tuple[list[int], list[int]]] = []
    for tag, start, end, from_, to in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs |= dict(zip(range(from_, to), range(start, end), strict=True))
        else:
            rest.append((list(range(start, end)), list(range(from_, to))))
    _pair_moved(pairs, rest, one, two)
    for olds, news in rest:
        _pair_alike(pairs, [old for old in olds if old not in pairs.values()], news, (one, two))
    found: list[Pair] = [(pairs.get(index), index) for index in range(len(after))]
    return _with_gone(found, [index for index in range(len(before)) if index not in pairs.values()])


def _pair_moved(
    pairs: dict[int, int], rest: list[tuple[list[int], list[int]]], one: list[str], two: list[str]
) -> None:
    """What vanished here and appears there with the same words has moved."""
    gone = {one[old]: old for olds, _ in rest for old in olds}
    for new in [new for _, news in rest for new in news]:
        old = gone.pop(two[new], None)
        if old is not None:
            pairs[new] = old


def _pair_alike(
    pairs: dict[int, int], olds: list[int], news: list[int], words: tuple[list[str], list[str]]
) -> None:
    one, two = words
    free = list(olds)
    for new in (new for new in news if new not in pairs):
        likeness = {old: SequenceMatcher(None, one[old], two[new], autojunk=False).ratio() for old in free}
        best = max(likeness, key=lambda old: likeness[old], default=None)
        if best is not None and likeness[best] >= ALIKE:
            pairs[new] = best
            free = [old for old in free if old != best]


def _with_gone(pairs: list[Pair], gone: list[int]) -> list[Pair]:
    """Put what is gone behind what stood before it."""
    for old in gone:
        before = [at for at, (one, _) in enumerate(pairs) if one is not None and one < old]
        pairs.insert(before[-1] + 1 if before else 0, (old, None))
    return pairs


def _steady(pairs: Sequence[Pair]) -> set[Pair]:
    """The pairs that kept their order; the fewest possible others have moved."""
    both = [pair for pair in pairs if None not in pair]
    olds = [one for one, _ in both]
    matcher = SequenceMatcher(None, sorted(olds, key=lambda one: one or 0), olds, autojunk=False)
    return {both[block.b + offset] for block in matcher.get_matching_blocks() for offset in range(block.size)}
