"""Every page, feed and file of the site that can be asked for, made from the routes themselves."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BuildError, Rule

from opinions.models import ExportKind

Ids = Mapping[str, Sequence[object]]

CHOICES: Ids = {
    "number": [1],
    "kind": list(ExportKind),
    "format_": ["csv", "json", "xlsx", "docx"],
    "ending": ["json", "txt"],
    "act": ["gia-han"],
    "province": ["01"],
}
"""Arguments that name no row."""
NOT_OURS = frozenset(
    (
        *("filename", "token", "page", "survey_id", "code", "attachment_id", "paper_id", "batch_id", "file_id"),
        *("item_id", "pairing_id", "saved_id", "group_id", "family_id", "proposal_id"),
        *("sheet_id", "export_id", "letter_id", "report_id", "body_id"),
    )
)
"""Arguments of pages about what this world has none of, or that a secret opens."""


FILES_OF_THE_AGENCY = frozenset(("static", "consultations.desk_source_file"))
"""Nothing of what people wrote; and the factories of tests make no draft's file."""


OURS = frozenset(
    (
        *("consultation_id", "document_id", "lineage_id", "place", "comment_id", "subject_type", "subject_id"),
        *("agency_id", "board_id", "topic_id", "post_id", "person_id"),
    )
)
"""Arguments that name what people wrote, or where it stands: ``World.ids`` has some of each."""


def unknown_arguments(app: Flask) -> set[str]:
    """Arguments of pages that nobody has said anything about here: their pages would not be looked at."""
    return {name for rule in _pages(app) for name in rule.arguments} - OURS - NOT_OURS - CHOICES.keys()


def addresses(app: Flask, ids: Ids) -> list[str]:
    """What the routes lead to for these ids."""
    router, found = app.url_map.bind("localhost"), []
    known = {**CHOICES, **ids}
    for rule in _pages(app):
        names = sorted(rule.arguments)
        for values in product(*(known.get(name, ()) for name in names)):
            try:
                found.append(router.build(rule.endpoint, dict(zip(names, values, strict=True))))
            except BuildError:
                continue  # a choice that this route does not offer
    return found


class Door:
    """One visitor, with a browser's cache: where the site says that nothing has changed, the old page is seen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._kept: dict[str, tuple[str, str]] = {}

    def read(self, address: str) -> tuple[str, bool]:
        """What is seen there now ("" for a refusal), and whether a shared cache may keep it."""
        kept = self._kept.get(address)
        answer = self.client.get(address, headers={"If-None-Match": kept[0]} if kept else None)
        assert answer.status_code < 500, f"{address}: {answer.status_code}"
        if answer.status_code == 304 and kept:
            return kept[1], False
        if answer.status_code in (301, 302, 303):
            return str(answer.location), False
        if answer.status_code != 200:
            return answer.text, False
        text = _words_of(answer.get_data())
        if etag := answer.headers.get("ETag"):
            self._kept[address] = (etag, text)
        private = {"private", "no-store"} & {part.strip() for part in answer.headers["Cache-Control"].split(",")}
        return text, not private


def _words_of(data: bytes) -> str:
    """The text of an answer; of an office file, that of all its parts."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def _pages(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in FILES_OF_THE_AGENCY:
            yield rule
