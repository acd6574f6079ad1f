"""Reads: the state of the index, what waits to be indexed, the words that were public, and acronyms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.models import Agency, Person
from core.db import db
from core.outbox import OutboxRow
from search.documents import FacetValue, Key
from search.models import SearchAcronym, SearchIndex, SearchWord, WordKind

__all__ = [
    "BULK",
    "REBUILD",
    "TOPIC",
    "Word",
    "acronym_pairs",
    "agency_names",
    "find_acronym",
    "find_index",
    "forms",
    "get_index",
    "list_acronyms",
    "list_waiting",
    "near",
    "province_names",
    "starting",
]

TOPIC, BULK, REBUILD = "search.index", "search.bulk", "search.rebuild"  # topics of the outbox
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or two side by side with a space between, with marks and without."""

    exact: str
    folded: str
    count: int


def find_index(engine: str) -> SearchIndex | None:
    """As it is in the database at this moment."""
    return db.session.get(SearchIndex, engine, populate_existing=True)


def get_index(engine: str) -> SearchIndex:
    """The same, where it must be there."""
    return db.session.get_one(SearchIndex, engine, populate_existing=True)


def list_waiting(limit: int) -> frozenset[Key] | None:
    """What has changed since it was indexed, or may have; None when more than ``limit`` rows of work wait."""
    payloads = db.session.scalars(
        sa.select(OutboxRow.payload).where(OutboxRow.topic.in_((TOPIC, BULK))).order_by(OutboxRow.id).limit(limit + 1)
    ).all()
    if len(payloads) > limit:
        return None
    return frozenset((payload["type"], id_) for payload in payloads for id_ in payload["ids"])


def forms(folded: Collection[str]) -> list[Word]:
    """How words without marks ("dat", "dat dai") are written, the most frequent first."""
    return _words(sa.select(SearchWord).where(SearchWord.folded.in_(folded)), 2_000)


def starting(folded_prefix: str, limit: int) -> list[Word]:
    """Words, or pairs when there is a space in it, that start so; the most frequent first."""
    kind = WordKind.PAIR if " " in folded_prefix else WordKind.SYLLABLE
    statement = sa.select(SearchWord).where(
        SearchWord.kind == kind, SearchWord.folded >= folded_prefix, SearchWord.folded < folded_prefix + _LAST
    )
    return _words(statement, limit)


def near(folded: str, limit: int) -> list[Word]:
    """Single words that differ by one letter (more, less, another, two swapped); the most frequent first."""
    statement = sa.select(SearchWord).where(
        SearchWord.kind == WordKind.SYLLABLE, SearchWord.folded.in_(sorted(_edits(folded[:20])))
    )
    return _words(statement, limit)


def _edits(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    found |= {left + letter + right for left, right in cuts for letter in _LETTERS}
    return found - {word, ""}


def _words(statement: "sa.Select[SearchWord]", limit: int) -> list[Word]:
    rows: Iterable[SearchWord] = db.session.scalars(
        statement.order_by(SearchWord.count.desc(), SearchWord.exact).limit(limit)
    )
    return [Word(row.exact, row.folded, row.count) for row in rows]


# --- names that facets are shown with --------------------------------------------------------------------------------


def agency_names(ids: Sequence[FacetValue]) -> dict[FacetValue, str]:
    """What agencies are called now."""
    rows = db.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in rows}


def province_names(codes: Sequence[FacetValue]) -> dict[FacetValue, str]:
    """What provinces are called now, by official code."""
    rows = db.session.execute(sa.select(Agency.code, Agency.name).where(Agency.code.in_(codes))) if codes else ()
    return {row.code: row.name for row in rows}


def acronym_pairs() -> list[tuple[str, str]]:
    """What agencies added to the acronyms that ship, as (short, words); at most 10,000."""
    rows = sa.select(SearchAcronym.short, SearchAcronym.words).distinct()
    rows = rows.order_by(SearchAcronym.short, SearchAcronym.words).limit(10_000)
    return [(row.short, row.words) for row in db.session.execute(rows)]


def list_acronyms(agency_id: int) -> list[sa.Row[tuple[int, str, str, datetime, str]]]:
    """What an agency added, by acronym. Rows: id, short, words, added_at, full_name (of who added it)."""
    return list(
        db.session.execute(
            sa.select(
                SearchAcronym.id,
                SearchAcronym.short,
                SearchAcronym.words,
                SearchAcronym.added_at,
                Person.full_name,
            )
            .join(Person, Person.id == SearchAcronym.added_by_id)
            .where(SearchAcronym.agency_id == agency_id)
            .order_by(SearchAcronym.short, SearchAcronym.words)
        )
    )


def find_acronym(agency_id: int, acronym_id: int) -> SearchAcronym | None:
    """An acronym that this agency added."""
    own = sa.select(SearchAcronym).where(SearchAcronym.agency_id == agency_id, SearchAcronym.id == acronym_id)
    return db.session.scalar(own)
