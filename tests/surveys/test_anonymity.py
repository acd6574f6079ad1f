"""Who took part and what was answered cannot be joined: not by a column, a time, an id, an order, a transaction."""

import itertools
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from core import outbox
from core.db import Base, db, transaction
from surveys.models import Answer, AnswerSheet, Participation, SheetDraft, Survey, WrittenAnswer
from surveys.services import answering, box
from tests.surveys.making import answers_of_every_kind, make_guest, make_survey
from tests.surveys.test_answering import CLOSED

PARTICIPATION, SHEET, ANSWER, WRITTEN = (
    Base.metadata.tables[model.__tablename__] for model in (Participation, AnswerSheet, Answer, WrittenAnswer)
)
PEOPLE = 24
BY_CHANCE = 14
"""A random order hits once in each of the three openings of the box on average; fourteen times once in some 300,000."""
ROW_FACTS = {"sqlite": (), "postgresql": ("ctid", "xmin", "cmin")}


def _answer_with_their_number(survey: Survey, number: int) -> str:
    """Somebody answers with a number of their own, in a transaction of their own; returns their key."""
    with transaction():
        guest = make_guest(survey)
        answering.begin(survey, guest)
        pages = answers_of_every_kind()
        pages["ve_ban"]["tuoi"] = {"number": 20 + number}
        pages["cuoi"]["loi"] = {"text": f"Lời {20 + number}"}
        for page, values in pages.items():
            answering.save_page(survey, guest, page, values)
        answering.send(survey, guest)
    return guest.key


def _rows(table: sa.FromClause, survey_id: int) -> list[dict[str, Any]]:
    """Everything the database tells of the rows of a table, in the order in which it hands them out."""
    name = db.engine.dialect.name
    hidden = [sa.cast(sa.literal_column(fact), sa.String).label(fact) for fact in ROW_FACTS[name]]
    statement = sa.select(*table.columns, *hidden).where(table.c.survey_id == survey_id)
    return [dict(row._mapping) for row in db.session.execute(statement)]


def _shown(column: str, row: dict[str, Any]) -> str:
    return str(row[column])


def _orders(rows: Sequence[dict[str, Any]], owner: str) -> dict[str, list[Any]]:
    """The owners in the order of each column and fact in turn, and as they come."""
    columns = [column for column in rows[0] if len({row[column] for row in rows}) > 1]
    orders = {column: sorted(rows, key=partial(_shown, column)) for column in columns}
    orders["as they come"] = list(rows)
    return {name: [row[owner] for row in order] for name, order in orders.items()}


def _best_join(
    by_person: dict[str, list[Any]], by_sheet: dict[str, list[Any]], truth: set[tuple[Any, Any]]
) -> tuple[int, str]:
    """The attempt itself: lay every order of the one beside every order of the other, forwards and backwards.

    Returns how many pairs of the best guess are right, and by which orders it was made.
    """
    tried = [
        (len(truth & set(zip(by_person[left], guess, strict=True))), f"{left} with {right}")
        for left, right in itertools.product(by_person, by_sheet)
        for guess in (by_sheet[right], by_sheet[right][::-1])
    ]
    return max(tried)


class TestJoining:
    @pytest.fixture
    def answered(self, fresh_app: Flask) -> tuple[Survey, list[str]]:
        """A survey that many have answered one after the other, closed and counted; their keys in that order."""
        with transaction():
            survey = make_survey(publishes_words=True)
            noise = make_survey(publishes_words=True)
        keys = []
        for number in range(PEOPLE):
            keys.append(_answer_with_their_number(survey, number))
            if number % 5 == 0:
                _answer_with_their_number(noise, number)
            if number % 8 == 7:
                outbox.drain()
        with transaction():
            survey.closes_at = CLOSED()
        with transaction():
            box.open_box(survey)
        return survey, keys

    def test_by_any_column_order_time_or_transaction_finds_no_more_than_chance(
        self, answered: tuple[Survey, list[str]]
    ) -> None:
        survey, keys = answered
        people = _rows(PARTICIPATION, survey.id)
        sheets = _with_numbers(_rows(SHEET, survey.id), survey.id)
        assert {row["key"] for row in people} == set(keys)
        assert sorted(row["number"] for row in sheets) == [20 + number for number in range(PEOPLE)]
        truth = {(key, 20 + number) for number, key in enumerate(keys)}
        by_person, by_sheet = _orders(people, "key"), _orders(sheets, "number")
        hits, how = _best_join(by_person, by_sheet, truth)
        assert hits < BY_CHANCE, how
        words = [row for row in _rows(WRITTEN, survey.id) if row["question"] == "loi"]
        by_words = _orders([{**row, "number": int(row["body"].removeprefix("Lời "))} for row in words], "number")
        hits, how = _best_join(by_person, by_words, truth)
        assert hits < BY_CHANCE, f"words before the moderators: {how}"
        for order in by_person.values():  # nor is the order of sending left in who took part
            assert order not in (keys, keys[::-1])
        assert sorted(by_sheet["as they come"]) != by_sheet["as they come"]

    def test_no_value_stands_in_both(self, answered: tuple[Survey, list[str]]) -> None:
        survey, _keys = answered
        people, sheets = _rows(PARTICIPATION, survey.id), _rows(SHEET, survey.id)
        answers = _rows(ANSWER, survey.id)
        shared = _values(people) & (_values(sheets) | _values(answers))
        assert shared <= {str(survey.id)}

    def test_rows_of_one_transaction_are_never_fewer_than_a_small_cell(
        self, answered: tuple[Survey, list[str]]
    ) -> None:
        survey, _keys = answered
        if db.engine.dialect.name == "sqlite":  # it keeps no transaction ids: there is nothing to join by
            assert "xmin" not in {fact for table in (PARTICIPATION, SHEET) for fact in _rows(table, survey.id)[0]}
            return
        for table in (PARTICIPATION, SHEET):
            counted: dict[str, int] = {}
            for row in _rows(table, survey.id):
                counted[row["xmin"]] = counted.get(row["xmin"], 0) + 1
            assert len(counted) > 1, "the box was opened more than once"
            assert min(counted.values()) >= survey.min_cell

    def test_nothing_is_left_of_the_way_there(self, answered: tuple[Survey, list[str]]) -> None:
        survey, keys = answered
        assert db.session.scalars(sa.select(SheetDraft).where(SheetDraft.survey_id == survey.id)).all() == []
        for table in Base.metadata.sorted_tables:
            if table.name not in ("survey_participation", "survey_sheet_draft"):
                text = str(db.session.execute(sa.select(table)).all())
                assert not [key for key in keys if key in text], table.name


def _with_numbers(sheets: list[dict[str, Any]], survey_id: int) -> list[dict[str, Any]]:
    numbers = {row["sheet_id"]: int(row["number"]) for row in _rows(ANSWER, survey_id) if row["question"] == "tuoi"}
    return [{**sheet, "number": numbers[sheet["id"]]} for sheet in sheets]


def _values(rows: list[dict[str, Any]]) -> set[str]:
    """Every value of columns of the tables; those of transactions are looked at by themselves."""
    facts = {fact for facts in ROW_FACTS.values() for fact in facts}
    return {str(value) for row in rows for column, value in row.items() if column not in facts and value is not None}


class TestTheAttempt:
    """The same attempt finds everybody where a schema leaks: so it is known that it can."""

    @pytest.mark.parametrize("leak", ["counter", "time", "order", "transaction"])
    def test_joins_everybody_through_a_planted_leak(self, fresh_app: Flask, leak: str) -> None:
        if leak == "transaction" and db.engine.dialect.name == "sqlite":
            leak = "order"  # it keeps no transaction ids; the order of rows is what it has
        people, sheets, truth = _leaky_rows(leak)
        hits, _how = _best_join(_orders(people, "key"), _orders(sheets, "number"), truth)
        assert hits == PEOPLE

    def test_joins_nobody_without_a_leak(self, fresh_app: Flask) -> None:
        people, sheets, truth = _leaky_rows("")
        hits, how = _best_join(_orders(people, "key"), _orders(sheets, "number"), truth)
        assert hits < BY_CHANCE, how


def _leaky_rows(leak: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], set[tuple[Any, Any]]]:
    """Who took part and what was answered, from two tables that share what ``leak`` names, and the truth of it."""
    metadata = sa.MetaData()
    people, sheets = (
        sa.Table(
            f"leaky_{name}",
            metadata,
            sa.Column("survey_id", sa.Integer),
            *columns,
            *_mark_columns(leak),
        )
        for name, columns in (
            ("people", [sa.Column("key", sa.String)]),
            ("sheets", [sa.Column("id", sa.String), sa.Column("number", sa.Integer)]),
        )
    )
    numbers = random.sample(range(100), PEOPLE)
    sent = [
        (
            {"survey_id": 1, "key": uuid.uuid4().hex, **_marks(leak, turn)},
            {"survey_id": 1, "id": uuid.uuid4().hex, "number": number, **_marks(leak, turn)},
        )
        for turn, number in enumerate(numbers)
    ]
    metadata.create_all(db.engine)
    try:
        for batch in [[pair] for pair in sent] if leak == "transaction" else [sent]:
            with transaction():
                for table, rows in zip((people, sheets), zip(*batch, strict=True), strict=True):
                    kept = list(rows)
                    if leak not in ("order", "transaction"):
                        random.shuffle(kept)
                    db.session.execute(sa.insert(table), kept)
        return _rows(people, 1), _rows(sheets, 1), {(one["key"], other["number"]) for one, other in sent}
    finally:
        db.session.rollback()
        metadata.drop_all(db.engine)


def _mark_columns(leak: str) -> list[sa.Column[Any]]:
    types: dict[str, Any] = {"counter": sa.Integer, "time": sa.DateTime}
    return [sa.Column("mark", types[leak])] if leak in types else []


def _marks(leak: str, turn: int) -> dict[str, Any]:
    sent_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=turn)
    marks: dict[str, dict[str, Any]] = {"counter": {"mark": turn}, "time": {"mark": sent_at.replace(tzinfo=None)}}
    return marks.get(leak, {})


class TestSchema:
    def test_who_took_part_and_what_was_answered_have_no_time_and_no_counter(self) -> None:
        for table in (PARTICIPATION, SHEET, ANSWER):
            assert [c.name for c in table.columns if isinstance(c.type, sa.DateTime | sa.Date)] == []
            assert table.dialect_options["sqlite"]["with_rowid"] is False
            assert [c.name for c in table.columns if c.autoincrement is True or c.identity] == []

    def test_no_foreign_key_leads_from_one_to_the_other(self) -> None:
        def reached(table: Any, seen: set[str]) -> set[str]:
            for key in table.foreign_keys:
                if key.column.table.name not in seen:
                    seen.add(key.column.table.name)
                    reached(key.column.table, seen)
            return seen

        assert reached(PARTICIPATION, set()) & {"survey_answer_sheet", "survey_sheet_owner"} == set()
        assert reached(ANSWER, set()) & {"survey_participation", "person", "survey_invitation"} <= {"person"}
        assert {c.name for c in SHEET.columns} == {"id", "survey_id", "version_id", "channel"}
        assert {c.name for c in PARTICIPATION.columns} == {"survey_id", "key", "door"}
