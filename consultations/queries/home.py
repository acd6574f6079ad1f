"""Reads of many consultations: the front page and the list."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency
from consultations.models import (
    CommentTally,
    Consultation,
    ConsultationState,
    Document,
    DocumentKind,
    Version,
)
from consultations.policies import Phase, phase
from consultations.queries.reading import NO_COMMENTS, Counts, days_left, stance_sums
from core import clock
from core.db import db
from moderation.models import ReviewStatus

OPEN_ON_HOME = 12
IN_CALENDAR = 24
PAGE_SIZE = 20
LISTED = (Phase.OPEN, Phase.UPCOMING, Phase.CLOSED)
"""What the list is divided into; suspended and cancelled ones stand with the closed."""


@dataclass(slots=True)
class Listed:
    """A consultation in a list, with its published comments. ``number``: latest published version of its first text."""

    id: int
    title: str
    agency: str
    kind: str
    state: ConsultationState
    opens_at: datetime
    closes_at: datetime
    number: int | None
    counts: Counts = NO_COMMENTS

    @property
    def days_left(self) -> int:
        return days_left(self.closes_at)

    @property
    def phase(self) -> Phase:
        return phase(self, clock.now())

    @property
    def opens(self) -> datetime:
        """The start of its first day in Vietnam."""
        return clock.start_of(clock.local(self.opens_at).date())

    @property
    def closes(self) -> datetime:
        """The start of its last day in Vietnam."""
        return clock.start_of(clock.local(self.closes_at).date())


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the list can be narrowed to, with how many consultations that leaves."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which consultations: in a phase, of an agency (its code), of a kind of document (its code)."""

    phase: Phase = Phase.OPEN
    agency: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One numbered page of the list, counted from 1."""

    items: Sequence[Listed]
    number: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_open(limit: int = OPEN_ON_HOME) -> list[Listed]:
    """The consultations open now, the one that closes first at the head, with their counts."""
    return with_counts(_read(_listed().where(_in_phase(Phase.OPEN)).order_by(*_order(Phase.OPEN)).limit(limit)))


def list_calendar(limit: int = IN_CALENDAR) -> list[Listed]:
    """The windows open now and those to come, by their first day."""
    either = sa.or_(_in_phase(Phase.OPEN), _in_phase(Phase.UPCOMING))
    return _read(_listed().where(either).order_by(Consultation.opens_at, Consultation.id).limit(limit))


def count_phases(narrowed: Filter) -> dict[Phase, int]:
    """How many consultations of this agency and kind are in each phase of the list, in one statement."""
    sums = [sa.func.count().filter(_in_phase(one)).label(one.value) for one in LISTED]
    row = db.session.execute(_narrow(sa.select(*sums).select_from(Consultation), narrowed)).one()
    return dict(zip(LISTED, row, strict=True))


def list_page(narrowed: Filter, number: int, total: int) -> ListPage:
    """A page of the list with its counts; a number out of bounds gives the nearest page there is."""
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), last)
    statement = _narrow(_listed(), narrowed).where(_in_phase(narrowed.phase)).order_by(*_order(narrowed.phase))
    items = _read(statement.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE))
    return ListPage(with_counts(items), number, total)


def list_agencies() -> list[Choice]:
    """The agencies that ever published a consultation."""
    rows = db.session.execute(
        sa.select(Agency.code, Agency.name, sa.func.count())
        .join(Consultation, Consultation.agency_id == Agency.id)
        .where(Consultation.state != ConsultationState.DRAFT)
        .group_by(Agency.code, Agency.name)
        .order_by(Agency.name, Agency.code)
    )
    return [Choice(*row) for row in rows]


def list_kinds() -> list[Choice]:
    """The kinds of document among published consultations, in their order."""
    rows = db.session.execute(
        sa.select(DocumentKind.code, DocumentKind.name, sa.func.count())
        .join(Consultation, Consultation.kind_code == DocumentKind.code)
        .where(Consultation.state != ConsultationState.DRAFT)
        .group_by(DocumentKind.code, DocumentKind.name, DocumentKind.position)
        .order_by(DocumentKind.position, DocumentKind.code)
    )
    return [Choice(*row) for row in rows]


def with_counts(items: Sequence[Listed]) -> list[Listed]:
    """The same consultations with their published comments, in one statement on the tallies."""
    if not items:
        return []
    rows = db.session.execute(
        sa.select(Document.consultation_id, *stance_sums())
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id.in_([item.id for item in items]), CommentTally.status == ReviewStatus.PUBLISHED)
        .group_by(Document.consultation_id)
    )
    counts: dict[int, Counts] = defaultdict(Counts)
    counts |= {consultation_id: Counts(*numbers) for consultation_id, *numbers in rows}
    return [_counted(item, counts[item.id]) for item in items]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The windows of the present and the near future, and the stretch of days they are drawn on."""

    rows: Sequence[Listed]
    start: datetime
    end: datetime
    today: datetime


def calendar() -> Calendar:
    """The windows open now and to come; the stretch begins at most 30 days back and ends at most 90 days on."""
    rows, today = list_calendar(), clock.start_of(clock.today())
    start = max([min((row.opens for row in rows), default=today), today - timedelta(days=30)])
    end = min([max((row.closes for row in rows), default=today), today + timedelta(days=90)]) + timedelta(days=1)
    return Calendar(rows, min(start, today), max(end, today + timedelta(days=1)), today)


def _counted(item: Listed, counts: Counts) -> Listed:
    return Listed(
        item.id, item.title, item.agency, item.kind, item.state, item.opens_at, item.closes_at, item.number, counts
    )


def _listed() -> "sa.Select[*tuple[Any, ...]]":
    number = (
        sa.select(sa.func.max(Version.number))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == Consultation.id, Document.position == 0, Version.published_at.is_not(None))
        .correlate(Consultation)
        .scalar_subquery()
    )
    return (
        sa.select(
            Consultation.id,
            Consultation.title,
            Agency.name.label("agency"),
            DocumentKind.name.label("kind"),
            Consultation.state,
            Consultation.opens_at,
            Consultation.closes_at,
            number.label("number"),
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .join(DocumentKind, DocumentKind.code == Consultation.kind_code)
    )


def _read(statement: "sa.Select[*tuple[Any, ...]]") -> list[Listed]:
    return [Listed(**row._mapping) for row in db.session.execute(statement)]


def _in_phase(wanted: Phase) -> "sa.ColumnElement[bool]":
    """``policies.phase`` as SQL, for the phases of the list."""
    now = clock.now()
    published = Consultation.state == ConsultationState.PUBLISHED
    if wanted == Phase.OPEN:
        return sa.and_(published, Consultation.opens_at <= now, Consultation.closes_at >= now)
    if wanted == Phase.UPCOMING:
        return sa.and_(published, Consultation.opens_at > now)
    stopped = Consultation.state.in_((ConsultationState.SUSPENDED, ConsultationState.CANCELLED))
    return sa.or_(sa.and_(published, Consultation.closes_at < now), stopped)


def _order(wanted: Phase) -> "tuple[sa.ColumnElement[Any], ...]":
    if wanted == Phase.OPEN:
        return (Consultation.closes_at.asc(), Consultation.id.asc())
    if wanted == Phase.UPCOMING:
        return (Consultation.opens_at.asc(), Consultation.id.asc())
    return (Consultation.closes_at.desc(), Consultation.id.desc())


def _narrow(statement: "sa.Select[*tuple[Any, ...]]", narrowed: Filter) -> "sa.Select[*tuple[Any, ...]]":
    if narrowed.agency:
        statement = statement.where(
            Consultation.agency_id.in_(sa.select(Agency.id).where(Agency.code == narrowed.agency))
        )
    if narrowed.kind:
        statement = statement.where(Consultation.kind_code == narrowed.kind)
    return statement
