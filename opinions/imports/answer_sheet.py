"""A table of answers that comes back from Excel: what was changed in it, row by row, against what stands now.

Three texts are compared for each row: what the file was made with (known by its stamp), what it holds now, and what the
database holds now. Only a row that was changed in Excel says anything; where the database moved on as well, a person
decides. Nothing is written here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import clean, fold
from opinions.imports.source import Row
from opinions.imports.workbook import Workbook
from opinions.models import Decision
from opinions.queries.answers import AnswerRow, list_answer_rows
from opinions.services.answering import OPEN_STATES, Draft, check_words
from opinions.services.sheet_format import DECISION, DECISIONS, KEY, REASON, SHEET, STAMP, TYPED, WORDING, digest

MAX_ROWS = 20_000
MAX_CONFLICTS = 200
LOOKED_AT = 10
"""Rows among which the headings are looked for."""
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
NEEDED = (KEY, STAMP, *TYPED)
BY_WORD = {
    **{fold(word): decision for decision, word in DECISIONS.items()},
    fold("Đã có trong dự thảo"): Decision.ALREADY_COVERED,
    fold("Ngoài phạm vi"): Decision.OUT_OF_SCOPE,
}


@dataclass(frozen=True)
class Line:
    """A row of the file: its number there, its key and stamp, and what it says."""

    number: int
    key: str
    stamp: str
    decision: str
    reason: str
    resulting_text: str
    fault: str = ""


@dataclass(frozen=True)
class Wish:
    """A response that was changed in Excel, beside what stands now (``row``)."""

    number: int
    row: AnswerRow
    draft: Draft


@dataclass(frozen=True)
class Problem:
    """A row that cannot be taken over, and why."""

    number: int
    where: str
    reason: str


@dataclass
class Plan:
    """What a sheet would do: clean changes, conflicts for a person to decide, problems; the rest says nothing new."""

    changes: list[Wish] = field(default_factory=list)
    conflicts: list[Wish] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0

    @property
    def rows(self) -> int:
        return len(self.changes) + len(self.conflicts) + len(self.problems) + self.same


def plan(path: Path, consultation_id: int) -> Plan:
    """What this file would change in a consultation now.

    Raises RuleBroken (field ``file``) for a file that isn't a table of ours, or has too many rows or conflicts.
    """
    lines = list(_read(path))
    made, seen = Plan(), set[int]()
    now = {row.group_id: row for row in list_answer_rows(consultation_id)}
    for line in lines:
        try:
            wish = _weigh(line, consultation_id, now, seen)
        except RuleBroken as refusal:
            made.problems.append(Problem(line.number, _where(line, now), refusal.message))
            continue
        if wish is None:
            made.same += 1
        elif line.stamp.split("-")[0] == str(wish.row.version):
            made.changes.append(wish)
        else:
            made.conflicts.append(wish)
    if lines and len(made.problems) == len(lines) and not any(_group_id(one.key, consultation_id) for one in lines):
        raise RuleBroken(_("Bảng này là của dự thảo khác. Hãy chọn bảng tải từ trang của dự thảo này."), "file")
    if len(made.conflicts) > MAX_CONFLICTS:
        raise RuleBroken(
            _("%(n)s dòng vừa được người khác sửa: bảng này đã cũ. Hãy tải bảng mới.", n=len(made.conflicts)), "file"
        )
    return made


def _weigh(line: Line, consultation_id: int, now: Mapping[int, AnswerRow], seen: set[int]) -> Wish | None:
    """The change that a line asks for, None for a line that asks for none. Raises RuleBroken for one that can't be."""
    if line.fault:
        raise RuleBroken(_("Dòng quá dài nên không đọc được."))
    group_id = _group_id(line.key, consultation_id)
    if group_id is None:
        raise RuleBroken(_("Mã dòng không phải của dự thảo này, hoặc đã bị sửa."))
    if group_id in seen:
        raise RuleBroken(_("Mã dòng này đã có ở một dòng phía trên."))
    seen.add(group_id)
    row = now.get(group_id)
    if row is None:
        raise RuleBroken(_("Nhóm này không còn, có thể đã được gộp hoặc tách. Hãy tải bảng mới."))
    version, _dash, made_of = line.stamp.partition("-")
    if not version.isdigit() or not made_of:
        raise RuleBroken(_("Cột Dấu đã bị sửa nên không biết bảng này được tải lúc nào. Hãy tải bảng mới."))
    return _compare(line, row, made_of)


def _compare(line: Line, row: AnswerRow, made_of: str) -> Wish | None:
    decision = BY_WORD.get(fold(line.decision))
    if not line.decision or decision is not None:
        said = digest(decision, line.reason, line.resulting_text)
        if said in (made_of, digest(row.decision, row.reason, row.resulting_text)):
            return None
    if row.state is not None and row.state not in OPEN_STATES:
        raise RuleBroken(_("Trả lời đang chờ duyệt, đã duyệt hoặc đã công bố nên không sửa được."))
    if not line.decision:
        raise RuleBroken(_("Thiếu kết quả. Hãy chọn một kết quả trong danh sách của ô."))
    if decision is None:
        known = ", ".join(DECISIONS.values())
        raise RuleBroken(_("Không hiểu kết quả “%(word)s”. Hãy chọn: %(known)s.", word=line.decision[:60], known=known))
    for text in (line.reason, line.resulting_text):
        if text.startswith("="):
            raise RuleBroken(_("Ô có công thức chưa tính. Hãy gõ thẳng câu chữ vào ô."))
    check_words(decision, line.reason, line.resulting_text)
    return Wish(line.number, row, Draft(row.group_id, decision, line.reason, line.resulting_text, row.version))


def _read(path: Path) -> Iterator[Line]:
    """The rows below the headings."""
    book = Workbook(path, SHEET)
    places: dict[str, int] = {}
    count = 0
    for row in book.rows():
        if not places:
            places = _headings(row)
            if not places and row.number >= LOOKED_AT:
                break
            continue
        if row.is_blank:
            continue
        count += 1
        if count > MAX_ROWS:
            raise RuleBroken(_("Bảng có quá %(n)s dòng. Hãy chia làm nhiều bảng.", n=MAX_ROWS), "file")
        yield _line(row, places)
    if not places:
        raise RuleBroken(_("Đây không phải bảng trả lời tải từ trang này: thiếu cột Mã dòng hoặc cột Dấu."), "file")


def _headings(row: Row) -> dict[str, int]:
    """Where each column stands, if this row holds the headings."""
    names = {fold(cell.strip()): column for column, cell in reversed(list(enumerate(row.cells)))}
    found = {name: names[fold(name)] for name in NEEDED if fold(name) in names}
    return found if len(found) == len(NEEDED) else {}


def _line(row: Row, places: Mapping[str, int]) -> Line:
    def said(name: str) -> str:
        column = places[name]
        return clean(_unescaped(row.cells[column])) if column < len(row.cells) else ""

    return Line(
        row.number, said(KEY), said(STAMP), said(DECISION), said(REASON), said(WORDING), row.fault
    )  # fmt: skip


def _unescaped(text: str) -> str:
    """Letters that the format writes as "_x000D_" (ECMA-376, part 1, §22.9.2.19)."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _group_id(key: str, consultation_id: int) -> int | None:
    """The group that a key of this consultation names."""
    mine, _dash, group = key.partition("-")
    return int(group) if mine == str(consultation_id) and group.isdecimal() and len(group) < 19 else None


def _where(line: Line, now: Mapping[int, AnswerRow]) -> str:
    row = next((row for row in now.values() if line.key.endswith(f"-{row.group_id}")), None)
    return " · ".join(part for part in (row.name, row.title) if part) if row else line.key[:60]
