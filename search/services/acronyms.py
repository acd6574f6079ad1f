"""The acronyms that searches know: those that ship, and those that agencies add."""

from functools import lru_cache

import sqlalchemy as sa

from accounts.models import Agency, Person
from core import clock
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from search import queries
from search.analysis import Acronyms, built_in, read_entry
from search.models import SearchAcronym

__all__ = ["LINES", "MOST", "add_acronyms", "known_acronyms", "remove_acronym"]

MOST = 500  # of an agency
LINES = 200  # added at once
_SHORT, _WORDS = 40, 300  # characters that the database keeps


def known_acronyms() -> Acronyms:
    """Those that ship and all that agencies have added until now."""
    return _known(tuple(queries.acronym_pairs()))


@lru_cache(maxsize=4)
def _known(added: tuple[tuple[str, str], ...]) -> Acronyms:
    return Acronyms([*built_in(), *added])


def add_acronyms(agency: Agency, text: str, *, by: Person) -> int:
    """Add those of a list, one to a line ("TTKN = trung tâm khuyến nông"); how many of them are new.

    All or none. Raises RuleBroken, with the number of the line that is none.
    """
    entries = _read(text)
    own = sa.select(SearchAcronym.short, SearchAcronym.words).where(SearchAcronym.agency_id == agency.id)
    held = {(row.short, row.words) for row in db.session.execute(own)}
    new = [entry for entry in entries if entry not in held]
    if len(held) + len(new) > MOST:
        raise RuleBroken(_("Mỗi cơ quan thêm được tối đa %(n)s chữ viết tắt. Hãy bỏ bớt trước.", n=MOST), "lines")
    now = clock.now()
    db.session.add_all(
        SearchAcronym(agency_id=agency.id, short=short, words=words, added_by_id=by.id, added_at=now)
        for short, words in new
    )
    db.session.flush()
    return len(new)


def remove_acronym(agency: Agency, acronym_id: int) -> SearchAcronym:
    """Searches know it no longer, unless it ships too. Raises NotFound."""
    acronym = queries.find_acronym(agency.id, acronym_id)
    if acronym is None:
        raise NotFound
    db.session.delete(acronym)
    db.session.flush()
    return acronym


def _read(text: str) -> list[tuple[str, str]]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > LINES:
        raise RuleBroken(_("Mỗi lần thêm được tối đa %(n)s dòng.", n=LINES), "lines")
    return list(dict.fromkeys(_read_line(number, line) for number, line in lines))


def _read_line(number: int, line: str) -> tuple[str, str]:
    entry = read_entry(line)
    if entry is None or len(entry[0]) > _SHORT or len(entry[1]) > _WORDS:
        raise RuleBroken(
            _(
                "Dòng %(n)s chưa đúng: “%(line)s”. Hãy viết như TTKN = trung tâm khuyến nông: một chữ viết tắt liền "
                "nhau, rồi từ hai đến mười hai chữ viết đầy đủ.",
                n=number,
                line=line.strip()[:60],
            ),
            "lines",
        )
    return entry
