"""Official letters: read beside the draft, their passages hung on clauses, each traceable to its sentences."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Attachment, Comment, Consultation, Contributor, Submission
from consultations.services import tallies
from core import clock
from core.db import db
from moderation.models import ReviewStatus
from opinions.analysis.sentences import sentences
from opinions.imports.spots import find_spot
from opinions.models import AskedBody, LetterPassage, OfficialLetter
from opinions.queries import letters as queries
from opinions.services import asking
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of
from tests.factories import make_agency, make_staff
from tests.opinions.test_asked import ask, path_of

LINES = (
    "Kính gửi: Bộ Thử nghiệm.",
    "1. Về Điều 1: đề nghị nói rõ hơn. Cụm từ “kịp thời” khó hiểu.",
    "2. Về khoản 1 Điều 2: nên kéo dài thời hạn.",
)


def docx(*lines: str) -> bytes:
    paper, out = Document(), io.BytesIO()
    for line in lines:
        paper.add_paragraph(line)
    paper.save(out)
    return out.getvalue()


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    make_published(make_agency())
    return make_published(make_agency(name="Bộ Thử nghiệm"))


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency_of(consultation)))


def hand_in(desk: FlaskClient, consultation: Consultation, data: bytes = b"", **more: Any) -> Any:
    given = {
        "file": (io.BytesIO(data or docx(*LINES)), "cv.docx"),
        "name": "Hội Luật gia Việt Nam",
        "kind": "",
        "number": "12/HLG",
        "received": "2026-03-05",
        "people": "500",
        **more,
    }
    return desk.post(f"/tiep-thu/{consultation.id}/cong-van/", data=given)


class TestSentences:
    def test_are_cut_without_tearing_numbers_or_short_forms(self) -> None:
        text = ["1. Về Điều 5. Đề nghị sửa; vì TP. Huế đã góp ý. “Kịp thời” là khi nào?", "", "a) Bỏ."]
        assert sentences(text) == [
            (0, "1. Về Điều 5."),
            (0, "Đề nghị sửa; vì TP. Huế đã góp ý."),
            (0, "“Kịp thời” là khi nào?"),
            (2, "a) Bỏ."),
        ]

    def test_lose_nothing(self) -> None:
        text = " ".join(LINES)
        assert " ".join(sentence for _number, sentence in sentences([text])) == text


class TestALetter:
    def test_is_a_submission_of_its_own_whose_passages_are_opinions(
        self, consultation: Consultation, desk: FlaskClient
    ) -> None:
        made = hand_in(desk, consultation)
        assert made.status_code == 302, made.text
        letter = db.session.scalars(sa.select(OfficialLetter)).one()
        assert [text for _paragraph, text in letter.sentences][1:3] == [
            "1. Về Điều 1: đề nghị nói rõ hơn.",
            "Cụm từ “kịp thời” khó hiểu.",
        ]
        page = desk.get(made.location).text
        assert "thư của 500 người ký" in page
        assert "chưa xác minh" in page
        given = {"sentences": ["2", "1"], "place": "Điều 1", "stance": "amend"}
        assert desk.post(made.location, data=given).status_code == 302
        comment = db.session.scalars(sa.select(Comment)).one()
        assert comment.body == "1. Về Điều 1: đề nghị nói rõ hơn. Cụm từ “kịp thời” khó hiểu."
        assert (comment.place, comment.status) == (find_spot(consultation.id, "Điều 1").place, ReviewStatus.PENDING)
        submission = db.session.get_one(Submission, comment.submission_id)
        contributor = db.session.get_one(Contributor, comment.contributor_id)
        assert (submission.people, contributor.name, contributor.kind.value) == (
            500,
            "Hội Luật gia Việt Nam",
            "organisation",
        )
        attachment = db.session.scalars(sa.select(Attachment).where(Attachment.submission_id == submission.id)).one()
        assert (attachment.file_id, attachment.status) == (letter.file_id, ReviewStatus.PENDING)
        assert db.session.get_one(LetterPassage, comment.id).sentences == [1, 2]
        assert queries.letters_of([comment.id])[comment.id].number == "12/HLG"
        assert desk.get(made.location).text.count("is-hung") == 2
        assert tallies.differences() == {}

    def test_takes_the_clause_that_was_chosen_in_the_draft_and_words_of_one_s_own(
        self, consultation: Consultation, desk: FlaskClient
    ) -> None:
        path = hand_in(desk, consultation).location
        spot = find_spot(consultation.id, "khoản 1 Điều 2")
        chosen = f"{spot.document_id}:{spot.place}"
        given = {"sentences": ["3"], "spot": chosen, "stance": "ask", "body": "Nên dài hơn."}
        assert f'value="{chosen}"' in desk.get(path).text
        assert desk.post(path, data=given).status_code == 302
        comment = db.session.scalars(sa.select(Comment)).one()
        assert (comment.place, comment.provision_id, comment.body) == (spot.place, spot.provision_id, "Nên dài hơn.")
        again = desk.post(path, data=given)
        assert (again.status_code, "đã được gắn vào điều khoản ấy" in again.text) == (409, True)

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"sentences": []}, "Hãy đánh dấu ít nhất một câu"),
            ({"sentences": ["99"]}, "Hãy đánh dấu ít nhất một câu"),
            ({"place": "Điều 99"}, "Dự thảo không có điều khoản này"),
            ({"place": ""}, "Hãy chọn điều khoản ở dự thảo"),
            ({"stance": ""}, "Hãy chọn lập trường"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_marks(
        self, consultation: Consultation, desk: FlaskClient, wrong: dict[str, Any], says: str
    ) -> None:
        path = hand_in(desk, consultation).location
        answer = desk.post(path, data={"sentences": ["1"], "place": "Điều 1", "stance": "amend", **wrong})
        assert (answer.status_code, says in answer.text) == (422, True)
        assert db.session.scalar(sa.select(sa.func.count(Comment.id))) == 0

    def test_that_is_only_pictures_is_kept_and_says_so(self, consultation: Consultation, desk: FlaskClient) -> None:
        made = hand_in(desk, consultation, docx(""))
        assert "không có chữ đọc được" in desk.get(made.location).text

    @pytest.mark.parametrize(
        ("file", "says"), [((b"MZ", "cv.exe"), "Chỉ nhận tệp"), ((b"PK\x03\x04xx", "cv.docx"), "hỏng")]
    )
    def test_that_cannot_be_read_is_refused(
        self, consultation: Consultation, desk: FlaskClient, file: tuple[bytes, str], says: str
    ) -> None:
        answer = hand_in(desk, consultation, file=(io.BytesIO(file[0]), file[1]))
        assert (answer.status_code, says in answer.text) == (422, True)
        assert db.session.scalar(sa.select(sa.func.count(Submission.id))) == 0

    def test_of_another_agency_is_not_there(
        self, consultation: Consultation, desk: FlaskClient, app: Flask, login: Login
    ) -> None:
        path = hand_in(desk, consultation).location
        stranger = login(make_staff(Role.DRAFTER, make_agency()), app.test_client())
        for address in (path, f"{path}tep", f"/tiep-thu/{consultation.id}/cong-van/"):
            assert stranger.get(address).status_code == 404
        assert stranger.post(path, data={"sentences": ["1"], "place": "Điều 1", "stance": "amend"}).status_code == 404

    def test_is_closed_with_the_table(self, consultation: Consultation, desk: FlaskClient) -> None:
        path = hand_in(desk, consultation).location
        consultation.table_published_at = clock.now()
        answer = desk.post(path, data={"sentences": ["1"], "place": "Điều 1", "stance": "amend"})
        assert (answer.status_code, "Bản tổng hợp đã công bố" in answer.text) == (422, True)


def test_a_letter_that_came_by_the_private_link_is_opened_and_hung(
    consultation: Consultation, desk: FlaskClient, client: FlaskClient
) -> None:
    (body,) = ask(consultation, "Bộ Tư pháp")
    link = path_of(asking.new_link(body))
    assert client.post(link, data={"file": (io.BytesIO(docx(*LINES)), "cv.docx")}).status_code == 302
    submission_id = db.session.get_one(AskedBody, body.id).submission_id
    assert "Bộ Tư pháp" in desk.get(f"/tiep-thu/{consultation.id}/cong-van/").text
    opened = desk.post(f"/tiep-thu/{consultation.id}/cong-van/phieu/{submission_id}")
    assert opened.status_code == 302
    assert desk.post(f"/tiep-thu/{consultation.id}/cong-van/phieu/{submission_id}").location == opened.location
    assert desk.post(opened.location, data={"sentences": ["1"], "place": "Chung", "stance": "amend"}).status_code == 302
    comment = db.session.scalars(sa.select(Comment)).one()
    assert (comment.submission_id, comment.place) == (submission_id, 0)
