"""Everything that is counted of a consultation, kind by kind: written opinions, ticks, reported tallies, bodies asked.

Kinds stand beside each other and are never added up (design.md §3).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import Channel, Consultation
from consultations.queries import ticks
from consultations.queries.ticks import TickTotals
from core.db import db
from opinions.models import CountedFigures
from opinions.queries import asked, breakdown, counted, reported
from opinions.queries.asked import AskedTotals
from opinions.queries.breakdown import Breakdown, Part
from opinions.queries.reported import Reported


@dataclass(frozen=True)
class Apart:
    """``received``: written opinions of the ledger. ``written``: the same taken apart, None where nobody has counted.

    ``uncounted_channels``: the rule of the consultation; what came through them is in the ledger, not in ``counted``.
    """

    received: int
    written: Breakdown | None
    uncounted_channels: tuple[Channel, ...]
    ticks: TickTotals
    reported: Reported
    asked: AskedTotals

    @property
    def counted(self) -> int:
        """Written opinions that the rule of the consultation counts."""
        if self.written is None or not self.uncounted_channels:
            return self.received
        return self.written.counted(self.uncounted_channels)

    @property
    def uncounted(self) -> int:
        return self.received - self.counted


def apart(consultation: Consultation, received: int, *, live: bool = False) -> Apart:
    """Of a consultation with so many opinions in its ledger, in one statement; ``live``: all counted now."""
    counted_now = live or received <= counted.LIVE
    sums = [
        ticks.totals_statement(consultation.id).subquery("ticks"),
        reported.total_statement(consultation.id).subquery("reported"),
        asked.totals_statement(consultation.id).subquery("asked"),
    ]
    more = _counting(consultation.id) if counted_now else [_kept(consultation.id)]
    together: sa.FromClause = sums[0]
    for one in sums[1:]:
        together = together.join(one, sa.true())
    for one in more:
        together = together.outerjoin(one, sa.true())
    rows = db.session.execute(sa.select(*[c for one in (*sums, *more) for c in one.c]).select_from(together)).all()
    first, tail = rows[0], 4 + 6 + 4
    return Apart(
        received,
        _breakdown([row[tail:] for row in rows]) if counted_now else breakdown.read_kept(*first[tail:]),
        _channels(consultation.uncounted_channels),
        TickTotals(*map(int, first[:4])),
        Reported(*map(int, first[4:10])),
        AskedTotals(*first[10:tail]),
    )


def _counting(consultation_id: int) -> "list[sa.Subquery]":
    return [
        breakdown.letters_statement(consultation_id).subquery("letters"),
        breakdown.parts_statement(consultation_id).subquery("parts"),
    ]


def _kept(consultation_id: int) -> "sa.Subquery":
    kept = sa.select(CountedFigures.apart, CountedFigures.counted_at)
    return kept.where(CountedFigures.consultation_id == consultation_id).subquery("kept")


def _breakdown(rows: Sequence[Any]) -> Breakdown:
    """Rows (letters, spoken_for, then the fields of Part, empty where there is no opinion)."""
    parts = [Part(row[2], row[3], bool(row[4]), row[5]) for row in rows if row[2] is not None]
    parts.sort(key=lambda part: (part.channel, part.kind, part.checked))
    return Breakdown(tuple(parts), rows[0][0], int(rows[0][1]))


def _channels(codes: Collection[str]) -> tuple[Channel, ...]:
    return tuple(channel for channel in Channel if channel.value in codes)
