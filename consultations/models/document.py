"""The draft: document → version → provision, and the lineage that a provision keeps from version to version."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile
from legal.nodes import Kind


class Document(Base):
    """One text under consultation; a consultation may hold several."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(500))
    position: Mapped[int] = mapped_column(default=0)


class Version(Base):
    """One version of a document, as read from a file. Immutable once published: a provision never changes or goes.

    ``reason``: what was wrong with the version before, where this one only puts a wrong file right (*đính chính*).
    ``pairs_due``: its tree is new or changed, and the worker has not paired it with the version before yet.
    """

    __tablename__ = "version"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    set_aside: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    pairs_due: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    document: Mapped[Document] = relationship(lazy="raise")
    file: Mapped[StoredFile] = relationship(lazy="raise")

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)


class Lineage(Base):
    """The identity of a provision across versions: comments and tallies hang on it.

    The provisions of a version that is not published have lineages of their own, by which the desk knows them while its
    tree is mended; they get those of the provisions that they continue when it is published.
    """

    __tablename__ = "lineage"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), index=True)


class Provision(Base):
    """A node of a version's tree, in document order by ``position``. Number and text are as printed.

    ``quoted``: stands inside the quoted new text of an amending document, so it isn't a provision of this one.
    """

    __tablename__ = "provision"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id"))
    lineage_id: Mapped[int] = mapped_column(sa.ForeignKey("lineage.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"), index=True)
    position: Mapped[int]
    depth: Mapped[int]
    kind: Mapped[Kind] = mapped_column(str_enum(Kind, "kind"))
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    heading: Mapped[str] = mapped_column(sa.Text, default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    citation: Mapped[str] = mapped_column(sa.String(300), default="")
    anchor: Mapped[str] = mapped_column(sa.String(120))
    quoted: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint("version_id", "position"),
        sa.UniqueConstraint("version_id", "anchor"),
    )
