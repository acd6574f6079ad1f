"""What became of the provision that a comment is about, wherever the comment is shown."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Person
from consultations.models import Comment, Consultation, Contributor, Submission
from consultations.queries.fates import Fate, fates_of
from consultations.services import receipts
from tests.conftest import Login
from tests.consultations import sending, texts
from tests.factories import make_person

EXPECTED = {
    "Điều 1": Fate.SAME,
    "Điều 2": Fate.EDITED,
    "khoản 1 Điều 2": Fate.EDITED,
    "khoản 2 Điều 2": Fate.GONE,
    "khoản 3 Điều 2": Fate.MOVED,
    "khoản 2 Điều 3": Fate.MOVED,
}


@pytest.fixture
def consultation(session: Session) -> Consultation:
    return texts.make_first()


@pytest.fixture
def said(consultation: Consultation) -> dict[str, Comment]:
    """One comment on each provision, all of one person, in one submission, public at once."""
    person = make_person()
    sent = sending.send(consultation, *[sending.Said(cited) for cited in ("", *EXPECTED)], person=person)
    return dict(zip(("", *EXPECTED), sending.comments_of(sent), strict=True))


def fate_in(page: str, anchor: str) -> tuple[str, str]:
    """(kind, words) of the fate that stands after an anchor."""
    found = re.search(r'data-fate="(\w+)">(.*?)</p>', page[page.index(f'id="{anchor}"') :], re.DOTALL)
    assert found is not None
    return found[1], " ".join(re.sub("<[^>]*>", "", found[2]).split())


def test_there_is_none_before_another_version_is_published(
    consultation: Consultation, said: dict[str, Comment]
) -> None:
    texts.upload(consultation)
    assert fates_of({comment.provision_id for comment in said.values()}) == {}


def test_each_provision_has_its_own(consultation: Consultation, said: dict[str, Comment]) -> None:
    texts.add_version(consultation)
    fates = fates_of({comment.provision_id for comment in said.values()})
    assert {cited: fates[said[cited].provision_id or 0].kind for cited in EXPECTED} == EXPECTED
    moved = fates[said["khoản 2 Điều 3"].provision_id or 0]
    assert (moved.citation, moved.edited, moved.base, moved.latest) == ("khoản 3 Điều 2", False, 1, 2)


def test_it_looks_over_several_versions(consultation: Consultation, said: dict[str, Comment]) -> None:
    texts.add_version(consultation)
    texts.add_version(consultation, texts.SECOND.replace("Luật này quy định về việc", "Luật này điều chỉnh mọi việc"))
    fates = fates_of({comment.provision_id for comment in said.values()})
    assert {fate.latest for fate in fates.values()} == {3}
    found = {cited: fates[said[cited].provision_id or 0].kind for cited in EXPECTED}
    assert found == EXPECTED | {"Điều 1": Fate.EDITED}


def test_a_merged_provision_leads_to_the_one_that_took_it_in(session: Session) -> None:
    whole = "Người thử phải báo cáo kết quả bằng văn bản cho cơ quan quản lý trong vòng mười ngày"
    part = "trường hợp bất khả kháng thì được gia hạn thêm không quá năm ngày làm việc kể từ ngày hết hạn báo cáo"
    apart = texts.FIRST.replace(f"3. {whole}.", f"3. {whole}.\n4. {part.capitalize()}.")
    made = texts.make_first(apart)
    comments = [sending.say(made, cited) for cited in ("khoản 4 Điều 2", "khoản 3 Điều 2")]
    version = texts.add_version(made, texts.FIRST.replace(f"3. {whole}.", f"3. {whole}; {part}."))
    gone, host = (fates_of({comment.provision_id})[comment.provision_id or 0] for comment in comments)
    target = texts.provision(version, "khoản 3 Điều 2")
    assert (gone.kind, [(one.lineage_id, one.citation) for one in gone.parts]) == (
        Fate.MERGED,
        [(target.lineage_id, "khoản 3 Điều 2")],
    )
    assert (host.kind, host.parts) == (Fate.MERGED, [])


class TestPages:
    def test_the_page_of_a_provision_says_it_and_shows_both_texts(
        self, client: FlaskClient, consultation: Consultation, said: dict[str, Comment]
    ) -> None:
        texts.add_version(consultation)
        for cited, kind in EXPECTED.items():
            comment = said[cited]
            page = client.get(f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/").text
            assert fate_in(page, f"y-kien-{comment.id}")[0] == kind
        page = client.get(f"/du-thao/{consultation.id}/dieu-khoan/{said['khoản 2 Điều 2'].place}/").text
        assert "Dự thảo 2 đã bỏ điều khoản này." in page
        link = re.search(r'href="(/du-thao/\d+/so-sanh\?[^"]*dieu-khoan=\d+[^"]*)"', page)
        assert link is not None
        assert "không phải trả tiền" in client.get(link[1].replace("&amp;", "&")).text

    def test_the_receipt_and_my_comments_say_it_too(
        self, client: FlaskClient, session: Session, login: Login, consultation: Consultation, said: dict[str, Comment]
    ) -> None:
        texts.add_version(consultation)
        sent = session.get_one(Submission, said[""].submission_id)
        page = client.get(f"/bien-nhan/{receipts.shown(sent.receipt_code)}/").text
        moved = said["khoản 2 Điều 3"]
        kind, words = fate_in(page, f"y-kien-{moved.id}")
        assert kind == "moved"
        assert words.startswith("Nói về dự thảo 1. Ở dự thảo 2 điều khoản này là khoản 3 Điều 2, lời văn giữ nguyên.")
        owner = session.scalars(sa.select(Contributor.person_id).where(Contributor.id == sent.contributor_id)).one()
        mine = login(session.get_one(Person, owner)).get("/y-kien-cua-toi/").text
        assert sorted(re.findall(r'data-fate="(\w+)"', mine)) == sorted(kind.value for kind in EXPECTED.values())
