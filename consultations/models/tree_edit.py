"""What drafters did to the parsed tree of a version before it was published: one row a step, never changed."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum


class EditAction(enum.StrEnum):
    """What a step did; undoing and redoing are steps too."""

    CHANGED = "changed"
    SPLIT = "split"
    MERGED = "merged"
    RAISED = "raised"
    LOWERED = "lowered"
    INDENTED = "indented"
    OUTDENTED = "outdented"
    QUOTED = "quoted"
    UNQUOTED = "unquoted"
    UNDONE = "undone"
    REDONE = "redone"


class TreeEdit(Base):
    """A step. ``target_id``: the step that an undo took back or a redo did again.

    ``lineage``: that of the node pressed, a plain number because the node may be gone by now. ``delta``: for each node
    that changed, by lineage, the fields that differ before and after; null where there was or is no node.
    """

    __tablename__ = "tree_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[EditAction] = mapped_column(str_enum(EditAction, "action"))
    lineage: Mapped[int]
    citation: Mapped[str] = mapped_column(sa.String(300), default="")
    target_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tree_edit.id"))
    delta: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
