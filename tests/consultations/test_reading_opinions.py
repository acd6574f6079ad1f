"""The page of one provision: published comments, marks of support, replies, letters, older versions."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import PersonKind
from consultations.models import (
    Attachment,
    Comment,
    Consultation,
    Document,
    GuestPolicy,
    ModerationPolicy,
    Provision,
    Reply,
    Stance,
    Submission,
    Support,
)
from consultations.queries import comments as queries
from consultations.queries.comments import Order
from consultations.services import comments as services
from core import clock, files, slots
from core.db import db
from moderation.models import ReviewStatus
from tests.conftest import Login
from tests.factories import comments_of, make_consultation, make_person, make_provisions, make_submission
from tests.support.queries import CountQueries

BUDGET = 12


@pytest.fixture
def consultation(session: Session) -> Consultation:
    """Comments on it are public at once."""
    return make_consultation(moderation=ModerationPolicy.AFTER)


@pytest.fixture
def clause(consultation: Consultation) -> Provision:
    return make_provisions(consultation, "Người thử được thử trong ba ngày.", "Khoản bên cạnh.")[1]


def address(consultation: Consultation, place: int, query: str = "") -> str:
    return f"/du-thao/{consultation.id}/dieu-khoan/{place}/{query}"


def page_of(client: FlaskClient, consultation: Consultation, place: int, query: str = "") -> str:
    response = client.get(address(consultation, place, query))
    assert response.status_code == 200
    return response.text


def said(consultation: Consultation, clause: Provision | None, body: str, **values: Any) -> Comment:
    return comments_of(make_submission(consultation, clause, body=body, **values))[0]


def shown(page: str) -> list[int]:
    """The ids of the comments on a page, in order."""
    return [int(number) for number in re.findall(r'id="y-kien-(\d+)"', page)]


class TestText:
    def test_a_provision_stands_with_its_citation_and_what_leads_to_it(
        self, client: FlaskClient, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        article = session.get_one(Provision, clause.parent_id)
        article.text = "Trong Luật này:"
        page = page_of(client, consultation, clause.lineage_id)
        assert re.search(r"<h1>\s*Khoản 1 Điều 1\s*</h1>", page)
        assert page.index("Trong Luật này:") < page.index("Người thử được thử trong ba ngày.")
        assert "Khoản bên cạnh." not in page

    def test_an_article_shows_what_is_below_it(
        self, client: FlaskClient, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        article = session.get_one(Provision, clause.parent_id)
        page = page_of(client, consultation, article.lineage_id)
        assert "Người thử được thử trong ba ngày." in page
        assert "Khoản bên cạnh." in page

    def test_place_0_is_the_whole_draft(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        mine = said(consultation, None, "Bố cục nên gọn hơn.")
        other = said(consultation, clause, "Về khoản này thôi.")
        page = page_of(client, consultation, 0)
        assert "Ý kiến về cả dự thảo" in page
        assert shown(page) == [mine.id]
        assert shown(page_of(client, consultation, clause.lineage_id)) == [other.id]

    def test_what_is_not_there_is_404(self, client: FlaskClient, consultation: Consultation, clause: Provision) -> None:
        other = make_consultation()
        strange = make_provisions(other)[1]
        for place in (strange.lineage_id, 987654321):
            assert client.get(address(consultation, place)).status_code == 404
        assert client.get(address(make_consultation(), 0)).status_code == 404

    def test_a_provision_that_went_keeps_its_page_and_its_comments(
        self, client: FlaskClient, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        mine = said(consultation, clause, "Nên giữ khoản này.")
        document = session.scalars(sa.select(Document).where(Document.consultation_id == consultation.id)).one()
        article = session.get_one(Provision, clause.parent_id)
        make_provisions(consultation, "Khoản mới.", document=document, lineages=[article.lineage_id])
        page = page_of(client, consultation, clause.lineage_id)
        assert "không còn điều khoản này" in page
        assert shown(page) == [mine.id]
        assert "gop-y?" not in page

    def test_a_comment_on_an_older_wording_says_so(
        self, client: FlaskClient, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        said(consultation, clause, "Ba ngày là ít.")
        document = session.scalars(sa.select(Document).where(Document.consultation_id == consultation.id)).one()
        article = session.get_one(Provision, clause.parent_id)
        lineages = [article.lineage_id, clause.lineage_id]
        make_provisions(consultation, "Năm ngày.", document=document, lineages=lineages)
        page = page_of(client, consultation, clause.lineage_id)
        assert "Nói về dự thảo 1." in page
        assert "Dự thảo 2 đã sửa điều khoản này." in page


class TestList:
    def test_holds_published_comments_only(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        public = said(consultation, clause, "Đã công bố.")
        for status in ReviewStatus:
            if status != ReviewStatus.PUBLISHED:
                said(consultation, clause, f"Chưa ai được thấy: {status.value}").status = status
        page = page_of(client, consultation, clause.lineage_id)
        assert shown(page) == [public.id]
        assert "Chưa ai được thấy" not in page

    def test_shows_the_public_name_and_nothing_else_of_a_person(
        self, client: FlaskClient, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        person = make_person(full_name="Nguyễn Tên Thật", public_name="Bạn đọc Nghệ An", email="that@vi-du.vn")
        submission = make_submission(consultation, clause, person=person)
        page = page_of(client, consultation, clause.lineage_id)
        assert "Bạn đọc Nghệ An" in page
        for secret in ("Nguyễn Tên Thật", "that@vi-du.vn", submission.receipt_code):
            assert secret not in page

    def test_marks_guests_and_organisations_nobody_has_checked(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        checked = make_person(
            kind=PersonKind.ORGANISATION, full_name="Hội Đã Xác Minh", organisation_checked_at=clock.now()
        )
        make_submission(consultation, clause, person=checked, organisation="Hội Đã Xác Minh")
        make_submission(consultation, clause, organisation="Hội Chưa Xác Minh")
        consultation.guests = GuestPolicy.NAMED
        guest = make_submission(consultation, clause, email="", guest="Người Qua Đường")
        comments_of(guest)[0].status = ReviewStatus.PUBLISHED
        page = page_of(client, consultation, clause.lineage_id)
        by = {name: page[page.index(name) : page.index("</div>", page.index(name))] for name in (
            "Hội Đã Xác Minh", "Hội Chưa Xác Minh", "Người Qua Đường")}  # fmt: skip
        assert "chưa xác minh" in by["Hội Chưa Xác Minh"]
        assert "chưa xác minh" not in by["Hội Đã Xác Minh"]
        assert "Khách" in by["Người Qua Đường"]
        assert "Khách" not in by["Hội Chưa Xác Minh"]

    def test_escapes_what_people_wrote(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        comment = said(consultation, clause, "<img src=x onerror=alert(1)> và <script>x</script>")
        comment.proposed_text = "<b>đậm</b>"
        page = page_of(client, consultation, clause.lineage_id)
        assert "<img src=x" not in page
        assert "<script>x" not in page
        assert "<b>đậm</b>" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page

    def test_shows_a_proposed_wording_as_a_redline(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        said(consultation, clause, "").proposed_text = "Người thử được thử trong năm ngày."
        page = page_of(client, consultation, clause.lineage_id)
        assert re.search(r"<del>.*ba\s*</del>", page)
        assert re.search(r"<ins>.*năm\s*</ins>", page)
        assert "Gốc: dự thảo 1." in page

    def test_sorts_by_support_or_by_date_and_filters_by_stance(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        old = said(consultation, clause, "Cũ, nhiều đồng tình.", stance=Stance.SUPPORT)
        new = said(consultation, clause, "Mới.", stance=Stance.ASK)
        old.support_count = 5
        place = clause.lineage_id
        assert shown(page_of(client, consultation, place)) == [old.id, new.id]
        assert shown(page_of(client, consultation, place, "?sap-xep=moi")) == [new.id, old.id]
        assert shown(page_of(client, consultation, place, "?lap-truong=hoi")) == [new.id]
        assert shown(page_of(client, consultation, place, "?lap-truong=de-nghi-sua")) == []
        assert shown(page_of(client, consultation, place, "?lap-truong=x&sap-xep=y&trang=z")) == [old.id, new.id]

    @pytest.mark.parametrize("order", list(Order))
    def test_pages_hold_twenty_and_together_every_comment_once(
        self, consultation: Consultation, clause: Provision, order: Order
    ) -> None:
        made = [said(consultation, clause, f"Ý kiến thứ {n}.") for n in range(25)]
        for n, comment in enumerate(made):
            comment.support_count = n % 3
        document_id, place = made[0].document_id, clause.lineage_id
        first = queries.list_published(document_id, place, order=order)
        second = queries.list_published(document_id, place, order=order, cursor=first.next_cursor)
        back = queries.list_published(document_id, place, order=order, cursor=second.prev_cursor)
        assert (len(first.items), len(second.items), second.next_cursor) == (20, 5, None)
        assert {one.id for one in (*first.items, *second.items)} == {comment.id for comment in made}
        assert back.items == first.items

    def test_marks_an_edited_comment(self, client: FlaskClient, consultation: Consultation, clause: Provision) -> None:
        comment = said(consultation, clause, "Bản đầu.")
        assert "đã sửa" not in page_of(client, consultation, clause.lineage_id)
        comment.edited_at = clock.now()
        assert "đã sửa" in page_of(client, consultation, clause.lineage_id)


class TestSupport:
    def send(self, client: FlaskClient, comment: Comment) -> int:
        path = f"/du-thao/{comment.consultation_id}/y-kien/{comment.id}/dong-tinh"
        return client.post(path, data={"next": "/du-thao/"}).status_code

    def test_is_set_and_taken_back_by_somebody_signed_in(
        self, session: Session, login: Login, consultation: Consultation, clause: Provision
    ) -> None:
        comment, noise = said(consultation, clause, "Hay."), said(consultation, clause, "Khác.")
        client = login(make_person())
        assert self.send(client, comment) == 302
        assert "Đã đồng tình · 1" in page_of(client, consultation, clause.lineage_id)
        assert self.send(client, comment) == 302
        assert "Đã đồng tình" not in page_of(client, consultation, clause.lineage_id)
        assert session.scalar(sa.select(sa.func.count()).select_from(Support)) == 0
        session.refresh(noise)
        assert noise.support_count == 0

    def test_asks_a_visitor_to_sign_in(
        self, client: FlaskClient, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        comment = said(consultation, clause, "Hay.")
        assert self.send(client, comment) == 302
        session.refresh(comment)
        assert comment.support_count == 0
        assert "dang-nhap" in page_of(client, consultation, clause.lineage_id)

    def test_is_not_for_what_is_hidden_or_closed(
        self, login: Login, consultation: Consultation, clause: Provision
    ) -> None:
        client = login(make_person())
        hidden, public = said(consultation, clause, "Ẩn."), said(consultation, clause, "Hiện.")
        hidden.status = ReviewStatus.REFUSED
        assert self.send(client, hidden) == 404
        consultation.closes_at = clock.now() - timedelta(minutes=1)
        assert self.send(client, public) == 409


class TestReplies:
    def send(self, client: FlaskClient, comment: Comment, body: str) -> Any:
        path = f"/du-thao/{comment.consultation_id}/y-kien/{comment.id}/tra-loi"
        return client.post(path, data={"body": body})

    def test_one_that_waits_is_not_shown_and_one_that_is_published_is(
        self, login: Login, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        comment = said(consultation, clause, "Hay.")
        client = login(make_person(public_name="Anh Đáp"))
        consultation.moderation = ModerationPolicy.BEFORE
        assert self.send(client, comment, "Tôi cũng nghĩ vậy.").status_code == 302
        page = page_of(client, consultation, clause.lineage_id)
        assert "Trả lời hiện công khai sau khi kiểm duyệt" in page
        assert "Tôi cũng nghĩ vậy." not in page
        session.scalars(sa.select(Reply)).one().status = ReviewStatus.PUBLISHED
        page = page_of(client, consultation, clause.lineage_id)
        assert "Tôi cũng nghĩ vậy." in page
        assert "Anh Đáp" in page

    def test_a_refused_one_comes_back_with_its_words(
        self, login: Login, session: Session, consultation: Consultation, clause: Provision
    ) -> None:
        comment = said(consultation, clause, "Hay.")
        client = login(make_person())
        words = "dài " * (services.MAX_WORDS + 1)
        answer = self.send(client, comment, words)
        assert answer.status_code == 422
        assert words.strip() in answer.text
        assert "Phần bạn viết vẫn còn ở đây" in answer.text
        assert self.send(client, comment, "   ").status_code == 422
        assert session.scalar(sa.select(sa.func.count()).select_from(Reply)) == 0

    def test_five_are_shown_and_all_when_asked_for(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        comment, noise = said(consultation, clause, "Hay."), said(consultation, clause, "Khác.")
        for n in range(7):
            services.add_reply(comment, by=make_person(), body=f"Đáp lần {n}.")
        services.add_reply(noise, by=make_person(), body="Đáp nơi khác.")
        page = page_of(client, consultation, clause.lineage_id)
        assert len(re.findall(r"Đáp lần \d", page)) == queries.REPLIES_SHOWN
        assert "Trả lời · 7" in page
        page = page_of(client, consultation, clause.lineage_id, f"?tra-loi={comment.id}")
        assert len(re.findall(r"Đáp lần \d", page)) == 7
        assert "Đáp nơi khác." in page

    def test_the_form_is_there_for_people_signed_in(
        self, client: FlaskClient, login: Login, consultation: Consultation, clause: Provision
    ) -> None:
        comment = said(consultation, clause, "Hay.")
        query = f"?tra-loi={comment.id}"
        assert "<textarea" not in page_of(client, consultation, clause.lineage_id, query)
        assert "<textarea" in page_of(login(make_person()), consultation, clause.lineage_id, query)


class TestLetters:
    def attach(self, submission: Submission, status: ReviewStatus) -> str:
        stored = files.save_bytes(b"%PDF-1.4 cong van", "cong-van.pdf", "application/pdf")
        attachment = Attachment(submission_id=submission.id, file_id=stored.id, status=status)
        db.session.add(attachment)
        db.session.flush()
        return f"/du-thao/{submission.consultation_id}/tep/{attachment.id}"

    def test_only_a_released_one_is_shown_and_served(
        self, client: FlaskClient, consultation: Consultation, clause: Provision
    ) -> None:
        submission = make_submission(consultation, clause)
        released = self.attach(submission, ReviewStatus.PUBLISHED)
        hidden = [self.attach(submission, one) for one in ReviewStatus if one != ReviewStatus.PUBLISHED]
        page = page_of(client, consultation, clause.lineage_id)
        assert released in page
        with client.get(released) as answer:
            assert answer.data == b"%PDF-1.4 cong van"
            assert answer.headers["Content-Disposition"].startswith("attachment")
        for path in hidden:
            assert path not in page
            assert client.get(path).status_code == 404
        elsewhere = released.replace(f"/{consultation.id}/", f"/{make_consultation().id}/", 1)
        assert client.get(elsewhere).status_code == 404


class TestSlots:
    def test_answers_of_the_agency_stand_with_the_comment_and_with_the_provision(
        self,
        client: FlaskClient,
        consultation: Consultation,
        clause: Provision,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        comment = said(consultation, clause, "Hay.")
        comment_id, document_id = comment.id, comment.document_id
        asked: list[tuple[object, ...]] = []
        word = {"agency": "Bộ Thử nghiệm", "result": "accepted", "reason": "Cơ quan tiếp thu."}

        def answers_of_comments(ids: list[int]) -> dict[int, list[dict[str, str]]]:
            asked.append(tuple(ids))
            return {comment_id: [word]}

        def answers_of_place(*where: int) -> tuple[()]:
            asked.append(where)
            return ()

        fillers = {"comment.answers": answers_of_comments, "provision.answers": answers_of_place}
        monkeypatch.setattr(slots, "_fillers", slots._fillers | fillers)
        page = page_of(client, consultation, clause.lineage_id)
        assert "Trả lời của Bộ Thử nghiệm" in page
        assert set(asked) == {(comment_id,), (document_id, clause.lineage_id)}


class TestBudget:
    def test_asks_as_often_for_a_full_page_as_for_one_comment(
        self, login: Login, count_queries: CountQueries, consultation: Consultation, clause: Provision
    ) -> None:
        client = login(make_person())
        path = address(consultation, clause.lineage_id)

        def statements() -> list[str]:
            db.session.commit()
            with count_queries() as queries:
                assert client.get(path).status_code == 200
            return queries

        said(consultation, clause, "Một.")
        one = statements()
        for n in range(25):
            comment = said(consultation, clause, f"Ý kiến {n}.")
            services.add_reply(comment, by=make_person(), body="Đáp.")
        many = statements()
        assert len(many) == len(one) <= BUDGET, many
