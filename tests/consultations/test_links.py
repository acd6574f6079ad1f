"""References in a draft as links: on the page of the whole text and on that of a clause, and what is none."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from consultations.models import Consultation
from consultations.queries import places, tree
from consultations.services import drafting, publishing
from consultations.views import references
from tests.consultations import drafts, texts
from tests.factories import make_agency
from tests.legal.test_references import TABLE
from tests.support.queries import CountQueries

LAW = """LUẬT THỬ NGHIỆM

Điều 1. Phạm vi
1. Người thử nêu tại điểm b khoản này và khoản 2 Điều 2 của Luật này:
a) người mới;
b) người cũ, theo Điều 5 của Luật Đất đai.
2. Việc khác theo <b>Điều 2</b>.

Điều 2. Cách thử
1. Như các khoản 1 và 2 Điều 1.
2. Hết.
"""


def parsed(page: str) -> Any:
    return html.fromstring(page)


def links(page: str) -> dict[str, str]:
    """The references on a page: words and where they point."""
    found = parsed(page).xpath("//a[@class='dan-chieu']")
    return {link.text_content(): link.get("href") for link in found}


def published(name: str) -> Consultation:
    """A consultation on a real text, published."""
    read = drafts.read_file(name)
    made = drafting.create_consultation(make_agency(), read, drafts.settings(), by=None)
    publishing.publish(made, by=None)
    return made


@pytest.fixture
def draft(app: Flask) -> Consultation:
    return texts.make_first(LAW)


class TestOnThePageOfTheWholeText:
    def test_point_to_places_on_the_same_page(self, client: FlaskClient, draft: Consultation) -> None:
        page = client.get(f"/du-thao/{draft.id}/").text
        assert links(page) == {
            "điểm b khoản này": "#dieu-1-khoan-1-diem-b",
            "khoản 2 Điều 2": "#dieu-2-khoan-2",
            "Điều 2": "#dieu-2",
            "các khoản 1": "#dieu-1-khoan-1",
            "2 Điều 1": "#dieu-1-khoan-2",
        }
        ids = set(parsed(page).xpath("//@id"))
        assert {target.removeprefix("#") for target in links(page).values()} <= ids

    def test_leave_the_words_as_they_are(self, client: FlaskClient, draft: Consultation) -> None:
        page = parsed(client.get(f"/du-thao/{draft.id}/").text)
        said = page.get_element_by_id("dieu-1-khoan-1").find_class("clause__text")[0].text_content()
        assert " ".join(said.split()) == "1. Người thử nêu tại điểm b khoản này và khoản 2 Điều 2 của Luật này:"
        assert "<b>Điều 2</b>" in page.get_element_by_id("dieu-1-khoan-2").text_content()

    def test_of_an_older_version_stay_in_it(self, client: FlaskClient) -> None:
        consultation = texts.make_first(LAW)
        texts.add_version(consultation, LAW.replace("2. Hết.", "2. Xong."))
        page = client.get(f"/du-thao/{consultation.id}/?ban=1").text
        assert "Hết." in page
        assert links(page)["Điều 2"] == "#dieu-2"

    def test_of_a_real_decree_point_where_they_were_read_to_point(self, client: FlaskClient) -> None:
        name = "04_nghi_dinh_191_2026_ban_hanh_kem_quy_che.txt"
        made = published(name)
        page = parsed(client.get(f"/du-thao/{made.id}/").text)
        rows = [row for row in TABLE if row[0] == "04"]
        assert len(rows) >= 20
        for _, anchor, words, wanted in rows:
            here = page.get_element_by_id(anchor)
            targets = [link.get("href").removeprefix("#") for link in here.xpath(".//a[@class='dan-chieu']")]
            if wanted == "-":
                assert all(words not in link.text_content() for link in here.xpath(".//a[@class='dan-chieu']"))
            else:
                assert " ".join(wanted.split()) in " ".join(targets), (anchor, words)


class TestOnThePageOfAClause:
    def test_point_below_on_the_page_and_elsewhere_into_the_whole_text(
        self, client: FlaskClient, draft: Consultation
    ) -> None:
        document = texts.document_of(draft)
        clause = texts.provision(drafts.version_of(draft), "khoản 1 Điều 1")
        found = links(client.get(f"/du-thao/{draft.id}/dieu-khoan/{clause.lineage_id}/").text)
        whole = f"/du-thao/{draft.id}/?van-ban={document.id}"
        assert found == {
            "điểm b khoản này": "#dieu-1-khoan-1-diem-b",
            "khoản 2 Điều 2": f"{whole}#dieu-2-khoan-2",
        }

    def test_are_the_same_when_they_were_found_before(
        self, client: FlaskClient, draft: Consultation, count_queries: CountQueries
    ) -> None:
        clause = texts.provision(drafts.version_of(draft), "Điều 1")
        pages, asked = [], []
        for kept in (True, True, False):
            if not kept:
                references._kept.clear()
            with count_queries() as statements:
                pages.append(links(client.get(f"/du-thao/{draft.id}/dieu-khoan/{clause.lineage_id}/").text))
            asked.append(len(statements))
        assert pages[0] == pages[1] == pages[2] != {}
        assert asked[1] == asked[2]

    @pytest.mark.parametrize("citation", ["Điều 1", "khoản 1 Điều 1", "điểm a khoản 1 Điều 1", "khoản 2 Điều 2"])
    def test_surround_a_clause_alike_however_it_was_read(self, draft: Consultation, citation: str) -> None:
        version = drafts.version_of(draft)
        place = places.get_place(draft.id, texts.provision(version, citation).lineage_id)
        one, other = places.get_surroundings(place), places.surroundings_in(tree.load_tree(version.id), place)
        assert [node.anchor for node in one.above] == [node.anchor for node in other.above]
        assert [node.anchor for node in one.shown] == [node.anchor for node in other.shown]

    def test_name_the_articles_of_a_chapter_alone(self, client: FlaskClient) -> None:
        made = texts.make_first("Chương I\nCHUNG\n" + LAW.split("\n", 2)[2])
        version = drafts.version_of(made)
        place = places.get_place(made.id, texts.provision(version, "Chương I").lineage_id)
        around = places.surroundings_in(tree.load_tree(version.id), place)
        assert [node.citation for node in around.below] == ["Điều 1", "Điều 2"]
        assert all(not node.children for node in around.below)
        assert client.get(f"/du-thao/{made.id}/dieu-khoan/{place.lineage_id}/").status_code == 200
