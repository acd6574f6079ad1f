"""What the form of a page brings: values, and files, which never come as a number that the browser could make up.

A file answer is the one uploaded with this form, or the one that the sheet holds already: the form names no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app
from werkzeug.datastructures import FileStorage, MultiDict

from core import files
from core.db import db
from core.errors import RuleBroken
from core.files import StoredFile
from surveys.definition.shape import Kind, Question
from surveys.engine.values import Problem, Value
from surveys.forms.reading import DROP, Typed, carried_codes, field_name, read_value
from surveys.services.answering import Work

MEGABYTE = 2**20
KINDS = files.LETTERS
NOT_LOST = frozenset({"required"})


@dataclass
class Incoming:
    """``values``: by question; ``asked``: what the form carried; ``problems``: files that were refused."""

    values: dict[str, Value | None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    new: list[StoredFile] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)

    def keep(self) -> None:
        """The page was saved: files that others took the place of go."""
        for stored in (db.session.get(StoredFile, number) for number in self.replaced):
            if stored is not None:
                files.forget(stored)

    def take_back(self) -> None:
        """The page was refused: what was uploaded with it goes."""
        for stored in self.new:
            files.forget(stored)

    def would_lose(self, problem: Problem) -> bool:
        """Was something typed that leaving the page would lose?"""
        return problem.code not in NOT_LOST and (self.values.get(problem.question) is not None)


def take(work: Work, page_code: str, typed: Typed, uploads: "MultiDict[str, FileStorage]") -> Incoming:
    """Read the form of a page. Fields of questions that are not on it become answers that the service refuses."""
    incoming = Incoming()
    page = work.definition.page(page_code)
    there = {question.code: question for question in (page.questions if page else ())}
    carried = carried_codes(typed) | {name.split("-")[1] for name in uploads if name.startswith("q-")}
    incoming.asked = carried & there.keys()
    for code in sorted(carried):
        question = there.get(code)
        if question is None:
            if typed.get(field_name(code)):
                incoming.values[code] = {"choice": ""}
        elif question.kind == Kind.FILE:
            _take_file(incoming, question, work.answers, typed, uploads)
        else:
            incoming.values[code] = read_value(question, typed)
    return incoming


def _take_file(
    incoming: Incoming,
    question: Question,
    answers: Mapping[str, Value],
    typed: Typed,
    uploads: "MultiDict[str, FileStorage]",
) -> None:
    held = answers.get(question.code)
    upload = uploads.get(field_name(question.code))
    incoming.values[question.code] = held
    if upload is not None and upload.filename:
        limit = current_app.config["MAX_ATTACHMENT_MB"] * MEGABYTE
        try:
            stored = files.save_upload(upload.stream, upload.filename, kinds=KINDS, limit=limit)
        except RuleBroken as refusal:
            incoming.problems.append(Problem(question.code, "file", {"said": refusal.message}))
            return
        incoming.new.append(stored)
        incoming.values[question.code] = {"file": stored.id, "name": stored.name}
    elif typed.get(field_name(question.code, DROP)):
        incoming.values[question.code] = None
    else:
        return
    if held is not None:
        incoming.replaced.append(held["file"])
