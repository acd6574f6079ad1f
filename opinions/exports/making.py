"""Make a file of the desk, into a temporary file on disk: memory stays flat and a failure leaves nothing behind."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, TypeAlias

from consultations.models import Consultation
from core import clock, files
from core.files import FileKind
from core.text import slug
from opinions.exports import csv, docx, dossier, json_lines, report, xlsx
from opinions.exports.apart import lines
from opinions.exports.words import CHANNELS, Heading
from opinions.models import ExportKind
from opinions.queries.apart import Apart, apart
from opinions.queries.table import totals

Writer: TypeAlias = Callable[[Heading, IO[bytes]], None]
Written: TypeAlias = Callable[[int], object]

IN_MEMORY = 2**20


@dataclass(frozen=True)
class Format:
    """A kind of file: what its name begins with, and how it is written. The dossier is of many (``write`` is None)."""

    name: str
    kind: FileKind
    write: Writer | None


FORMATS: Mapping[ExportKind, Format] = {
    ExportKind.TABLE: Format("ban-tong-hop", files.DOCX, docx.write),
    ExportKind.TABLE_BY_PROBLEM: Format("ban-tong-hop-theo-van-de", files.DOCX, docx.write_by_problem),
    ExportKind.ANNEX: Format("ban-tong-hop", files.XLSX, xlsx.write),
    ExportKind.CSV: Format("y-kien", files.CSV, csv.write),
    ExportKind.JSON_LINES: Format("y-kien", files.JSON_LINES, json_lines.write),
    ExportKind.REPORT: Format("bao-cao-tom-tat", files.DOCX, report.write),
    ExportKind.DOSSIER: Format("ho-so", files.ZIP_FILE, None),
}


def file_name(consultation: Consultation, kind: ExportKind) -> str:
    """What a file that is made now is called."""
    made = FORMATS[kind]
    at = f"{clock.local(clock.now()):%Y%m%d-%H%M}"
    return f"{made.name}-{slug(consultation.title)[:60]}-{at}{made.kind.suffix}"


def export(consultation: Consultation, kind: ExportKind, written: Written | None = None) -> IO[bytes]:
    """The file of a consultation whose agency is loaded, rewound."""
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # the caller reads it and closes it
    heading, kinds = _headed(consultation, written)
    if (write := FORMATS[kind].write) is not None:
        write(heading, out)
    else:
        dossier.write(consultation, heading, kinds, out)
    out.seek(0)
    return out


def heading_of(consultation: Consultation) -> Heading:
    """What the files of a consultation say of it now; its agency is loaded."""
    return _headed(consultation, None)[0]


def _headed(consultation: Consultation, written: Written | None) -> tuple[Heading, Apart]:
    counted = totals(consultation.id)
    kinds = apart(consultation, counted.in_table, live=True)
    heading = Heading(
        consultation_id=consultation.id,
        title=consultation.title,
        agency=consultation.agency.name,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        made_at=clock.now(),
        totals=counted,
        apart=tuple(lines(kinds, CHANNELS)),
        asked=kinds.asked,
        written=written,
    )
    return heading, kinds
