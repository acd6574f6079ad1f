"""The batch (*lô nhập*): opinions that came together in one spreadsheet, counted and published together."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consultations.models.submission import Channel
from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile
from moderation.models import Reviewed


class BatchState(enum.StrEnum):
    """How far the reading of the file has come. ``new``: uploaded; somebody has still to look at its columns."""

    NEW = "new"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Batch(Reviewed, Base):
    """One file and what became of it. ``status`` is what moderators decided for all its opinions at once.

    ``position``: the last row of the file that was dealt with, by a dry run or by the import, 1 being its first row;
    it moves in the transaction that writes the rows, so that an import that was killed goes on behind it. ``layout``
    says where the headings stand and which column holds what (``opinions.imports.columns.Layout``). Counts of rows:
    ``rows_read`` with something in them = ``rows_taken`` + ``rows_refused``; of those taken, ``rows_unplaced`` name no
    provision that was found. The file itself is never public.
    """

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    channel: Mapped[Channel] = mapped_column(str_enum(Channel, "channel"))
    layout: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[BatchState] = mapped_column(str_enum(BatchState, "state"), default=BatchState.NEW)
    position: Mapped[int] = mapped_column(default=0)
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_taken: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    rows_unplaced: Mapped[int] = mapped_column(default=0)
    rows_expected: Mapped[int | None]
    failure: Mapped[str] = mapped_column(sa.Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(lazy="raise")

    __table_args__ = (sa.Index("ix_batch_consultation_id_sha256", "consultation_id", "sha256"),)


class BatchNote(Base):
    """What there is to say of a row: why it was refused, or what was guessed. ``code`` says which, ``detail`` of what.

    The words: ``opinions.imports.notes``.
    """

    __tablename__ = "batch_note"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    refused: Mapped[bool]
    detail: Mapped[str] = mapped_column(sa.String(200), default="")
