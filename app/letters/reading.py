"""Reads the body of a letter as a tree; what it does not understand stays a part that shows its source."""

from collections.abc import Callable

from app.letters.parts import Unreadable, keyword, parts_of
from app.letters.reading_line import BRANCHES, LineReader, Unclear, attributes_of
from app.letters.tree import TAGS, Node, node

One = Callable[[int], tuple[Node, int]]
_DEEPEST = 40


def read_body(source: str) -> Node:
    """The tree of a body; never raises, whatever the text."""
    try:
        return _Reader(parts_of(source)).whole()
    except (Unreadable, RecursionError):
        return node("doc", [node("source", text=source, gap="")] if source else [], lead="")


def read_fragment(kind: str, source: str) -> Node | None:
    """What a source says by itself, as a block, a row or an item; None where it is not exactly one."""
    try:
        reader = _Reader(parts_of(source))
        found, end = reader.one(kind)
    except (Unreadable, Unclear, IndexError):
        return None
    return found[0] if len(found) == 1 and end == len(reader.items) else None


class _Reader(LineReader):
    """Reads blocks, with rows and items in them."""

    depth = 0

    def whole(self) -> Node:
        """The whole body. What follows something that never ends, or ends without a beginning, is source."""
        lead, found, at = self.blocks(0, rescue=True)
        if at < len(self.items):
            found.append(node("source", text=self.parts.text(at, len(self.items)), gap=""))
        return node("doc", found, lead=lead)

    def one(self, kind: str) -> tuple[list[Node], int]:
        """The blocks, rows or items from the beginning on."""
        if kind in ("row", "item"):
            _, found, at = self.members(0, self.row if kind == "row" else self.item, f"source_{kind}")
        else:
            _, found, at = self.blocks(0)
        return found, at

    def blocks(self, at: int, rescue: bool = False) -> tuple[str, list[Node], int]:
        """Blocks, with the white space before the first one and behind each."""
        lead = ""
        found: list[Node] = []
        while at < len(self.items) and not self.is_end(at):
            if self.items[at].is_blank:
                lead, at = self.gap(at, found, lead), at + 1
                continue
            try:
                block, end = self.block(at)
            except Unclear:
                if not rescue:
                    raise
                break
            block["attrs"] |= (
                {"gap": ""} if block["type"] == "source" else {"gap": "", "source": self.parts.text(at, end)}
            )
            found.append(block)
            at = end
        return lead, found, at

    def gap(self, at: int, found: list[Node], lead: str = "") -> str:
        """Keep white space behind the part before it; what comes before the first one is the lead."""
        space = self.parts.text(at, at + 1)
        if found:
            found[-1]["attrs"]["gap"] = space
        return lead if found else space

    def block(self, at: int) -> tuple[Node, int]:
        """One block; where it is not understood, its source as far as it reaches."""
        try:
            return self.known(at)
        except Unclear:
            end = self.extent(at)
            return node("source", text=self.parts.text(at, end)), end

    def known(self, at: int) -> tuple[Node, int]:
        """One block that is understood."""
        part, self.depth = self.items[at], self.depth + 1
        try:
            if not part.plain or self.depth > _DEEPEST:
                raise Unclear
            if part.kind == "code":
                return self.choice(at) if keyword(part.value) == "if" else self.repetition(at)
            if part.kind != "open":
                raise Unclear
            if part.value in TAGS:
                content, end = self.line(at + 1)
                return node("paragraph", content, tag=part.value, **attributes_of(part)), self.close(
                    end, part.value
                )
            return self.bullets(at) if part.value in ("ol", "ul") else self.table(at)
        finally:
            self.depth -= 1

    def choice(self, at: int) -> tuple[Node, int]:
        """Blocks that stand there only if a condition holds, and what stands there otherwise."""
        branches: list[Node] = []
        while True:
            code = self.statement(at, *(BRANCHES if branches else ("if",)))
            lead, content, end = self.blocks(at + 1)
            if not content:
                raise Unclear
            branches.append(node("branch", content, code=code, lead=lead))
            if keyword(self.statement(end, *BRANCHES, "endif")) == "endif":
                return node("condition", branches), end + 1
            at = end

    def repetition(self, at: int) -> tuple[Node, int]:
        """Blocks that stand there once for each item of a list."""
        code = self.statement(at, "for")
        lead, content, end = self.blocks(at + 1)
        self.statement(end, "endfor")
        if not content:
            raise Unclear
        return node("repetition", content, code=code, lead=lead), end + 1

    def bullets(self, at: int) -> tuple[Node, int]:
        """A numbered or bulleted list."""
        part = self.items[at]
        lead, found, end = self.members(at + 1, self.item, "source_item")
        made = node("list", found, ordered=part.value == "ol", lead=lead, **attributes_of(part))
        return made, self.close(end if found else len(self.items), part.value)

    def table(self, at: int) -> tuple[Node, int]:
        """A table of rows."""
        part = self.items[at]
        if part.value != "table":
            raise Unclear
        lead, found, end = self.members(at + 1, self.row, "source_row")
        return node("table", found, lead=lead, **attributes_of(part)), self.close(
            end if found else len(self.items), "table"
        )

    def members(self, at: int, one: One, unclear: str) -> tuple[str, list[Node], int]:
        """Rows or items up to the end of what they are in, each perhaps only if, or once for each."""
        lead = ""
        found: list[Node] = []
        while at < len(self.items) and not self.is_end(at):
            if self.items[at].is_blank:
                lead, at = self.gap(at, found, lead), at + 1
                continue
            try:
                new, end = self.perhaps(at, one)
            except Unclear:
                end = self.extent(at)
                new = [node(unclear, text=self.parts.text(at, end), gap="")]
            found += new
            at = end
        return lead, found, at

    def perhaps(self, at: int, one: One) -> tuple[list[Node], int]:
        """A member, or those that one condition holds together."""
        part = self.items[at]
        if part.kind != "code" or keyword(part.value) != "if":
            member, end = self.repeated(at, one)
            member["attrs"] |= {"source": self.parts.text(at, end), "gap": ""}
            return [member], end
        found: list[Node] = []
        when, end = self.statement(at, "if"), at + 1
        while not self.is_end(end := self.behind_blank(end, found)):
            member, after = self.repeated(end, one)
            member["attrs"] |= {"source": self.parts.text(end, after), "gap": "", "when": when}
            found.append(member)
            end = after
        self.statement(end, "endif")
        if not found:
            raise Unclear
        if len(found) == 1:
            found[0]["attrs"] |= {"source": self.parts.text(at, end + 1), "gap": ""}
        return found, end + 1

    def behind_blank(self, at: int, found: list[Node]) -> int:
        """Behind white space, which belongs to the member before it."""
        if self.part(at).is_blank:
            self.gap(at, found)
            at += 1
        self.part(at)
        return at

    def repeated(self, at: int, one: One) -> tuple[Node, int]:
        """A member, perhaps once for each item of a list, with the names that are set before it."""
        part = self.part(at)
        if part.kind != "code":
            return one(at)
        repeat, at = self.statement(at, "for"), self.behind_blank(at + 1, [])
        begin = at
        while self.items[at].kind == "code" and "=" in self.items[at].value:
            self.statement(at, "set")
            at = self.behind_blank(at + 1, [])
        prelude = self.parts.text(begin, at).strip()
        member, end = one(at)
        end = self.behind_blank(end, [])
        self.statement(end, "endfor")
        member["attrs"] |= {"repeat": repeat, "prelude": prelude}
        return member, end + 1

    def item(self, at: int) -> tuple[Node, int]:
        """An item of a list."""
        part = self.opened(at, "li")
        content, end = self.line(at + 1)
        return node("item", content, **attributes_of(part)), self.close(end, "li")

    def row(self, at: int) -> tuple[Node, int]:
        """A row of a table."""
        part, at = self.opened(at, "tr"), at + 1
        cells: list[Node] = []
        while self.part(at).kind != "close":
            if self.items[at].is_blank:
                at += 1
                continue
            cell = self.opened(at, "td", "th")
            content, end = self.line(at + 1)
            cells.append(node("cell", content, header=cell.value == "th", **attributes_of(cell)))
            at = self.close(end, cell.value)
        if not cells:
            raise Unclear
        return node("row", cells, **attributes_of(part)), self.close(at, "tr")
