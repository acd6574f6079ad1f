"""The reading page: a draft as a law, the counts beside it, and what a reader must know first."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from consultations.models import (
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Document,
    EventKind,
    ModerationPolicy,
    Paper,
    Provision,
    Stance,
)
from consultations.queries import places, reading, tree
from consultations.services import outlines
from core import clock, files
from core.db import db
from core.errors import NotFound
from legal.nodes import Kind, Node, Outline
from tests.conftest import Login
from tests.factories import make_consultation, make_person, make_provisions, make_submission
from tests.support.queries import CountQueries

BUDGET = 12


def open_draft(*texts: str, **values: Any) -> tuple[Consultation, list[Provision]]:
    """A consultation whose comments are public at once, and its provisions: the article first."""
    consultation = make_consultation(moderation=ModerationPolicy.AFTER, **values)
    return consultation, make_provisions(consultation, *texts)


def page_of(client: FlaskClient, consultation: Consultation, query: str = "") -> str:
    response = client.get(f"/du-thao/{consultation.id}/{query}")
    assert response.status_code == 200
    return response.text


def outline_of(page: str) -> str:
    return page[page.index("data-outline") : page.index("</nav>", page.index("data-outline"))]


class TestTheLaw:
    def test_shows_the_text_with_anchors_and_citations_that_can_be_linked(self, client: FlaskClient) -> None:
        consultation, _ = open_draft("Người thử được thử trong ba ngày.")
        page = page_of(client, consultation)
        assert "Người thử được thử trong ba ngày." in page
        assert 'id="dieu-1-khoan-1"' in page
        assert 'href="#dieu-1-khoan-1"' in page
        assert 'title="Khoản 1 Điều 1"' in page

    def test_escapes_what_a_file_held(self, client: FlaskClient) -> None:
        consultation, _ = open_draft("<script>alert(1)</script> & <b>")
        page = page_of(client, consultation)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page

    def test_shows_the_latest_published_version_only(self, client: FlaskClient, session: Session) -> None:
        consultation, first = open_draft("Lời văn cũ.")
        assert "Lời văn cũ." in page_of(client, consultation)
        document = session.get_one(Document, reading.list_documents(consultation.id)[0].id)
        lineages = [provision.lineage_id for provision in first]
        make_provisions(consultation, "Lời văn mới.", document=document, lineages=lineages)
        page = page_of(client, consultation)
        assert "Lời văn mới." in page
        assert "Lời văn cũ." not in page
        assert "Dự thảo 2" in page

    def test_shows_the_document_that_the_address_names(self, client: FlaskClient) -> None:
        consultation, _ = open_draft("Văn bản thứ nhất.")
        make_provisions(consultation, "Văn bản thứ hai.")
        first, second = reading.list_documents(consultation.id)
        assert "Văn bản thứ nhất." in page_of(client, consultation)
        assert "Văn bản thứ hai." in page_of(client, consultation, f"?van-ban={second.id}")
        assert "Văn bản thứ nhất." in page_of(client, consultation, f"?van-ban={second.id + 99}")
        assert f"van-ban={first.id}" in page_of(client, consultation)

    def test_every_kind_of_provision_has_its_text_on_the_page_once(self, client: FlaskClient, session: Session) -> None:
        consultation = make_consultation()
        document = Document(consultation_id=consultation.id, title="Nghị định Thử")
        session.add(document)
        stored = files.save_bytes(b"x", "x.txt", "text/plain")
        session.flush()
        nodes = [
            Node(
                kind,
                number="1",
                heading=f"Tên của {kind.value}",
                text=f"Lời của {kind.value}\nDòng sau của {kind.value}",
            )
            for kind in Kind
        ]
        nodes.append(Node(Kind.CLAUSE, number="1", text="Lời được trích", quoted=True))
        version = outlines.add_version(document, stored, Outline("Nghị định Thử", nodes))
        version.published_at = clock.now()
        page = page_of(client, consultation)
        law = page[page.index('class="law"') :]
        for kind in Kind:
            assert law.count(f"Lời của {kind.value}") == 1, kind
            assert law.count(f"Dòng sau của {kind.value}") == 1, kind
        takes = law.count('class="gop-y"')
        assert takes == len(Kind) - 1, "everything but the signature and what is quoted takes comments"

    def test_leaves_the_paper_head_to_a_text_that_brings_its_own(self, client: FlaskClient, session: Session) -> None:
        consultation, _ = open_draft()
        assert page_of(client, consultation).count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == 1
        other = make_consultation()
        document = Document(consultation_id=other.id, title="Luật Khác")
        session.add(document)
        stored = files.save_bytes(b"x", "x.txt", "text/plain")
        session.flush()
        words = "QUỐC HỘI\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nCăn cứ Hiến pháp;"
        version = outlines.add_version(document, stored, Outline("", [Node(Kind.PREAMBLE, text=words)]))
        version.published_at = clock.now()
        assert page_of(client, other).count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == 1


class TestCounts:
    def test_counts_what_is_published_and_nothing_else(self, client: FlaskClient) -> None:
        consultation, (_, first, second) = open_draft()
        waiting, noise = make_consultation(), make_consultation(moderation=ModerationPolicy.AFTER)
        make_submission(consultation, first, stance=Stance.SUPPORT)
        make_submission(consultation, first, stance=Stance.OPPOSE)
        make_submission(waiting, make_provisions(waiting)[1])
        make_submission(noise, make_provisions(noise)[1])
        page = page_of(client, consultation)
        title = 'title="khoản 1 Điều 1: ủng hộ 1, đề nghị sửa 0, không đồng ý 1, hỏi 0"'
        assert title in page
        assert f'href="dieu-khoan/{first.lineage_id}/"' in page
        assert f'href="dieu-khoan/{second.lineage_id}/"' not in page
        assert "ý kiến</span><svg" not in page_of(client, waiting)

    def test_follows_the_next_comment(self, client: FlaskClient) -> None:
        consultation, (_, first, _) = open_draft()
        make_submission(consultation, first)
        assert "<span>1 ý kiến</span>" in page_of(client, consultation)
        make_submission(consultation, first)
        page = page_of(client, consultation)
        assert "<span>2 ý kiến</span>" in page
        assert "<span>1 ý kiến</span>" not in page

    def test_the_outline_adds_up_whole_branches(self, client: FlaskClient) -> None:
        consultation, (article, first, second) = open_draft()
        make_submission(consultation, article, first, second)
        make_submission(consultation, second)
        assert '<span class="c">4</span>' in outline_of(page_of(client, consultation))

    def test_comments_on_the_whole_draft_stand_at_its_head(self, client: FlaskClient) -> None:
        consultation, _ = open_draft()
        make_submission(consultation, None)
        page = page_of(client, consultation)
        assert f'href="/du-thao/{consultation.id}/dieu-khoan/0/"' in page
        assert 'href="gop-y?dieu-khoan=0"' in page


class TestPhases:
    def test_an_open_draft_takes_comments_on_every_provision(self, client: FlaskClient) -> None:
        consultation, provisions = open_draft()
        page = page_of(client, consultation)
        for provision in provisions:
            assert f'href="gop-y?dieu-khoan={provision.lineage_id}"' in page
            assert f'data-gop-y="{provision.lineage_id}"' in page
        assert "Đang mở · còn 10 ngày" in page

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"opens": 2}, "Đợt lấy ý kiến mở từ ngày"),
            ({"opens": -9, "closes": -1}, "Đợt lấy ý kiến đã đóng ngày"),
            ({"state": ConsultationState.SUSPENDED}, "đang tạm dừng"),
            ({"state": ConsultationState.CANCELLED}, "Đợt lấy ý kiến đã hủy"),
        ],
    )
    def test_any_other_says_why_it_takes_none(self, client: FlaskClient, values: dict[str, Any], sentence: str) -> None:
        now = clock.now()
        consultation, (_, first, _) = open_draft()
        make_submission(consultation, first)
        consultation.opens_at = now + timedelta(days=values.get("opens", -1))
        consultation.closes_at = now + timedelta(days=values.get("closes", 10))
        consultation.state = values.get("state", ConsultationState.PUBLISHED)
        page = page_of(client, consultation)
        assert sentence in page
        assert "gop-y?" not in page
        assert "<span>1 ý kiến</span>" in page

    def test_a_consultation_that_is_not_published_is_nobodys_to_see(self, client: FlaskClient, login: Login) -> None:
        consultation, _ = open_draft(state=ConsultationState.DRAFT)
        assert client.get(f"/du-thao/{consultation.id}/").status_code == 404
        assert login(make_person()).get(f"/du-thao/{consultation.id}/").status_code == 404
        assert client.get("/du-thao/987654/").status_code == 404
        assert client.get("/du-thao/99999999999999999999/").status_code == 404

    def test_without_a_published_version_the_page_says_so(self, client: FlaskClient) -> None:
        assert "chưa được công bố" in page_of(client, make_consultation())

    def test_notices_stand_on_the_page_with_their_reasons(self, client: FlaskClient, session: Session) -> None:
        consultation, _ = open_draft()
        now = clock.now()
        session.add(
            ConsultationEvent(
                consultation_id=consultation.id,
                kind=EventKind.EXTENDED,
                at=now,
                reason="Nhiều nơi bị bão",
                closes_before=now,
                closes_after=now + timedelta(days=5),
            )
        )
        page = page_of(client, consultation)
        assert "Gia hạn: từ ngày" in page
        assert "Lý do: Nhiều nơi bị bão" in page


class TestPapers:
    def make_paper(self, session: Session, consultation: Consultation) -> Paper:
        stored = files.save_bytes(b"%PDF-1.4 thu", "to-trinh.pdf", "application/pdf")
        paper = Paper(consultation_id=consultation.id, title="Tờ trình", file_id=stored.id)
        session.add(paper)
        session.flush()
        return paper

    def test_are_listed_and_downloaded(self, client: FlaskClient, session: Session) -> None:
        consultation, _ = open_draft()
        paper = self.make_paper(session, consultation)
        address = f"/du-thao/{consultation.id}/ho-so/{paper.id}"
        assert f'href="{address}"' in page_of(client, consultation)
        with client.get(address) as answer:
            assert answer.data == b"%PDF-1.4 thu"
            assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_of_a_draft_or_of_another_consultation_are_not_there(self, client: FlaskClient, session: Session) -> None:
        hidden = make_consultation(state=ConsultationState.DRAFT)
        paper = self.make_paper(session, hidden)
        assert client.get(f"/du-thao/{hidden.id}/ho-so/{paper.id}").status_code == 404
        assert client.get(f"/du-thao/{make_consultation().id}/ho-so/{paper.id}").status_code == 404


class TestBudget:
    def test_asks_as_often_with_many_comments_as_with_one(
        self, client: FlaskClient, login: Login, count_queries: CountQueries
    ) -> None:
        consultation, provisions = open_draft(*[f"Khoản thử thứ {n}." for n in range(20)])
        make_submission(consultation, provisions[1])
        visitor = login(make_person())
        address = f"/du-thao/{consultation.id}/"

        def statements() -> list[str]:
            db.session.commit()
            with count_queries() as queries:
                assert visitor.get(address).status_code == 200
            return queries

        cold, warm = statements(), statements()
        make_submission(consultation, *provisions)
        make_submission(consultation, *provisions)
        many = statements()
        assert len(cold) <= BUDGET, cold
        assert len(many) == len(warm) == len(cold) - 1, many
        assert not [statement for statement in warm if "FROM provision" in statement]


class TestPlace:
    def test_a_provision_of_another_consultation_is_not_there(self, session: Session) -> None:
        consultation, _ = open_draft()
        _, (_, strange, _) = open_draft()
        with pytest.raises(NotFound):
            places.get_place(consultation.id, strange.lineage_id)

    def test_surroundings_hold_what_is_above_and_below_and_nothing_beside(self, session: Session) -> None:
        consultation, (article, first, second) = open_draft()
        above = places.get_surroundings(places.get_place(consultation.id, second.lineage_id)).above
        assert [node.lineage_id for node in above] == [article.lineage_id]
        below = places.get_surroundings(places.get_place(consultation.id, article.lineage_id)).below
        assert [node.lineage_id for node in below] == [first.lineage_id, second.lineage_id]
        assert places.get_surroundings(places.get_place(consultation.id, first.lineage_id)).below == []


class TestPreamble:
    @pytest.mark.parametrize(
        ("lines", "head"),
        [
            (["QUỐC HỘI", "LUẬT", "Quy định rất dài " * 6, "Căn cứ Hiến pháp;", "Quốc hội ban hành."], 3),
            (["CHÍNH PHỦ", "Độc lập - Tự do - Hạnh phúc"], 2),
            (["LUẬT", "Luật này được sửa đổi bởi:", "1. Luật " + "số 32 " * 12, "Căn cứ Hiến pháp;"], 2),
            (["Căn cứ Luật Tổ chức Chính phủ;"], 0),
        ],
    )
    def test_its_printed_head_ends_where_the_grounds_begin(self, lines: list[str], head: int) -> None:
        node = tree.Node(0, 1, 0, Kind.PREAMBLE, "", "", "\n".join(lines), "", "mo-dau", False)
        assert node.printed_head == lines[:head]
        assert node.grounds == lines[head:]
