"""The usual periods: kept by administrators of central bodies, proposed to drafters everywhere."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import AgencyKind, Role
from consultations.models import DocumentKind
from consultations.seed import seed_document_kinds
from consultations.services import drafting
from core import clock
from tests.conftest import Login
from tests.consultations import drafts
from tests.factories import make_agency, make_staff


@pytest.fixture
def administrator(login: Login, session: Session) -> FlaskClient:
    seed_document_kinds()
    return login(make_staff(Role.ADMINISTRATOR, make_agency()))


def test_a_new_period_is_proposed_from_then_on(administrator: FlaskClient, session: Session) -> None:
    made = drafts.make_draft(make_agency())
    before = made.closes_at
    data = {"days": "60", "legal_ground": "Điều X của Luật Y."}
    assert administrator.post("/quan-tri/loai-van-ban/luat/", data=data).status_code == 302
    session.expire_all()
    kind, other = session.get_one(DocumentKind, "luat"), session.get_one(DocumentKind, "nghi-dinh")
    assert (kind.days, kind.legal_ground, other.days) == (60, "Điều X của Luật Y.", 20)
    assert made.closes_at == before
    fresh = drafting.create_consultation(make_agency(), drafts.read(), drafts.settings(closes=None), by=None)
    assert clock.local(fresh.closes_at).date() == clock.today() + timedelta(days=60)
    assert "Điều X của Luật Y." in administrator.get("/quan-tri/loai-van-ban/").text
    assert "/quan-tri/loai-van-ban/" in administrator.get("/quan-tri/").text


@pytest.mark.parametrize(("field", "value"), [("days", "0"), ("days", "nhiều"), ("days", "400"), ("legal_ground", " ")])
def test_nonsense_is_refused_at_its_field(administrator: FlaskClient, session: Session, field: str, value: str) -> None:
    data = {"days": "30", "legal_ground": "Điều X.", field: value}
    page = administrator.post("/quan-tri/loai-van-ban/luat/", data=data).text
    assert f'id="{field}-loi"' in page
    session.expire_all()
    assert session.get_one(DocumentKind, "luat").days == 20


def test_not_for_administrators_of_places_and_units(app: Flask, login: Login, session: Session) -> None:
    seed_document_kinds()
    for agency in (make_agency(kind=AgencyKind.COMMUNE), make_agency(parent=make_agency())):
        client = login(make_staff(Role.ADMINISTRATOR, agency), app.test_client())
        assert client.get("/quan-tri/loai-van-ban/").status_code == 404
        data = {"days": "30", "legal_ground": "Điều X."}
        assert client.post("/quan-tri/loai-van-ban/luat/", data=data).status_code == 404
        assert "/quan-tri/loai-van-ban/" not in client.get("/quan-tri/").text


def test_an_unknown_kind_is_not_found(administrator: FlaskClient) -> None:
    assert administrator.get("/quan-tri/loai-van-ban/tho/").status_code == 404
