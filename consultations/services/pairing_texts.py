"""A stored version as an outline again, for whoever pairs it with another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa

from consultations.models import Provision, ProvisionPairing, Version
from core.db import db
from core.text import canonical
from legal.diff import measure
from legal.matching import full_text
from legal.nodes import Node

PROVISION = cast("sa.Table", Provision.__table__)
PAIRING = cast("sa.Table", ProvisionPairing.__table__)
CHUNK = 5_000
_COLUMNS = ("id", "lineage_id", "parent_id", "kind", "number", "heading", "text", "citation", "quoted")


@dataclass
class Text:
    """The nodes and rows of a version, by the provision's id. ``id_of`` goes by ``id(node)``."""

    roots: list[Node] = field(default_factory=list)
    nodes: dict[int, Node] = field(default_factory=dict)
    rows: dict[int, Any] = field(default_factory=dict)
    id_of: dict[int, int] = field(default_factory=dict)


def read_text(version_id: int) -> Text:
    """The outline of a version, rebuilt from its provisions in one statement."""
    statement = sa.select(*(PROVISION.c[name] for name in _COLUMNS))
    text = Text()
    for row in db.session.execute(statement.where(PROVISION.c.version_id == version_id).order_by(PROVISION.c.position)):
        label = f"{row.number}." if row.number else ""
        node = Node(row.kind, row.number, row.heading, row.text, row.citation, row.quoted, label=label)
        (text.nodes[row.parent_id].children if row.parent_id else text.roots).append(node)
        text.nodes[row.id], text.rows[row.id], text.id_of[id(node)] = node, row, row.id
    return text


def find_before(version: Version) -> Version | None:
    """The published version that this one continues; None for the first."""
    return db.session.scalar(
        sa.select(Version)
        .where(
            Version.document_id == version.document_id,
            Version.number < version.number,
            Version.published_at.is_not(None),
        )
        .order_by(Version.number.desc())
        .limit(1)
    )


def likeness(old: Node, new: Node) -> float:
    """0–1, of all their text."""
    return measure(canonical(full_text(old)), canonical(full_text(new))).similarity


def chunks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))
