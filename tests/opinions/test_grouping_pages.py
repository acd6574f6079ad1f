"""The desk's pages of proposals and families: what they say, who may press what, what they cost at any size."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Role
from consultations.models import Consultation, Stance
from core import clock
from core.db import db
from opinions.models import GroupingRun, OpinionFamily, RunStage
from opinions.queries.runs import SILENCE
from opinions.services import grouping_runs
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.factories import make_agency, make_staff
from tests.opinions.many import LETTER, OTHER, Place, add, grouped, place_of, proposals_of, proposed, run
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def place(consultation: Consultation) -> Place:
    return place_of(consultation, "khoản 1 Điều 2")


@pytest.fixture
def drafter(agency: Agency, client: FlaskClient, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency))


@pytest.fixture
def foreigner(app: Flask, login: Login) -> FlaskClient:
    """A drafter of another agency."""
    return login(make_staff(Role.DRAFTER, make_agency()), app.test_client())


def address(place: Place, tail: str = "") -> str:
    return f"/tiep-thu/{place.consultation.id}/{place.document_id}/{place.place}/{tail}"


class TestTheRunPage:
    def test_starts_one_run_however_often_it_is_pressed(
        self, place: Place, drafter: FlaskClient, outbox_drained: Callable[[], int]
    ) -> None:
        add(place, [LETTER] * 3)
        db.session.commit()
        page = f"/tiep-thu/{place.consultation.id}/gom-nhom/"
        for _ in range(2):
            assert drafter.post(page).status_code == 302
        assert db.session.scalars(sa.select(GroupingRun.stage)).all() == [RunStage.READING]
        assert 'data-progress="on"' in drafter.get(page).text
        outbox_drained()
        html = drafter.get(page).text
        assert 'data-progress="off"' in html
        assert "3 ý kiến, thêm 1 lời được chép nhiều lần, 1 đề xuất" in html

    def test_goes_on_with_a_run_that_stands_still(
        self, place: Place, drafter: FlaskClient, outbox_drained: Callable[[], int]
    ) -> None:
        add(place, [LETTER] * 3)
        left = grouping_runs.request_run(place.consultation, by=None)
        left.moved_at = clock.now() - 2 * SILENCE
        db.session.commit()
        page = f"/tiep-thu/{place.consultation.id}/gom-nhom/"
        assert "Chạy tiếp" in drafter.get(page).text
        drafter.post(page)
        outbox_drained()
        assert db.session.scalars(sa.select(GroupingRun.stage)).all() == [RunStage.DONE]

    def test_is_not_found_by_another_agency(self, place: Place, foreigner: FlaskClient) -> None:
        add(place, [LETTER] * 3)
        run(place.consultation)
        family_id = db.session.scalars(sa.select(OpinionFamily.id)).one()
        base = f"/tiep-thu/{place.consultation.id}"
        (proposal,) = proposals_of(place)
        for page in (f"{base}/gom-nhom/", f"{base}/loi-giong-nhau/", f"{base}/loi-giong-nhau/{family_id}/"):
            assert foreigner.get(page).status_code == 404
        assert foreigner.get(f"/tiep-thu/de-xuat/{proposal.id}/").status_code == 404
        assert foreigner.post(f"/tiep-thu/de-xuat/{proposal.id}/", data={"do": "confirm"}).status_code == 404
        assert foreigner.post(address(place, "de-xuat"), data={"confirm": proposal.id}).status_code == 404
        assert grouped(place) == {}


class TestThePlacePage:
    def test_says_where_every_opinion_is(self, place: Place, drafter: FlaskClient) -> None:
        add(place, [LETTER] * 3)
        add(place, [OTHER])
        run(place.consultation)
        html = drafter.get(address(place)).text
        assert "4 ý kiến = 0 trong nhóm + 3 trong đề xuất + 1 chưa vào đâu" in html
        assert html.count(OTHER) == 1
        assert "3 ý kiến, 1 lời khác nhau, 3 người" in html

    def test_confirms_with_one_press(self, place: Place, drafter: FlaskClient) -> None:
        ids = add(place, [LETTER] * 3)
        run(place.consultation)
        proposal_id = proposals_of(place)[0].id
        assert drafter.post(address(place, "de-xuat"), data={"confirm": proposal_id}).status_code == 302
        assert list(grouped(place).values()) == [set(ids)]
        drafter.post(address(place, "de-xuat"), data={"confirm": proposal_id})
        assert "vừa được người khác xử lý" in drafter.get(address(place)).text, "it was confirmed a moment ago"

    @pytest.mark.parametrize(
        ("do", "expected"), [("merge", ([], [4])), ("confirm", ([2, 2], [])), ("reject", ([], [2, 2]))]
    )
    def test_does_many_at_once(
        self, place: Place, drafter: FlaskClient, do: str, expected: tuple[list[int], list[int]]
    ) -> None:
        add(place, [LETTER] * 2, Stance.SUPPORT)
        add(place, [OTHER] * 2, Stance.OPPOSE)
        run(place.consultation)
        ids = [one.id for one in proposals_of(place)]
        drafter.post(address(place, "de-xuat"), data={"proposals": ids, "do": do})
        found = sorted(len(one) for one in grouped(place).values()), [len(one) for one in proposed(place)]
        assert found == expected

    def test_merges_groups(self, place: Place, drafter: FlaskClient) -> None:
        ids = add(place, [LETTER] * 2, Stance.SUPPORT) + add(place, [OTHER] * 2, Stance.OPPOSE)
        run(place.consultation)
        drafter.post(
            address(place, "de-xuat"), data={"proposals": [one.id for one in proposals_of(place)], "do": "confirm"}
        )
        drafter.post(address(place, "gop-nhom"), data={"groups": list(grouped(place))})
        assert list(grouped(place).values()) == [set(ids)]


class TestTheProposalPage:
    def test_shows_a_letter_of_many_copies_as_one_line_and_does_what_its_buttons_say(
        self, place: Place, drafter: FlaskClient
    ) -> None:
        ids = add(place, [LETTER] * 5)
        other = add(place, ["Giữ nguyên mức hỗ trợ cho hộ nghèo ở vùng sâu."])
        run(place.consultation)
        (proposal,) = proposals_of(place)
        page = f"/tiep-thu/de-xuat/{proposal.id}/"
        html = drafter.get(page).text
        assert html.count('name="lines"') == 2
        assert "5 ý kiến" in html
        assert drafter.post(page, data={"do": "rename", "title": ""}).status_code == 422
        assert drafter.post(page, data={"do": "split", "title": "x"}).status_code == 422
        drafter.post(page, data={"do": "rename", "title": "Giữ mức hỗ trợ"})
        drafter.post(page, data={"do": "split", "lines": [-other[0]], "title": "Giữ mức hỗ trợ"})
        assert proposed(place) == [set(ids), set(other)]
        back = proposals_of(place)[1]
        drafter.post(f"/tiep-thu/de-xuat/{back.id}/", data={"do": "move", "lines": [-other[0]], "to": proposal.id})
        assert proposed(place) == [{*ids, *other}]
        drafter.post(page, data={"do": "confirm", "title": "Giữ mức hỗ trợ"})
        assert list(grouped(place).values()) == [{*ids, *other}]
        assert drafter.get(page).status_code == 404

    def test_keeps_what_was_typed_when_it_refuses(self, place: Place, drafter: FlaskClient) -> None:
        add(place, [LETTER] * 2)
        run(place.consultation)
        (proposal,) = proposals_of(place)
        answer = drafter.post(f"/tiep-thu/de-xuat/{proposal.id}/", data={"do": "rename", "title": "Tên " + "dài" * 120})
        assert answer.status_code == 422
        assert "dài" * 120 in answer.text
        assert "quá 300 ký tự" in answer.text


class TestTheFamilyPage:
    def test_shows_variants_as_changes_to_the_text(self, place: Place, drafter: FlaskClient) -> None:
        add(place, [LETTER, LETTER, f"{LETTER} Xin trân trọng cảm ơn."])
        run(place.consultation)
        page = f"/tiep-thu/{place.consultation.id}/loi-giong-nhau/"
        html = drafter.get(page).text
        family_id = db.session.scalars(sa.select(OpinionFamily.id)).one()
        assert f"{page}{family_id}/" in html
        html = drafter.get(f"{page}{family_id}/").text
        assert "Một lời, 3 ý kiến" in html
        assert "Xin trân trọng cảm ơn.</ins>" in html.replace("\n", "")


class TestCost:
    def test_is_the_same_at_any_number(self, place: Place, drafter: FlaskClient, count_queries: CountQueries) -> None:
        def cost() -> list[int]:
            run(place.consultation)
            family_id = db.session.scalars(sa.select(OpinionFamily.id).order_by(OpinionFamily.id)).first()
            base = f"/tiep-thu/{place.consultation.id}"
            pages = [
                address(place),
                f"{base}/gom-nhom/",
                f"{base}/loi-giong-nhau/",
                f"{base}/loi-giong-nhau/{family_id}/",
                f"/tiep-thu/de-xuat/{proposals_of(place)[0].id}/",
            ]
            found = []
            for page in pages:
                with count_queries() as queries:
                    assert drafter.get(page).status_code == 200
                found.append(len(queries))
            return found

        add(place, [LETTER] * 3)
        few = cost()
        add(place, [f"{LETTER} {n} lần rồi." for n in ("Một", "Hai", "Ba", "Bốn")] * 3)
        add(place, [OTHER] * 4, Stance.OPPOSE)
        assert cost() == few
        assert max(few) <= 15, few
