"""The list of bodies asked as .csv, its totals last."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import IO

from consultations.models import ContributorKind
from core.spreadsheet import harmless
from opinions.exports.apart import asked_sentence
from opinions.models import AskedBody, BodyAnswer
from opinions.queries.asked import AskedTotals

HEADINGS = ("Tên", "Loại", "Ngày gửi", "Hạn trả lời", "Nhắc lần cuối", "Số lần nhắc", "Ngày trả lời", "Trả lời")
KINDS = {
    ContributorKind.AGENCY: "cơ quan",
    ContributorKind.ORGANISATION: "tổ chức",
    ContributorKind.INDIVIDUAL: "cá nhân",
}
ANSWERS = {None: "chưa trả lời", BodyAnswer.OPINION: "có ý kiến", BodyAnswer.NO_OPINION: "không có ý kiến"}


def write_bodies(bodies: Sequence[AskedBody], totals: AskedTotals, out: IO[bytes]) -> None:
    """Write the file. Addresses are not in it."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for body in bodies:
        writer.writerow(harmless(cell) for cell in _cells(body))
    writer.writerow([f"# {asked_sentence(totals)}"])
    text.detach()


def _cells(body: AskedBody) -> tuple[str, ...]:
    reminded = body.reminded_at.date() if body.reminded_at else None
    return (
        body.name,
        KINDS[body.kind],
        _day(body.asked_on),
        _day(body.due_on),
        _day(reminded),
        str(body.reminders),
        _day(body.answered_on),
        ANSWERS[body.answer],
    )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
