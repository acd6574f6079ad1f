"""What readers and authors may do about a decision, and what a moderator sees and may not do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Comment, CommentRevision, Consultation
from consultations.services import tallies
from consultations.services.comments import edit_comment
from core import clock
from core.db import db
from core.errors import NotFound, RuleBroken
from moderation import queries, services
from moderation.models import Report, ReviewStatus
from moderation.queries import QueueFilter
from moderation.services import alike, claims, looking, speaking_up
from tests.consultations.drafts import make_published
from tests.consultations.sending import Said, comments_of, publish, refuse, say, send
from tests.factories import case_of, make_agency, make_person, make_staff
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def moderator(agency: Agency) -> Person:
    return make_staff(Role.MODERATOR, agency)


@pytest.fixture
def other_moderator(agency: Agency) -> Person:
    return make_staff(Role.MODERATOR, agency)


@pytest.fixture
def author(app: Flask) -> Person:
    return make_person(email="tac-gia@vi-du.vn")


@pytest.fixture
def comment(consultation: Consultation, author: Person) -> Comment:
    return say(consultation, "Điều 1", "Cần nói rõ hơn", person=author)


def order(person: Person, **wanted: Any) -> list[int]:
    return [row.id for row in queries.list_queue(person.id, QueueFilter(**wanted), None).items]


class TestAReport:
    def test_puts_what_is_published_before_the_moderators_and_leaves_it_there(
        self, consultation: Consultation, comment: Comment, moderator: Person
    ) -> None:
        publish(consultation, comment)
        case = case_of(comment)
        speaking_up.report(case, by=make_person(), rule="insult", note="Câu cuối")
        assert (comment.status, case.awaiting) == (ReviewStatus.PUBLISHED, True)
        assert case.signals == ["reported"]
        assert order(moderator) == [case.id]

    def test_counts_once_a_person_and_interrupts_nobody(
        self, consultation: Consultation, comment: Comment, moderator: Person
    ) -> None:
        publish(consultation, comment)
        case, reader = case_of(comment), make_person()
        speaking_up.report(case, by=reader, rule="insult")
        seen = case.version
        speaking_up.report(case, by=reader, rule="off_topic")
        speaking_up.report(case, by=make_person(), rule="insult")
        assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 2
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=seen, rule="insult")
        assert {report.upheld for report in db.session.scalars(sa.select(Report))} == {True}

    def test_weighs_as_much_as_its_reporter_was_right(
        self, consultation: Consultation, author: Person, moderator: Person
    ) -> None:
        right, wrong = make_person(), make_person()
        for n, (reader, verdict) in enumerate([(right, ReviewStatus.REFUSED), (wrong, ReviewStatus.PUBLISHED)] * 3):
            case = case_of(say(consultation, "Điều 1", f"Ý kiến số {n}", person=author))
            services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=1)
            speaking_up.report(case, by=reader, rule="insult")
            rule = "insult" if verdict == ReviewStatus.REFUSED else None
            services.decide(case.id, verdict, by=moderator, version=case.version, rule=rule)
        assert queries.trust_in_reporter(right.id) == 0.8
        assert queries.trust_in_reporter(wrong.id) == 0.2
        assert queries.trust_in_reporter(make_person().id) == 0.5
        first, second = (case_of(say(consultation, "Điều 1", words, person=author)) for words in ("một", "hai"))
        for case, reader in ((first, wrong), (second, right)):
            services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=1)
            speaking_up.report(case, by=reader, rule="insult")
        assert order(moderator) == [first.id, second.id]
        assert order(moderator, urgent=True) == [second.id, first.id]

    def test_of_what_is_not_published_is_not_there(self, comment: Comment) -> None:
        with pytest.raises(NotFound):
            speaking_up.report(case_of(comment), by=make_person(), rule="insult")

    def test_of_ones_own_or_without_a_rule_is_refused(
        self, consultation: Consultation, comment: Comment, author: Person
    ) -> None:
        publish(consultation, comment)
        with pytest.raises(RuleBroken):
            speaking_up.report(case_of(comment), by=author, rule="insult")
        with pytest.raises(RuleBroken):
            speaking_up.report(case_of(comment), by=make_person(), rule=None)

    def test_is_made_on_a_page(self, consultation: Consultation, comment: Comment, login: Login) -> None:
        visitor = login(make_person())
        address = f"/kiem-duyet/bao-cao/comment/{comment.id}"
        assert visitor.get(address).status_code == 404  # nobody reads what is not published
        publish(consultation, comment)
        assert "Cần nói rõ hơn" in visitor.get(address).text
        assert (
            f"bao-cao/comment/{comment.id}"
            in visitor.get(f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/").text
        )
        refused = visitor.post(address, data={"note": "lời đã viết"})
        assert (refused.status_code, "lời đã viết" in refused.text) == (422, True)
        assert visitor.post(address, data={"rule": "insult"}).status_code == 302
        assert db.session.scalar(sa.select(Report.rule)) == "insult"


class TestAnAppeal:
    def test_is_decided_by_somebody_else_and_told(
        self,
        consultation: Consultation,
        comment: Comment,
        moderator: Person,
        other_moderator: Person,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:
        case = case_of(comment)
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=1, rule="off_topic")
        speaking_up.appeal(case, by=None, reason="Tôi nói đúng về Điều 1")
        with pytest.raises(RuleBroken, match="Bạn đã từ chối mục này"):
            services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        services.decide(case.id, ReviewStatus.REFUSED, by=other_moderator, version=case.version, rule="off_topic")
        found = queries.find_appeal(case.id)
        assert found is not None
        assert found.granted is False
        db.session.commit()
        outbox_drained()
        assert len([letter for letter in mailbox.to("tac-gia@vi-du.vn") if "không được công bố" in letter.subject]) == 2

    def test_that_is_granted_publishes_and_counts(
        self, consultation: Consultation, comment: Comment, moderator: Person, other_moderator: Person
    ) -> None:
        case = case_of(comment)
        services.decide(case.id, ReviewStatus.SPAM, by=moderator, version=1)
        speaking_up.appeal(case, by=None, reason="Không phải thư rác")
        services.decide(case.id, ReviewStatus.PUBLISHED, by=other_moderator, version=case.version)
        assert comment.status == ReviewStatus.PUBLISHED
        assert tallies.differences() == {}
        assert queries.statistics(consultation.id).appeals_granted == 1

    def test_waits_again_when_the_answer_is_taken_back(
        self, comment: Comment, moderator: Person, other_moderator: Person
    ) -> None:
        case = case_of(comment)
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=1, rule="insult")
        speaking_up.appeal(case, by=None, reason="Xin xem lại")
        services.decide(case.id, ReviewStatus.PUBLISHED, by=other_moderator, version=case.version)
        services.undo(case.id, by=other_moderator, version=case.version)
        assert (comment.status, queries.find_open_appeal(case.id) is not None) == (ReviewStatus.REFUSED, True)
        with pytest.raises(RuleBroken, match="Bạn đã từ chối mục này"):
            services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)

    def test_is_possible_once(self, comment: Comment, moderator: Person, other_moderator: Person) -> None:
        case = case_of(comment)
        with pytest.raises(RuleBroken):
            speaking_up.appeal(case, by=None, reason="chưa bị từ chối")
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=1, rule="insult")
        with pytest.raises(RuleBroken):
            speaking_up.appeal(case, by=None, reason="")
        speaking_up.appeal(case, by=None, reason="Xin xem lại")
        services.decide(case.id, ReviewStatus.REFUSED, by=other_moderator, version=case.version, rule="insult")
        with pytest.raises(RuleBroken, match="một lần"):
            speaking_up.appeal(case, by=None, reason="Xin xem lại nữa")

    def test_is_made_on_a_page_that_only_its_author_finds(
        self, consultation: Consultation, comment: Comment, author: Person, login: Login
    ) -> None:
        address = f"/kiem-duyet/xem-lai/comment/{comment.id}"
        assert login(author).get(address).status_code == 404
        refuse(consultation, comment)
        assert login(make_person()).get(address).status_code == 404
        visitor = login(author)
        assert visitor.post(address, data={"reason": "  "}).status_code == 422
        assert visitor.post(address, data={"reason": "Xin xem lại"}).status_code == 303
        assert "đang xem lại" in visitor.get(address).text


class TestAModerator:
    def test_does_not_judge_their_own_text(self, consultation: Consultation, moderator: Person) -> None:
        case = case_of(say(consultation, "Điều 1", person=moderator))
        with pytest.raises(RuleBroken, match="chính bạn"):
            services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=1)

    def test_publishes_without_the_personal_data_and_keeps_what_was_written(
        self, consultation: Consultation, moderator: Person, login: Login
    ) -> None:
        said = say(consultation, "Điều 1", "Gọi tôi số 0912345678 để nghe thêm")
        case, visitor = case_of(said), login(moderator)
        assert case.signals == ["personal_data"]
        page = visitor.get("/kiem-duyet/").text
        assert "<mark>0912345678</mark>" in page
        assert "Có thể lộ thông tin cá nhân" in page
        answer = visitor.post(f"/kiem-duyet/{case.id}/quyet-dinh", data={"version": 1, "decision": "masked"})
        assert answer.status_code == 302
        db.session.refresh(said)
        assert (said.status, said.body) == (ReviewStatus.PUBLISHED, "Gọi tôi số [đã che] để nghe thêm")
        assert db.session.scalar(sa.select(CommentRevision.body)) == "Gọi tôi số 0912345678 để nghe thêm"
        public = visitor.get(f"/du-thao/{consultation.id}/dieu-khoan/{said.place}/").text
        assert "0912345678" not in public
        assert "[đã che]" in public

    def test_sees_that_a_text_was_refused_before(
        self, consultation: Consultation, comment: Comment, moderator: Person
    ) -> None:
        refuse(consultation, comment)
        again = case_of(say(consultation, "Điều 1", "CẦN NÓI RÕ HƠN!"))
        other = case_of(say(consultation, "Điều 1", "Cần nói rõ hơn nữa"))
        assert (again.signals, other.signals) == (["repeated"], [])
        assert order(moderator, urgent=True) == [again.id, other.id]

    def test_decides_a_whole_family_each_logged(
        self,
        consultation: Consultation,
        moderator: Person,
        login: Login,
        outbox_drained: Callable[[], int],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(alike, "AT_ONCE", 2)
        family = [say(consultation, "Điều 1", "Thư mẫu, giống nhau") for _ in range(6)]
        apart = say(consultation, "Điều 1", "Thư khác")
        elsewhere = say(make_published(make_agency()), "Điều 1", "Thư mẫu, giống nhau")
        case, visitor = case_of(family[0]), login(moderator)
        assert "cho cả 5 mục khác" in visitor.get("/kiem-duyet/").text
        data = {"version": 1, "decision": "refused", "rule": "advertising", "alike": "y"}
        assert visitor.post(f"/kiem-duyet/{case.id}/quyet-dinh", data=data).status_code == 302
        outbox_drained()
        for one in (*family, apart, elsewhere):
            db.session.refresh(one)
        assert {one.status for one in family} == {ReviewStatus.REFUSED}
        assert {apart.status, elsewhere.status} == {ReviewStatus.PENDING}
        decided = [queries.last_decision(case_of(one).id) for one in family]
        assert all(one is not None and one.rule == "advertising" for one in decided)
        assert tallies.differences() == {}

    def test_sees_who_is_at_a_case_until_the_claim_ends(
        self, comment: Comment, moderator: Person, agency: Agency, login: Login, frozen_clock: FrozenClock
    ) -> None:
        case = case_of(comment)
        colleague = make_staff(Role.MODERATOR, agency, full_name="Lê Thu Hà")
        assert login(colleague).post(f"/kiem-duyet/{case.id}/nhan", data={"version": 1}).status_code == 302
        assert "Lê Thu Hà đang xem mục này" in login(moderator).get("/kiem-duyet/").text
        claims.claim(case.id, by=moderator)
        db.session.refresh(case)
        assert case.claimed_by_id == colleague.id
        frozen_clock.set(clock.now() + timedelta(minutes=11))
        claims.claim(case.id, by=moderator)
        db.session.refresh(case)
        assert case.claimed_by_id == moderator.id
        claims.release(case.id, by=moderator)
        db.session.refresh(case)
        assert case.claimed_by_id is None


class TestSignals:
    def test_of_many_texts_at_once_take_as_many_statements_as_of_one(
        self, consultation: Consultation, count_queries: CountQueries
    ) -> None:
        counts = []
        for places in (["Điều 1"], ["Điều 1", "khoản 1 Điều 2", "khoản 2 Điều 2"]):
            with count_queries() as statements:
                sent = send(consultation, *(Said(place, f"Ý kiến về {place}") for place in places))
            assert len(comments_of(sent)) == len(places)
            seen = ("FROM review_case", "FROM watched_word")
            counts.append(len([one for one in statements if one.startswith("SELECT") and any(n in one for n in seen)]))
        assert counts == [3, 3]

    def test_see_the_words_of_the_agency_and_not_those_it_left_out(
        self, consultation: Consultation, agency: Agency, moderator: Person, login: Login
    ) -> None:
        visitor = login(moderator)
        assert visitor.post("/kiem-duyet/tu-ngu/", data={"word": ""}).status_code == 422
        assert visitor.post("/kiem-duyet/tu-ngu/", data={"word": "Bán nhà"}).status_code == 303
        assert visitor.post("/kiem-duyet/tu-ngu/bo", data={"word": "đội lốt"}).status_code == 303
        assert "bán nhà" in visitor.get("/kiem-duyet/tu-ngu/").text
        assert case_of(say(consultation, "Điều 1", "ban nha gia re")).signals == ["watched_word"]
        assert case_of(say(consultation, "Điều 1", "kẻ đội lốt")).signals == []
        elsewhere = make_published(make_agency())
        assert case_of(say(elsewhere, "Điều 1", "kẻ đội lốt")).signals == ["watched_word"]
        visitor.post("/kiem-duyet/tu-ngu/bo", data={"word": "bán nhà"})
        assert case_of(say(consultation, "Điều 1", "ban nha gia re qua")).signals == []

    def test_come_anew_with_an_edit(self, consultation: Consultation, comment: Comment, author: Person) -> None:
        edit_comment(comment, by=author, stance=comment.stance, body="Gọi 0912345678", proposed_text="")
        assert case_of(comment).signals == ["personal_data"]

    def test_are_explained_to_moderators_alone(self, moderator: Person, login: Login) -> None:
        assert "Có thể lộ thông tin cá nhân" in login(moderator).get("/kiem-duyet/dau-hieu/").text
        assert login(make_person()).get("/kiem-duyet/dau-hieu/").status_code == 403

    def test_tell_of_many_texts_in_an_hour(
        self, consultation: Consultation, author: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(looking, "TEXTS_AN_HOUR", 2)
        for n in range(2):
            assert case_of(say(consultation, "Điều 1", f"Ý kiến {n}", person=author)).signals == []
        last = say(consultation, "Điều 1", "Thêm một ý nữa", person=author)
        assert case_of(last).signals == ["rate"]


def test_statistics_tell_figures_and_nothing_else(frozen_clock: FrozenClock) -> None:
    agency = make_agency()
    consultation, moderator = make_published(agency), make_staff(Role.MODERATOR, agency)
    cases = [case_of(say(consultation, "Điều 1", f"Ý kiến {n}")) for n in range(4)]
    say(make_published(make_agency()), "Điều 1")
    for hours, case in zip((1, 2, 9), cases, strict=False):
        frozen_clock.set(case.opened_at + timedelta(hours=hours))
        services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=1)
    speaking_up.report(cases[0], by=make_person(), rule="insult")
    services.decide(cases[0].id, ReviewStatus.REFUSED, by=moderator, version=cases[0].version, rule="insult")
    figures = queries.statistics(consultation.id)
    assert (figures.received, figures.awaiting, figures.decided) == (4, 1, 3)
    assert figures.by_status[ReviewStatus.PUBLISHED] == 2
    assert figures.by_rule == {"insult": 1}
    assert figures.median_seconds == 2 * 3600
    assert (figures.reports, figures.reports_upheld, figures.appeals) == (1, 1, 0)


class TestWhatThePublicSees:
    def test_of_a_removed_opinion_is_the_rule_and_not_the_text(
        self, consultation: Consultation, comment: Comment, moderator: Person, client: FlaskClient
    ) -> None:
        page = f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/"
        never = say(consultation, "Điều 1", "Chưa từng công bố")
        refuse(consultation, never)
        assert "đã bị gỡ" not in client.get(page).text
        publish(consultation, comment)
        case = case_of(comment)
        speaking_up.report(case, by=make_person(), rule="insult")
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=case.version, rule="insult")
        text = client.get(page).text
        assert "quy tắc 2, Xúc phạm, đe dọa" in text
        assert "Cần nói rõ hơn" not in text

    def test_of_the_moderation_is_figures(
        self, consultation: Consultation, comment: Comment, moderator: Person, client: FlaskClient
    ) -> None:
        refuse(consultation, comment)
        page = client.get(f"/du-thao/{consultation.id}/kiem-duyet/")
        assert page.status_code == 200
        assert "Từ chối theo quy tắc nào" in page.text
        assert "Cần nói rõ hơn" not in page.text
        assert moderator.full_name not in page.text
        assert client.get(f"/du-thao/{consultation.id + 99}/kiem-duyet/").status_code == 404
