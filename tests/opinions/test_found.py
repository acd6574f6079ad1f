"""What a search found, on the desk: by provision, free or in a group; only for those who answer the consultation."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Role
from consultations.models import Consultation
from core.db import db
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_staff

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def consultation(agency: Agency, outbox_drained: Callable[[], int]) -> Consultation:
    """Two published opinions on land, one on something else, one on land that waits; another draft's as noise."""
    made, other = make_published(agency), make_published(make_agency())
    for where, place, body in (
        (made, "khoản 1 Điều 2", "Giữ đất lúa cho dân"),
        (made, "Điều 1", "Trả lại đất lúa"),
        (made, "Điều 1", "Chuyện khác"),
        (other, "Điều 1", "Đất lúa của đợt khác"),
    ):
        publish(where, say(where, place, body))
    say(made, "Điều 1", "Đất lúa còn chờ duyệt")
    db.session.commit()
    outbox_drained()
    return made


class TestTheWorkingSet:
    def test_holds_what_the_search_found_by_provision(
        self, client: FlaskClient, consultation: Consultation, agency: Agency, login: Callable[..., FlaskClient]
    ) -> None:
        login(make_staff(Role.DRAFTER, agency))
        assert f"/tiep-thu/{consultation.id}/ket-qua-tim/?q=" in client.get("/tim-kiem/?q=đất lúa giữ").text
        page = client.get(f"/tiep-thu/{consultation.id}/ket-qua-tim/?q=đất lúa").text
        assert "2 trong 2 ý kiến" in page
        assert "Giữ đất lúa cho dân" in page
        for noise in ("Chuyện khác", "đợt khác", "chờ duyệt"):
            assert noise not in page

    def test_is_for_those_who_answer_the_consultation(
        self, client: FlaskClient, consultation: Consultation, login: Callable[..., FlaskClient]
    ) -> None:
        login(make_staff(Role.DRAFTER, make_agency()))
        assert client.get(f"/tiep-thu/{consultation.id}/ket-qua-tim/?q=đất lúa").status_code == 404
        assert "ket-qua-tim" not in client.get("/tim-kiem/?q=đất lúa giữ").text
