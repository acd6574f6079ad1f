"""The printed report: charts that Word can open, every figure in a table, nothing that the public may not see."""

import io
import zipfile

import docx
import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy.orm import Session

from core.word_chart import CHART, Series, bar_chart
from surveys.models import Survey
from surveys.services import building
from surveys.services.paper import enter_sheet
from tests.conftest import Login
from tests.surveys.answered import count_sheets
from tests.surveys.making import every_kind, make_places, make_survey
from tests.surveys.test_results_pages import drafter_of, flat, never_there

C = f"{{{CHART}}}"


@pytest.fixture
def survey(session: Session) -> Survey:
    """Twenty on the longest way and two who were pleased; eight who were never there."""
    survey = make_survey(title="Khảo sát <một> cửa")
    place = dict(zip(("province", "commune"), make_places(), strict=True))
    count_sheets(survey, [flat(noi_o=place, tuoi={"number": 20 + n % 7}) for n in range(20)])
    count_sheets(survey, [flat(hai_long={"number": 5})] * 2)
    count_sheets(survey, [never_there(40)] * 8)
    return survey


def report_of(client: FlaskClient, survey: Survey) -> bytes:
    answer = client.get(f"/soan-thao/khao-sat/{survey.id}/ket-qua/bao-cao.docx")
    assert answer.status_code == 200
    return bytes(answer.data)


def words_of(report: bytes) -> str:
    paper = docx.Document(io.BytesIO(report))
    tables = "\n".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join(paragraph.text for paragraph in paper.paragraphs) + tables


class TestReport:
    def test_every_question_has_its_figures(self, client: FlaskClient, login: Login, survey: Survey) -> None:
        login(drafter_of(survey))
        report = report_of(client, survey)
        words = words_of(report)
        assert "Khảo sát <một> cửa" in words
        assert "gồm 30 phiếu" in words
        assert words.count("phiếu được hỏi.") + words.count("Không công khai:") == len(every_kind().questions)
        with zipfile.ZipFile(io.BytesIO(report)) as packed:
            charts = [name for name in packed.namelist() if name.startswith("word/charts/")]
            assert len(charts) >= 5
            for name in charts:
                drawn = etree.fromstring(packed.read(name))
                for literal in (*drawn.iter(f"{C}strLit"), *drawn.iter(f"{C}numLit")):
                    count = literal.find(f"{C}ptCount")
                    assert count is not None
                    assert int(count.get("val", "0")) == len(literal.findall(f"{C}pt"))
            types = packed.read("[Content_Types].xml").decode()
            assert types.count("drawingml.chart+xml") == len(charts)

    def test_small_numbers_and_words_are_not_in_it(self, client: FlaskClient, login: Login, survey: Survey) -> None:
        login(drafter_of(survey))
        words = words_of(report_of(client, survey))
        assert "Chờ lâu." not in words
        assert "ẩn" in words
        assert "Không công khai" in words, "two were asked whether they would recommend it"

    def test_of_public_results_it_does_not_change_with_one_sheet(
        self, client: FlaskClient, login: Login, survey: Survey
    ) -> None:
        login(drafter_of(survey))
        building.publish_results(survey)
        enter_sheet(survey, never_there(99))
        assert "gồm 30 phiếu" in words_of(report_of(client, survey))


def test_a_chart_takes_any_words() -> None:
    paper = docx.Document()
    bar_chart(paper, ['<&"\x00', "b" * 200], [Series("x", [1, 2.5]), Series("&", [0, 3])], alt='"<', stacked=True)
    bar_chart(paper, ["a"], [Series("", [1])], alt="")
    out = io.BytesIO()
    paper.save(out)
    with zipfile.ZipFile(out) as packed:
        values = etree.fromstring(packed.read("word/charts/chart1.xml")).findall(f".//{C}val//{C}v")
        assert [value.text for value in values] == ["1", "2.5", "0", "3"]
        assert "word/charts/chart2.xml" in packed.namelist()
