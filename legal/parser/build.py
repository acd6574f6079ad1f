"""The tree while it grows: open nodes, where a new node belongs, where a line of text goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from legal.furniture.quotes import balance
from legal.nodes import Kind, Node
from legal.numbering import Order, order, point_order
from legal.parser.layout import Layout, finished

RANK = {
    Kind.PART: 1,
    Kind.CHAPTER: 2,
    Kind.SECTION: 3,
    Kind.SUBSECTION: 4,
    Kind.HEADING: 5,
    Kind.ARTICLE: 5,
    Kind.CLAUSE: 6,
    Kind.POINT: 7,
    Kind.PREAMBLE: 9,
    Kind.SIGNATURE: 9,
}
DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
HOLDS_TEXT = frozenset(
    {Kind.ARTICLE, Kind.CLAUSE, Kind.POINT, Kind.HEADING, Kind.PARAGRAPH, Kind.PREAMBLE, Kind.SIGNATURE}
)
BULLETS = ("- ", "– ", "+ ", "• ", "* ", "— ", "▪ ")


@dataclass(slots=True)
class Frame:
    """A quotation being read: the stack below it, how many quotes are open, and whether they are straight ones."""

    base: int
    owner: Node | None
    depth: int = 0
    straight: bool = False
    line: int = 0


@dataclass(slots=True)
class Tree:
    """Nodes so far, the path of open ones, and the last article number of this citation scope."""

    layout: Layout
    nodes: list[Node] = field(default_factory=list)
    stack: list[Node] = field(default_factory=list)
    frame: Frame | None = None
    last_article: Order | None = None
    last_chapter: Order | None = None
    _growing: Node | None = None
    _pieces: list[str] = field(default_factory=list)

    def deepest(self) -> Node | None:
        """The innermost open node."""
        return self.stack[-1] if self.stack else None

    def parent_for(self, kind: Kind) -> Node | None:
        """The open node under which a new node of this kind belongs (within the quotation, if one is open)."""
        return self._above(RANK[kind], self.frame.base if self.frame else 0)

    def parent_outside(self, kind: Kind) -> Node | None:
        """The same, seen from outside the open quotation."""
        base = self.frame.base if self.frame else len(self.stack)
        held = [node for node in self.stack[:base] if RANK.get(node.kind, 9) < RANK[kind]]
        return held[-1] if held else None

    def _above(self, rank: int, base: int) -> Node | None:
        size = len(self.stack)
        while size > base and RANK.get(self.stack[size - 1].kind, 9) >= rank:
            size -= 1
        return self.stack[size - 1] if size else None

    def siblings(self, parent: Node | None) -> list[Node]:
        """What already stands under a parent (the top level for None)."""
        return self.nodes if parent is None else parent.children

    def last_order(self, kind: Kind, parent: Node | None, *, quoted: bool) -> Order | None:
        """The number of the last node of this kind under a parent; in a quotation only what is quoted counts."""
        for node in reversed(self.siblings(parent)):
            if node.kind is kind and node.quoted is quoted:
                return point_order(node.number) if kind is Kind.POINT else order(node.number)
        return None

    def open(self, node: Node) -> None:
        """Put a node under its parent and make it the innermost open one."""
        base = self.frame.base if self.frame else 0
        rank = RANK[node.kind]
        while len(self.stack) > base and RANK.get(self.stack[-1].kind, 9) >= rank:
            self.stack.pop()
        node.quoted = self.frame is not None
        self.siblings(self.deepest()).append(node)
        self.stack.append(node)

    def leaf(self, kind: Kind, text: str, line: int) -> Node:
        """A new paragraph or table under the innermost open node; it is not opened itself."""
        parent = self.deepest()
        if self.frame is None and parent is not None and parent.kind in (Kind.PREAMBLE, Kind.SIGNATURE):
            self.stack.pop()
            parent = self.deepest()
        node = Node(kind, text=text, line=line, quoted=self.frame is not None)
        self.siblings(parent).append(node)
        return node

    def add_text(self, text: str, line: int, *, breaks: bool) -> None:
        """A line of running text: it goes on with the innermost node, or stands as a paragraph of its own."""
        node = self._text_holder()
        if node is None:
            self.leaf(Kind.PARAGRAPH, text, line)
        else:
            self.grow(node, text, breaks=breaks)

    def grow(self, node: Node, text: str, *, breaks: bool = True) -> None:
        """Add a line to a node's text. Lines are gathered and joined once, or a long text would be copied each time."""
        if node is not self._growing:
            self.settle()
            self._growing = node
            self._pieces = [node.text] if node.text else []
        if self._pieces:
            self._pieces.append("\n" if breaks else " ")
        self._pieces.append(text)

    def settle(self) -> None:
        """Write the gathered lines into their node."""
        if self._growing is not None:
            self._growing.text = "".join(self._pieces)
        self._growing, self._pieces = None, []

    def _text_holder(self) -> Node | None:
        node = self.deepest()
        if node is not None and not node.children and node.kind in HOLDS_TEXT and self._same_side(node):
            return node
        children = self.siblings(node)
        last = children[-1] if children else None
        if last is not None and last.kind is Kind.PARAGRAPH and self._same_side(last):
            return last
        return None

    def _same_side(self, node: Node) -> bool:
        return node.quoted is (self.frame is not None)

    def begins_paragraph(self, text: str, before: str, *, blank: bool, whole: bool) -> bool:
        """Whether a line that is no mark begins a new paragraph, judged by the line before it."""
        if whole or not before or not self.layout.wrapped or text.startswith(BULLETS):
            return True
        if blank:
            return finished(before) or not text[0].islower()
        return finished(before) and not self.layout.is_full(before, text)


def closes(frame: Frame, text: str) -> bool:
    """Count a line's quotation marks; True when the quotation ends with it."""
    if frame.straight:
        frame.depth = (frame.depth + text.count('"')) % 2
        return frame.depth == 0 and text.rstrip(".;, ").endswith('"')
    frame.depth += balance(text)
    if frame.depth == 1 and text.count('"') % 2 and text.rstrip(".;, ").endswith('"'):
        return True
    return frame.depth <= 0
