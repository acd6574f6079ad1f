"""A small tree of every depth, and what tests ask of a tree that is being mended."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import Person
from consultations.models import Document, Provision, Version
from consultations.queries.mending import Item, Tree, read_tree
from consultations.services import tree
from consultations.services.tree import Press
from core.db import db
from core.text import words
from legal.nodes import Kind

NESTED = """QUYẾT ĐỊNH

Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi
Quyết định này quy định việc thử.

Điều 2. Từ ngữ
1. Thử là làm lần đầu;
2. Trong đó:
a) Thử nhỏ;
b) Thử vừa;
3. Thôi là không làm.

Chương II
HIỆU LỰC

Điều 3. Hiệu lực
Từ ngày ký.
1. Ai thấy thì làm.
"""


def at(version: Version, citation: str) -> Item:
    return next(item for item in read_tree(version.id).walk() if item.citation == citation)


def press(version: Version, citation: str, by: Person) -> Press:
    now = read_tree(version.id)
    item = next(item for item in now.walk() if item.citation == citation)
    return Press(version, item.key, now.fingerprint(item), by)


def citations(version: Version) -> list[str]:
    return [item.citation for item in read_tree(version.id).walk()]


def text_of(now: Tree) -> list[str]:
    """Every word of the tree, marks included, in order."""
    return words(" ".join(tree.printed(item) for item in now.walk()))


def stored(session: Session, version: Version) -> list[tuple[Any, ...]]:
    """Everything of the rows but their ids, parents by anchor; and what follows from them.

    But for the line in the file: a warning that goes and comes back does not know it any more.
    """
    rows = session.scalars(sa.select(Provision).where(Provision.version_id == version.id).order_by(Provision.position))
    found = list(rows)
    anchors = {row.id: row.anchor for row in found}
    session.refresh(version)
    return [
        (row.lineage_id, anchors.get(row.parent_id or 0), row.position, row.depth, row.kind, row.number, row.heading,
         row.text, row.citation, row.anchor, row.quoted)
        for row in found
    ] + [([{**warning, "line": 0} for warning in version.warnings], version.counts)]  # fmt: skip


def sound(session: Session, version: Version) -> None:
    """Positions without a gap, parents before their children, one level below them."""
    rows = session.scalars(sa.select(Provision).where(Provision.version_id == version.id).order_by(Provision.position))
    seen: dict[int, Provision] = {}
    for position, row in enumerate(rows):
        assert row.position == position
        parent = seen[row.parent_id] if row.parent_id is not None else None
        assert row.depth == (parent.depth + 1 if parent else 0)
        seen[row.id] = row


def at_key(version: Version, number: str, kind: Kind) -> int:
    return next(item.key for item in read_tree(version.id).walk() if (item.number, item.kind) == (number, kind))


def page_of(version: Version, key: int) -> str:
    return f"/soan-thao/{consultation_of(version)}/dieu-khoan/{key}/"


def consultation_of(version: Version) -> int:
    document = db.session.get_one(Document, version.document_id)
    return document.consultation_id


def seen(version: Version, citation: str) -> str:
    now = read_tree(version.id)
    return now.fingerprint(next(item for item in now.walk() if item.citation == citation))
