"""What the pictures of the desk show, and the narrative report: opinions of the ledger by day, province, channel …

Of a whole consultation, or of one place of it (its own opinions, not those below it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency, AgencyKind
from consultations.models import Channel, Comment, Contributor, ContributorKind, Stance, Submission
from core import clock
from core.db import db
from moderation.models import LEDGER
from opinions.models import Decision, GroupMember, OpinionGroup, Response, ResponseState

MOST_BARS = 62
"""Days that a picture shows one by one; a longer time is shown by weeks, then by months of 30 days."""
MOST_WORDINGS = 200
SAMPLE = 400
"""Texts that key phrases are told apart from."""


@dataclass(frozen=True)
class About:
    """Which opinions: all of a consultation, or those of one place."""

    consultation_id: int
    place: tuple[int, int] | None = None

    @property
    def conditions(self) -> "tuple[sa.ColumnElement[bool], ...]":
        mine = (Comment.consultation_id == self.consultation_id, Comment.status.in_(LEDGER))
        if self.place is None:
            return mine
        return (*mine, Comment.document_id == self.place[0], Comment.place == self.place[1])


def by_day(about: About) -> tuple[list[tuple[datetime, int]], int]:
    """(noon of the first day, opinions) of each step from the first to the last, and the days of a step."""
    day = _local_day(Submission.sent_at)
    rows = db.session.execute(
        sa.select(day.label("day"), sa.func.count().label("n"))
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(*about.conditions)
        .group_by(day)
    )
    counts = {date.fromisoformat(str(row.day)): row.n for row in rows}
    if not counts:
        return [], 1
    first, last = min(counts), max(counts)
    step = next((days for days in (1, 7, 30) if (last - first).days < days * MOST_BARS), 365)
    steps = [0] * ((last - first).days // step + 1)
    for when, number in counts.items():
        steps[(when - first).days // step] += number
    return [(_noon(first + timedelta(days=place * step)), number) for place, number in enumerate(steps)], step


def by_province(about: About) -> tuple[dict[str, int], int]:
    """Opinions by the code of the province that their authors named, and how many named none."""
    home, above = aliased(Agency), aliased(Agency)
    code = sa.case((home.kind == AgencyKind.PROVINCE, home.code), else_=above.code)
    rows = db.session.execute(
        sa.select(code.label("code"), sa.func.count().label("n"))
        .select_from(Comment)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(home, home.code == Contributor.place_code)
        .outerjoin(above, sa.and_(above.id == home.parent_id, above.kind == AgencyKind.PROVINCE))
        .where(*about.conditions)
        .group_by(code)
    ).all()
    return {row.code: row.n for row in rows if row.code}, sum(row.n for row in rows if not row.code)


def by_channel(about: About) -> dict[Channel, int]:
    """Opinions by the way that they came, the most first."""
    rows = db.session.execute(
        sa.select(Submission.channel, sa.func.count().label("n"))
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(*about.conditions)
        .group_by(Submission.channel)
    )
    return dict(sorted(((row.channel, row.n) for row in rows), key=lambda one: (-one[1], one[0])))


def by_stance(about: About) -> dict[Stance, int]:
    """Opinions by stance, every stance named."""
    rows = db.session.execute(
        sa.select(Comment.stance, sa.func.count().label("n")).where(*about.conditions).group_by(Comment.stance)
    )
    counts = {row.stance: row.n for row in rows}
    return {stance: counts.get(stance, 0) for stance in Stance}


def by_decision(consultation_id: int) -> dict[Decision, tuple[int, int]]:
    """(groups, opinions) by what was decided, of the published responses."""
    rows = db.session.execute(
        sa.select(
            Response.decision,
            sa.func.count(sa.distinct(Response.id)).label("groups"),
            sa.func.count(GroupMember.comment_id).label("opinions"),
        )
        .join(OpinionGroup, OpinionGroup.id == Response.group_id)
        .join(GroupMember, GroupMember.group_id == OpinionGroup.id)
        .where(OpinionGroup.consultation_id == consultation_id, Response.state == ResponseState.PUBLISHED)
        .group_by(Response.decision)
    )
    found = {row.decision: (row.groups, row.opinions) for row in rows}
    return {decision: found[decision] for decision in Decision if decision in found}


def list_bodies(about: About, limit: int = 100) -> Sequence[Any]:
    """The agencies and organisations that spoke: rows (public_name, kind, checked, n), the most opinions first."""
    checked = sa.func.max(Contributor.organisation_checked_at).label("checked")
    number = sa.func.count().label("n")
    return db.session.execute(
        sa.select(Contributor.public_name, Contributor.kind, checked, number)
        .select_from(Comment)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(*about.conditions, Contributor.kind != ContributorKind.INDIVIDUAL)
        .group_by(Contributor.public_name, Contributor.kind)
        .order_by(number.desc(), Contributor.public_name)
        .limit(limit)
    ).all()


def list_wordings(about: About) -> list[tuple[str, int]]:
    """The wordings that were proposed, with how many opinions propose each, the most wanted first."""
    number = sa.func.count().label("n")
    rows = db.session.execute(
        sa.select(Comment.proposed_text, number)
        .where(*about.conditions, Comment.proposed_text != "")
        .group_by(Comment.proposed_text)
        .order_by(number.desc(), sa.func.min(Comment.id))
        .limit(MOST_WORDINGS)
    )
    return [(row.proposed_text, row.n) for row in rows]


def sample(about: About) -> list[str]:
    """The newest texts, at most 400."""
    statement = sa.select(Comment.body).where(*about.conditions, Comment.body != "")
    return list(db.session.scalars(statement.order_by(Comment.id.desc()).limit(SAMPLE)))


def _local_day(column: "sa.orm.InstrumentedAttribute[datetime]") -> "sa.ColumnElement[Any]":
    """The day in Việt Nam, seven hours ahead of UTC the whole year."""
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.func.date(column, "+7 hours")
    return sa.func.date(sa.func.timezone("Asia/Ho_Chi_Minh", column))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.VIETNAM)
