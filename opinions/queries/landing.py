"""What became of the wording that a response promised, in the version that followed it."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import Provision, Version
from core.db import db
from core.text import canonical_words
from legal.diff import Segment, redline
from opinions.models import OpinionGroup, Response, ResponseState


class Outcome(enum.StrEnum):
    """``written``: the provision holds the promised words, in their order, whatever the letter case and punctuation."""

    WRITTEN = "written"
    DIFFERENT = "different"
    GONE = "gone"


@dataclass(frozen=True)
class Landing:
    """What the newest version (its ``number``) made of a promised wording."""

    number: int
    outcome: Outcome
    promised: str
    printed: str

    @property
    def segments(self) -> list[Segment]:
        """From what was promised to what is printed, word by word."""
        return redline(self.promised, self.printed)


def landings(group_ids: Collection[int]) -> dict[int, Landing]:
    """By group: what became of the wording of its published response, once a later version is out. One query."""
    rows = db.session.execute(_promised(group_ids)) if group_ids else ()
    return {row.group_id: _landing(row) for row in rows}


def _landing(row: Any) -> Landing:
    if row.text is None:
        return Landing(row.number, Outcome.GONE, row.resulting_text, "")
    promised, printed = (" ".join(canonical_words(text)) for text in (row.resulting_text, row.text))
    outcome = Outcome.WRITTEN if f" {promised} " in f" {printed} " else Outcome.DIFFERENT
    return Landing(row.number, outcome, row.resulting_text, row.text)


def _promised(group_ids: Collection[int]) -> "sa.Select[*tuple[Any, ...]]":
    newest = (
        sa.select(sa.func.max(Version.id))
        .where(
            Version.document_id == OpinionGroup.document_id,
            Version.published_at.is_not(None),
            Version.published_at > Response.published_at,
        )
        .correlate(OpinionGroup, Response)
        .scalar_subquery()
    )
    return (
        sa.select(
            OpinionGroup.id.label("group_id"), Response.resulting_text, Version.number, Provision.text.label("text")
        )
        .join(Response, Response.group_id == OpinionGroup.id)
        .join(Version, Version.id == newest)
        .outerjoin(Provision, sa.and_(Provision.version_id == Version.id, Provision.lineage_id == OpinionGroup.place))
        .where(
            OpinionGroup.id.in_(group_ids),
            OpinionGroup.place != 0,
            Response.state == ResponseState.PUBLISHED,
            Response.resulting_text != "",
        )
    )
