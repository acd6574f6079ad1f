"""All comments as .csv: UTF-8 with its mark, so that Excel reads Vietnamese; the statement stands last, after #.

A cell that a spreadsheet would take for a formula gets an apostrophe before it.
"""

import csv
import io
from typing import IO

from core.spreadsheet import harmless
from opinions.exports import words
from opinions.exports.words import Heading

HEADINGS = (
    "Mã ý kiến",
    "Điều khoản",
    "Chủ thể góp ý",
    "Loại chủ thể",
    "Lập trường",
    "Nội dung góp ý",
    "Câu chữ đề nghị",
    "Nội dung tiếp thu, giải trình",
    "Nhóm",
    "Trạng thái",
    "Kênh",
    "Số người",
    "Ngày gửi",
)


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the file; holds a thousand rows in memory at most."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for row in heading.rows():
        writer.writerow(
            harmless(cell)
            for cell in (
                str(row.id),
                words.place(row),
                words.contributor(row),
                words.KINDS[row.contributor_kind],
                words.STANCES[row.stance],
                row.body,
                row.proposed_text,
                words.response(row),
                words.group(row),
                words.STATUSES[row.status],
                words.CHANNELS[row.channel],
                str(row.people or ""),
                words.day(row.created_at),
            )
        )
    for line in words.statement(heading):
        writer.writerow([f"# {line}"])
    text.detach()
