"""Several texts in one dossier: each has its tree, its versions and its pairs; all are published together."""

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Role
from consultations.models import Consultation, Document, Provision, Version
from consultations.queries import desk as queries
from consultations.services import drafting, pairing_choices, publishing, versions
from tests.conftest import Login
from tests.consultations import drafts, sending, texts
from tests.consultations.trees import page_of, seen
from tests.factories import make_agency, make_staff

DECREE = texts.FIRST.replace("LUẬT THỬ NGHIỆM", "NGHỊ ĐỊNH").replace("Luật này", "Nghị định này")
LATER_DECREE = texts.SECOND.replace("LUẬT THỬ NGHIỆM", "NGHỊ ĐỊNH").replace("Luật này", "Nghị định này")
TITLE = "Nghị định hướng dẫn việc thử"


@pytest.fixture
def agency(session: Session) -> Agency:
    texts.make_first()  # noise
    return make_agency()


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    """A draft with two texts."""
    made = drafts.make_draft(agency, texts.FIRST)
    drafting.add_document(made, drafts.read(DECREE), title=TITLE)
    return made


@pytest.fixture
def desk(agency: Agency, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency))


def second_of(consultation: Consultation) -> Version:
    return queries.list_versions(consultation.id)[1]


def path(consultation: Consultation, rest: str = "") -> str:
    return f"/soan-thao/{consultation.id}/{rest}"


def file_of(text: str, name: str = "nghi-dinh.txt") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), name


class TestBeforePublishing:
    def test_one_more_is_added_and_has_its_own_tree(self, desk: FlaskClient, agency: Agency) -> None:
        made = drafts.make_draft(agency, texts.FIRST)
        answer = desk.post(path(made, "van-ban-moi/"), data={"file": file_of(DECREE), "title": TITLE})
        second = second_of(made)
        assert answer.location == path(made, f"dieu-khoan/?van-ban={second.document_id}")
        page = desk.get(answer.location).text
        assert TITLE in page
        assert page_of(second, texts.provision(second, "Điều 1").lineage_id) in page
        assert "Nghị định này" in desk.get(path(made, f"xem-truoc/?van-ban={second.document_id}")).text
        assert "nghi-dinh.txt" in desk.get(path(made)).text

    @pytest.mark.parametrize(("name", "data", "words"), drafts.NOT_DRAFTS.values(), ids=list(drafts.NOT_DRAFTS))
    def test_what_is_no_draft_is_refused_and_the_title_kept(
        self, desk: FlaskClient, consultation: Consultation, name: str, data: bytes, words: str
    ) -> None:
        page = desk.post(path(consultation, "van-ban-moi/"), data={"file": (io.BytesIO(data), name), "title": "Phụ"})
        assert words in page.text
        assert 'value="Phụ"' in page.text
        assert len(queries.list_versions(consultation.id)) == 2

    def test_another_file_and_a_step_on_the_tree_touch_that_text_alone(
        self, desk: FlaskClient, consultation: Consultation
    ) -> None:
        first, second = queries.list_versions(consultation.id)
        named = f"?van-ban={second.document_id}"
        answer = desk.post(path(consultation, f"dieu-khoan/{named}"), data={"file": file_of(LATER_DECREE)})
        assert answer.location == path(consultation, f"dieu-khoan/{named}")
        now = second_of(consultation)
        assert "năm ngày" in texts.provision(now, "khoản 1 Điều 2").text
        assert queries.list_versions(consultation.id)[0].id == first.id
        address = page_of(now, texts.provision(now, "Điều 4").lineage_id)
        form = {"kind": "article", "number": "4", "heading": "Thi hành", "text": "Ngay.", "seen": seen(now, "Điều 4")}
        assert f"van-ban={now.document_id}" in desk.post(address, data=form).location
        assert texts.provision(now, "Điều 4").heading == "Thi hành"
        assert texts.provision(first, "Điều 4").heading == "Hiệu lực"

    def test_it_is_taken_back_but_never_the_first(self, desk: FlaskClient, consultation: Consultation) -> None:
        first, second = (version.document_id for version in queries.list_versions(consultation.id))
        assert desk.post(path(consultation, f"van-ban/{first}/bo")).status_code == 409
        assert desk.post(path(consultation, f"van-ban/{second}/bo")).status_code == 303
        assert [version.document_id for version in queries.list_versions(consultation.id)] == [first]

    def test_a_text_of_another_consultation_is_not_found(
        self, desk: FlaskClient, consultation: Consultation, agency: Agency
    ) -> None:
        stranger = drafts.version_of(drafts.make_draft(agency)).document_id
        assert desk.get(path(consultation, f"dieu-khoan/?van-ban={stranger}")).status_code == 404
        assert desk.post(path(consultation, f"van-ban/{stranger}/bo")).status_code == 404
        publishing.publish(consultation, by=None)
        assert desk.get(path(consultation, f"ban-moi/?van-ban={stranger}")).status_code == 404


class TestPublished:
    @pytest.fixture
    def published(self, consultation: Consultation) -> Consultation:
        publishing.publish(consultation, by=None)
        return consultation

    def test_together_and_read_apart(self, client: FlaskClient, published: Consultation) -> None:
        assert all(version.published_at for version in queries.list_versions(published.id))
        page = client.get(f"/du-thao/{published.id}/?van-ban={second_of(published).document_id}").text
        assert "Nghị định này" in page

    def test_none_is_added_or_taken_back_any_more(self, desk: FlaskClient, published: Consultation) -> None:
        document = second_of(published).document_id
        assert desk.get(path(published, "van-ban-moi/")).status_code == 409
        assert desk.post(path(published, f"van-ban/{document}/bo")).status_code == 409

    def test_the_second_gets_its_next_version(
        self, desk: FlaskClient, session: Session, published: Consultation
    ) -> None:
        first, second = queries.list_versions(published.id)
        named = f"?van-ban={second.document_id}"
        assert TITLE in desk.get(path(published, f"ban-moi/{named}")).text
        sent = {"file": file_of(LATER_DECREE), "kind": "next"}
        answer = desk.post(path(published, f"ban-moi/{named}"), data=sent)
        assert answer.location == path(published, f"ban-moi/{named}")
        version = second_of(published)
        assert (version.number, version.published_at, drafts.version_of(published).number) == (2, None, 1)
        row = texts.pairing_of(version, "khoản 1 Điều 2")
        answer = desk.post(path(published, f"ban-moi/cap/{row.id}/dung"))
        assert answer.location == path(published, f"ban-moi/{named}#cap")
        for waits in texts.waiting(version):
            pairing_choices.confirm(waits, by=make_staff(Role.DRAFTER, sending.agency_of(published)))
        desk.post(path(published, f"ban-moi/cong-bo{named}"))
        session.refresh(version)
        assert version.published_at is not None
        assert session.scalars(sa.select(Version.number).where(Version.document_id == first.document_id)).all() == [1]
        assert f"Công bố dự thảo 2. {TITLE}." in desk.get(f"/du-thao/{published.id}/").text

    def test_lineages_of_one_never_reach_the_other(self, session: Session, published: Consultation) -> None:
        second = session.get_one(Document, second_of(published).document_id)
        made = versions.upload(second, drafts.read(LATER_DECREE))
        texts.publish(published, made)
        first = drafts.version_of(published)
        mine = set(session.scalars(sa.select(Provision.lineage_id).where(Provision.version_id == first.id)))
        theirs = set(session.scalars(sa.select(Provision.lineage_id).where(Provision.version_id == made.id)))
        assert not mine & theirs
