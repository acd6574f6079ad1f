"""Make a file of the desk, into a temporary file on disk: memory stays flat and a failure leaves nothing behind."""

import tempfile
from collections.abc import Callable
from typing import IO

from consultations.models import Consultation
from core import clock
from core.errors import RuleBroken
from core.i18n import gettext as _
from opinions.exports import csv, docx, dossier, json, xlsx
from opinions.exports.apart import lines
from opinions.exports.words import CHANNELS, Heading
from opinions.queries.apart import Apart, apart
from opinions.queries.table import totals

Writer = Callable[[Heading, IO[bytes]], None]

WRITERS: dict[str, tuple[Writer, str]] = {
    "docx": (docx.write, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (xlsx.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv.write, "text/csv; charset=utf-8"),
    "json": (json.write, "application/json"),
}
"""How each format is written, and its media type."""
IN_MEMORY = 2**20


def export(consultation: Consultation, format_: str) -> IO[bytes]:
    """The official table (docx, xlsx) or the comments (csv, json) of a consultation whose agency is loaded, rewound."""
    if format_ not in WRITERS:
        raise RuleBroken(_("Không có định dạng này."))
    return make(consultation, WRITERS[format_][0])


def make(consultation: Consultation, write: Writer) -> IO[bytes]:
    """What a writer makes of a consultation whose agency is loaded, rewound."""
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # the caller reads it and closes it
    write(heading_of(consultation), out)
    out.seek(0)
    return out


def heading_of(consultation: Consultation) -> Heading:
    """What the files of a consultation say of it now; its agency is loaded."""
    return _headed(consultation)[0]


def write_dossier(consultation: Consultation, out: IO[bytes]) -> None:
    """The whole dossier as one .zip."""
    heading, kinds = _headed(consultation)
    dossier.write(consultation, heading, kinds, out)


def _headed(consultation: Consultation) -> tuple[Heading, Apart]:
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
    )
    return heading, kinds
