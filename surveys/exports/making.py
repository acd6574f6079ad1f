"""Make a file of sheets, into a temporary file on disk: memory stays flat and a failure leaves nothing behind."""

import tempfile
from collections.abc import Callable
from typing import IO

from core import clock
from core.errors import RuleBroken
from core.i18n import gettext as _
from surveys import queries_results
from surveys.exports import csv, json, sav, xlsx
from surveys.exports.content import Content
from surveys.models import Survey

WRITERS: dict[str, tuple[Callable[[Content, IO[bytes]], None], str]] = {
    "xlsx": (xlsx.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv.write, "text/csv; charset=utf-8"),
    "sav": (sav.write, "application/x-spss-sav"),
    "json": (json.write, "application/json"),
}
"""How each format is written, and its media type."""
IN_MEMORY = 2**20


def export(survey: Survey, format_: str) -> IO[bytes]:
    """The sheets of a survey whose agency is loaded, rewound."""
    if format_ not in WRITERS:
        raise RuleBroken(_("Không có định dạng này."))
    asked = queries_results.asked_of(survey.id)
    content = Content(
        survey_id=survey.id,
        title=survey.title,
        agency=survey.agency.name,
        anonymous=survey.anonymous,
        questions=asked.questions,
        sheets=asked.total,
        made_at=clock.now(),
    )
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # the caller reads it and closes it
    WRITERS[format_][0](content, out)
    out.seek(0)
    return out
