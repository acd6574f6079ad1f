"""How fast the results of a large survey are shown, and how fast and in how much memory its files are written.

    python benchmarks/surveys.py                            100,000 sheets of 30 questions, on SQLite
    python benchmarks/surveys.py --sheets 10000 --database postgresql://…/an_empty_database
    python benchmarks/surveys.py --folder bench --steps fill,count      in pieces: what is filled stays there
    python benchmarks/surveys.py --folder bench --steps pages,csv,xlsx

Sheets are written in bulk, as the box would write them. "count" is the one aggregation that the worker makes in the
background; pages are asked for one at a time. Memory is the peak of a process of its own for each file. Our aims: pages
under 300 ms at p95, files in 60 s and 300 MB.
"""

import argparse
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from sqlalchemy.orm import joinedload

from accounts.models import Person, Role
from app import create_app, database
from benchmarks.export import measured
from core import clock, memory, outbox
from core.bulk import insert_rows
from core.db import db, transaction
from surveys import queries, queries_results
from surveys.definition.shape import MATRICES, NUMERIC, Definition, Kind, Option, Page, Question, ScaleStyle
from surveys.engine.rows import rows_of
from surveys.exports.making import export
from surveys.models import Answer, AnswerSheet, Survey
from surveys.services import building, counting
from tests.factories import make_agency, make_staff

AT_ONCE = 5_000
REQUESTS = 100
FORMATS = ("csv", "xlsx", "sav", "json")
STEPS = ("fill", "count", "pages", *FORMATS)
TITLE = "Khảo sát lớn"
ANSWER = ("sheet_id", "survey_id", "question", "sub", "option", "number", "text")
LINE = "{:<20}{:>11}{:>14}{:>9}{:>13}"
"""Name; seconds or p50 ms; sheets a second or p95 ms; MB or KB; seconds or median ms of our own processor time."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sheets", type=int, default=100_000)
    options.add_argument("--database", metavar="URL", help="an empty database, or the one filled before")
    options.add_argument("--folder", help="kept; else a folder that is removed at the end")
    options.add_argument("--steps", default=",".join(STEPS))
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="danban-bench-") as passing:
        folder = Path(given.folder or passing).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        url = given.database or f"sqlite:///{folder}/bench.sqlite3"
        settings = {"DANBAN_INSTANCE": str(folder), "SQLALCHEMY_DATABASE_URI": url, "WAKE_WORKER": False}
        app = create_app(settings)
        memory.settle()  # as the processes of a site do
        database.upgrade(app)
        print(LINE.format("", "s | p50 ms", "1/s | p95 ms", "MB | KB", "cpu s | ms"))
        for step in given.steps.split(","):
            run(step, app, settings, given.sheets)


def run(step: str, app: Flask, settings: dict[str, Any], sheets: int) -> None:
    """One step, and its line."""
    if step == "pages":
        with app.app_context():
            survey_id = find_survey()
        for name, path, staff in (
            ("results, public", f"/khao-sat/{survey_id}/ket-qua/", False),
            ("results, desk", f"/soan-thao/khao-sat/{survey_id}/ket-qua/", True),
        ):
            taken, own, size = ask(app, path, staff=staff)
            p50, p95 = (f"{1000 * taken[int(share * len(taken))]:.0f}" for share in (0.5, 0.95))
            print(LINE.format(name, p50, p95, f"{size // 1024}", f"{1000 * own[len(own) // 2]:.0f}"), flush=True)
        return
    before = os.times()
    if step in FORMATS:
        with app.app_context():
            survey_id = find_survey()
            db.engine.dispose()
        seconds, megabytes = measured(write, settings, survey_id, step)
    else:
        started = time.perf_counter()
        with app.app_context():
            fill(sheets) if step == "fill" else count()
        seconds, megabytes = time.perf_counter() - started, 0.0
    used = sum(after - before for before, after in zip(before[:4], os.times()[:4], strict=True))
    figures = f"{seconds:.1f}", f"{sheets / seconds:,.0f}", f"{megabytes:.0f}", f"{used:.1f}"
    print(LINE.format(step, *figures), flush=True)


# --- steps ------------------------------------------------------------------------------------------------------------


def fill(sheets: int) -> None:
    """As many sheets as are missing, in the order of their ids."""
    survey = db.session.scalar(sa.select(Survey).where(Survey.title == TITLE)) or make_survey()
    survey_id, version_id = survey.id, queries.get_published_version(survey.id).id
    there = queries_results.asked_of(survey_id).total
    chance = random.Random(7)
    ids = sorted(uuid.UUID(int=chance.getrandbits(128), version=4) for _ in range(sheets))
    db.session.commit()
    for start in range(there, sheets, AT_ONCE):
        with transaction():
            part = [_id(one) for one in ids[start : start + AT_ONCE]]
            rows = [[one, survey_id, version_id, "web"] for one in part]
            insert_rows(_table(AnswerSheet), ("id", "survey_id", "version_id", "channel"), rows)
            answers = [[one, survey_id, *row] for one in part for row in answers_of_one(chance)]
            insert_rows(_table(Answer), ANSWER, answers)
    with transaction():
        db.session.execute(sa.text("ANALYZE"))


def count() -> None:
    """What the worker does once after the last sheet."""
    with transaction():
        survey = db.session.get_one(Survey, find_survey())
        counting.ask_for(survey.id, delay=timedelta(0))
        survey.results_published_at = clock.now()
    outbox.drain()


def ask(app: Flask, path: str, *, staff: bool) -> tuple[list[float], list[float], int]:
    """Seconds of each request, and of our processor, from the shortest; and the size of the page."""
    client, size = app.test_client(), 0
    taken: list[float] = []
    own: list[float] = []
    if staff:
        with app.app_context(), client.session_transaction() as session:
            person = db.session.scalars(sa.select(Person)).one()
            session["_user_id"], session["_fresh"] = person.get_id(), True
    for number in range(REQUESTS + 5):
        started, began = time.perf_counter(), time.process_time()
        answer = client.get(path)
        if number >= 5:  # the first ones load templates
            taken.append(time.perf_counter() - started)
            own.append(time.process_time() - began)
        assert answer.status_code == 200, (path, answer.status_code)
        size = len(answer.data)
    return sorted(taken), sorted(own), size


def write(settings: dict[str, Any], survey_id: int, format_: str) -> None:
    """The desk's file."""
    with create_app(settings).app_context():
        survey = db.session.scalars(
            sa.select(Survey).options(joinedload(Survey.agency)).where(Survey.id == survey_id)
        ).one()
        export(survey, format_).close()


# --- the survey -------------------------------------------------------------------------------------------------------


def find_survey() -> int:
    return db.session.scalars(sa.select(Survey.id).where(Survey.title == TITLE)).one()


def make_survey() -> Survey:
    """Open, published, with somebody who may see its results."""
    with transaction():
        agency = make_agency()
        person = make_staff(Role.DRAFTER, agency)
        now = clock.now()
        settings = building.Settings(TITLE, now - timedelta(days=9), now + timedelta(days=9))
        survey = building.create_survey(agency, settings, by=person, definition=definition())
        building.publish(survey)
    return survey


def definition() -> Definition:
    """Thirty questions: 70 columns of a file, some fifty rows a sheet."""
    return Definition(
        tuple(Page(f"trang_{n}", items=tuple(QUESTIONS[n * 6 : n * 6 + 6])) for n in range(5)),
    )


def _options(count: int, prefix: str = "chon") -> tuple[Option, ...]:
    return tuple(Option(f"{prefix}_{n}", f"Lựa chọn thứ {n} của câu này") for n in range(count))


def _questions() -> Iterator[Question]:
    yield from (Question(f"mot_{n}", Kind.SINGLE, "Chọn một ý?", options=_options(5)) for n in range(10))
    likert: dict[str, Any] = {"low": 1, "high": 5, "style": ScaleStyle.LIKERT}
    yield from (Question(f"muc_{n}", Kind.SCALE, "Hài lòng đến đâu?", **likert) for n in range(3))
    yield Question("nps", Kind.SCALE, "Giới thiệu chứ?", low=0, high=10, style=ScaleStyle.NPS)
    yield from (Question(f"nhieu_{n}", Kind.MULTIPLE, "Chọn nhiều ý?", options=_options(6)) for n in range(3))
    rows = _options(5, "dong")
    yield from (Question(f"bang_{n}", Kind.MATRIX_SINGLE, "?", rows=rows, options=_options(5)) for n in range(2))
    yield Question("bang_nhieu", Kind.MATRIX_MULTIPLE, "?", rows=rows[:3], options=_options(4))
    yield Question("hang", Kind.RANKING, "Xếp hạng?", options=_options(5))
    yield from (Question(f"so_{n}", Kind.NUMBER, "Bao nhiêu?", low=0, high=99) for n in range(2))
    yield Question("ngay", Kind.DATE, "Ngày nào?")
    yield from (Question(f"co_{n}", Kind.YES_NO, "Có không?") for n in range(2))
    yield Question("nghe", Kind.DROPDOWN, "Nghề?", options=_options(12))
    yield Question("noi_o", Kind.PLACE, "Ở đâu?")
    yield Question("ngan", Kind.SHORT_TEXT, "Một lời?")
    yield Question("dai", Kind.LONG_TEXT, "Vì sao?")


QUESTIONS = list(_questions())
_WORDS = ("chờ lâu", "đi lại nhiều lần", "cán bộ hướng dẫn rõ", "giấy tờ còn nhiều", "nên làm qua mạng")


def answers_of_one(chance: random.Random) -> Iterator[list[Any]]:
    """[question, sub, option, number, text] of one sheet; a tenth of its questions is seen and not answered."""
    for question in QUESTIONS:
        value = None if chance.random() < 0.1 else _value(question, chance)
        for row in rows_of(question, value):
            yield [row.question, row.sub, row.option, row.number, row.text]


def _value(question: Question, chance: random.Random) -> dict[str, Any]:
    choices, kind = question.choices, question.kind
    if kind in NUMERIC:
        return {"number": chance.randint(int(question.low or 0), int(question.high or 0))}
    if kind == Kind.MULTIPLE:
        return {"choices": chance.sample(choices, 2)}
    if kind in MATRICES:
        return {"rows": {r.code: chance.sample(choices, 2 - (kind == Kind.MATRIX_SINGLE)) for r in question.rows}}
    if kind == Kind.RANKING:
        return {"order": chance.sample(choices, len(choices))}
    if kind == Kind.PLACE:
        province = chance.randint(1, 34)
        return {"province": f"{province:02}", "commune": f"{province * 300 + chance.randint(1, 90):05}"}
    if kind == Kind.DATE:
        return {"date": f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"}
    if choices:
        return {"choice": chance.choice(choices)}
    return {"text": " ".join(chance.choices(_WORDS, k=2 if question.kind == Kind.SHORT_TEXT else 10))}


def _id(number: uuid.UUID) -> Any:
    return number if db.engine.dialect.name == "postgresql" else number.hex


def _table(model: type[Any]) -> sa.Table:
    table: sa.Table = model.__table__
    return table


if __name__ == "__main__":
    main()
