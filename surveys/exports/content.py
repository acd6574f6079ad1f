"""What a file is about, and what every format says of itself."""

from dataclasses import dataclass
from datetime import datetime

from core import clock
from core.i18n import gettext as _
from surveys.definition.shape import Question
from surveys.exports.columns import SEEN

HEAD = ("SHEET", "VERSION", "CHANNEL")
"""The columns before those of the questions: the random id of a sheet, the number of the version, web or paper.

In capitals, as no code of a question is."""


@dataclass(frozen=True)
class Content:
    """A survey to write: every question of a published version, how many sheets count, when the file was made."""

    survey_id: int
    title: str
    agency: str
    anonymous: bool
    questions: tuple[Question, ...]
    sheets: int
    made_at: datetime


def statement(content: Content) -> list[str]:
    """What the file holds and how to read it."""
    return [
        content.title,
        content.agency,
        _("Lập lúc %(at)s, gồm %(n)s phiếu.", at=f"{clock.local(content.made_at):%H:%M %d/%m/%Y}", n=content.sheets),
        _("Mỗi dòng là một phiếu, xếp theo mã ngẫu nhiên; thứ tự không nói gì về lúc gửi."),
        _("Ô trống: không được hỏi câu này. Ô “%(seen)s”: được hỏi nhưng không trả lời.", seen=SEEN),
        _("Chữ trông giống công thức có dấu nháy đơn đứng trước trong tệp .csv."),
        _("Số nhỏ không bị ẩn trong tệp này. Không công bố tệp; khi công bố số liệu hãy ẩn các ô nhỏ."),
    ]
