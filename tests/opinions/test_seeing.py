"""The pictures of the desk: words weighed against the provision, days, provinces; each with its table."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AgencyKind, Role
from consultations.models import Consultation, Contributor, ContributorKind, Stance
from core.db import db
from opinions.analysis.weighing import Part, weigh
from opinions.queries import pictures
from opinions.queries.pictures import About
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, provision, publish, refuse, say
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries

SOME = st.sampled_from(["thử", "ba", "ngày", "năm", "phải", "được", "một"])
WORDS = st.lists(SOME, min_size=1, max_size=9).map(" ".join)


class TestWeighing:
    def test_counts_each_word_that_is_wanted_out_and_where_words_are_wanted_in(self) -> None:
        wordings = [("Thử trong năm ngày.", 5), ("Thử ngày.", 2), ("Thử trong ba ngày làm việc.", 1)]
        parts = weigh("Thử trong ba ngày.", wordings)
        assert parts == [
            Part("Thử ", 0, 0),
            Part("trong ", 2, 0),
            Part("ba ", 7, 5),
            Part("ngày.", 0, 1),
        ]

    def test_of_no_wordings_is_the_text(self) -> None:
        assert weigh("Thử trong ba ngày.", []) == [Part("Thử trong ba ngày.", 0, 0)]

    @given(WORDS, st.lists(st.tuples(WORDS, st.integers(1, 9)), max_size=5))
    def test_never_loses_a_word_nor_counts_more_than_there_are(
        self, text: str, wordings: list[tuple[str, int]]
    ) -> None:
        parts, most = weigh(text, wordings), sum(n for _wording, n in wordings)
        assert "".join(part.text for part in parts) == text
        assert all(0 <= part.out <= most and 0 <= part.into <= most for part in parts)


@pytest.fixture
def consultation(app: object) -> Consultation:
    return make_published(make_agency(name="Bộ Thử nghiệm"))


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency_of(consultation)))


def speak(consultation: Consultation, where: str, *, place: str = "", body: bool = False, **values: Any) -> None:
    """A published opinion by somebody of a place, or by an organisation that nobody has checked."""
    comment = say(consultation, where, **values)
    who = db.session.get_one(Contributor, comment.contributor_id)
    who.place_code = place or None
    if body:
        who.kind, who.public_name = ContributorKind.ORGANISATION, "Hội Thử nghiệm"
    publish(consultation, comment)


def make_places() -> None:
    lang_son = make_agency(code="20", name="Ủy ban nhân dân tỉnh Lạng Sơn", kind=AgencyKind.PROVINCE)
    make_agency(parent=lang_son, code="05977", name="Ủy ban nhân dân xã Thử", kind=AgencyKind.COMMUNE)


class TestThePages:
    def test_show_pictures_with_their_tables(self, consultation: Consultation, desk: FlaskClient) -> None:
        make_places()
        clause = provision(consultation, "khoản 1 Điều 2")
        speak(consultation, "khoản 1 Điều 2", place="05977", stance=Stance.OPPOSE)
        speak(consultation, "khoản 1 Điều 2", place="20", proposed_text=f"{clause.text} Thêm chữ.")
        speak(consultation, "khoản 1 Điều 2", body=True)
        speak(consultation, "Điều 1")
        noise = say(consultation, "khoản 1 Điều 2", "Bị từ chối", proposed_text="Không tính.")
        refuse(consultation, noise)
        document = noise.document_id
        for path in ("toan-canh/", f"{document}/{clause.lineage_id}/toan-canh/"):
            page = desk.get(f"/tiep-thu/{consultation.id}/{path}")
            assert page.status_code == 200
            assert '<th scope="row">Lạng Sơn</th>' in page.text
            assert "Hội Thử nghiệm" in page.text
            assert "chưa xác minh" in page.text
            assert "Bảng số liệu: ý kiến theo thời gian" in page.text
            assert "<script" not in page.text.partition("<main")[2]
        assert "Thêm chữ." in page.text
        assert "Không tính." not in page.text
        about = About(consultation.id, (document, clause.lineage_id))
        assert pictures.by_province(about) == ({"20": 2}, 1)
        days, step = pictures.by_day(about)
        assert (sum(n for _day, n in days), step) == (3, 1)
        assert pictures.by_stance(about)[Stance.OPPOSE] == 1

    def test_of_nothing_say_so(self, consultation: Consultation, desk: FlaskClient) -> None:
        clause = provision(consultation, "Điều 1")
        document = say(consultation, "khoản 1 Điều 2").document_id
        page = desk.get(f"/tiep-thu/{consultation.id}/{document}/{clause.lineage_id}/toan-canh/")
        assert "Chưa ý kiến nào đề nghị câu chữ." in page.text

    def test_of_another_agency_are_not_found(self, consultation: Consultation, login: Login) -> None:
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        document = say(consultation, "Điều 1").document_id
        for path in ("toan-canh/", f"{document}/0/toan-canh/"):
            assert stranger.get(f"/tiep-thu/{consultation.id}/{path}").status_code == 404

    def test_ask_the_same_number_of_statements_for_any_number_of_opinions(
        self, consultation: Consultation, desk: FlaskClient, count_queries: CountQueries
    ) -> None:
        counts = []
        for number in (1, 5):
            for n in range(number):
                speak(consultation, "Điều 1", proposed_text=f"Câu chữ {number} {n}.")
            place = provision(consultation, "Điều 1").lineage_id
            document = say(consultation, "Điều 1").document_id
            for path in ("toan-canh/", f"{document}/{place}/toan-canh/"):
                db.session.commit()
                with count_queries() as queries:
                    assert desk.get(f"/tiep-thu/{consultation.id}/{path}").status_code == 200
                counts.append(len(queries))
        assert counts[:2] == counts[2:]
        assert max(counts) <= 20
