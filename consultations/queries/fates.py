"""What became of the provisions that people spoke about, in the versions published since."""

import enum
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consultations.models import Document, Provision, ProvisionPairing, Version
from core.db import db
from legal.align import Change

SAME_WORDS = 0.9995
"""From this similarity on two texts have the same words, as ``legal.align`` counts."""


class Fate(enum.StrEnum):
    """In few words. ``moved`` covers a new number, too: both only ask for the new citation."""

    SAME = "same"
    EDITED = "edited"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    GONE = "gone"


@dataclass(frozen=True)
class Part:
    """Another provision that holds some of the words now."""

    lineage_id: int
    citation: str


@dataclass(frozen=True)
class ProvisionFate:
    """The fate of a provision of version ``base`` in ``latest``. ``edited``: its words, or those below it, changed.

    ``citation``: where it stands now, where that is another place; ``parts``: what it was split or merged into.
    """

    kind: Fate
    consultation_id: int
    document_id: int
    lineage_id: int
    base: int
    latest: int
    edited: bool
    citation: str = ""
    parts: Sequence[Part] = ()


def fates_of(provision_ids: "Collection[int | None]") -> dict[int, ProvisionFate]:
    """The fates of these provisions, in two statements; one that stands in the latest version has none."""
    ids = {one for one in provision_ids if one is not None}
    bases = list(db.session.execute(_bases(ids))) if ids else []
    older = [row for row in bases if row.base < row.latest]
    if not older:
        return {}
    steps = _steps({row.lineage_id for row in older})
    return {row.id: _fate(row, [step for step in steps[row.lineage_id] if step.number > row.base]) for row in older}


def _bases(ids: "set[int]") -> "sa.Select[*tuple[Any, ...]]":
    """The provisions as they were, with the same lineage in the latest published version, if it is there."""
    now, newest = aliased(Provision), aliased(Version)
    latest = (
        sa.select(sa.func.max(newest.number))
        .where(newest.document_id == Version.document_id, newest.published_at.is_not(None))
        .correlate(Version)
        .scalar_subquery()
    )
    last = aliased(Version)
    return (
        sa.select(
            Provision.id,
            Provision.lineage_id,
            Provision.citation,
            Provision.text,
            Provision.heading,
            Version.number.label("base"),
            Version.document_id,
            Document.consultation_id,
            last.number.label("latest"),
            now.citation.label("new_citation"),
            now.text.label("new_text"),
            now.heading.label("new_heading"),
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(last, sa.and_(last.document_id == Version.document_id, last.number == latest))
        .outerjoin(now, sa.and_(now.version_id == last.id, now.lineage_id == Provision.lineage_id))
        .where(Provision.id.in_(ids))
    )


def _steps(lineages: "set[int]") -> "dict[int, list[Any]]":
    """The published pairings that lead away from these lineages, oldest first."""
    old, new = aliased(Provision), aliased(Provision)
    rows = db.session.execute(
        sa.select(
            old.lineage_id.label("lineage_id"),
            ProvisionPairing.change,
            ProvisionPairing.similarity,
            Version.number,
            new.lineage_id.label("new_lineage"),
            new.citation.label("new_citation"),
        )
        .join(Version, Version.id == ProvisionPairing.version_id)
        .join(old, old.id == ProvisionPairing.old_provision_id)
        .outerjoin(new, new.id == ProvisionPairing.new_provision_id)
        .where(old.lineage_id.in_(lineages), Version.published_at.is_not(None))
        .order_by(Version.number, ProvisionPairing.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.lineage_id].append(row)
    return found


def _fate(row: Any, steps: Sequence[Any]) -> ProvisionFate:
    stands = row.new_citation is not None
    changes = {step.change for step in steps}
    elsewhere = {
        step.new_lineage: step.new_citation for step in steps if step.new_lineage not in (None, row.lineage_id)
    }
    alike = all(step.similarity >= SAME_WORDS for step in steps if step.new_lineage == row.lineage_id)
    edited = not alike or (stands and (row.text, row.heading) != (row.new_text, row.new_heading))
    return ProvisionFate(
        kind=_kind(row, changes, stands=stands, edited=edited, elsewhere=bool(elsewhere)),
        consultation_id=row.consultation_id,
        document_id=row.document_id,
        lineage_id=row.lineage_id,
        base=row.base,
        latest=row.latest,
        edited=edited,
        citation=row.new_citation if stands and row.new_citation != row.citation else "",
        parts=[Part(lineage, citation) for lineage, citation in elsewhere.items()],
    )


def _kind(row: Any, changes: "set[Change]", *, stands: bool, edited: bool, elsewhere: bool) -> Fate:
    if not stands:
        return Fate.MERGED if elsewhere else Fate.GONE
    if elsewhere:
        return Fate.SPLIT
    if Change.MERGED in changes:
        return Fate.MERGED
    if row.new_citation != row.citation:
        return Fate.MOVED
    return Fate.EDITED if edited else Fate.SAME
