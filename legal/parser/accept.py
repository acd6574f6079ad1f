"""Whether a mark at the start of a line is one of the document's own, and not the luck of a broken line."""

from __future__ import annotations

import re

from legal.markers import Mark, is_upper, starts_upper
from legal.nodes import Kind, Node
from legal.numbering import Order, follows
from legal.parser.build import DIVISIONS, Tree
from legal.parser.layout import dangles, finished
from legal.source import Line

_OTHER_LAW = re.compile(
    r"(?:Luật|Bộ luật|Nghị định|Nghị quyết|Thông tư|Hiến pháp|Pháp lệnh|Quyết định|Quy chế|Chương|Phần|Điều)\b"
)
_AMENDS = re.compile(r"(?:Sửa đổi|Bổ sung|Bãi bỏ|Thay thế|Thay|Bỏ|Thay đổi)\b")
_FAR = 10


class Context:
    """The line in question with its neighbours, and what the section is."""

    def __init__(self, tree: Tree, *, articles: bool, appendix: bool) -> None:
        self.tree = tree
        self.articles = articles
        self.appendix = appendix
        self.line = Line(0, "")
        self.before = ""
        self.blank = True
        self.after = ""
        self.after_heading = False

    def move(self, line: Line, after: str, *, after_heading: bool) -> None:
        """Look at the next line."""
        self.line, self.after, self.after_heading = line, after, after_heading

    def past(self, text: str) -> None:
        """The line has been dealt with."""
        self.before, self.blank = text, False

    def at_block(self) -> bool:
        """Whether the line can begin a new block at all: nothing before it is left unfinished."""
        if self.line.whole or not self.tree.layout.wrapped or not self.before:
            return True
        return finished(self.before) or (self.blank and not dangles(self.before)) or is_upper(self.before)

    def reads_like_start(self, mark: Mark) -> bool:
        """Where lines are broken at a margin, what follows a mark must begin with a capital."""
        return starts_upper(mark.rest) or not self.tree.layout.wrapped

    def loose(self) -> bool:
        """The weaker condition for a mark whose number is the very next: the line before does not ask for more."""
        return self.after_heading or self.at_block() or not dangles(self.before)


def accepts(context: Context, mark: Mark) -> bool:
    """Whether the mark opens a node here."""
    if mark.order is None and mark.kind is not Kind.APPENDIX:
        return False
    if mark.kind in DIVISIONS:
        return _division(context, mark)
    if mark.kind is Kind.ARTICLE:
        return _article(context, mark)
    if mark.kind is Kind.CLAUSE:
        return _clause(context, mark)
    if mark.kind is Kind.POINT:
        return _point(context, mark)
    return mark.kind is Kind.HEADING and _heading(context, mark)


def fits(context: Context, mark: Mark, *, outside: bool = False) -> bool:
    """Whether the number comes next where the node would stand (outside: as if no quotation were open)."""
    tree = context.tree
    if mark.order is None:
        return False
    quoted = tree.frame is not None and not outside
    if mark.kind is Kind.ARTICLE and not quoted:
        return follows(tree.last_article, mark.order)
    parent = tree.parent_outside(mark.kind) if outside else tree.parent_for(mark.kind)
    before = tree.last_order(mark.kind, parent, quoted=quoted)
    if mark.kind is Kind.CHAPTER and before is None and not quoted:
        return follows(None, mark.order) or follows(tree.last_chapter, mark.order)
    return follows(before, mark.order, letters=mark.kind is Kind.POINT)


def _division(context: Context, mark: Mark) -> bool:
    if not context.at_block():
        return False
    if not mark.rest and context.after[:1].islower():
        return False
    if mark.firm:
        return True
    return fits(context, mark) and not _OTHER_LAW.match(mark.rest)


def _article(context: Context, mark: Mark) -> bool:
    if fits(context, mark) or _first_quoted(context):
        if mark.firm:
            return context.loose() and (bool(mark.rest) or not context.after[:1].islower())
        return context.at_block() and not _OTHER_LAW.match(mark.rest)
    return mark.firm and context.at_block() and context.reads_like_start(mark)


def _first_quoted(context: Context) -> bool:
    """In a quotation the first mark may carry any number."""
    frame = context.tree.frame
    if frame is None:
        return False
    base = context.tree.stack[frame.base - 1] if frame.base else None
    return not any(node.quoted for node in context.tree.siblings(base)[-1:])


def _clause(context: Context, mark: Mark) -> bool:
    parent = context.tree.parent_for(Kind.CLAUSE)
    if not _may_hold(context, parent):
        return False
    if fits(context, mark):
        return context.loose() and context.reads_like_start(mark)
    if _first_quoted(context):
        return True
    if context.appendix or not context.at_block() or not context.reads_like_start(mark) or mark.order is None:
        return False
    quoted = context.tree.frame is not None
    return _near(context.tree.last_order(Kind.CLAUSE, parent, quoted=quoted), mark.order)


def _near(last: Order | None, here: Order) -> bool:
    """A number a little further on than the next, or the same again: a slip in the numbering, reported later."""
    if last is None:
        return here[0] <= 3
    return last[0] <= here[0] <= last[0] + _FAR


def _may_hold(context: Context, parent: Node | None) -> bool:
    """Clauses and points stand under an article or heading; elsewhere only where there are no articles at all."""
    if context.tree.frame is not None:
        return True
    if parent is not None and parent.kind in (Kind.ARTICLE, Kind.HEADING, Kind.CLAUSE):
        return True
    return not context.articles


def _point(context: Context, mark: Mark) -> bool:
    parent = context.tree.parent_for(Kind.POINT)
    if parent is None and context.tree.frame is None:
        return False
    if not _may_hold(context, parent):
        return False
    if not mark.firm:  # "a." and "a/" for "a)": only where the letter is the next
        return fits(context, mark) and context.at_block() and starts_upper(mark.rest)
    if fits(context, mark):
        return context.loose()
    if _first_quoted(context):
        return True
    return not context.appendix and context.at_block() and bool(mark.rest)


def _heading(context: Context, mark: Mark) -> bool:
    if (context.articles and context.tree.frame is None) or not mark.rest or not context.loose():
        return False
    if fits(context, mark):
        return starts_upper(mark.rest)
    if context.appendix or mark.order is None:
        return False
    last = context.tree.last_order(Kind.HEADING, context.tree.parent_for(Kind.HEADING), quoted=False)
    return (
        context.at_block() and starts_upper(mark.rest) and last is not None and last < mark.order <= (last[0] + 3, 0, 0)
    )


def resumes_outside(context: Context, mark: Mark) -> bool:
    """Whether a mark met inside a quotation must be the document's own: then the quotation was never closed."""
    if mark.quote or mark.kind not in (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT) or not mark.firm:
        return False
    if not finished(context.before) or not fits(context, mark, outside=True):
        return False
    if mark.kind is Kind.ARTICLE:
        return not fits(context, mark)
    return _AMENDS.match(mark.rest) is not None and (not fits(context, mark) or context.line.text.endswith("như sau:"))
