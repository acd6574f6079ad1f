"""Open data: every published opinion, nobody's name, nothing that is not public."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Comment, Consultation
from opinions.exports.open_data import FIELDS
from opinions.models import Decision
from opinions.queries import open_data as queries
from opinions.services import answering, grouping
from tests.consultations.drafts import make_draft, make_published
from tests.consultations.sending import agency_of, publish, refuse, say
from tests.factories import make_agency, make_person, make_staff
from tests.support.queries import CountQueries


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    other = make_published(make_agency())
    publish(other, say(other, "Điều 1", "Của đợt khác"))
    return make_published(make_agency(name="Bộ Thử nghiệm"))


def path(consultation: Consultation) -> str:
    return f"/du-thao/{consultation.id}/du-lieu/y-kien.json"


def read(client: FlaskClient, consultation: Consultation) -> dict[str, Any]:
    response = client.get(path(consultation))
    assert response.status_code == 200
    found: dict[str, Any] = response.get_json()
    return found


def published(consultation: Consultation, body: str = "Tôi đề nghị xem lại.", **values: object) -> Comment:
    comment = say(consultation, "Điều 1", body, **values)
    publish(consultation, comment)
    return comment


class TestWhatIsGiven:
    def test_a_published_opinion_with_its_place_and_every_field_that_is_told_of(
        self, client: FlaskClient, consultation: Consultation
    ) -> None:
        comment = published(consultation)
        found = read(client, consultation)
        (one,) = found["opinions"]
        assert list(one) == [name for name, _words in FIELDS]
        assert (one["id"], one["citation"], one["version"]) == (comment.id, "Điều 1", 1)
        assert one["body"] == "Tôi đề nghị xem lại."
        assert one["url"].endswith(f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/")
        assert (found["received"], found["public_opinions"], found["left_out"], found["next"]) == (1, 1, {}, None)

    def test_what_is_not_public_is_counted_and_not_shown(self, client: FlaskClient, consultation: Consultation) -> None:
        published(consultation)
        say(consultation, "Điều 1", "Còn chờ duyệt")
        refuse(consultation, say(consultation, "Điều 1", "Bị từ chối"))
        found = read(client, consultation)
        assert [one["body"] for one in found["opinions"]] == ["Tôi đề nghị xem lại."]
        assert (found["received"], found["public_opinions"]) == (3, 1)
        assert found["left_out"] == {"pending": 1, "refused": 1}

    def test_a_response_only_when_it_is_published(self, client: FlaskClient, consultation: Consultation) -> None:
        comment = published(consultation)
        drafter, approver = (make_staff(role, agency_of(consultation)) for role in (Role.DRAFTER, Role.APPROVER))
        group = grouping.create_group(
            consultation, comment.document_id, comment.place, [comment.id], title="Xem lại", by=drafter
        )
        response = answering.draft_response(
            group, decision=Decision.ACCEPTED, reason="Có lý.", resulting_text="Câu mới.", by=drafter, version=0
        )
        answering.submit_response(response, by=drafter, version=response.version)
        (one,) = read(client, consultation)["opinions"]
        assert (one["group"], one["decision"], one["reason"]) == (None, None, None)
        answering.publish_response(response, by=approver, version=response.version)
        (one,) = read(client, consultation)["opinions"]
        assert (one["group"], one["decision"], one["reason"]) == (group.id, "accepted", "Có lý.")

    def test_nobody_but_bodies_is_named(self, client: FlaskClient, consultation: Consultation) -> None:
        person = make_person(full_name="Nguyễn Thị Kín", public_name="Chị Kín", email="kin@example.vn")
        published(consultation, "Gọi tôi số 0912 345 678 nhé", person=person)
        text = client.get(path(consultation)).get_data(as_text=True)
        assert "Gọi tôi số" in text
        assert not [word for word in ("Kín", "kin@", "0912 345 678") if word in text]
        (one,) = read(client, consultation)["opinions"]
        assert (one["contributor_kind"], one["contributor"], len(one["day"])) == ("individual", None, 10)

    def test_a_draft_has_no_data(self, client: FlaskClient, app: Flask) -> None:
        assert client.get(path(make_draft(make_agency()))).status_code == 404

    @pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "1.5", "²"])
    def test_a_wrong_place_to_go_on_from(self, client: FlaskClient, consultation: Consultation, after: str) -> None:
        assert client.get(path(consultation), query_string={"sau": after}).status_code == 404


class TestInPieces:
    def test_the_pieces_hold_each_opinion_once(
        self, client: FlaskClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE_SIZE", 2)
        ids = [published(consultation, f"Ý kiến {n}").id for n in range(5)]
        found, address = [], path(consultation)
        while address:
            piece = client.get(address).get_json()
            found += [one["id"] for one in piece["opinions"]]
            address = piece["next"]
        assert found == ids

    def test_costs_the_same_with_more(
        self, client: FlaskClient, consultation: Consultation, count_queries: CountQueries
    ) -> None:
        published(consultation)
        with count_queries() as few:
            client.get(path(consultation))
        for n in range(5):
            published(consultation, f"Ý kiến {n}")
        with count_queries() as many:
            client.get(path(consultation))
        assert len(few) == len(many) <= 4, many


class TestThePage:
    def test_leads_to_the_data_of_each_consultation(self, client: FlaskClient, consultation: Consultation) -> None:
        hidden = make_draft(make_agency())
        page = client.get("/du-lieu-mo/").get_data(as_text=True)
        assert path(consultation) in page
        assert path(hidden) not in page

    def test_is_linked_from_every_page_and_from_the_draft(
        self, client: FlaskClient, consultation: Consultation
    ) -> None:
        page = client.get(f"/du-thao/{consultation.id}/").get_data(as_text=True)
        assert path(consultation) in page
        assert "/du-lieu-mo/" in client.get("/tro-giup/").get_data(as_text=True)
