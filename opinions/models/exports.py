"""Files of the desk that the worker makes because they take long."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile


class ExportKind(enum.StrEnum):
    """What can be downloaded of a consultation; the value stands in addresses and on the command line."""

    TABLE = "docx"
    TABLE_BY_PROBLEM = "theo-van-de"
    ANNEX = "xlsx"
    CSV = "csv"
    JSON_LINES = "jsonl"
    REPORT = "bao-cao"
    DOSSIER = "ho-so"


class ExportFile(Base):
    """A file that somebody asked for and the worker makes: ``file_id`` and ``made_at`` are empty until then.

    ``done``: opinions written so far, each as often as it stands in a file. ``failed_at``: given up, and said so.
    """

    __tablename__ = "export_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    kind: Mapped[ExportKind] = mapped_column(str_enum(ExportKind, "kind"))
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    done: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile | None] = relationship(lazy="raise")
