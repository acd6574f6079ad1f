"""Families: copies and variants of one text, largest first; one family with its variants."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from consultations.models import Comment, Contributor, Stance
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from moderation.models import LEDGER
from opinions.models import FamilyMember, OpinionFamily
from opinions.queries.counted import WHO, Figures

PAGE_SIZE = 30
IN_ONE_QUERY = 500


def list_families(consultation_id: int, cursor: str | None) -> Page[Any]:
    """Rows (id, members, texts, people, counted_at, body, proposed_text), largest first, as counted by the last run."""
    statement = (
        sa.select(
            OpinionFamily.id,
            OpinionFamily.members,
            OpinionFamily.texts,
            OpinionFamily.people,
            OpinionFamily.counted_at,
            Comment.body,
            Comment.proposed_text,
        )
        .join(Comment, Comment.id == OpinionFamily.first_comment_id)
        .where(OpinionFamily.consultation_id == consultation_id)
    )
    keys = [(OpinionFamily.members, "members", True), (OpinionFamily.id, "id", True)]
    return paginate(statement, keys, cursor=cursor, size=PAGE_SIZE)


def get_family(consultation_id: int, family_id: int) -> OpinionFamily:
    family = db.session.scalar(
        sa.select(OpinionFamily).where(OpinionFamily.id == family_id, OpinionFamily.consultation_id == consultation_id)
    )
    if family is None:
        raise NotFound
    return family


def figures_of(family_id: int) -> Figures:
    """Raw, distinct texts and distinct people of a family, now."""
    row = db.session.execute(_counts().where(FamilyMember.family_id == family_id).group_by(FamilyMember.family_id))
    found = row.first()
    return Figures(found.members, found.texts, found.people, 0) if found else Figures(0, 0, 0, 0)


def stances_of(family_id: int) -> dict[Stance, int]:
    rows = db.session.execute(
        sa.select(Comment.stance, sa.func.count())
        .join(FamilyMember, FamilyMember.comment_id == Comment.id)
        .where(FamilyMember.family_id == family_id, Comment.status.in_(LEDGER))
        .group_by(Comment.stance)
    )
    return {row[0]: row[1] for row in rows}


def text_of(family: OpinionFamily) -> Any:
    """The family's text: a row (id, body, proposed_text)."""
    return db.session.execute(
        sa.select(Comment.id, Comment.body, Comment.proposed_text).where(Comment.id == family.first_comment_id)
    ).one()


def list_variants(family_id: int, cursor: str | None) -> Page[Any]:
    """The texts of a family: rows (first, copies, people, body, proposed_text), in the order of their first copy."""
    texts = (
        sa.select(
            sa.func.min(Comment.id).label("first"),
            sa.func.count().label("copies"),
            sa.func.count(sa.distinct(WHO)).label("people"),
        )
        .join(FamilyMember, FamilyMember.comment_id == Comment.id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(FamilyMember.family_id == family_id, Comment.status.in_(LEDGER))
        .group_by(Comment.fingerprint)
        .subquery()
    )
    statement = sa.select(texts.c.first, texts.c.copies, texts.c.people, Comment.body, Comment.proposed_text).join(
        Comment, Comment.id == texts.c.first
    )
    return paginate(statement, [(texts.c.first, "first", False)], cursor=cursor, size=PAGE_SIZE)


def count_members(family_ids: Sequence[int]) -> list[Any]:
    """Rows (id, members, texts, people) of families, over the ledger."""
    return [
        row
        for part in portions(family_ids)
        for row in db.session.execute(
            _counts().where(FamilyMember.family_id.in_(part)).group_by(FamilyMember.family_id)
        )
    ]


def known_members(consultation_id: int) -> "sa.Result[tuple[int, int]]":
    """Rows (comment_id, family_id) of a consultation, a few thousand at a time."""
    return db.session.execute(
        sa.select(FamilyMember.comment_id, FamilyMember.family_id)
        .join(OpinionFamily, OpinionFamily.id == FamilyMember.family_id)
        .where(OpinionFamily.consultation_id == consultation_id)
        .execution_options(yield_per=10_000)
    )


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in portions that fit into one statement."""
    for start in range(0, len(ids), IN_ONE_QUERY):
        yield ids[start : start + IN_ONE_QUERY]


def _counts() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            FamilyMember.family_id.label("id"),
            sa.func.count().label("members"),
            sa.func.count(sa.distinct(Comment.fingerprint)).label("texts"),
            sa.func.count(sa.distinct(WHO)).label("people"),
        )
        .join(Comment, Comment.id == FamilyMember.comment_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(Comment.status.in_(LEDGER))
    )
