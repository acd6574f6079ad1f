"""Comments, replies and letters as a moderator sees them. ``app.wiring`` registers them with the services that carry
verdicts out: ``reviewables``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Person
from consultations.models import (
    Attachment,
    Batch,
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    Provision,
    Reply,
    Submission,
    Verification,
    WaitingEdit,
)
from core import slots
from core.db import db
from core.files import StoredFile
from core.i18n import gettext as _
from core.links import path_to
from core.text import truncate_words
from legal.diff import redline
from moderation.registry import Reviewable, ReviewCard, Verdict

COMMENT, REPLY, ATTACHMENT, BATCH = "comment", "reply", "attachment", "batch"
SHOWN_OF_BATCH = 20

Apply = Callable[[int, Verdict], None]
Mask = Callable[[int], None]


def reviewables(apply: "Mapping[str, Apply]", masks: "Mapping[str, Mask]") -> dict[str, Reviewable]:
    """What is registered under each type; ``apply`` are the services that carry a verdict to a subject, ``masks`` those
    that take the personal data out of one."""
    shown = {
        COMMENT: (lambda: _("Ý kiến"), comment_cards),
        REPLY: (lambda: _("Trả lời"), reply_cards),
        ATTACHMENT: (lambda: _("Tệp đính kèm"), attachment_cards),
        BATCH: (lambda: _("Lô ý kiến nhập"), batch_cards),
    }
    return {
        type_: Reviewable(label, apply[type_], cards, consultation_titles, masks.get(type_))
        for type_, (label, cards) in shown.items()
    }


def consultation_titles(ids: Sequence[int]) -> dict[int, str]:
    """The titles of the consultations in which things stand."""
    rows = db.session.execute(sa.select(Consultation.id, Consultation.title).where(Consultation.id.in_(ids)))
    return {row.id: row.title for row in rows}


def comment_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Comments with their provision and the redline of what they propose, in one statement; a waiting edit first."""
    rows = db.session.execute(
        sa.select(Comment, Contributor, Provision, WaitingEdit)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(WaitingEdit, WaitingEdit.comment_id == Comment.id)
        .where(Comment.id.in_(ids))
    )
    return {row.Comment.id: _comment_card(*row) for row in rows}


def reply_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Replies, each with the comment it answers as its context, in one statement."""
    parent = aliased(Comment)
    rows = db.session.execute(
        sa.select(Reply, parent, Provision.citation)
        .join(parent, parent.id == Reply.comment_id)
        .outerjoin(Provision, Provision.id == parent.provision_id)
        .where(Reply.id.in_(ids))
    )
    return {
        reply.id: ReviewCard(
            title=_place(citation),
            url=_url(comment),
            author=reply.public_name,
            author_note=_("tài khoản"),
            text=reply.body,
            provision_text=comment.body or comment.proposed_text,
            author_id=reply.person_id,
        )
        for reply, comment, citation in rows
    }


def attachment_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Letters, with who sent them and where a moderator opens them, in one statement."""
    rows = db.session.execute(
        sa.select(Attachment.id, StoredFile.name, StoredFile.size, Contributor, Submission.consultation_id)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .join(Submission, Submission.id == Attachment.submission_id)
        .join(Contributor, Contributor.id == Submission.contributor_id)
        .where(Attachment.id.in_(ids))
    )
    return {
        row.id: ReviewCard(
            title=row.name,
            url=path_to("consultations.reading", consultation_id=row.consultation_id),
            author=row.Contributor.public_name,
            author_note=author_note(row.Contributor),
            text=_("Tệp %(name)s, %(size)s KB", name=row.name, size=(row.size + 1023) // 1024),
            file_url=path_to("consultations.letter_under_review", attachment_id=row.id),
            author_id=row.Contributor.person_id,
        )
        for row in rows
    }


def batch_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Batches with their first opinions, in two statements: what is decided goes for all of their opinions."""
    rows = db.session.execute(
        sa.select(Batch, StoredFile.name, Person.full_name)
        .join(StoredFile, StoredFile.id == Batch.file_id)
        .outerjoin(Person, Person.id == Batch.created_by_id)
        .where(Batch.id.in_(ids))
    ).all()
    samples = _samples(ids)
    return {
        batch.id: ReviewCard(
            title=_("Lô nhập: %(name)s", name=name),
            url=slots.content("batch.url", batch.id, default=path_to("consultations.index")),
            author=full_name or _("Hệ thống"),
            author_note=_("nhập %(n)s ý kiến; quyết định có hiệu lực với cả lô", n=batch.rows_taken),
            text="\n\n".join(samples.get(batch.id, ())),
        )
        for batch, name, full_name in rows
    }


def _samples(ids: Sequence[int]) -> dict[int, list[str]]:
    """The first opinions of batches, each with who said it."""
    nth = sa.func.row_number().over(partition_by=Comment.batch_id, order_by=Comment.batch_row).label("nth")
    numbered = sa.select(Comment.id, nth).where(Comment.batch_id.in_(ids)).subquery()
    rows = db.session.execute(
        sa.select(Comment.batch_id, Comment.body, Comment.proposed_text, Contributor.public_name)
        .join(numbered, numbered.c.id == Comment.id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(numbered.c.nth <= SHOWN_OF_BATCH)
        .order_by(Comment.batch_row)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        said = truncate_words(row.body or row.proposed_text, 300)
        found.setdefault(row.batch_id, []).append(f"{row.public_name}: {said}")
    return found


def author_note(contributor: Contributor) -> str:
    """How sure we are who spoke, in few words."""
    if contributor.kind != ContributorKind.INDIVIDUAL:
        checked = contributor.organisation_checked_at is not None
        return _("tổ chức đã xác minh") if checked else _("tổ chức, chưa xác minh")
    return {
        Verification.ACCOUNT: _("tài khoản"),
        Verification.GUEST_CONFIRMED: _("khách, đã xác nhận địa chỉ"),
        Verification.GUEST: _("khách, chỉ có tên"),
        Verification.IMPORTED: _("nhập từ nguồn khác"),
    }[contributor.verification]


def _comment_card(
    comment: Comment, contributor: Contributor, provision: Provision | None, edit: WaitingEdit | None
) -> ReviewCard:
    base, said = provision.text if provision else "", edit or comment
    segments: Sequence[Any] = redline(base, said.proposed_text) if said.proposed_text else ()
    return ReviewCard(
        title=_place(provision.citation or provision.heading if provision else None),
        url=_url(comment),
        author=contributor.public_name,
        author_note=author_note(contributor),
        text=said.body,
        stance=said.stance.value,
        redline=segments,
        provision_text=base,
        author_id=contributor.person_id,
        published_text=(comment.body or comment.proposed_text) if edit else "",
    )


def _place(citation: str | None) -> str:
    name = citation or _("toàn bộ dự thảo")
    return name[:1].upper() + name[1:]


def _url(comment: Comment) -> str:
    return path_to("consultations.provision", consultation_id=comment.consultation_id, lineage_id=comment.place)
