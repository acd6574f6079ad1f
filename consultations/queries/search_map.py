"""What search needs to know of drafts: their articles with all that lies below, and what their values are called."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consultations.models import Consultation, ConsultationState, Document, Provision, Version
from core.db import db
from legal.nodes import Kind
from search.heat import Article, Division

_DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.ANNEXED, Kind.APPENDIX})
_ARTICLES = frozenset({Kind.ARTICLE, Kind.HEADING})
_MOST = 500  # consultations offered to choose from


def list_divisions(consultation_id: int) -> list[Division]:
    """The chapters of the public version of a consultation's documents, with their articles; none of a draft's."""
    rows = db.session.execute(
        _public_provisions()
        .where(Document.consultation_id == consultation_id)
        .order_by(Document.id, Provision.position)
    ).all()
    return _divided(rows)


def list_lineages_below(lineage_id: int) -> tuple[int, ...]:
    """A provision and all below it, in the public version that holds it; itself alone when none does."""
    found = _public_provisions().add_columns(Provision.position).where(Provision.lineage_id == lineage_id).subquery()
    rows = db.session.execute(
        _public_provisions()
        .add_columns(found.c.position.label("from"), found.c.depth.label("above"))
        .join(found, found.c.version_id == Provision.version_id)
        .where(Provision.position >= found.c.position)
        .order_by(Provision.position)
    ).all()
    below = [lineage_id]
    for row in rows[1:]:
        if row.depth <= row.above:
            break
        below.append(row.lineage_id)
    return tuple(below)


def list_titles(ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Titles of public consultations, the newest first: of these, or of the latest."""
    statement = sa.select(Consultation.id, Consultation.title).where(Consultation.state != ConsultationState.DRAFT)
    if ids is not None:
        statement = statement.where(Consultation.id.in_(ids))
    rows = db.session.execute(statement.order_by(Consultation.id.desc()).limit(_MOST))
    return {row.id: row.title for row in rows}


def _public_provisions() -> "sa.Select[*tuple[Any, ...]]":
    latest = (
        sa.select(sa.func.max(Version.number))
        .where(Version.document_id == Document.id, Version.published_at.is_not(None))
        .correlate(Document)
        .scalar_subquery()
    )
    return (
        sa.select(
            Provision.lineage_id,
            Provision.version_id,
            Provision.depth,
            Provision.kind,
            Provision.citation,
            Provision.heading,
            Provision.quoted,
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .where(Version.number == latest, Consultation.state != ConsultationState.DRAFT)
    )


def _divided(rows: Iterable[sa.Row[Any]]) -> list[Division]:
    """Walk the documents once: what follows an article and stands deeper is its own."""
    divisions: list[tuple[str, str, list[tuple[Any, set[int]]]]] = []
    article: tuple[Any, set[int]] | None = None
    for row in rows:
        if article is not None and row.depth > article[0].depth:
            article[1].add(row.lineage_id)
            continue
        article = None
        if row.kind in _DIVISIONS:
            divisions.append((row.citation, row.heading, []))
        elif row.kind in _ARTICLES and not row.quoted:
            if not divisions:
                divisions.append(("", "", []))
            article = (row, {row.lineage_id})
            divisions[-1][2].append(article)
    return [Division(title, heading, _articles(found)) for title, heading, found in divisions if found]


def _articles(found: Sequence[tuple[Any, set[int]]]) -> list[Article]:
    return [Article(row.lineage_id, row.citation, row.heading, frozenset(lineages)) for row, lineages in found]
