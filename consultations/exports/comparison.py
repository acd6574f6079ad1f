"""The comparison table (*bản so sánh*) of two versions as .docx: the old text, the new one, the reason or a note.

What went out is struck through, what came in is bold and underlined. The notes say what happened; the reasons are for
the drafting agency to write.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO

from docx import Document
from docx.shared import Mm

from consultations.queries.comparing import Comparison, Entry
from consultations.queries.tree import Node
from core import word
from legal.align import Change

HEADINGS = ("DỰ THẢO CŨ", "DỰ THẢO MỚI", "LÝ DO, GHI CHÚ")
WIDTHS = (Mm(104), Mm(104), Mm(39))
WHOLE_LETTERS = 900
"""A row whose texts are shorter than this (some twenty lines) stands whole on one page; a longer one may go over."""

NOTES = {
    Change.SAME: "Giữ nguyên.",
    Change.EDITED: "Sửa đổi.",
    Change.MOVED: "Chuyển từ {}.",
    Change.RENUMBERED: "Đổi số, trước là {}.",
    Change.SPLIT: "Tách từ {}.",
    Change.MERGED: "Nhập vào {}.",
    Change.ADDED: "Bổ sung.",
    Change.REMOVED: "Bỏ.",
}


def write(
    comparison: Comparison, out: IO[bytes], *, title: str, agency: str, made_at: datetime, only_changed: bool
) -> None:
    """Write the file; ``made_at`` is aware."""
    paper = Document()
    word.set_up_page(paper)
    word.national_heading(paper, agency, made_at)
    old, new = comparison.old.number, comparison.new.number
    word.line(paper.add_paragraph(), "BẢN SO SÁNH", size=14, bold=True, before=12)
    word.line(paper.add_paragraph(), f"DỰ THẢO {new} VỚI DỰ THẢO {old}", size=14, bold=True)
    word.line(paper.add_paragraph(), title.upper(), size=14, bold=True, after=10)
    entries = [entry for entry in comparison.entries if entry.changed or not only_changed]
    word.body(paper, _opening(comparison, entries, only_changed=only_changed))
    word.long_table(paper, HEADINGS, WIDTHS)
    word.signature(paper)
    word.save(paper, _rows(entries), out)


def _opening(comparison: Comparison, entries: Sequence[Entry], *, only_changed: bool) -> str:
    left_out = len(comparison.entries) - len(entries)
    words = f"Bản so sánh có {len(entries)} điều khoản. Chữ gạch ngang là chữ bỏ đi, chữ đậm gạch chân là chữ thêm vào."
    return f"{words} Không kê {left_out} điều khoản giữ nguyên." if only_changed else words


def _rows(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        old, new = _parts(entry, entry.old, "del"), _parts(entry, entry.new, "ins")
        length = sum(len(text) for _mark, text in (*old, *new))
        yield word.row(
            (word.marked_cell(old, WIDTHS[0]), word.marked_cell(new, WIDTHS[1]), word.cell(_note(entry), WIDTHS[2])),
            whole=length < WHOLE_LETTERS,
        )


def _parts(entry: Entry, node: Node | None, mark: str) -> list[tuple[str, str]]:
    """(mark, text) of one column: the citation, then the words that this version has."""
    if node is None:
        return []
    name = node.citation or node.heading
    cited = [("strong", name[:1].upper() + name[1:])] if node.citation else []
    said = [(mark if one.op == mark else "", one.text) for one in entry.segments if one.op in ("same", mark)]
    return [*cited, ("", "\n"), *said] if cited and said else [*cited, *said]


def _note(entry: Entry) -> str:
    """What befell the provision; a part says which whole it belongs to, a whole that it was divided or grew."""
    if entry.change in (Change.SPLIT, Change.MERGED) and not entry.part:
        return "Tách bớt sang điều khoản khác." if entry.change is Change.SPLIT else "Nhập thêm điều khoản khác."
    other = entry.kin[0][1] if entry.kin else entry.old.citation if entry.old else ""
    note = NOTES[entry.change].format(other)
    return f"{note} Có sửa lời văn." if entry.edited and entry.change in (Change.MOVED, Change.RENUMBERED) else note
