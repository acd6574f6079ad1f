"""The queue: nobody overwrites, everything is logged, tallies follow, and the author hears the reason."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Comment, CommentRevision, Consultation, Stance, WaitingEdit
from consultations.services import comments as comment_services
from consultations.services import tallies
from core.db import db
from core.errors import Conflict, NotFound, RuleBroken
from core.i18n import LANGUAGE_COOKIE
from moderation import queries, services
from moderation.models import ReviewCase, ReviewLog, ReviewStatus
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_person, make_staff
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def moderator(agency: Agency) -> Person:
    return make_staff(Role.MODERATOR, agency, full_name="Lê Thu Hà")


@pytest.fixture
def comment(consultation: Consultation) -> Comment:
    return say(consultation, "Điều 1", "Cần nói rõ hơn")


def case_of(comment: Comment) -> ReviewCase:
    return queries.get_case_of("comment", comment.id)


class TestADecision:
    def test_publishes_and_moves_the_tally_in_the_same_transaction(self, comment: Comment, moderator: Person) -> None:
        case = case_of(comment)
        services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        assert comment.status == ReviewStatus.PUBLISHED
        assert comment.published_at is not None
        assert tallies.differences() == {}

    def test_to_refuse_names_a_rule(self, comment: Comment, moderator: Person) -> None:
        case = case_of(comment)
        with pytest.raises(RuleBroken) as refusal:
            services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=case.version)
        assert refusal.value.field == "rule"

    def test_of_a_second_moderator_overwrites_nothing(
        self, comment: Comment, moderator: Person, agency: Agency
    ) -> None:
        case = case_of(comment)
        seen = case.version
        services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=seen)
        second = make_staff(Role.MODERATOR, agency)
        with pytest.raises(Conflict, match="Lê Thu Hà vừa xử lý mục này: đã công bố"):
            services.decide(case.id, ReviewStatus.SPAM, by=second, version=seen)
        assert comment.status == ReviewStatus.PUBLISHED

    def test_is_not_open_to_a_moderator_of_another_agency(self, comment: Comment) -> None:
        case = case_of(comment)
        with pytest.raises(NotFound):
            services.decide(
                case.id, ReviewStatus.PUBLISHED, by=make_staff(Role.MODERATOR, make_agency()), version=case.version
            )

    def test_reaches_down_the_tree_of_agencies(self, agency: Agency) -> None:
        below = make_published(make_agency(parent=agency))
        case = case_of(say(below, "Điều 1"))
        services.decide(case.id, ReviewStatus.PUBLISHED, by=make_staff(Role.MODERATOR, agency), version=case.version)
        assert case.status == ReviewStatus.PUBLISHED

    def test_can_be_taken_back_once(self, comment: Comment, moderator: Person) -> None:
        case = case_of(comment)
        services.decide(case.id, ReviewStatus.SPAM, by=moderator, version=case.version)
        services.undo(case.id, by=moderator, version=case.version)
        assert (comment.status, case.awaiting) == (ReviewStatus.PENDING, True)
        assert tallies.differences() == {}
        with pytest.raises(Conflict):
            services.undo(case.id, by=moderator, version=case.version)

    def test_leaves_a_line_in_the_log_each(self, comment: Comment, moderator: Person) -> None:
        case = case_of(comment)
        services.decide(
            case.id, ReviewStatus.REFUSED, by=moderator, version=case.version, rule="insult", note="Xin viết lại"
        )
        services.undo(case.id, by=moderator, version=case.version)
        lines = [
            (entry.action, entry.from_status, entry.to_status, entry.rule, entry.note)
            for entry in db.session.query(ReviewLog).filter_by(case_id=case.id).order_by(ReviewLog.id)
        ]
        assert lines == [
            ("submit", None, "pending", None, ""),
            ("decide", "pending", "refused", "insult", "Xin viết lại"),
            ("undo", "refused", "pending", None, ""),
        ]

    def test_is_told_to_the_author_with_its_rule(
        self, consultation: Consultation, moderator: Person, outbox_drained: Callable[[], int], mailbox: Mailbox
    ) -> None:
        author = make_person(email="tac-gia@vi-du.vn")
        case = case_of(say(consultation, "Điều 1", person=author))
        services.decide(
            case.id, ReviewStatus.REFUSED, by=moderator, version=case.version, rule="advertising", note="Bỏ liên kết"
        )
        db.session.commit()
        outbox_drained()
        letter = mailbox.to("tac-gia@vi-du.vn")[-1]
        assert "Quảng cáo" in letter.body
        assert "Bỏ liên kết" in letter.body

    def test_is_told_in_vietnamese_though_the_moderator_reads_english(
        self,
        consultation: Consultation,
        moderator: Person,
        login: Callable[..., FlaskClient],
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:
        author = make_person(email="tac-gia@vi-du.vn")
        case = case_of(say(consultation, "Điều 1", person=author))
        visitor = login(moderator)
        visitor.set_cookie(LANGUAGE_COOKIE, "en")
        answer = visitor.post(f"/kiem-duyet/{case.id}/quyet-dinh", data={"version": 1, "decision": "published"})
        assert answer.status_code == 302
        outbox_drained()
        letter = mailbox.to("tac-gia@vi-du.vn")[-1]
        assert letter.subject.startswith("Ý kiến của bạn đã công bố")
        assert "Trân trọng" in letter.body


class TestAnEdit:
    @pytest.fixture
    def author(self) -> Person:
        return make_person(email="tac-gia@vi-du.vn")

    @pytest.fixture
    def edited(self, consultation: Consultation, author: Person) -> Comment:
        comment = say(consultation, "Điều 1", "Lời cũ", person=author)
        publish(consultation, comment)
        comment_services.edit_comment(comment, by=author, stance=Stance.OPPOSE, body="Lời mới", proposed_text="")
        return comment

    def test_of_something_published_waits_while_the_old_words_stay(
        self, consultation: Consultation, edited: Comment, moderator: Person, login: Callable[..., FlaskClient]
    ) -> None:
        case = case_of(edited)
        assert (edited.status, edited.body, case.awaiting) == (ReviewStatus.PUBLISHED, "Lời cũ", True)
        page = f"/du-thao/{consultation.id}/dieu-khoan/{edited.place}/"
        report = f"/kiem-duyet/bao-cao/comment/{edited.id}"
        reader = login(make_person())
        for address in (page, report):
            assert "Lời cũ" in reader.get(address).text
            assert "Lời mới" not in reader.get(address).text
        queue = login(moderator).get("/kiem-duyet/").text
        assert "Lời mới" in queue
        assert "Bản đang công bố" in queue

    def test_that_is_taken_replaces_the_old_words_in_the_tallies_too(
        self,
        edited: Comment,
        moderator: Person,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:
        case = case_of(edited)
        services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        assert (edited.status, edited.body, edited.stance) == (ReviewStatus.PUBLISHED, "Lời mới", Stance.OPPOSE)
        assert tallies.differences() == {}
        assert db.session.scalars(sa.select(CommentRevision.body)).all() == ["Lời cũ"]
        assert not case.edit_waits
        db.session.commit()
        outbox_drained()
        assert mailbox.to("tac-gia@vi-du.vn")[-1].subject == "Bản sửa ý kiến của bạn đã công bố: Điều 1"

    def test_that_is_refused_leaves_the_old_words_and_tells_the_author(
        self,
        edited: Comment,
        moderator: Person,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:
        case = case_of(edited)
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=case.version, rule="insult")
        assert (edited.status, edited.body, case.status) == (ReviewStatus.PUBLISHED, "Lời cũ", ReviewStatus.PUBLISHED)
        assert tallies.differences() == {}
        db.session.commit()
        outbox_drained()
        letter = mailbox.to("tac-gia@vi-du.vn")[-1]
        assert "không được công bố" in letter.subject
        assert "Xúc phạm" in letter.body
        with pytest.raises(Conflict):
            services.undo(case.id, by=moderator, version=case.version)

    def test_may_be_edited_again_and_goes_when_the_comment_is_withdrawn(self, edited: Comment, author: Person) -> None:
        comment_services.edit_comment(edited, by=author, stance=Stance.ASK, body="Lời mới hơn", proposed_text="")
        assert db.session.scalars(sa.select(WaitingEdit.body)).all() == ["Lời mới hơn"]
        comment_services.withdraw_comment(edited, by=author)
        assert db.session.scalars(sa.select(WaitingEdit.body)).all() == []
        assert tallies.differences() == {}


class TestTheQueuePage:
    def test_shows_the_oldest_first_and_only_ones_own_agency(
        self, consultation: Consultation, comment: Comment, moderator: Person, login: Callable[..., FlaskClient]
    ) -> None:
        say(consultation, "Điều 1", "Ý kiến thứ hai")
        say(make_published(make_agency()), "Điều 1", "Của cơ quan khác")
        page = login(moderator).get("/kiem-duyet/").text
        assert page.index("Cần nói rõ hơn") < page.index("Ý kiến thứ hai")
        assert "Của cơ quan khác" not in page

    def test_decides_with_one_button_and_undoes(
        self, comment: Comment, moderator: Person, login: Callable[..., FlaskClient]
    ) -> None:
        case, visitor = case_of(comment), login(moderator)
        address = f"/kiem-duyet/{case.id}/quyet-dinh"
        assert visitor.post(address, data={"version": 1, "decision": "refused"}).status_code == 422
        assert visitor.post(address, data={"version": 1, "decision": "published"}).status_code == 302
        late = visitor.post(address, data={"version": 1, "decision": "spam"})
        assert late.status_code == 409
        assert "Không có gì bị ghi đè" in late.text
        assert visitor.post(f"/kiem-duyet/{case.id}/hoan-tac", data={"version": 2}).status_code == 302
        db.session.refresh(comment)
        assert comment.status == ReviewStatus.PENDING

    def test_filters_by_consultation_provision_and_kind(
        self, consultation: Consultation, comment: Comment, moderator: Person, login: Callable[..., FlaskClient]
    ) -> None:
        other = say(consultation, "khoản 1 Điều 2", "Về khoản khác")
        visitor = login(moderator)
        assert "Về khoản khác" not in visitor.get(f"/kiem-duyet/?dieu-khoan={comment.place}").text
        assert "Về khoản khác" in visitor.get(f"/kiem-duyet/?dieu-khoan={other.place}").text
        assert "Về khoản khác" not in visitor.get("/kiem-duyet/?loai=attachment").text
        assert "Về khoản khác" not in visitor.get(f"/kiem-duyet/?dot={consultation.id + 1}").text

    @pytest.mark.parametrize("number", [2, 25])
    def test_asks_the_same_number_of_statements_however_long_it_is(
        self,
        consultation: Consultation,
        moderator: Person,
        login: Callable[..., FlaskClient],
        count_queries: CountQueries,
        number: int,
    ) -> None:
        author = make_person()
        for n in range(number):
            say(consultation, "Điều 1", f"Ý kiến {n}", person=author)
        visitor = login(moderator)
        db.session.commit()
        with count_queries() as statements:
            assert visitor.get("/kiem-duyet/").status_code == 200
        assert len(statements) <= 14, statements
