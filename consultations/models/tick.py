"""One-tap answers (*biểu thị ý kiến*): what the drafter asks, what each person answered, and the tallies of it.

A tick is no comment: the two are never added up (design.md §3).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consultations.models.submission import Verification
from core.db import Base, UtcDateTime, str_enum

WORD_LETTERS = 500
QUESTION_LETTERS = 300


class TickItem(Base):
    """What can be ticked: a place of the draft (``place`` 0: the whole of it), or a question about that place.

    ``closed_at``: the drafter stopped asking; what was ticked stays and is shown.
    """

    __tablename__ = "tick_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    place: Mapped[int]
    question: Mapped[str] = mapped_column(sa.String(QUESTION_LETTERS), default="")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("document_id", "place", "question"),)


class Tick(Base):
    """One answer of one person, or of one guest (``guest_hash``: of a confirmed address, or of a browser).

    ``word``: what they added, for the drafting body alone. ``version_number``: the version that they had before them.
    """

    __tablename__ = "tick"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("tick_item.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    guest_hash: Mapped[str | None] = mapped_column(sa.String(64))
    verification: Mapped[Verification] = mapped_column(str_enum(Verification, "verification"))
    agrees: Mapped[bool]
    word: Mapped[str] = mapped_column(sa.String(WORD_LETTERS), default="")
    version_number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("item_id", "person_id"),
        sa.UniqueConstraint("item_id", "guest_hash"),
        sa.CheckConstraint("(person_id IS NULL) <> (guest_hash IS NULL)", name="one_voter"),
    )


class TickTally(Base):
    """How many ticks of an item stand with an answer and a verification; changed with the tick, in one transaction."""

    __tablename__ = "tick_tally"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("tick_item.id"), primary_key=True)
    verification: Mapped[Verification] = mapped_column(str_enum(Verification, "verification"), primary_key=True)
    agrees: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(sa.BigInteger, default=0)

    __table_args__ = (sa.CheckConstraint("count >= 0", name="count"),)
