"""The way of one opinion, as the stations of its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consultations.queries.receipts import SentComment, Slip
from moderation.models import ReviewStatus

ENDS = {ReviewStatus.REFUSED: "refused", ReviewStatus.SPAM: "spam", ReviewStatus.WITHDRAWN: "withdrawn"}


@dataclass(frozen=True)
class Station:
    """One station. ``state``: done, now (the last one reached), ahead. ``kind`` chooses the words."""

    kind: str
    at: datetime | None
    state: str = "ahead"


def stations(slip: Slip, comment: SentComment, fate: Any) -> list[Station]:
    """Every station of a comment in order. ``fate`` is what a package above knows of it (slot ``comment.fates``)."""
    steps: list[tuple[str, datetime | None, bool]] = [("received", slip.sent_at, True)]
    if comment.status == ReviewStatus.UNCONFIRMED:
        steps.append(("confirm", None, False))
    elif slip.confirmed_at is not None and slip.confirmed_at > slip.sent_at:
        steps.append(("confirmed", slip.confirmed_at, True))
    if comment.status in ENDS:
        steps.append((ENDS[comment.status], comment.decided.at if comment.decided else None, True))
    else:
        steps += _ahead(slip, comment, fate)
    last = max(index for index, (_kind, _at, reached) in enumerate(steps) if reached)
    return [
        Station(kind, at, ("now" if index == last else "done") if reached else "ahead")
        for index, (kind, at, reached) in enumerate(steps)
    ]


def reached(way: Sequence[Station]) -> str:
    """The kind of the station where an opinion stands: the next one while it waits for its author or a moderator."""
    waiting = [station.kind for station in way if station.state == "ahead" and station.kind in ("confirm", "review")]
    last = next(station.kind for station in way if station.state == "now")
    return waiting[0] if waiting and last == "received" else last


def shortened(way: Sequence[Station]) -> list[Station]:
    """The way so far and the next station: where several comments stand on one page."""
    ahead = [station for station in way if station.state == "ahead"]
    return [station for station in way if station.state != "ahead" or station is ahead[0]]


def following(ways: Sequence[Sequence[Station]]) -> list[Station]:
    """The stations that ``shortened`` left out, each once: those of the comment with the longest way to go."""
    left_out = [[station for station in way if station not in shortened(way)] for way in ways]
    return max(left_out, key=len, default=[])


def _ahead(slip: Slip, comment: SentComment, fate: Any) -> list[tuple[str, datetime | None, bool]]:
    published = comment.status == ReviewStatus.PUBLISHED
    grouped_at = getattr(fate, "grouped_at", None)
    answered_at = getattr(fate, "answered_at", None)
    return [
        ("published" if published else "review", comment.published_at if published else None, published),
        ("grouped", grouped_at, grouped_at is not None),
        ("answered", answered_at, answered_at is not None),
        ("table", slip.table_published_at, slip.table_published_at is not None),
    ]
