"""Reads of one place of a published draft: a provision, or the whole of a document, and what stands around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from consultations.models import Consultation, Document, Provision, Version
from consultations.queries.reading import GROUPINGS, WHOLE_DRAFT, Head, get_head, heads, latest_numbers, list_documents
from consultations.queries.tree import COLUMNS, Node, linked, put_together
from core.db import db
from core.errors import NotFound
from legal.nodes import Kind

SHOWN_BELOW = (*GROUPINGS, Kind.ARTICLE, Kind.HEADING)
"""What the page of a chapter names of all that stands below it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can be commented on, in the latest published version that holds it.

    ``provision_id`` is None for the whole draft. ``gone``: a later version no longer holds the provision.
    """

    document_id: int
    document_title: str
    lineage_id: int
    provision_id: int | None
    version_id: int
    version_number: int
    latest_number: int
    position: int
    depth: int
    kind: Kind | None
    heading: str
    text: str
    citation: str
    anchor: str
    quoted: bool

    @property
    def gone(self) -> bool:
        return self.version_number < self.latest_number


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provision is read with: the lead-ins above it, from the top down, itself, and all below it, as trees.

    For the whole of a document: nothing.
    """

    above: Sequence[Node] = ()
    own: Node | None = None

    @property
    def below(self) -> Sequence[Node]:
        return self.own.children if self.own else ()

    @property
    def shown(self) -> Sequence[Node]:
        """The provision and everything below it, in order."""
        return list(_walk([self.own])) if self.own else ()

    @property
    def anchors(self) -> frozenset[str]:
        """Those of everything below."""
        return frozenset(node.anchor for node in _walk(self.below))


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def get_place(consultation_id: int, lineage_id: int, document_id: int | None = None) -> Place:
    """A provision where it was last published; lineage 0 is the whole of a document (the first, unless one is named).

    Raises NotFound when this consultation never published it. Signatures and quoted amendments cannot be commented on,
    but have an address like any other provision.
    """
    if lineage_id == WHOLE_DRAFT:
        return _whole_draft(consultation_id, document_id)
    bare = sa.select(Consultation.id).where(Consultation.id == consultation_id)
    row = db.session.execute(_with_place(bare, lineage_id)).one_or_none()
    if row is None:
        raise NotFound
    return _place_of(row)


def get_place_in(consultation_id: int, lineage_id: int, number: int) -> Place:
    """A provision as one published version has it. Raises NotFound when there is no such version or it hasn't any."""
    version = sa.select(Consultation.id).where(Consultation.id == consultation_id, Version.number == number)
    row = db.session.execute(_with_place(version, lineage_id)).one_or_none()
    if row is None:
        raise NotFound
    return _place_of(row)


def get_head_and_place(consultation_id: int, lineage_id: int, document_id: int | None = None) -> tuple[Head, Place]:
    """``get_head`` and ``get_place`` in one statement."""
    if lineage_id == WHOLE_DRAFT:
        return get_head(consultation_id), _whole_draft(consultation_id, document_id)
    row = db.session.execute(_head_and_place(), {"consultation": consultation_id, "lineage": lineage_id}).one_or_none()
    if row is None:
        raise NotFound
    said = row._mapping
    return Head(**{name: said[name] for name in Head.__slots__}), _place_of(row)


@cache
def _head_and_place() -> "sa.Select[*tuple[Any, ...]]":
    """Built once: building it takes longer than running it. Takes ``consultation`` and ``lineage``."""
    return _with_place(heads().where(Consultation.id == sa.bindparam("consultation")), sa.bindparam("lineage"))


def _with_place(
    statement: "sa.Select[*tuple[Any, ...]]", lineage_id: "int | sa.BindParameter[int]"
) -> "sa.Select[*tuple[Any, ...]]":
    """A statement on a consultation, with the columns of a place: those of Place, each named place_…"""
    latest = latest_numbers().where(Version.document_id == Document.id).correlate(Document).scalar_subquery()
    columns = {
        "document_id": Document.id,
        "document_title": Document.title,
        "lineage_id": Provision.lineage_id,
        "provision_id": Provision.id,
        "version_id": Version.id,
        "version_number": Version.number,
        "latest_number": latest,
        "position": Provision.position,
        "depth": Provision.depth,
        "kind": Provision.kind,
        "heading": Provision.heading,
        "text": Provision.text,
        "citation": Provision.citation,
        "anchor": Provision.anchor,
        "quoted": Provision.quoted,
    }
    return (
        statement.add_columns(*[column.label(f"place_{name}") for name, column in columns.items()])
        .join(Document, Document.consultation_id == Consultation.id)
        .join(Version, Version.document_id == Document.id)
        .join(Provision, Provision.version_id == Version.id)
        .where(Provision.lineage_id == lineage_id, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )


def _place_of(row: Any) -> Place:
    return Place(**{name: row._mapping[f"place_{name}"] for name in Place.__slots__})


def _whole_draft(consultation_id: int, document_id: int | None) -> Place:
    documents = list_documents(consultation_id)
    found = next((one for one in documents if document_id in (None, one.id)), None)
    if found is None:
        raise NotFound
    return Place(
        document_id=found.id,
        document_title=found.title,
        lineage_id=WHOLE_DRAFT,
        provision_id=None,
        version_id=found.version_id,
        version_number=found.number,
        latest_number=found.number,
        position=-1,
        depth=-1,
        kind=None,
        heading="",
        text="",
        citation="",
        anchor="",
        quoted=False,
    )


def get_surroundings(place: Place) -> Surroundings:
    """The provisions above a place and those below it, in one statement. Below a chapter: its articles alone."""
    if place.provision_id is None:
        return Surroundings()
    rows = db.session.execute(
        _surroundings(place.kind in GROUPINGS),
        {
            "provision": place.provision_id,
            "version": place.version_id,
            "position": place.position,
            "depth": place.depth,
        },
    ).all()
    return _read(linked(rows), place)


def surroundings_in(tree: Sequence[Node], place: Place) -> Surroundings:
    """The same, taken from a whole version that is at hand."""
    at = next(index for index, node in enumerate(tree) if _is_at(node, place))
    above: list[Node] = []
    for node in reversed(tree[:at]):
        if node.depth < (above[-1].depth if above else place.depth):
            above.append(node)
    below = list(takewhile(lambda node: node.depth > place.depth, tree[at + 1 :]))
    if place.kind in GROUPINGS:
        below = [node for node in below if node.kind in SHOWN_BELOW]
    chosen = [*reversed(above), tree[at], *below]
    return _read(put_together(replace(node, children=[]) for node in chosen), place)


def _read(nodes: Sequence[Node], place: Place) -> Surroundings:
    above = [node for node in nodes if node.depth < place.depth]
    return Surroundings(above, next(node for node in nodes if _is_at(node, place)))


def _is_at(node: Node, place: Place) -> bool:
    return node.lineage_id == place.lineage_id and node.depth == place.depth


@cache
def _surroundings(articles_only: bool) -> "sa.Select[*tuple[Any, ...]]":
    """Built once. Takes what a Place says: ``provision`` and ``version`` (ids), ``position`` and ``depth``."""
    ids = sa.union_all(_ids_above(), _ids_below(articles_only))
    return sa.select(*COLUMNS).where(Provision.id.in_(ids)).order_by(Provision.position)


def _ids_above() -> "sa.Select[int]":
    """The provision itself and those that hold it."""
    own = Provision.id == sa.bindparam("provision")
    up = sa.select(Provision.id, Provision.parent_id).where(own).cte(recursive=True)
    up = up.union_all(sa.select(Provision.id, Provision.parent_id).join(up, Provision.id == up.c.parent_id))
    return sa.select(up.c.id)


def _ids_below(articles_only: bool) -> "sa.Select[int]":
    """Everything from the provision to the next one as high up: two steps along the index of positions."""
    here = Provision.version_id == sa.bindparam("version")
    after = Provision.position > sa.bindparam("position")
    following = (
        sa.select(Provision.position)
        .where(here, after, Provision.depth <= sa.bindparam("depth"))
        .order_by(Provision.position)
        .limit(1)
        .scalar_subquery()
    )
    below = sa.select(Provision.id).where(here, after, Provision.position < sa.func.coalesce(following, 2**31 - 1))
    if articles_only:
        below = below.where(Provision.kind.in_(SHOWN_BELOW))
    return below
