"""Set up a board and change its rules."""

from dataclasses import asdict, dataclass
from datetime import datetime

from accounts import queries as accounts
from accounts.models import Agency, Person
from accounts.policies import Permission
from core import clock
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from forums.models import Board, Names, Screening, Writers
from forums.policies import LONGEST_SLOW


@dataclass(frozen=True)
class Settings:
    """What can be set. Empty ends of the window are open."""

    title: str
    summary: str = ""
    rules: str = ""
    writers: Writers = Writers.ACCOUNTS
    names: Names = Names.CHOSEN
    screening: Screening = Screening.FIRST
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    slow_seconds: int = 0
    archived: bool = False


def create(agency: Agency, settings: Settings, *, by: Person | None, consultation_id: int | None = None) -> Board:
    """A new board. ``by`` (None: the shell) moderates the agency, or it is not found."""
    _check(settings)
    if by is not None and not accounts.holds_in(by.id, Permission.MODERATE, agency.id):
        raise NotFound
    board = Board(
        agency_id=agency.id,
        consultation_id=consultation_id,
        created_by_id=by.id if by else None,
        created_at=clock.now(),
        **asdict(settings),
    )
    db.session.add(board)
    db.session.flush()
    return board


def change(board: Board, settings: Settings) -> Board:
    """New rules. Under which name people write can't change once they have written: they chose knowing it."""
    _check(settings)
    db.session.refresh(board, ["post_count"])
    if settings.names != board.names and board.post_count:
        raise RuleBroken(_("Diễn đàn đã có bài nên không đổi cách ghi tên được nữa."), "names")
    for name, value in asdict(settings).items():
        setattr(board, name, value)
    db.session.flush()
    return board


def _check(settings: Settings) -> None:
    if settings.opens_at and settings.closes_at and settings.closes_at <= settings.opens_at:
        raise RuleBroken(_("Ngày đóng phải sau ngày mở."), "closes_at")
    if not 0 <= settings.slow_seconds <= LONGEST_SLOW:
        raise RuleBroken(_("Từ 0 đến %(n)s giây.", n=LONGEST_SLOW), "slow_seconds")
