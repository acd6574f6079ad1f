"""What the machine finds: families of the same text, and groups that it proposes. People decide."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum


class OpinionFamily(Base):
    """Comments of a consultation with the same text, slips and small changes aside: copies and variants of one letter.

    A family points at its comments and grows; it is never split nor merged with another. ``first_comment_id`` holds
    the family's text. The three figures were counted at ``counted_at``: raw, distinct texts, distinct people.
    """

    __tablename__ = "opinion_family"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    first_comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), unique=True)
    members: Mapped[int] = mapped_column(default=0)
    texts: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_opinion_family_largest", "consultation_id", "members", "id"),)


class FamilyMember(Base):
    """A comment in a family: in one at most."""

    __tablename__ = "family_member"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("opinion_family.id"), index=True)


class GroupProposal(Base):
    """Comments on one place that the machine takes for one opinion, until a person has decided.

    ``group_id``: the existing group they are proposed into; else they would be a new one. ``comment_id`` is the most
    typical of them. Once a person reshaped a proposal (name, merge, split, move), no run changes it any more. A
    rejected one has no members; it is what keeps them from being proposed together again. The figures (raw, distinct
    texts, distinct people, lines to decide on, stances) change with the members, in one transaction.
    """

    __tablename__ = "group_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    place: Mapped[int]
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("opinion_group.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    phrases: Mapped[list[str]] = mapped_column(sa.JSON)
    members: Mapped[int] = mapped_column(default=0)
    texts: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    support: Mapped[int] = mapped_column(default=0)
    amend: Mapped[int] = mapped_column(default=0)
    oppose: Mapped[int] = mapped_column(default=0)
    ask: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reshaped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_group_proposal_place", "document_id", "place"),)


class ProposalMember(Base):
    """A comment in an open proposal: in one at most, and then in no group."""

    __tablename__ = "proposal_member"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("group_proposal.id", ondelete="CASCADE"), index=True)


class KeptApart(Base):
    """A person's no, which no run forgets: not one with the others of a rejected proposal, or not of a group."""

    __tablename__ = "kept_apart"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("group_proposal.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("opinion_group.id", ondelete="CASCADE"), index=True)

    __table_args__ = (sa.CheckConstraint("(proposal_id IS NULL) <> (group_id IS NULL)", name="one_of_two"),)


class GroupingAction(enum.StrEnum):
    CONFIRM = "confirm"
    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    REJECT = "reject"


class GroupingLog(Base):
    """Append-only: what a person decided about a proposal, and about how many comments. Outlives the proposal."""

    __tablename__ = "grouping_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    place: Mapped[int]
    proposal: Mapped[int]
    action: Mapped[GroupingAction] = mapped_column(str_enum(GroupingAction, "action"))
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    comments: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RunStage(enum.StrEnum):
    """In this order; ``failed`` from any of them."""

    READING = "reading"
    JOINING = "joining"
    KEEPING = "keeping"
    PROPOSING = "proposing"
    DONE = "done"
    FAILED = "failed"


class GroupingRun(Base):
    """One run of the machine over a consultation, in steps of seconds: each ends with a row that says how far it is.

    ``step`` rises with every step, so that of two workers one goes on. ``done`` of ``total`` is of the present stage:
    comments read, families kept, places looked at. ``cursor``: where the next step begins. ``mixed``: across stances.
    """

    __tablename__ = "grouping_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    stage: Mapped[RunStage] = mapped_column(str_enum(RunStage, "stage"), default=RunStage.READING)
    step: Mapped[int] = mapped_column(default=0)
    mixed: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    opinions: Mapped[int] = mapped_column(default=0)
    families: Mapped[int] = mapped_column(default=0)
    proposals: Mapped[int] = mapped_column(default=0)
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(sa.String(200), default="")
