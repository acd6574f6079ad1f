"""Figures that take counting: distinct texts and distinct people, of a consultation and of each place in it.

Where there are few opinions they are counted for each page. Beyond ``LIVE`` that takes seconds: pages then show what
the worker counted last (``opinions.services.counting``), and when. How many were received comes from the tallies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from consultations.models import Comment, CommentTally, Contributor, Document, Verification
from core.db import db
from moderation.models import LEDGER
from opinions.models import CountedFigures

Key: TypeAlias = tuple[int, int]
"""(document, place)."""

LIVE = 5_000
"""So many opinions are counted while somebody waits; about 20 ms."""

WHO = sa.func.coalesce(Contributor.person_id, -Contributor.id)
"""One number a person, whatever they sent; each guest counts as one."""
_WHOLE = (0, 0)


@dataclass(frozen=True)
class Figures:
    """The three counts of written opinions, side by side, never added: received, distinct texts, distinct people.

    ``counted_at``: when the last three were counted, None for now. They are None where nobody has counted yet.
    """

    received: int
    distinct: int | None
    people: int | None
    verified: int | None
    counted_at: datetime | None = None


@dataclass(frozen=True)
class Distinct:
    """Distinct texts, people and verified people of everything that was asked for, and by place.

    ``at``: when they were counted, None for now. ``texts`` is None where nobody has counted yet.
    """

    texts: int | None = None
    people: int | None = None
    verified: int | None = None
    places: dict[Key, tuple[int, int]] = field(default_factory=dict)
    at: datetime | None = None

    def figures(self, received: int) -> Figures:
        return Figures(received, self.texts, self.people, self.verified, self.at)


def distinct(consultation_id: int, received: int) -> Distinct:
    """Of a consultation with so many opinions in its ledger; one statement either way."""
    return count(consultation_id) if received <= LIVE else _kept(consultation_id)


def distinct_of_place(consultation_id: int, key: Key, received: int) -> Distinct:
    """Of one place with so many opinions; one statement either way."""
    if received > LIVE:
        return _kept(consultation_id)
    here = (Comment.document_id == key[0], Comment.place == key[1])
    row = db.session.execute(_counting(consultation_id, sa.literal(key[0]), sa.literal(key[1])).where(*here)).one()
    return Distinct(row.texts, row.people, row.verified, {key: (row.texts, row.people)})


def count(consultation_id: int) -> Distinct:
    """Count everything, now: seconds for a million opinions."""
    by_place = _counting(consultation_id, Comment.document_id, Comment.place)
    whole = _counting(consultation_id, sa.literal(_WHOLE[0]), sa.literal(_WHOLE[1]))
    both = sa.union_all(whole, by_place.group_by(Comment.document_id, Comment.place))
    found = {(row.document, row.place): row for row in db.session.execute(both)}
    all_of_it = found.pop(_WHOLE)
    return Distinct(
        all_of_it.texts,
        all_of_it.people,
        all_of_it.verified,
        {key: (row.texts, row.people) for key, row in found.items()},
    )


def list_large() -> Sequence[Any]:
    """Consultations whose figures are kept: rows (consultation_id, received, counted, counted_at), the last two of the
    last counting (None: none yet)."""
    received = sa.func.sum(CommentTally.count)
    return db.session.execute(
        sa.select(
            Document.consultation_id,
            received.label("received"),
            CountedFigures.received.label("counted"),
            CountedFigures.counted_at,
        )
        .join(Document, Document.id == CommentTally.document_id)
        .outerjoin(CountedFigures, CountedFigures.consultation_id == Document.consultation_id)
        .where(CommentTally.status.in_(LEDGER))
        .group_by(Document.consultation_id, CountedFigures.received, CountedFigures.counted_at)
        .having(received > LIVE)
    ).all()


def _kept(consultation_id: int) -> Distinct:
    row = db.session.scalar(sa.select(CountedFigures).where(CountedFigures.consultation_id == consultation_id))
    if row is None:
        return Distinct()
    places = {
        (int(document), int(place)): (texts, people)
        for key, (texts, people) in row.places.items()
        for document, place in (key.split(":"),)
    }
    return Distinct(row.texts, row.people, row.verified, places, row.counted_at)


def _counting(
    consultation_id: int, document: "sa.ColumnElement[int] | Any", place: "sa.ColumnElement[int] | Any"
) -> "sa.Select[*tuple[Any, ...]]":
    verified = sa.case((Contributor.verification == Verification.ACCOUNT, WHO))
    return (
        sa.select(
            document.label("document"),
            place.label("place"),
            sa.func.count(sa.distinct(Comment.fingerprint)).label("texts"),
            sa.func.count(sa.distinct(WHO)).label("people"),
            sa.func.count(sa.distinct(verified)).label("verified"),
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER))
    )
