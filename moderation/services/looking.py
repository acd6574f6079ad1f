"""What the machine sees in something new, so that a moderator sees it sooner. It advises; people decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

import sqlalchemy as sa

from core import clock
from core.db import db
from core.similarity import text_fingerprint
from moderation.analysis import Signal, seen_in
from moderation.models import ReviewCase, ReviewStatus, WatchedWord

TEXTS_AN_HOUR = 20
"""More from one account within an hour is worth a look."""

WEIGHTS = {Signal.REPEATED: 2, Signal.PERSONAL_DATA: 2, Signal.WATCHED_WORD: 2}
"""What raises a case in the queue. Signals that are mostly wrong (benchmarks/signals.py) raise nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in one text. No fingerprint for things without words, such as a letter's file."""

    fingerprint: str | None
    signals: Sequence[Signal]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS.get(signal, 0) for signal in self.signals)


def look(texts: Sequence[str], *, agency_id: int, author_id: int | None) -> list[Look]:
    """What is seen in each text that one author sends to one agency at once; three statements in all."""
    fingerprints = [text_fingerprint(text) if text.strip() else None for text in texts]
    watched = words_of(agency_id)
    refused = _refused({one for one in fingerprints if one})
    often = author_id is not None and _sent_lately(author_id) + len(texts) > TEXTS_AN_HOUR
    found = []
    for text, fingerprint in zip(texts, fingerprints, strict=True):
        seen = set(seen_in(text, watched))
        seen |= {Signal.REPEATED} if fingerprint in refused else set()
        seen |= {Signal.RATE} if often else set()
        found.append(Look(fingerprint, [signal for signal in Signal if signal in seen]))
    return found


def words_of(agency_id: int) -> frozenset[str]:
    """The words that an agency watches: ours, its own, less those of ours that it does not want."""
    rows = db.session.execute(
        sa.select(WatchedWord.word, WatchedWord.watched).where(WatchedWord.agency_id == agency_id)
    ).all()
    return (our_words() | {row.word for row in rows if row.watched}) - {row.word for row in rows if not row.watched}


@cache
def our_words() -> frozenset[str]:
    """The words of moderation/watched_words.txt: insults that are hardly ever anything else."""
    lines = files("moderation").joinpath("watched_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _refused(fingerprints: set[str]) -> set[str]:
    """Those of these texts that were refused before, anywhere."""
    if not fingerprints:
        return set()
    statement = sa.select(ReviewCase.fingerprint).where(
        ReviewCase.fingerprint.in_(fingerprints), ReviewCase.status.in_((ReviewStatus.REFUSED, ReviewStatus.SPAM))
    )
    return {one for one in db.session.scalars(statement.distinct()) if one}


def _sent_lately(author_id: int) -> int:
    since = clock.now() - timedelta(hours=1)
    statement = sa.select(sa.func.count()).where(ReviewCase.author_id == author_id, ReviewCase.opened_at > since)
    return db.session.scalar(statement) or 0
