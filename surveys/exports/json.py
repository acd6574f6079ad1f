"""Sheets as JSON: {"survey", "statement", "questions", "sheets": [{"id", "version", "channel", "answers"}]}.

An answer has the shape that surveys.engine.values tells of; null for whoever saw the question and did not answer.
Files are told by their names alone.
"""

import itertools
import json
from operator import attrgetter
from typing import IO, Any

from surveys.definition.documents import to_json
from surveys.definition.shape import Definition, Page
from surveys.engine.rows import value_of
from surveys.exports.content import Content, statement
from surveys.exports.sheets import Sheet, sheets_of


def write(content: Content, out: IO[bytes]) -> None:
    """Write the file; holds a thousand sheets in memory at most."""
    questions = {question.code: question for question in content.questions}
    document = to_json(Definition((Page("questions", items=content.questions),)))
    head = {
        "survey": {"id": content.survey_id, "title": content.title, "agency": content.agency},
        "made_at": content.made_at.isoformat(),
        "statement": statement(content),
        "count": content.sheets,
        "questions": document["pages"][0]["items"],
    }
    out.write(_dump(head)[:-1] + b', "sheets": [')
    for number, sheet in enumerate(sheets_of(content.survey_id)):
        out.write((b",\n" if number else b"\n") + _dump(_sheet(sheet, questions)))
    out.write(b"\n]}\n")


def _sheet(sheet: Sheet, questions: dict[str, Any]) -> dict[str, Any]:
    answers = {}
    grouped = itertools.groupby(sorted(sheet.rows, key=attrgetter("question")), key=attrgetter("question"))
    for code, rows in grouped:
        if question := questions.get(code):
            value = value_of(question, rows)
            answers[code] = {"name": value["name"]} if value and "file" in value else value
    return {"id": str(sheet.id), "version": sheet.version, "channel": sheet.channel, "answers": answers}


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
