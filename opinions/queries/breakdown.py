"""Written opinions of the ledger taken apart: by channel, by who spoke, and for how many letters say that they speak.

Counted for each page where there are few opinions (``opinions.queries.apart``), by the worker beyond that.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from consultations.models import Channel, Comment, Contributor, ContributorKind, Submission
from core.db import db
from moderation.models import LEDGER


@dataclass(frozen=True, slots=True)
class Part:
    """Opinions of one kind of contributor that came through one channel. ``checked``: of organisations, verified."""

    channel: Channel
    kind: ContributorKind
    checked: bool
    opinions: int


@dataclass(frozen=True)
class Breakdown:
    """``letters`` say that they speak for ``spoken_for`` people: said beside the opinions, never added to them.

    ``counted_at``: when it was counted, None for now.
    """

    parts: tuple[Part, ...] = ()
    letters: int = 0
    spoken_for: int = 0
    counted_at: datetime | None = None

    def counted(self, uncounted_channels: Collection[str]) -> int:
        """Opinions of the channels that count by the rule of the consultation."""
        return self._sum(lambda part: part.channel not in uncounted_channels)

    def of_kind(self, kind: ContributorKind) -> int:
        return self._sum(lambda part: part.kind == kind)

    @property
    def unchecked(self) -> int:
        """Opinions of organisations that nobody has checked."""
        return self._sum(lambda part: part.kind == ContributorKind.ORGANISATION and not part.checked)

    def by_channel(self) -> list[tuple[Channel, int]]:
        """Channels with opinions, in their fixed order."""
        found: Counter[Channel] = Counter()
        for part in self.parts:
            found[part.channel] += part.opinions
        return [(channel, found[channel]) for channel in Channel if found[channel]]

    def as_json(self) -> dict[str, Any]:
        """For ``CountedFigures.apart``."""
        parts = [[part.channel.value, part.kind.value, part.checked, part.opinions] for part in self.parts]
        return {"parts": parts, "letters": self.letters, "spoken_for": self.spoken_for}

    def _sum(self, wanted: Callable[[Part], bool]) -> int:
        return sum(part.opinions for part in self.parts if wanted(part))


def count(consultation_id: int) -> Breakdown:
    """Count everything, now: seconds for a million opinions."""
    parts = [Part(*row) for row in db.session.execute(parts_statement(consultation_id))]
    letters, spoken_for = db.session.execute(letters_statement(consultation_id)).one()
    return Breakdown(tuple(parts), letters, int(spoken_for))


def read_kept(apart: dict[str, Any] | None, counted_at: datetime | None) -> Breakdown | None:
    """What the worker counted; None where it has not yet."""
    if not apart:
        return None
    parts = tuple(Part(Channel(part[0]), ContributorKind(part[1]), part[2], part[3]) for part in apart["parts"])
    return Breakdown(parts, apart["letters"], apart["spoken_for"], counted_at)


def parts_statement(consultation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """Rows with the fields of Part, in a fixed order."""
    checked = Contributor.organisation_checked_at.is_not(None)
    key = (Submission.channel, Contributor.kind, checked.label("checked"))
    return (
        sa.select(*key, sa.func.count().label("opinions"))
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(*_mine(consultation_id))
        .group_by(Submission.channel, Contributor.kind, checked)
        .order_by(Submission.channel, Contributor.kind, checked)
    )


def letters_statement(consultation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """One row: letters that speak for several, for how many together."""
    in_ledger = sa.exists().where(Comment.submission_id == Submission.id, *_mine(consultation_id))
    return sa.select(
        sa.func.count().label("letters"), sa.func.coalesce(sa.func.sum(Submission.people), 0).label("spoken_for")
    ).where(Submission.consultation_id == consultation_id, Submission.people.is_not(None), in_ledger)


def _mine(consultation_id: int) -> "tuple[sa.ColumnElement[bool], ...]":
    return Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER)
