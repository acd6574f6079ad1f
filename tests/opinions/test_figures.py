"""Figures kind by kind: never added up, each by its name, the same on the pages, in the open data and in the files."""

from datetime import date

import pytest
import sqlalchemy as sa
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import joinedload

from accounts.models import Role
from consultations.models import Channel, Consultation, ContributorKind, Stance
from consultations.services import ticks
from consultations.services.entering import Entry, enter_opinion
from core import clock
from core.db import db
from opinions.exports.making import export
from opinions.imports.spots import find_spot
from opinions.models import CountedFigures, ExportKind
from opinions.queries import breakdown, counted
from opinions.queries.apart import apart
from opinions.services import asking, counting, reporting
from opinions.services.asking import Named
from tests.conftest import Login
from tests.consultations.drafts import make_draft, make_published
from tests.consultations.sending import Said, agency_of, comments_of, publish, send
from tests.factories import make_agency, make_person, make_staff
from tests.opinions.test_reported import make_paper, report
from tests.support.queries import CountQueries


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """Five written opinions, three ticks, one reported figure and two bodies asked; and another one beside it."""
    fill(make_published(make_agency()))
    return fill(make_published(make_agency(name="Bộ Thử nghiệm"), uncounted_channels=("meeting",)))


def fill(made: Consultation) -> Consultation:
    twice = make_person()
    first = send(made, Said("Điều 1", "Cần nói rõ."), person=twice)
    send(made, Said("Điều 1", "Cần nói rõ."), person=twice)
    send(made, Said("Điều 1", "Chưa rõ."), organisation="Hội Chưa Ai Biết")
    publish(made, *comments_of(first))
    by = make_staff(Role.DRAFTER, agency_of(made))
    enter_opinion(made, entry(made, Channel.MEETING, people=None), by=by)
    enter_opinion(made, entry(made, Channel.LETTER, people=500), by=by)
    spot = find_spot(made.id, "Điều 1")
    item = ticks.add_item(made, document_id=spot.document_id, place=spot.place, question="Đủ chưa?", by=None)
    for agrees in (True, True, False):
        ticks.cast(item, ticks.voter_of(make_person()), ticks.Choice(agrees, 1))
    reporting.enter_report(made, report(made, agree=900), make_paper(), by=None)
    today = clock.today()
    bodies = [Named(name, ContributorKind.AGENCY) for name in ("Bộ A", "Bộ B")]
    asking.ask(made, bodies, asked_on=today, due_on=asking.usual_due(today), by=None)
    return made


def entry(made: Consultation, channel: Channel, people: int | None) -> Entry:
    spot = find_spot(made.id, "Điều 1")
    return Entry(
        channel=channel,
        received=date(2026, 3, 5),
        name="Bà Tư",
        kind=ContributorKind.INDIVIDUAL,
        people=people,
        document_id=spot.document_id,
        place=spot.place,
        provision_id=spot.provision_id,
        stance=Stance.OPPOSE,
        body=f"Qua {channel}.",
    )


def consultation_with_agency(consultation_id: int) -> Consultation:
    statement = sa.select(Consultation).options(joinedload(Consultation.agency))
    return db.session.scalars(statement.where(Consultation.id == consultation_id)).one()


class TestTheOpenData:
    def test_names_every_kind_and_leaves_out_what_the_rule_does_not_count(
        self, consultation: Consultation, client: FlaskClient
    ) -> None:
        data = client.get(f"/du-thao/{consultation.id}/so-lieu.json").json
        assert data is not None
        written = data["written_opinions"]
        assert (written["received"], written["counted_by_rule"], written["published"]) == (5, 4, 1)
        assert (written["distinct_texts"], written["distinct_people"]) == (4, 4)
        assert written["by_channel"] == {"web": 3, "letter": 1, "meeting": 1}
        assert written["by_contributor"] == {"individual": 4, "organisation": 1, "agency": 0}
        assert written["of_unchecked_organisations"] == 1
        assert written["letters_for_many"] == {"letters": 1, "people": 500}
        assert (data["ticks"]["agree"], data["ticks"]["disagree"], data["ticks"]["items"]) == (2, 1, 1)
        assert (data["reported_tallies"]["agree"], data["reported_tallies"]["entries"]) == (900, 1)
        assert data["bodies_asked"] == {"asked": 2, "opinion": 0, "no_opinion": 0, "silent": 2, "late": 0}
        assert "Bà Tư" not in client.get(f"/du-thao/{consultation.id}/so-lieu.json").text


class TestThePages:
    def test_say_which_kind_each_figure_is(
        self, consultation: Consultation, client: FlaskClient, count_queries: CountQueries
    ) -> None:
        db.session.commit()
        with count_queries() as statements:
            page = client.get(f"/du-thao/{consultation.id}/so-lieu/").text
        assert len(statements) <= 15, statements
        for said in (
            "Không tính vào tổng số:",
            "Được tính: 4 trên 5 ý kiến bằng văn bản",
            "1 phiếu ghi nói thay tổng cộng 500 người",
            "Đủ chưa?",
            "Số liệu do cơ quan báo cáo",
        ):
            assert said in page, said

    def test_of_the_desk_show_them_apart(
        self, consultation: Consultation, login: Login, count_queries: CountQueries
    ) -> None:
        desk = login(make_staff(Role.DRAFTER, agency_of(consultation)))
        with count_queries() as statements:
            page = desk.get(f"/tiep-thu/{consultation.id}/").text
        assert len(statements) <= 15, statements
        assert "Đếm riêng, không cộng" in page
        assert "chưa trả lời, trên 2 nơi được hỏi" in page

    def test_of_a_provision_show_what_agencies_report(self, consultation: Consultation, client: FlaskClient) -> None:
        place = find_spot(consultation.id, "khoản 1 Điều 2").place
        page = client.get(f"/du-thao/{consultation.id}/dieu-khoan/{place}/").text
        assert "Số liệu cơ quan báo cáo" in page
        assert "900" in page
        silent = find_spot(consultation.id, "Điều 1").place
        assert "Số liệu cơ quan báo cáo" not in client.get(f"/du-thao/{consultation.id}/dieu-khoan/{silent}/").text

    def test_of_a_draft_are_not_there(self, client: FlaskClient, consultation: Consultation) -> None:
        assert client.get("/du-thao/999999/so-lieu/").status_code == 404


class TestTheFiles:
    @pytest.mark.parametrize("kind", [ExportKind.CSV, ExportKind.JSON_LINES])
    def test_state_the_other_kinds(self, consultation: Consultation, kind: ExportKind) -> None:
        loaded = consultation_with_agency(consultation.id)
        with export(loaded, kind) as made:
            said = made.read().decode()
        for words in (
            "3 lượt ở 1 mục",
            "900 lượt đồng ý",
            "2 chưa trả lời",
            "4 ý kiến được tính vào tổng số",
            "500 người",
        ):
            assert words in said, words

    def test_say_in_the_table_how_many_bodies_are_silent(self, consultation: Consultation) -> None:
        loaded = consultation_with_agency(consultation.id)
        with export(loaded, ExportKind.TABLE) as made:
            said = "\n".join(paragraph.text for paragraph in Document(made).paragraphs)
        assert "Đã gửi xin ý kiến 2 cơ quan, tổ chức, cá nhân bằng văn bản, 0 nơi trả lời" in said
        assert "2 nơi chưa trả lời. Tổng số" in said


class TestManyOpinions:
    def test_are_taken_apart_by_the_worker(self, fresh_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        made = fill(make_published(make_agency()))
        db.session.commit()
        live = breakdown.count(made.id)
        monkeypatch.setattr(counted, "LIVE", 1)
        assert apart(made, 5).written is None
        assert apart(made, 5, live=True).written == live
        counting.count(made.id)
        kept = apart(made, 5).written
        assert kept is not None
        assert (kept.parts, kept.letters, kept.spoken_for) == (live.parts, 1, 500)
        assert kept.counted_at is not None
        assert db.session.get_one(CountedFigures, made.id).texts == counted.count(made.id).texts


def test_a_rule_of_channels_is_set_on_the_page(app: Flask, login: Login) -> None:
    agency = make_agency()
    made = make_draft(agency)
    desk = login(make_staff(Role.DRAFTER, agency))
    path = f"/soan-thao/{made.id}/thiet-lap/"
    given = {
        "title": made.title,
        "kind": made.kind_code,
        "opens": clock.today().isoformat(),
        "closes": "",
        "guests": "confirmed",
        "moderation": "before",
        "uncounted": ["meeting", "phone"],
    }
    assert desk.post(path, data=given).status_code == 302
    db.session.refresh(made)
    assert made.uncounted_channels == ["meeting", "phone"]
    assert desk.post(path, data={**given, "uncounted": ["pigeon"]}).status_code == 200
