"""Results as .csv: UTF-8 with its mark, so that Excel reads Vietnamese; the statement stands last, after #.

A cell that a spreadsheet would take for a formula gets an apostrophe before it. Rows are read some hundreds at a time,
and only what is public at that moment is written: nothing waits in memory, and nothing hidden gets out.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import IO

from core import clock
from core.i18n import gettext as _
from core.links import address_of
from core.spreadsheet import harmless
from search import services
from search.documents import Key
from search.engines.base import SearchQuery, Sort
from search.facets import stance_labels, type_names
from search.registry import sources

__all__ = ["LIMIT", "export"]

LIMIT = 10_000  # rows
_AT_ONCE = 500


def export(query: SearchQuery, out: IO[bytes], *, typed: str) -> None:
    """Write the file: a heading, what was found (the newest first, up to a limit), and what that is."""
    keys, total = services.keys(replace(query, sort=Sort.NEWEST, offset=0, limit=LIMIT))
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(_heading())
    written = 0
    waiting = iter(keys)
    while some := list(islice(waiting, _AT_ONCE)):
        rows = _rows(some)
        written += len(rows)
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    writer.writerows([f"# {line}"] for line in _statement(typed.strip(), written, total))
    text.detach()


def _heading() -> list[str]:
    return [
        _("Loại"),
        _("Điều khoản"),
        _("Đợt lấy ý kiến"),
        _("Lập trường"),
        _("Người góp ý"),
        _("Nội dung"),
        _("Ngày"),
        _("Địa chỉ"),
    ]


def _statement(typed: str, written: int, total: int) -> list[str]:
    """What the file is an answer to, how much it holds, and what it leaves out and why."""
    moment = clock.local(clock.now()).strftime("%H:%M, %d/%m/%Y")
    lines = [
        _("Tìm: %(typed)s", typed=typed or "–"),
        _("%(n)s dòng trong %(total)s kết quả, lúc %(moment)s.", n=written, total=total, moment=moment),
    ]
    if total > LIMIT:
        lines.append(_("Chỉ có %(n)s kết quả mới nhất; hãy thu hẹp câu tìm để lấy hết.", n=LIMIT))
    elif total > written:
        lines.append(_("%(n)s kết quả không còn công khai nên không có ở đây.", n=total - written))
    return lines


def _rows(keys: Sequence[Key]) -> list[list[str]]:
    by_type: dict[str, list[int]] = {}
    for type_, id_ in keys:
        by_type.setdefault(type_, []).append(id_)
    lines: dict[Key, list[str]] = {}
    stances = stance_labels()
    for type_, ids in by_type.items():
        source = sources()[type_]
        cards = source.cards(ids)
        label = type_names([type_])[type_]
        for document in source.documents(ids):
            if (card := cards.get(document.id)) is not None:
                lines[document.key] = [
                    label,
                    document.citation or card.place,
                    card.context,
                    stances.get(document.stance or "", ""),
                    card.author,
                    document.body,
                    clock.local(document.created_at).strftime("%d/%m/%Y"),
                    address_of(card.url),
                ]
    return [lines[key] for key in keys if key in lines]
