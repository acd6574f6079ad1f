"""What the table of answers looks like in Excel: known to who writes it and to who reads it back."""

import hashlib

from opinions.models import Decision
from opinions.queries.answers import AnswerRow

SHEET = "Trả lời"
KEY, STAMP = "Mã dòng", "Dấu"
DECISION, REASON, WORDING = "Kết quả", "Nội dung giải trình", "Câu chữ sau khi tiếp thu"
TYPED = (DECISION, REASON, WORDING)
DECISIONS = {
    Decision.ACCEPTED: "Tiếp thu",
    Decision.PARTLY: "Tiếp thu một phần",
    Decision.NOT_ACCEPTED: "Không tiếp thu",
    Decision.ALREADY_COVERED: "Dự thảo đã có quy định",
    Decision.OUT_OF_SCOPE: "Ngoài phạm vi dự thảo",
}


def stamp(row: AnswerRow) -> str:
    """The version of a response and what it said: "3-5f1c0a2b"."""
    return f"{row.version}-{digest(row.decision, row.reason, row.resulting_text)}"


def digest(decision: Decision | None, reason: str, resulting_text: str) -> str:
    """Eight letters that change with the words of a response."""
    said = "\x00".join((str(decision or ""), reason, resulting_text))
    return hashlib.sha256(said.encode()).hexdigest()[:8]
