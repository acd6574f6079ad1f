"""What the database keeps for search: which index serves, how far the next one is, the words that were public, the
acronyms that agencies add, and the searches that people keep.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime

_BINARY = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")  # ranges by code point


class SearchIndex(Base):
    """The indexes of an engine, by number. A new one is built beside the one that serves, and takes its place at once.

    ``current``: the one that serves; none: searches read the database. ``building``: the one under way, with the type
    and the id up to which (in the order of types, then ids) it holds what is public; ``done`` counts its documents.
    """

    __tablename__ = "search_index"

    engine: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    latest: Mapped[int] = mapped_column(default=0)  # the highest number given so far
    current: Mapped[int | None]
    building: Mapped[int | None]
    analysis: Mapped[int | None]  # version of the analysis that the one under way is made with
    at_type: Mapped[str | None] = mapped_column(sa.String(40))
    at_id: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the one that serves was put in place


class WordKind(enum.IntEnum):
    """One syllable, or two side by side."""

    SYLLABLE = 1
    PAIR = 2


class SearchWord(Base):
    """A word of a text that everybody could see when it was indexed: for completion and for "did you mean".

    What is shown of it is searched for first, so that a word whose last text was hidden is never offered. ``count``:
    of documents, about; it orders, and is shown to nobody.
    """

    __tablename__ = "search_word"

    folded: Mapped[str] = mapped_column(_BINARY, primary_key=True)
    exact: Mapped[str] = mapped_column(_BINARY, primary_key=True)
    kind: Mapped[int] = mapped_column(sa.SmallInteger)
    count: Mapped[int]

    __table_args__ = (sa.Index("ix_search_word_kind_folded", "kind", "folded"),)


class SearchAcronym(Base):
    """An acronym that an agency added to those that ship; every search of the site knows it."""

    __tablename__ = "search_acronym"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    short: Mapped[str] = mapped_column(sa.String(40))  # "TTKN"
    words: Mapped[str] = mapped_column(sa.String(300))  # "trung tâm khuyến nông"
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("agency_id", "short", "words"),)


class SavedSearch(Base):
    """A search that a person keeps: its address on the results page, under a name of their own.

    ``address``: the query string of the page. ``seen``: what it found when it was last looked at for news, as
    "comment:12", the newest `services.saving.SEEN_KEPT` of it; None while it is not watched.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    address: Mapped[str] = mapped_column(sa.String(2000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_watched: Mapped[bool] = mapped_column(default=False)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen: Mapped[list[str] | None] = mapped_column(sa.JSON)

    __table_args__ = (
        sa.UniqueConstraint("person_id", "name"),
        sa.Index("ix_saved_search_watched_checked_at", "is_watched", "checked_at"),
    )
