"""The review case, its log, and the mixin for things that are reviewed."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum


class ReviewStatus(enum.StrEnum):
    """Where a text stands. ``unconfirmed``: a guest has not confirmed their address yet."""

    UNCONFIRMED = "unconfirmed"
    PENDING = "pending"
    PUBLISHED = "published"
    REFUSED = "refused"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"


NOT_IN_LEDGER = (ReviewStatus.UNCONFIRMED, ReviewStatus.REFUSED, ReviewStatus.SPAM, ReviewStatus.WITHDRAWN)
LEDGER = (ReviewStatus.PENDING, ReviewStatus.PUBLISHED)


class Reviewed:
    """Mixin: a text with a review status. Only the function registered for its type may change it."""

    status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "status"), default=ReviewStatus.PENDING)


class ReviewCase(Base):
    """One thing in the queue. ``version`` rises with every change: whoever decides says which version they saw.

    ``awaiting``: a moderator has still to decide. Under moderation after publication that goes with ``published``.
    ``context_id`` and ``place_id`` are for filters: the consultation, and the lineage of the provision.
    ``rule`` is the one by which it was last refused. ``signals`` advise (codes of ``moderation.analysis.Signal``). By
    them and by readers' reports ``rank`` falls below 0: the lower, the sooner who asks for the urgent ones sees it.
    ``fingerprint`` is that of the text (core.similarity). ``first_decision_seconds``: the wait for one.
    ``edit_waits``: what is to be decided are new words of something published, whose old words stay until then.
    ``waiting_since``: since when it awaits a decision; ``due_at``: by when the agency promises one (``Promise``).
    A claim says that a moderator is at it; it ends by itself.
    """

    __tablename__ = "review_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    context_id: Mapped[int]
    place_id: Mapped[int | None]
    status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "status"))
    awaiting: Mapped[bool]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
    signals: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    rank: Mapped[int] = mapped_column(default=0)
    rule: Mapped[str | None] = mapped_column(sa.String(30))
    first_decision_seconds: Mapped[int | None]
    edit_waits: Mapped[bool] = mapped_column(default=False)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("subject_type", "subject_id"),
        sa.Index("ix_review_case_awaiting_id", "awaiting", "id"),
        sa.Index("ix_review_case_awaiting_rank", "awaiting", "rank", "id"),
        sa.Index("ix_review_case_awaiting_due_at", "awaiting", "due_at"),
        sa.Index("ix_review_case_context_id_awaiting", "context_id", "awaiting", "id"),
        sa.Index("ix_review_case_context_id_first_decision_seconds", "context_id", "first_decision_seconds"),
        sa.Index("ix_review_case_fingerprint", "fingerprint", "status"),
        sa.Index("ix_review_case_author_id_opened_at", "author_id", "opened_at"),
    )


class ReviewAction(enum.StrEnum):
    """What was done: by a moderator (decide …, undo), by the author (submit … appeal), by a reader (report).

    ``warn``, ``suspend``, ``lift``: a measure against a person. The last block: a topic was steered, its status stays.
    """

    SUBMIT = "submit"
    CONFIRM = "confirm"
    DECIDE = "decide"
    DECIDE_EDIT = "decide_edit"
    UNDO = "undo"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    REPORT = "report"
    APPEAL = "appeal"
    WARN = "warn"
    SUSPEND = "suspend"
    LIFT = "lift"

    PIN = "pin"
    UNPIN = "unpin"
    LOCK = "lock"
    UNLOCK = "unlock"
    ARCHIVE = "archive"
    RESTORE = "restore"
    SLOW = "slow"
    REST = "rest"
    RESUME = "resume"
    MOVE = "move"
    ANSWER = "answer"
    SPLIT = "split"
    MERGE = "merge"
    RENAME = "rename"


class ReviewSeal(Base):
    """A link of the chain that shows that the log was not changed; see ``moderation.services.sealing``."""

    __tablename__ = "review_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entries: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))


class ReviewLog(Base):
    """Append-only: who did what to a case, when, from which status to which, by which rule, with which note."""

    __tablename__ = "review_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("review_case.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    action: Mapped[ReviewAction] = mapped_column(str_enum(ReviewAction, "action"))
    from_status: Mapped[ReviewStatus | None] = mapped_column(str_enum(ReviewStatus, "from_status"))
    to_status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "to_status"))
    rule: Mapped[str | None] = mapped_column(sa.String(30))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    seal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("review_seal.id"), index=True)


class Report(Base):
    """A reader holds that something published breaks a rule; one a person and case. ``upheld``: None until decided."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("review_case.id"))
    reporter_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    rule: Mapped[str] = mapped_column(sa.String(30))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    upheld: Mapped[bool | None]

    __table_args__ = (sa.UniqueConstraint("case_id", "reporter_id"),)


class Appeal(Base):
    """The author of something refused asks, once, for another pair of eyes. ``granted``: None until decided."""

    __tablename__ = "appeal"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("review_case.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    refused_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    appealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted: Mapped[bool | None]


class WatchedWord(Base):
    """A word that an agency wants to be shown, or (``watched`` false) one of ours that it does not."""

    __tablename__ = "watched_word"

    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    word: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    watched: Mapped[bool] = mapped_column(default=True)


class MeasureKind(enum.StrEnum):
    """What may be done about a person."""

    WARNING = "warning"
    SUSPENSION = "suspension"


class Measure(Base):
    """A warning to a person, or a time in which they may not write to an agency and those below it.

    Its review case (type ``measure``) is its log, and the way to appeal: refused while it stands, published once it is
    lifted. ``until``: the suspension ends by itself then (a warning has none).
    """

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    kind: Mapped[MeasureKind] = mapped_column(str_enum(MeasureKind, "kind"))
    rule: Mapped[str] = mapped_column(sa.String(30))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_measure_person_id_until", "person_id", "until"),
        sa.CheckConstraint("(kind = 'suspension') = (until IS NOT NULL)", name="until"),
    )


class RefusedName(Base):
    """The public name that a person had and may not have; kept for them to read, and to be given back on appeal."""

    __tablename__ = "refused_name"

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(sa.String(120))


class Promise(Base):
    """Within how many hours an agency promises a decision; holds for the agencies below that promise nothing else."""

    __tablename__ = "moderation_promise"

    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, autoincrement=False)
    hours: Mapped[int]

    __table_args__ = (sa.CheckConstraint("hours > 0", name="hours"),)


class Watch(Base):
    """What letters a moderator wants: a summary every morning, a word when something is urgent or late.

    ``told_on``: the day (Asia/Ho_Chi_Minh) of the last summary; ``looked_at``: up to when urgent cases were looked for.
    """

    __tablename__ = "moderation_watch"

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    daily: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    told_on: Mapped[date | None]
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
