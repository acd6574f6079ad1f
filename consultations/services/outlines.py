"""Keep a parsed draft: a version, its provisions in document order, and a lineage for each."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa

from consultations.models import Document, Lineage, Provision, ProvisionPairing, TreeEdit, Version
from core import clock
from core.db import db
from core.files import StoredFile
from core.text import truncate_words
from legal.anchors import place_nodes
from legal.nodes import Outline, OutlineWarning, Place, SetAside

PROVISION = cast("sa.Table", Provision.__table__)
LINEAGE = cast("sa.Table", Lineage.__table__)
LONGEST_ANCHOR, LONGEST_CITATION, LONGEST_NUMBER = 120, 300, 60

Row = dict[str, Any]


def add_version(document: Document, stored: StoredFile, outline: Outline) -> Version:
    """Keep an outline as the next version of a document. Every node becomes a provision, its text whole.

    Written in bulk: one statement for the lineages and one for each depth of the tree, whatever the number of nodes.
    """
    places = place_nodes(outline.nodes)
    anchors = anchors_of(places)
    version = Version(
        document_id=document.id,
        number=_next_number(document),
        file_id=stored.id,
        warnings=[_warning(warning, places, anchors) for warning in outline.warnings],
        set_aside=[_aside(aside) for aside in outline.set_aside],
        counts=outline.counts(),
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    rows = _rows(version, places, anchors, _new_lineages(document, len(places)))
    _insert(rows, places)
    return version


def drop_version(version: Version) -> None:
    """Take back a version that was never published: its pairings, its provisions, its steps, the lineages it had."""
    db.session.execute(sa.delete(ProvisionPairing).where(ProvisionPairing.version_id == version.id))
    deepest = db.session.scalar(sa.select(sa.func.max(Provision.depth)).where(Provision.version_id == version.id)) or 0
    for depth in range(deepest, -1, -1):  # children first: a provision points at its parent
        db.session.execute(sa.delete(PROVISION).where(PROVISION.c.version_id == version.id, PROVISION.c.depth == depth))
    steps = sa.update(TreeEdit).where(TreeEdit.version_id == version.id)
    db.session.execute(steps.values(target_id=None))  # they point at each other
    db.session.execute(sa.delete(TreeEdit).where(TreeEdit.version_id == version.id))
    forget_lineages(version.document_id)
    db.session.delete(version)
    db.session.flush()


def forget_lineages(document_id: int) -> None:
    """Drop the lineages of a document that no provision has any more."""
    used = sa.exists().where(PROVISION.c.lineage_id == LINEAGE.c.id)
    db.session.execute(sa.delete(LINEAGE).where(LINEAGE.c.document_id == document_id, ~used))


def _next_number(document: Document) -> int:
    highest = db.session.scalar(sa.select(sa.func.max(Version.number)).where(Version.document_id == document.id))
    return (highest or 0) + 1


def _new_lineages(document: Document, count: int) -> list[int]:
    if count == 0:
        return []
    rows = [{"document_id": document.id} for _ in range(count)]
    made = db.session.execute(sa.insert(LINEAGE).returning(LINEAGE.c.id), rows)
    return sorted(made.scalars())


def _rows(version: Version, places: Sequence[Place], anchors: list[str], lineages: list[int]) -> list[Row]:
    return [
        {
            "version_id": version.id,
            "lineage_id": lineage,
            "parent_id": None,
            "position": position,
            "depth": place.depth,
            "kind": place.node.kind,
            "anchor": anchor,
            "quoted": place.node.quoted,
            **words_of(place),
        }
        for position, (place, anchor, lineage) in enumerate(zip(places, anchors, lineages, strict=True))
    ]


def words_of(place: Place) -> dict[str, str]:
    """Number, heading, text and citation; a number too long for its column goes before the heading: nothing is lost."""
    node = place.node
    number, heading = _storable(node.number), _storable(node.heading)
    if len(number) > LONGEST_NUMBER:
        number, heading = "", f"{number} {heading}".strip()
    citation = _storable(node.citation)
    if len(citation) > LONGEST_CITATION:
        citation = truncate_words(citation, LONGEST_CITATION)
    return {"number": number, "heading": heading, "text": _storable(node.text), "citation": citation}


def _insert(rows: list[Row], places: Sequence[Place]) -> None:
    """Depth by depth, so that the ids of the parents are known."""
    position_of = {id(place.node): position for position, place in enumerate(places)}
    ids: dict[int, int] = {}
    statement = sa.insert(PROVISION).returning(PROVISION.c.id, PROVISION.c.position)
    for _depth, level in groupby(sorted(rows, key=itemgetter("depth", "position")), itemgetter("depth")):
        batch = list(level)
        for row in batch:
            parent = places[row["position"]].parent
            row["parent_id"] = ids[position_of[id(parent)]] if parent is not None else None
        made = db.session.execute(statement, batch).all()
        ids.update({row.position: row.id for row in made})


def anchors_of(places: Sequence[Place]) -> list[str]:
    """The anchors, each at most 120 characters and still unique."""
    taken: set[str] = set()
    anchors = []
    for position, place in enumerate(places):
        anchor = place.anchor
        if len(anchor) > LONGEST_ANCHOR or anchor in taken:
            anchor = f"{anchor[: LONGEST_ANCHOR - 8]}-{position}"
        taken.add(anchor)
        anchors.append(anchor)
    return anchors


def _warning(warning: OutlineWarning, places: Sequence[Place], anchors: list[str]) -> Row:
    """A warning with the anchor of its place, so that a reader can go there."""
    return {
        "code": warning.code,
        "citation": warning.citation,
        "message": warning.message,
        "line": warning.line,
        "anchor": _anchor_of(warning, places, anchors),
    }


def _aside(aside: SetAside) -> Row:
    return {"line": aside.line, "text": _storable(aside.text), "reason": aside.reason}


def _anchor_of(warning: OutlineWarning, places: Sequence[Place], anchors: list[str]) -> str:
    """By its citation where that names one node; else the last node that begins at or before its line."""
    named = [n for n, place in enumerate(places) if warning.citation and place.node.citation == warning.citation]
    if len(named) == 1:
        return anchors[named[0]]
    before = [n for n in named or range(len(places)) if 0 < places[n].node.line <= warning.line]
    return anchors[max(before, key=lambda n: (places[n].node.line, n))] if before else ""


def _storable(text: str) -> str:
    """What PostgreSQL cannot hold (NUL, lone surrogates) is replaced by what says so; everything else stays."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode() if text else ""
