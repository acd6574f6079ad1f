"""Versions as other systems want them: what a file is about, and its text as a tree of ``legal``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from consultations.models import Consultation, ConsultationState, Document, Version
from consultations.queries.tree import Node, roots
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from legal import nodes as legal
from legal.printed import printed_mark


@dataclass(frozen=True, slots=True)
class Text:
    """One version of one document. ``begun_at``: when its first one was published; ``sha256``: of its source file."""

    consultation_id: int
    document_id: int
    title: str
    version_id: int
    number: int
    published_at: datetime | None
    begun_at: datetime | None
    created_at: datetime
    sha256: str
    state: ConsultationState

    @property
    def is_public(self) -> bool:
        """May anybody read it?"""
        return self.published_at is not None and self.state != ConsultationState.DRAFT


def get_text(consultation_id: int, document_id: int, number: int) -> Text:
    """A version, published or not. Raises NotFound when there is none."""
    first = (
        sa.select(sa.func.min(Version.published_at))
        .where(Version.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            Document.consultation_id,
            Document.id.label("document_id"),
            Document.title,
            Version.id.label("version_id"),
            Version.number,
            Version.published_at,
            first.label("begun_at"),
            Version.created_at,
            StoredFile.sha256,
            Consultation.state,
        )
        .join(Version, Version.document_id == Document.id)
        .join(StoredFile, StoredFile.id == Version.file_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .where(Document.consultation_id == consultation_id, Document.id == document_id, Version.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Text(**row._mapping)


def outline_of(nodes: Sequence[Node], title: str) -> legal.Outline:
    """The tree as ``legal`` has it; the marks are those that papers print ("Điều 5.", "đ)")."""
    return legal.Outline(title, [_legal(node) for node in roots(nodes)])


def _legal(node: Node) -> legal.Node:
    return legal.Node(
        node.kind,
        node.number,
        node.heading,
        node.text,
        node.citation,
        node.quoted,
        [_legal(child) for child in node.children],
        label=printed_mark(node.kind, node.number),
    )
