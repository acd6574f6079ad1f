"""Reading one section line by line."""

from __future__ import annotations

import re

from legal.furniture.quotes import balance
from legal.markers import Mark, find_form, find_mark, is_upper
from legal.nodes import Kind, Node, OutlineWarning
from legal.parser.accept import Context, accepts, resumes_outside
from legal.parser.build import DIVISIONS, RANK, Frame, Tree, closes
from legal.parser.layout import Layout, dangles, finished
from legal.parser.sections import Section
from legal.parser.signature import is_passing_formula, is_signature
from legal.source import Line

_TABLE_HEAD = re.compile(r"(?:STT|Stt|TT|Số TT|SỐ TT|Số thứ tự)\.?")
_OPENS_LATE = re.compile(r":\s*[“„]")
_WHOLLY_QUOTED = re.compile(r"[“„\"].*[”\"][.;,]*")
_LONG_HEADING = 400
_TITLE_SHARE = 0.8


class SectionParser:
    """Turns the lines of one section into nodes; a new one for each section."""

    def __init__(self, section: Section, layout: Layout) -> None:
        self.section = section
        self.tree = Tree(layout)
        self.warnings: list[OutlineWarning] = []
        marks = (find_mark(line.text) for line in section.lines)
        articles = section.kind is not Kind.APPENDIX and any(
            m is not None and m.kind is Kind.ARTICLE and m.firm and not m.quote for m in marks
        )
        self.context = Context(self.tree, articles=articles, appendix=section.kind is Kind.APPENDIX)
        self._heading: Node | None = None
        self._table: Node | None = None
        self._form: Node | None = None
        self._begun = section.kind is not None

    def run(self) -> list[Node]:
        """The nodes of the section's top level."""
        texts = [line.text for line in self.section.lines]
        after = [""] * len(texts)
        following = ""
        for index in range(len(texts) - 1, -1, -1):
            after[index] = following
            following = texts[index] or following
        for line, next_text in zip(self.section.lines, after, strict=True):
            if not line.text:
                self.context.blank = True
                continue
            self.context.move(line, next_text, after_heading=self._heading is not None)
            self._feed(line)
            self.context.past(line.text)
        if self.tree.frame is not None:
            self._warn_unclosed(self.tree.frame)
        self.tree.settle()
        return self.tree.nodes

    def _feed(self, line: Line) -> None:
        if self._in_table_or_form(line):
            return
        mark = find_mark(line.text)
        if self.tree.frame is not None and mark is not None and resumes_outside(self.context, mark):
            self._warn_unclosed(self.tree.frame)
            self._close_frame()
        if self.tree.frame is not None:
            self._feed_quoted(line, mark)
        else:
            self._feed_own(line, mark)

    # --- tables and forms -------------------------------------------------------------------------------------------

    def _in_table_or_form(self, line: Line) -> bool:
        if line.table:
            self._add_row(line)
            return True
        if self.context.appendix and self._starts_form(line):
            return True
        if self._form is not None:
            self.tree.grow(self._form, line.text)
            return True
        if self._table is not None and not line.whole:
            self.tree.grow(self._table, line.text)
            return True
        self._table = None
        if self.context.appendix and not line.whole and _TABLE_HEAD.fullmatch(line.text):
            self._heading = None
            self._table = self.tree.leaf(Kind.TABLE, line.text, line.number)
            return True
        return False

    def _add_row(self, line: Line) -> None:
        if self._form is not None:
            self.tree.grow(self._form, line.text)
            return
        self._heading = None
        if self._table is None:
            self._table = self.tree.leaf(Kind.TABLE, line.text, line.number)
        else:
            self.tree.grow(self._table, line.text)

    def _starts_form(self, line: Line) -> bool:
        mark = find_form(line.text)
        if mark is None or not (line.page_start or line.whole or (self.context.blank and self._table is None)):
            return False
        del self.tree.stack[:]
        self._table = self._heading = None
        self._form = Node(Kind.HEADING, mark.number, mark.rest, line=line.number, label=mark.label)
        self.tree.nodes.append(self._form)
        return True

    # --- the document's own lines -----------------------------------------------------------------------------------

    def _feed_own(self, line: Line, mark: Mark | None) -> None:
        if mark is not None and not mark.quote and self._may_resume(mark) and accepts(self.context, mark):
            self._open(mark, line)
            self._open_late_quote(line)
        elif self._opens_quote(line, mark):
            self._open_frame(line)
            self._feed_quoted(line, mark)
        elif self._goes_on_heading(line):
            return
        elif self._starts_signature(line):
            self.tree.stack[:] = []
            self.tree.open(Node(Kind.SIGNATURE, text=line.text, line=line.number))
            self._heading = None
        else:
            self._add_text(line)
            self._open_late_quote(line)

    def _may_resume(self, mark: Mark) -> bool:
        """After the signature only an article or a division can take the text up again."""
        deepest = self.tree.deepest()
        if deepest is None or deepest.kind is not Kind.SIGNATURE:
            return True
        return mark.kind in DIVISIONS or mark.kind is Kind.ARTICLE

    def _open(self, mark: Mark, line: Line) -> None:
        self._begun = True
        node = Node(mark.kind, mark.number, line=line.number, label=mark.label)
        if RANK[mark.kind] <= RANK[Kind.ARTICLE]:
            node.heading = mark.rest
            self._heading = node
        else:
            node.text = mark.rest
            self._heading = None
        self.tree.open(node)
        if mark.kind is Kind.ARTICLE and not node.quoted:
            self.tree.last_article = mark.order
        elif mark.kind is Kind.CHAPTER and not node.quoted:
            self.tree.last_chapter = mark.order

    def _starts_signature(self, line: Line) -> bool:
        if not self._begun or self.context.appendix:
            return False
        deepest = self.tree.deepest()
        if deepest is not None and deepest.kind is Kind.SIGNATURE:
            return False
        if is_passing_formula(line.text):
            return self.context.at_block()
        return is_signature(line.text) and self.context.at_block()

    def _add_text(self, line: Line) -> None:
        self._heading = None
        tree = self.tree
        if not self._begun and not tree.stack:
            tree.open(Node(Kind.PREAMBLE, text=line.text, line=line.number))
            return
        breaks = tree.begins_paragraph(
            line.text, self.context.before, blank=self.context.blank, whole=self._stands_alone(line)
        )
        if breaks and not tree.stack and self._begun:
            tree.leaf(Kind.PARAGRAPH, line.text, line.number)
        else:
            tree.add_text(line.text, line.number, breaks=breaks)

    def _stands_alone(self, line: Line) -> bool:
        """Lines of preamble and signature block keep their own lines where they are short."""
        deepest = self.tree.deepest()
        if deepest is not None and deepest.kind in (Kind.PREAMBLE, Kind.SIGNATURE):
            return line.whole or self.context.blank or is_upper(self.context.before) or not line.text[0].islower()
        return line.whole

    # --- headings over several lines --------------------------------------------------------------------------------

    def _goes_on_heading(self, line: Line) -> bool:
        node = self._heading
        if node is None:
            return False
        if not node.heading:
            if len(line.text) > _LONG_HEADING or (node.kind is Kind.ARTICLE and finished(line.text)):
                return False
            node.heading = line.text
            return True
        if not self._belongs_to_heading(node, line):
            return False
        node.heading += " " + line.text
        if node.kind not in DIVISIONS and finished(line.text):
            self._heading = None
        return True

    def _belongs_to_heading(self, node: Node, line: Line) -> bool:
        before, layout = self.context.before, self.tree.layout
        if self.context.blank or len(node.heading) > _LONG_HEADING or finished(before):
            return False
        if node.kind in DIVISIONS and is_upper(node.heading):
            return is_upper(line.text)
        if line.whole or not layout.wrapped:
            return False
        return line.text[0].islower() or dangles(before) or layout.is_full(before, line.text, _TITLE_SHARE)

    # --- quotations ------------------------------------------------------------------------------------------------

    def _opens_quote(self, line: Line, mark: Mark | None) -> bool:
        if line.text[0] not in '“„"' or not self._begun:
            return False
        introduced = self.context.before.endswith(":")
        if mark is not None and mark.quote:
            return introduced or self.context.at_block()
        if not introduced:
            return False
        open_at_end = line.text.count('"') % 2 == 1 if line.text[0] == '"' else balance(line.text) > 0
        return open_at_end or _WHOLLY_QUOTED.fullmatch(line.text) is not None

    def _open_frame(self, line: Line) -> None:
        tree = self.tree
        self._heading = None
        tree.frame = Frame(len(tree.stack), tree.deepest(), straight=line.text[0] == '"', line=line.number)

    def _open_late_quote(self, line: Line) -> None:
        """A quotation that opens in the middle of a line ("… như sau: “1. …") and goes on below."""
        if _OPENS_LATE.search(line.text) and balance(line.text) > 0:
            self._heading = None
            tree = self.tree
            tree.frame = Frame(len(tree.stack), tree.deepest(), depth=balance(line.text), line=line.number)

    def _feed_quoted(self, line: Line, mark: Mark | None) -> None:
        frame = self.tree.frame
        assert frame is not None  # noqa: S101 - the caller looked
        if mark is not None and accepts(self.context, mark):
            self._open(mark, line)
        elif not self._goes_on_heading(line):
            self._heading = None
            breaks = self.tree.begins_paragraph(
                line.text, self.context.before, blank=self.context.blank, whole=line.whole
            )
            self.tree.add_text(line.text, line.number, breaks=breaks)
        if closes(frame, line.text):
            self._close_frame()

    def _close_frame(self) -> None:
        frame = self.tree.frame
        if frame is not None:
            del self.tree.stack[frame.base :]
        self.tree.frame = self._heading = None

    def _warn_unclosed(self, frame: Frame) -> None:
        self.warnings.append(
            OutlineWarning(
                "unclosed_quote",
                "",
                f"Dấu ngoặc kép mở ở dòng {frame.line} không có dấu đóng; hãy kiểm tra phần văn bản được trích.",
                frame.line,
            )
        )
