"""A published response is found by search, leads to its place, and is nowhere before it is published."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Consultation
from core.db import db
from opinions.models import Decision, Response
from opinions.services import answering, grouping
from search import services as search
from search.analysis import terms
from search.engines.base import SearchQuery
from search.query import parse
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_staff

WORD = "bãi bỏ lệ phí trích lục"


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency, outbox_drained: Callable[[], int]) -> Consultation:
    made = make_published(agency)
    db.session.commit()
    outbox_drained()
    search.rebuild()
    return made


@pytest.fixture
def drafter(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def approver(agency: Agency) -> Person:
    return make_staff(Role.APPROVER, agency)


def make_submitted(consultation: Consultation, drafter: Person) -> Response:
    comment = say(consultation, "khoản 1 Điều 2", "Cần nói rõ hơn")
    publish(consultation, comment)
    group = grouping.create_group(
        consultation, comment.document_id, comment.place, [comment.id], title="Nói rõ", by=drafter
    )
    response = answering.draft_response(
        group, decision=Decision.PARTLY, reason=f"Sẽ {WORD}.", resulting_text="Không thu.", by=drafter, version=0
    )
    answering.submit_response(response, by=drafter, version=response.version)
    return response


def found(words: str) -> list[tuple[str, int]]:
    db.session.commit()
    answer = search.find(SearchQuery(words=parse(words, terms)))
    return [(item.hit.type, item.hit.id) for item in answer.found]


def test_is_found_once_it_is_published(
    consultation: Consultation, drafter: Person, approver: Person, outbox_drained: Callable[[], int]
) -> None:
    response = make_submitted(consultation, drafter)
    db.session.commit()
    outbox_drained()
    assert found(WORD) == []
    assert not search.suggest("trích lụ")
    answering.publish_response(response, by=approver, version=response.version)
    db.session.commit()
    outbox_drained()
    assert found(WORD) == found("khong thu") == [("answer", response.id)]


def test_is_found_after_a_release_and_a_rebuild(
    consultation: Consultation, drafter: Person, approver: Person, outbox_drained: Callable[[], int]
) -> None:
    response = make_submitted(consultation, drafter)
    answering.approve_many({response.id: response.version}, by=approver)
    db.session.commit()
    outbox_drained()
    search.rebuild()
    assert found(WORD) == []
    answering.release(consultation, {response.id: response.version}, by=approver)
    db.session.commit()
    outbox_drained()
    assert found(WORD) == [("answer", response.id)]
    search.rebuild()
    assert found(WORD) == [("answer", response.id)]
    assert search.verify(lambda _seconds: None).is_none


def test_leads_to_the_answer_on_the_page_of_its_provision(
    consultation: Consultation,
    drafter: Person,
    approver: Person,
    outbox_drained: Callable[[], int],
    client: FlaskClient,
) -> None:
    response = make_submitted(consultation, drafter)
    answering.publish_response(response, by=approver, version=response.version)
    db.session.commit()
    outbox_drained()
    page = client.get("/tim-kiem/", query_string={"q": f"{WORD} khoản:1 điều:2 loại:trả-lời-của-cơ-quan"}).text
    comment_page = f"/du-thao/{consultation.id}/dieu-khoan/"
    address = page.split(f"#tra-loi-{response.id}")[0].rsplit('"', 1)[-1]
    assert address.startswith(comment_page), page
    assert f'id="tra-loi-{response.id}"' in client.get(address).text
    assert "Trả lời của cơ quan" in page
