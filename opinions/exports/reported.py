"""Reported figures as .csv, one line an entry, those that were corrected included and marked; the statement last."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import IO, Any

from core.spreadsheet import harmless
from opinions.models import ReportSource

HEADINGS = (
    "Số",
    "Điều khoản",
    "Cơ quan báo cáo",
    "Nơi",
    "Nguồn",
    "Ngày",
    "Số hội nghị",
    "Đồng ý",
    "Không đồng ý",
    "Ý kiến khác",
    "Tính",
    "Đính chính cho số",
    "Lý do đính chính",
    "SHA-256 văn bản",
)
SOURCES = {
    ReportSource.MEETING: "hội nghị",
    ReportSource.PAPER: "phiếu giấy, văn bản",
    ReportSource.OTHER: "nguồn khác",
}
STATEMENT = (
    "# Số liệu tổng hợp do cơ quan báo cáo, không phải ý kiến bằng văn bản hay lượt biểu thị, không cộng với nhau. "
    "{held} dòng, trong đó {counted} dòng được tính, {corrected} dòng đã được đính chính."
)


def write_reports(rows: Iterable[Any], citations: Mapping[tuple[int, int], str], out: IO[bytes]) -> None:
    """Write the file; holds a thousand entries in memory at most."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    held = counted = 0
    for row in rows:
        held, counted = held + 1, counted + row.counts
        cited = citations.get((row.document_id, row.place)) or "Chung"
        writer.writerow(harmless(cell) for cell in _cells(row, cited))
    writer.writerow([STATEMENT.format(held=held, counted=counted, corrected=held - counted)])
    text.detach()


def _cells(row: Any, cited: str) -> tuple[str, ...]:
    return (
        str(row.id),
        cited,
        row.agency,
        row.place_name or "",
        SOURCES[row.source],
        f"{row.held_on:%d/%m/%Y}",
        "" if row.meetings is None else str(row.meetings),
        str(row.agree),
        str(row.disagree),
        str(row.other),
        "có" if row.counts else "không, đã đính chính",
        str(row.corrects_id or ""),
        row.reason,
        row.sha256,
    )
