"""How the provisions of a version continue those before: proposed by the machine, confirmed by people."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile
from legal.align import Change


class ProvisionPairing(Base):
    """A provision of the version before and its successor; one of them is empty where it was added or removed.

    ``version_id`` is the new version. A provision that was split or merged stands in several rows; the lineage follows
    the ``main`` one: when the version is published, the new provision gets the lineage of the old. ``similarity`` (0–1)
    is that of the whole text. ``doubtful``: a drafter must confirm it before the version is published.
    """

    __tablename__ = "provision_pairing"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id"), index=True)
    old_provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"), index=True)
    new_provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"), index=True)
    change: Mapped[Change] = mapped_column(str_enum(Change, "change"))
    similarity: Mapped[float]
    main: Mapped[bool] = mapped_column(default=False)
    doubtful: Mapped[bool] = mapped_column(default=False)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.CheckConstraint("old_provision_id IS NOT NULL OR new_provision_id IS NOT NULL", name="sides"),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", name="similarity"),
    )


class IntakeState(enum.StrEnum):
    WAITING = "waiting"
    REFUSED = "refused"


class Intake(Base):
    """A file handed in as the next version of a document, until the worker has read it; one a document.

    ``message``: what is wrong with a refused one, for the person who handed it in. ``reason`` as in ``Version``.
    """

    __tablename__ = "intake"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), unique=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[IntakeState] = mapped_column(str_enum(IntakeState, "state"), default=IntakeState.WAITING)
    message: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(lazy="raise")
