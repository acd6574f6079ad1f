"""Prepare a consultation until it is published: its text, its window, who may speak, the papers of the dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO

import sqlalchemy as sa

from accounts.models import Agency, Person
from consultations import policies
from consultations.models import (
    Consultation,
    ConsultationState,
    Document,
    DocumentKind,
    GuestPolicy,
    ModerationPolicy,
    Paper,
    PaperSlot,
    Version,
)
from consultations.services.outlines import add_version, drop_version
from core import clock, files
from core.db import db
from core.errors import Conflict, NotFound, RuleBroken
from core.i18n import gettext as _
from legal.errors import UnreadableFile
from legal.nodes import Kind, Outline
from legal.parser import parse
from legal.readers import read

DRAFTS = (files.DOCX, files.DOC, files.PDF_FILE, files.TEXT, files.HTML, files.MARKDOWN)
PAPERS = (files.PDF_FILE, files.DOCX, files.XLSX, files.JPEG_IMAGE, files.PNG_IMAGE)
MAX_PAPERS, MAX_DOCUMENTS = 40, 20
LARGEST_READ = 2**40  # its size was checked when it was read
OLD_WORD = "WordDocument".encode("utf-16-le")
"""What an old Word file holds; it is opened by LibreOffice, so not for a name that would be refused after that."""
NAMED = (Kind.ARTICLE, Kind.HEADING, Kind.CLAUSE, Kind.POINT)
"""A draft without any of these holds nothing that an opinion could name."""


@dataclass(frozen=True)
class ReadDraft:
    """A file that was read, and is not kept yet."""

    stream: IO[bytes]
    name: str
    outline: Outline


@dataclass(frozen=True)
class Settings:
    """What a drafter sets. ``closes`` None: the usual period of the kind."""

    title: str
    kind: DocumentKind
    opens: date
    closes: date | None
    summary: str = ""
    short_period_reason: str = ""
    guests: GuestPolicy = GuestPolicy.CONFIRMED
    moderation: ModerationPolicy = ModerationPolicy.BEFORE
    uncounted_channels: tuple[str, ...] = ()


def read_draft(stream: IO[bytes], name: str, *, limit: int) -> ReadDraft:
    """Read a draft of at most ``limit`` bytes; nothing is kept yet. Raises RuleBroken (field ``file``)."""
    files.check_name(name, DRAFTS)
    data = stream.read(limit + 1)
    stream.seek(0)
    if len(data) > limit:
        raise RuleBroken(_("Tệp lớn quá %(n)s MB. Hãy gửi tệp nhỏ hơn.", n=limit // 2**20), "file")
    if data.startswith(files.OLE) and OLD_WORD in data and not name.lower().endswith(files.DOC.suffix):
        raise RuleBroken(_("Đây là tệp .doc kiểu cũ mang đuôi khác. Hãy đổi đuôi tệp thành .doc rồi gửi lại."), "file")
    return ReadDraft(stream, name, read_outline(data, name))


def read_outline(data: bytes, name: str) -> Outline:
    """The tree of a draft's file. Raises RuleBroken (field ``file``)."""
    try:
        outline = parse(read(data, name))
    except UnreadableFile as unreadable:
        raise RuleBroken(unreadable.message, "file") from unreadable
    counts = outline.counts()
    if not any(counts.get(kind.value, 0) for kind in NAMED):
        raise RuleBroken(
            _("Không thấy điều, khoản hay mục đánh số nào trong tệp để người dân góp ý. Hãy kiểm tra lại tệp."), "file"
        )
    return outline


def create_consultation(agency: Agency, draft: ReadDraft, settings: Settings, *, by: Person | None) -> Consultation:
    """A new consultation in draft state, with its document in version 1. Raises RuleBroken."""
    consultation = Consultation(
        agency_id=agency.id,
        state=ConsultationState.DRAFT,
        created_by_id=by.id if by else None,
        created_at=clock.now(),
    )
    _apply(consultation, settings)
    db.session.add(consultation)
    db.session.flush()
    document = Document(consultation_id=consultation.id, title=settings.title, position=0)
    db.session.add(document)
    db.session.flush()
    keep_draft(document, draft)
    return consultation


def change_settings(consultation: Consultation, settings: Settings) -> None:
    """Title, kind, window and policies. Raises Conflict once it is published, RuleBroken (with the field)."""
    must_be_draft(consultation)
    _apply(consultation, settings)
    db.session.execute(
        sa.update(Document)
        .where(Document.consultation_id == consultation.id, Document.position == 0)
        .values(title=settings.title)
    )
    db.session.flush()


def add_document(consultation: Consultation, draft: ReadDraft, *, title: str) -> Version:
    """One more text of the dossier, after the others, in version 1. Raises Conflict when it is public, RuleBroken."""
    must_be_draft(consultation)
    documents = _documents(consultation)
    if len(documents) >= MAX_DOCUMENTS:
        raise RuleBroken(_("Đợt lấy ý kiến đã có %(n)s văn bản, là mức tối đa.", n=MAX_DOCUMENTS), "file")
    if not title:
        raise RuleBroken(_("Hãy đặt tên cho văn bản."), "title")
    last = max((document.position for document in documents), default=-1)
    document = Document(consultation_id=consultation.id, title=title, position=last + 1)
    db.session.add(document)
    db.session.flush()
    return keep_draft(document, draft)


def remove_document(consultation: Consultation, version: Version) -> None:
    """Take back a text that was never published; the first, after which the consultation is called, stays."""
    must_be_draft(consultation)
    documents = _documents(consultation)
    if documents[0].id == version.document_id:
        raise Conflict(_("Văn bản đầu tiên không bỏ được. Bạn có thể thay tệp của nó."))
    document = db.session.get_one(Document, version.document_id)
    stored = db.session.get_one(files.StoredFile, version.file_id)
    drop_version(version)
    db.session.delete(document)
    db.session.flush()
    files.forget(stored)


def replace_draft(version: Version, consultation: Consultation, draft: ReadDraft) -> Version:
    """Another file instead of one that was never published. The old file goes when nothing else points at it."""
    must_be_draft(consultation)
    document = db.session.get_one(Document, version.document_id)
    stored = db.session.get_one(files.StoredFile, version.file_id)
    drop_version(version)
    made = keep_draft(document, draft)
    files.forget(stored)
    return made


def add_paper(
    consultation: Consultation,
    stream: IO[bytes],
    name: str,
    *,
    title: str,
    limit: int,
    slot: PaperSlot = PaperSlot.OTHER,
) -> Paper:
    """One more paper of the dossier, after the others. Once the draft is published it is marked as added later."""
    if consultation.state == ConsultationState.CANCELLED:
        raise Conflict(_("Đợt lấy ý kiến đã hủy nên không thêm tài liệu được nữa."))
    papers = _papers(consultation)
    if len(papers) >= MAX_PAPERS:
        raise RuleBroken(_("Hồ sơ đã có %(n)s tài liệu, là mức tối đa.", n=MAX_PAPERS), "file")
    stored = files.save_upload(stream, name, kinds=PAPERS, limit=limit)
    last = max((paper.position for paper in papers), default=-1)
    added_at = None if consultation.state == ConsultationState.DRAFT else clock.now()
    paper = Paper(
        consultation_id=consultation.id,
        title=title,
        file_id=stored.id,
        position=last + 1,
        slot=slot,
        added_at=added_at,
    )
    db.session.add(paper)
    db.session.flush()
    return paper


def remove_paper(consultation: Consultation, paper_id: int) -> None:
    must_be_draft(consultation)
    paper = _paper(_papers(consultation), paper_id)
    stored = db.session.get_one(files.StoredFile, paper.file_id)
    db.session.delete(paper)
    db.session.flush()
    files.forget(stored)


def raise_paper(consultation: Consultation, paper_id: int) -> None:
    """One place up in the list; the first one stays where it is."""
    must_be_draft(consultation)
    papers = _papers(consultation)
    place = papers.index(_paper(papers, paper_id))
    if place > 0:
        papers.insert(place - 1, papers.pop(place))
    for position, paper in enumerate(papers):
        paper.position = position
    db.session.flush()


def set_period(kind: DocumentKind, *, days: int, legal_ground: str) -> None:
    """The usual period of a kind and its ground. Windows that are set already stay as they are."""
    kind.days, kind.legal_ground = days, legal_ground
    db.session.flush()


def usual_close(opens: date, kind: DocumentKind) -> date:
    """The last day of the usual period: the day of posting is not counted, holidays are."""
    return opens + timedelta(days=kind.days)


def window(opens: date, closes: date) -> tuple[datetime, datetime]:
    """From 00:00 of the first day to the last second of the last, in Vietnam."""
    return clock.start_of(opens), clock.end_of(closes)


def must_be_draft(consultation: Consultation) -> None:
    if consultation.state != ConsultationState.DRAFT:
        raise Conflict(_("Đợt lấy ý kiến đã công bố nên không sửa được nữa. Bạn có thể gia hạn, tạm dừng hoặc hủy."))


def _apply(consultation: Consultation, settings: Settings) -> None:
    closes = settings.closes or usual_close(settings.opens, settings.kind)
    if closes < settings.opens:
        raise RuleBroken(_("Ngày đóng phải từ ngày mở trở đi."), "closes")
    if not settings.title:
        raise RuleBroken(_("Hãy đặt tên cho dự thảo."), "title")
    short = policies.is_short(settings.opens, closes, settings.kind.days)
    if short and not settings.short_period_reason:
        raise RuleBroken(
            _(
                "Ngắn hơn %(days)s ngày thường dùng cho %(kind)s. Hãy nêu lý do; lý do được công bố cùng dự thảo.",
                days=settings.kind.days,
                kind=settings.kind.name,
            ),
            "short_period_reason",
        )
    consultation.title, consultation.summary = settings.title, settings.summary
    consultation.kind_code = settings.kind.code
    consultation.opens_at, consultation.closes_at = window(settings.opens, closes)
    consultation.short_period_reason = settings.short_period_reason if short else ""
    consultation.guests, consultation.moderation = settings.guests, settings.moderation
    consultation.uncounted_channels = sorted(settings.uncounted_channels)


def keep_draft(document: Document, draft: ReadDraft) -> Version:
    """The file and its outline, as the next version of a document."""
    stored = files.save_upload(draft.stream, draft.name, kinds=DRAFTS, limit=LARGEST_READ)
    return add_version(document, stored, draft.outline)


def _documents(consultation: Consultation) -> list[Document]:
    statement = sa.select(Document).where(Document.consultation_id == consultation.id)
    return list(db.session.scalars(statement.order_by(Document.position, Document.id)))


def _papers(consultation: Consultation) -> list[Paper]:
    return list(
        db.session.scalars(
            sa.select(Paper).where(Paper.consultation_id == consultation.id).order_by(Paper.position, Paper.id)
        )
    )


def _paper(papers: Sequence[Paper], paper_id: int) -> Paper:
    paper = next((paper for paper in papers if paper.id == paper_id), None)
    if paper is None:
        raise NotFound
    return paper
