"""Comments, replies and letters as a moderator sees them. ``app.wiring`` registers them with the services that carry
verdicts out: ``reviewables``."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consultations.models import (
    Attachment,
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    Provision,
    Reply,
    Submission,
    Verification,
)
from core.db import db
from core.files import StoredFile
from core.i18n import gettext as _
from core.links import path_to
from legal.diff import redline
from moderation.registry import Reviewable, ReviewCard, Verdict

COMMENT, REPLY, ATTACHMENT = "comment", "reply", "attachment"

# Advice, not judgement: a run of digits as long as a telephone or identity number, however it is spaced.
_LONG_NUMBER = re.compile(r"(?<![\d.,])(?:\+?84|0)\d(?:[ .-]?\d){7,10}(?![\d])")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)

Apply = Callable[[int, Verdict], None]


def reviewables(apply: "Mapping[str, Apply]") -> dict[str, Reviewable]:
    """What is registered under each type; ``apply`` are the services that carry a verdict to a subject."""
    return {
        COMMENT: Reviewable(lambda: _("Ý kiến"), apply[COMMENT], comment_cards, consultation_titles),
        REPLY: Reviewable(lambda: _("Trả lời"), apply[REPLY], reply_cards, consultation_titles),
        ATTACHMENT: Reviewable(lambda: _("Tệp đính kèm"), apply[ATTACHMENT], attachment_cards, consultation_titles),
    }


def consultation_titles(ids: Sequence[int]) -> dict[int, str]:
    """The titles of the consultations in which things stand."""
    rows = db.session.execute(sa.select(Consultation.id, Consultation.title).where(Consultation.id.in_(ids)))
    return {row.id: row.title for row in rows}


def comment_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Comments with their provision and the redline of what they propose, in one statement."""
    rows = db.session.execute(
        sa.select(Comment, Contributor, Provision)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
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
            signals=_signals(reply.body),
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


def _comment_card(comment: Comment, contributor: Contributor, provision: Provision | None) -> ReviewCard:
    base = provision.text if provision else ""
    segments: Sequence[Any] = redline(base, comment.proposed_text) if comment.proposed_text else ()
    return ReviewCard(
        title=_place(provision.citation or provision.heading if provision else None),
        url=_url(comment),
        author=contributor.public_name,
        author_note=author_note(contributor),
        text=comment.body,
        stance=comment.stance.value,
        redline=segments,
        provision_text=base,
        signals=_signals(f"{comment.body}\n{comment.proposed_text}"),
        author_id=contributor.person_id,
    )


def _place(citation: str | None) -> str:
    name = citation or _("toàn bộ dự thảo")
    return name[:1].upper() + name[1:]


def _url(comment: Comment) -> str:
    return path_to("consultations.provision", consultation_id=comment.consultation_id, lineage_id=comment.place)


def _signals(text: str) -> tuple[str, ...]:
    found = ((_LONG_NUMBER, _("Có dãy số dài như số điện thoại, căn cước")), (_LINK, _("Có liên kết")))
    return tuple(words for pattern, words in found if pattern.search(text))
