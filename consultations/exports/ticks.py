"""Ticks as .csv for the drafting body: one line each, with its word, without whose it is; what it holds stands last."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

from consultations.models import Verification
from consultations.queries.ticks import Item
from core import clock
from core.spreadsheet import harmless

HEADINGS = ("Mục", "Điều khoản", "Câu hỏi", "Biểu thị", "Xác thực", "Lời kèm", "Dự thảo", "Ngày")


def write_ticks(items: Sequence[Item], rows: Iterable[Any], out: IO[bytes]) -> None:
    """Write the file; holds a thousand rows in memory at most."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    of = {item.id: item for item in items}
    total = 0
    for row in rows:
        total += 1
        writer.writerow(harmless(cell) for cell in _cells(of[row.item_id], row))
    writer.writerow([f"# Lượt biểu thị (một chạm), không phải ý kiến bằng văn bản. Tổng số dòng: {total}."])
    text.detach()


def _cells(item: Item, row: Any) -> tuple[str, ...]:
    return (
        str(item.id),
        item.citation or "Chung",
        item.question,
        "đồng ý" if row.agrees else "không đồng ý",
        "tài khoản" if row.verification == Verification.ACCOUNT else "khách",
        row.word,
        str(row.version_number),
        f"{clock.local(row.changed_at):%d/%m/%Y}",
    )
