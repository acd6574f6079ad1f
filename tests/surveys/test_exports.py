"""Files of sheets: every figure of the results can be counted again from them, and nothing in them runs."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, joinedload

from core.db import db
from surveys.definition.shape import CHOSEN_ONE, MATRICES, NUMERIC, Definition, Kind, Option, Question
from surveys.engine.rows import AnswerRow
from surveys.exports import sheets
from surveys.exports.columns import SEEN, Table, columns_of
from surveys.exports.making import WRITERS, export
from surveys.exports.sav import LONGEST_NAME, NO_ANSWER, sav_names
from surveys.models import Survey
from surveys.results.bins import number_bins, time_bins
from surveys.services import counting
from surveys.services.counting import read_results
from tests.conftest import Login
from tests.support.limits import SOAK
from tests.surveys.answered import count_sheets
from tests.surveys.making import every_kind, make_survey
from tests.surveys.random_surveys import answers_to, surveys
from tests.surveys.test_results_pages import drafter_of, flat, never_there

EVIL = '=HYPERLINK("http://xau.example","x")'


def read(survey: Survey, format_: str) -> bytes:
    loaded = db.session.scalars(
        sa.select(Survey).options(joinedload(Survey.agency)).where(Survey.id == survey.id)
    ).one()
    with export(loaded, format_) as file:
        return file.read()


def rows_of_csv(survey: Survey) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(survey, "csv").decode("utf-8-sig"))))


def recount(question: Question, rows: list[dict[str, str]]) -> dict[str, Any]:
    """The figures of a question, counted from the .csv alone: asked, and (row, choice) → sheets."""
    names = [column.name for column in columns_of([question])]
    asked = [row for row in rows if any(row[name] for name in names)]
    counts: dict[tuple[str, str], int] = {}
    for group, lines in _cells_of(question, asked):
        for name, n in lines:
            counts[group, name] = n
    return {"asked": len(asked), "counts": counts}


def _cells_of(question: Question, asked: list[dict[str, str]]) -> list[tuple[str, list[tuple[str, int]]]]:
    code, kind = question.code, question.kind

    def having(name: str, value: str) -> int:
        return sum(row[name] == value for row in asked)

    if kind in CHOSEN_ONE:
        return [("", [(choice, having(code, choice)) for choice in question.choices])]
    if kind == Kind.MULTIPLE:
        return [("", [(choice, having(f"{code}.{choice}", "1")) for choice in question.choices])]
    if kind == Kind.RANKING:
        ranked = [(c, sum(row[f"{code}.{c}"] not in ("0", SEEN) for row in asked)) for c in question.choices]
        return [("", ranked)]
    if kind in MATRICES:
        single = kind == Kind.MATRIX_SINGLE
        return [
            (
                r.code,
                [
                    (c, having(f"{code}.{r.code}", c) if single else having(f"{code}.{r.code}.{c}", "1"))
                    for c in question.choices
                ],
            )
            for r in question.rows
        ]
    if kind == Kind.PLACE:
        places = [row[f"{code}.province"] for row in asked if row[f"{code}.province"] != SEEN]
        return [("", [(place, places.count(place)) for place in set(places)])]
    return [("", _plain(question, [row[code] for row in asked if row[code] != SEEN]))]


def _plain(question: Question, said: list[str]) -> list[tuple[str, int]]:
    """Numbers, days, words: from what stands in the one column of the question."""
    if question.kind == Kind.DATE:
        return time_bins({value: said.count(value) for value in said})
    if question.kind not in NUMERIC:
        return [("answered", len(said))]
    values = {float(value): said.count(value) for value in said}
    if question.kind == Kind.NUMBER:
        return number_bins(values, whole=question.decimals == 0)
    return [(str(point), values.get(float(point), 0)) for point in range(1, 6)]


@given(data=st.data())
@settings(
    max_examples=60 if SOAK else 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_results_equal_a_recount_from_the_export(session: Session, data: st.DataObject) -> None:
    definition: Definition = data.draw(surveys())
    answers = data.draw(st.lists(answers_to(definition), max_size=6))
    survey = make_survey(definition=definition)
    count_sheets(make_survey(definition=definition), answers[:1])
    count_sheets(survey, answers)
    rows = rows_of_csv(survey)
    assert len(rows) == len(answers)
    for result in read_results(counting.count_now(survey.id)):
        counted = {(group.code, line.code): line.n for group in result.groups for line in group.lines}
        assert recount(result.question, rows) == {"asked": result.asked, "counts": counted}, result.question


@pytest.fixture
def survey(session: Session) -> Survey:
    survey = make_survey(definition=every_kind())
    count_sheets(make_survey(), [flat()] * 2)
    count_sheets(survey, [flat(loi={"text": EVIL}), never_there(40), flat(vi_sao={"text": SEEN})])
    count_sheets(survey, [flat(hai_long={"number": 4}, thu_tuc={"choice": "khac", "other": "Hộ chiếu"})])
    return survey


class TestCells:
    def test_answered_seen_and_not_asked_are_told_apart(self, survey: Survey) -> None:
        rows = rows_of_csv(survey)
        never = next(row for row in rows if row["da_den"] == "no")
        assert (never["ngay"], never["dieu_tot.phi"], never["nghe"], never["tuoi"]) == ("", "", SEEN, "40")
        there = next(row for row in rows if row["thu_tuc"] == "khac")
        assert there["thu_tuc.other.text"] == "Hộ chiếu"
        assert (there["dieu_tot.phi"], there["dieu_tot.khong"], there["uu_tien.gan"]) == ("1", "0", "1")
        assert (there["tung_mat.don_tiep"], there["kenh.lich.mang"], there["kenh.phi.mang"]) == ("kem", "1", SEEN)
        assert sorted(row["vi_sao"] for row in rows) == ["", "", "'.", "Chờ lâu."]

    def test_rows_come_in_the_order_of_their_random_ids(self, survey: Survey) -> None:
        ids = [row["SHEET"] for row in rows_of_csv(survey)]
        assert ids == sorted(ids)
        assert len(set(ids)) == 4

    def test_nothing_is_lost_where_one_read_ends(self, survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = rows_of_csv(survey)
        for at_once in (1, 2, 3, 4):
            monkeypatch.setattr(sheets, "AT_ONCE", at_once)
            assert rows_of_csv(survey) == whole

    def test_a_code_that_no_version_knows_is_left_out(self) -> None:
        table = Table([Question("x", Kind.YES_NO, "?")])
        assert table.cells([AnswerRow("y", option="yes"), AnswerRow("x", option="no")]) == ["no"]


class TestFormats:
    def test_no_text_is_a_formula(self, survey: Survey) -> None:
        assert {row["loi"] for row in rows_of_csv(survey)} >= {f"'{EVIL}"}
        book = openpyxl.load_workbook(io.BytesIO(read(survey, "xlsx")))
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == EVIL]
        assert [cell.data_type for cell in cells] == ["s"]
        assert not cells[0].hyperlink

    def test_the_workbook_says_what_each_code_means(self, survey: Survey) -> None:
        book = openpyxl.load_workbook(io.BytesIO(read(survey, "xlsx")))
        data, codebook = book.worksheets
        names = [cell.value for cell in next(data.iter_rows(max_row=1))][3:]
        told = {row[0]: row for row in codebook.iter_rows(min_row=2, values_only=True)}
        assert set(names) <= set(told)
        assert "dat_dai = Lựa chọn dat_dai" in str(told["thu_tuc"][3])
        assert data.max_row == 5
        csv_rows = rows_of_csv(survey)
        column = names.index("tuoi") + 4
        assert [str(data.cell(row, column).value) for row in range(2, 6)] == [row["tuoi"] for row in csv_rows]

    def test_json_gives_answers_back_as_they_were(self, survey: Survey) -> None:
        document = json.loads(read(survey, "json"))
        answers = [sheet["answers"] for sheet in document["sheets"]]
        assert {
            "da_den": {"choice": "no"},
            "tuoi": {"number": 40},
            "nghe": None,
            "noi_o": None,
            "loi": None,
            "giay_to": None,
        } in answers
        assert document["count"] == len(answers) == 4
        assert [question["code"] for question in document["questions"]][:2] == ["da_den", "ngay"]

    def test_spss_has_labels_and_tells_no_answer_from_not_asked(self, survey: Survey, tmp_path: Path) -> None:
        path = tmp_path / "phieu.sav"
        path.write_bytes(read(survey, "sav"))
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
        csv_rows = rows_of_csv(survey)
        assert list(frame["SHEET"]) == [row["SHEET"] for row in csv_rows]
        assert meta.column_names_to_labels["tuoi"] == "Tuổi"
        assert meta.variable_value_labels["thu_tuc"][3.0] == "Lựa chọn khac"
        assert meta.missing_ranges["nghe"] == [{"lo": NO_ANSWER, "hi": NO_ANSWER}]
        never = frame[frame["da_den"] == 2].iloc[0]
        assert never["nghe"] == NO_ANSWER
        assert never["hai_long"] != never["hai_long"], "not asked: system-missing"
        assert set(frame["loi"]) >= {EVIL}

    def test_names_for_spss_are_short_sound_and_different(self) -> None:
        long = "a" * 40
        matrix = Question(
            long, Kind.MATRIX_MULTIPLE, "?", rows=(Option(long, "r"),), options=(Option(long, "x"), Option("b", "y"))
        )
        columns = columns_of(
            [
                matrix,
                Question("to", Kind.YES_NO, "?"),
                Question("to_v", Kind.YES_NO, "?"),
                Question("sheet", Kind.YES_NO, "?"),
            ]
        )
        names = sav_names(columns)
        assert len({name.lower() for name in names} | {"sheet", "version", "channel"}) == len(names) + 3
        assert all(len(name) <= LONGEST_NAME and re.fullmatch(r"[a-z][a-z0-9_.]*[a-z0-9]", name) for name in names)
        assert "to" not in names

    @pytest.mark.parametrize("format_", WRITERS)
    def test_a_survey_without_a_sheet_gives_an_empty_file(self, session: Session, format_: str) -> None:
        assert read(make_survey(), format_)

    @pytest.mark.parametrize("format_", WRITERS)
    def test_the_desk_hands_them_out(self, client: FlaskClient, login: Login, survey: Survey, format_: str) -> None:
        login(drafter_of(survey))
        answer = client.get(f"/soan-thao/khao-sat/{survey.id}/ket-qua/du-lieu.{format_}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].endswith(f".{format_}")
        assert client.get(f"/soan-thao/khao-sat/{survey.id}/ket-qua/du-lieu.exe").status_code == 404
