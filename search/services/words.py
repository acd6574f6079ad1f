"""The words of public texts, counted as they are indexed: for completion and for "did you mean"."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import sqlalchemy as sa

from core.db import db, insert, transaction
from search.analysis import Term, terms
from search.documents import SearchDocument
from search.models import SearchWord, WordKind

__all__ = ["add", "count_words", "forget_unseen", "remember", "start_again"]

_LONGEST = 20  # letters of a word worth completing; the syllables of the language have seven at most
_ROWS = 2_000
_PAIRS_KEPT = 300_000

Counts = Counter[tuple[int, str, str]]


def count_words(documents: Iterable[SearchDocument]) -> Counts:
    """In how many of the documents each syllable and each pair stands, as (kind, folded, exact).

    Names of authors and numbers are left out: they are no words of the language.
    """
    counts: Counts = Counter()
    for document in documents:
        found: set[tuple[int, str, str]] = set()
        for text in (document.title, document.body):
            read = terms(text)
            found.update((WordKind.SYLLABLE, term.folded, term.exact) for term in read if _is_word(term))
            found.update(
                (WordKind.PAIR, f"{left.folded} {right.folded}", f"{left.exact} {right.exact}")
                for left, right in pairwise(read)
                if _is_word(left) and _is_word(right)
            )
        counts.update(found)
    return counts


def _is_word(term: Term) -> bool:
    return len(term.exact) <= _LONGEST and term.folded.isascii() and term.folded.isalpha()


def remember(documents: Iterable[SearchDocument]) -> None:
    """Add the words of these documents."""
    add(count_words(documents))


def add(counts: Counts) -> None:
    """Add to what is known."""
    rows = [
        {"kind": int(kind), "folded": folded, "exact": exact, "count": count}
        for (kind, folded, exact), count in sorted(counts.items())  # one order for all, so that two never block
    ]
    statement = insert(SearchWord)
    statement = statement.on_conflict_do_update(
        index_elements=["folded", "exact"], set_={"count": SearchWord.count + statement.excluded.count}
    )
    for start in range(0, len(rows), _ROWS):
        with transaction():
            db.session.execute(statement, rows[start : start + _ROWS])


def start_again() -> None:
    """Set all counts to nothing: an index is built anew, and counts again."""
    with transaction():
        db.session.execute(sa.update(SearchWord).values(count=0))


def forget_unseen() -> None:
    """Drop the words that the build did not meet, and pairs that stand in one text alone when there are very many."""
    with transaction():
        db.session.execute(sa.delete(SearchWord).where(SearchWord.count == 0))
        pairs = sa.select(sa.func.count()).select_from(SearchWord).where(SearchWord.kind == WordKind.PAIR)
        if (db.session.scalar(pairs) or 0) > _PAIRS_KEPT:
            db.session.execute(sa.delete(SearchWord).where(SearchWord.kind == WordKind.PAIR, SearchWord.count <= 1))
