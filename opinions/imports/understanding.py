"""A row of cells becomes an opinion, or a reason why it can't; whatever was guessed is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from consultations.models import Channel, ContributorKind, Stance
from consultations.services.batches import Imported, Note, Sender
from core import clock
from core.i18n import gettext as _
from core.similarity import fingerprint_of_clean
from core.text import clean, nfc, truncate_words
from opinions.imports import values
from opinions.imports.columns import Field, Layout
from opinions.imports.places import LONGEST, Finding, PlaceFinder
from opinions.imports.source import Row
from opinions.queries.units import Units

LONGEST_NAME = 200
DETAIL = 150


@dataclass(frozen=True)
class Ground:
    """What rows are read against: the draft, the country's places, the channel of the batch and when it came."""

    finder: PlaceFinder
    units: Units
    channel: Channel
    imported_at: datetime


class Reader:
    """Reads the rows of one file by its layout."""

    def __init__(self, layout: Layout, ground: Ground) -> None:
        self._columns: Mapping[Field, int] = layout.columns
        self._ground = ground
        self._fingerprint = lru_cache(5000)(fingerprint_of_clean)  # form letters

    def read(self, row: Row) -> tuple[Imported | None, Sequence[Note]]:
        """The opinion of a row that isn't blank, with what there is to say of it; None where it was refused."""
        if row.fault:
            return None, [Note(row.number, row.fault, refused=True)]
        cells = {name: row.cells[at] for name, at in self._columns.items() if at < len(row.cells)}
        told = clean(cells.get(Field.STANCE, ""))
        proposed = clean(cells.get(Field.PROPOSED, ""))
        body = clean(cells.get(Field.BODY, "")) or (told if not proposed else "")
        if not body and not proposed:
            return None, [Note(row.number, "empty", refused=True, detail=_whole(row))]
        notes: list[Note] = []
        finding, given = self._place(cells, body, row.number, notes)
        sender = self._sender(cells, row.number, notes)
        _signs(row, cells, notes)
        return (
            Imported(
                row=row.number,
                sender=sender,
                document_id=finding.spot.document_id,
                provision_id=finding.spot.provision_id,
                place=finding.spot.place,
                place_given=given if finding.unplaced or finding.several else "",
                unplaced=finding.unplaced,
                stance=self._stance(told, body, row.number, notes),
                body=body,
                proposed_text=proposed,
                fingerprint=self._fingerprint(f"{body}\n{proposed}"),
            ),
            notes,
        )

    def _place(self, cells: Mapping[Field, str], body: str, row: int, notes: list[Note]) -> tuple[Finding, str]:
        given = " ".join(nfc(cells.get(Field.PLACE, "")).split())[:LONGEST]
        finding = self._ground.finder.find(given) if given else self._ground.finder.find_in_body(body)
        if finding.unplaced:
            notes.append(Note(row, "unplaced", detail=given))
        elif finding.several:
            notes.append(Note(row, "several", detail=given))
        return finding, given

    def _sender(self, cells: Mapping[Field, str], row: int, notes: list[Note]) -> Sender:
        name, body = _one_line(cells.get(Field.NAME, "")), _one_line(cells.get(Field.ORGANISATION, ""))
        if not name and not body:
            notes.append(Note(row, "nameless"))
        public = body or name or _("Không ghi tên")
        kind = values.kind(told) if (told := cells.get(Field.KIND, "")) else None
        if kind is None:
            kind = values.kind_of_name(public)
            if body and kind == ContributorKind.INDIVIDUAL:
                kind = ContributorKind.ORGANISATION
        return Sender(
            kind=kind,
            name=(f"{name}, {body}" if name and body else public)[:LONGEST_NAME],
            public_name=public[:LONGEST_NAME],
            place_code=self._unit(cells, row, notes),
            channel=str(self._channel(cells, row, notes).value),
            sent_at=self._received(cells, row, notes),
            people=self._people(cells, row, notes),
        )

    def _unit(self, cells: Mapping[Field, str], row: int, notes: list[Note]) -> str | None:
        province, commune = cells.get(Field.PROVINCE, ""), cells.get(Field.COMMUNE, "")
        if not province and not commune:
            return None
        code = self._ground.units.find(province, commune)
        if code is None:
            notes.append(Note(row, "province", detail=_detail(f"{commune} {province}")))
        return code

    def _channel(self, cells: Mapping[Field, str], row: int, notes: list[Note]) -> Channel:
        told = cells.get(Field.CHANNEL, "").strip()
        found = values.channel(told) if told else None
        if told and found is None:
            notes.append(Note(row, "channel", detail=_detail(told)))
        return found or self._ground.channel

    def _received(self, cells: Mapping[Field, str], row: int, notes: list[Note]) -> datetime:
        told = cells.get(Field.RECEIVED, "").strip()
        if not told:
            return self._ground.imported_at
        day = values.day(told)
        if day is None or not date(2000, 1, 1) <= day <= clock.local(self._ground.imported_at).date():
            notes.append(Note(row, "received", detail=_detail(told)))
            return self._ground.imported_at
        return _start_of(day)

    def _people(self, cells: Mapping[Field, str], row: int, notes: list[Note]) -> int | None:
        told = cells.get(Field.PEOPLE, "").strip()
        found = values.people(told) if told else None
        if told and found is None:
            notes.append(Note(row, "people", detail=_detail(told)))
        return found

    def _stance(self, told: str, body: str, row: int, notes: list[Note]) -> Stance:
        if not told:
            return values.stance_of_body(body)
        found = values.stance(told)
        if found is None:
            notes.append(Note(row, "stance", detail=_detail(told)))
        return found or Stance.AMEND


@lru_cache(5000)
def _start_of(day: date) -> datetime:
    return clock.start_of(day)


def _signs(row: Row, cells: Mapping[Field, str], notes: list[Note]) -> None:
    if row.hidden:
        notes.append(Note(row.number, "hidden"))
    for cell in cells.values():
        if cell[:1] == "=" and len(cell) > 1:
            notes.append(Note(row.number, "formula", detail=_detail(cell)))
            return


def _one_line(text: str) -> str:
    return " ".join(clean(text).split()) if text else ""


def _whole(row: Row) -> str:
    return _detail(" | ".join(cell.strip() for cell in row.cells if cell.strip()))


def _detail(text: str) -> str:
    return truncate_words(clean(text), DETAIL)
