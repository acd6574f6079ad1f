"""The pages on which the parsed tree is mended, and whose tree it is."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from consultations.models import Consultation, Document, Version
from consultations.queries.mending import read_steps, read_tree
from consultations.seed import seed_document_kinds
from consultations.services import publishing, tree, versions
from consultations.services.tree import Words
from core.errors import Conflict
from legal.nodes import Kind
from tests.conftest import Login
from tests.consultations import drafts
from tests.consultations.trees import NESTED, at, citations, consultation_of, page_of, press, seen, stored
from tests.factories import make_agency, make_staff


@pytest.fixture
def agency(session: Session) -> Agency:
    seed_document_kinds()
    make_agency()
    return make_agency()


@pytest.fixture
def person(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def drafter(login: Login, person: Person) -> FlaskClient:
    return login(person)


@pytest.fixture
def version(agency: Agency) -> Version:
    drafts.make_draft(agency)  # noise
    return drafts.version_of(drafts.make_draft(agency, NESTED))


class TestPages:
    def test_the_tree_leads_to_each_node_and_a_saved_one_leads_back(
        self, drafter: FlaskClient, version: Version
    ) -> None:
        item = at(version, "Điều 3")
        address = page_of(version, item.key)
        assert address in drafter.get(f"/soan-thao/{consultation_of(version)}/dieu-khoan/").text
        page = drafter.get(address).text
        assert "Sửa Điều 3" in page
        form = {"kind": "article", "number": "3", "heading": "Thi hành", "text": "Từ ngày ký."}
        answer = drafter.post(address, data={**form, "seen": seen(version, "Điều 3")})
        assert answer.headers["Location"].endswith(f"/dieu-khoan/?tai={item.key}#dieu-3")
        assert at(version, "Điều 3").heading == "Thi hành"
        page = drafter.get(answer.headers["Location"]).text
        assert "Hoàn tác" in page
        answer = drafter.post(address, data={**form, "seen": seen(version, "Điều 3"), "tiep": "1"})
        following = at(version, "khoản 1 Điều 3").key
        assert answer.headers["Location"].endswith(f"/dieu-khoan/{following}/#o-day")

    def test_every_step_has_its_button_and_comes_back_to_the_node(self, drafter: FlaskClient, version: Version) -> None:
        address = page_of(version, at(version, "khoản 2 Điều 2").key)
        for act in ("len", "xuong", "vao", "ra", "trich", "bo-trich", "gop"):
            page = drafter.get(address).text
            assert f'action="{address}{act}"' in page, act
            found = re.search(r'name="seen" value="(\w+)"', page)
            assert found is not None
            answer = drafter.post(address + act, data={"seen": found[1]})
            assert answer.headers["Location"] == f"{address}#o-day", act
            assert read_steps(version.id).undo is not None, act
        due = read_steps(version.id).undo
        assert due is not None
        undo = f"/soan-thao/{consultation_of(version)}/dieu-khoan/hoan-tac/{due.id}"
        drafter.post(undo, data={"tu": "0"})
        assert read_steps(version.id).redo is not None

    def test_a_text_is_split_at_a_line(self, drafter: FlaskClient, version: Version, person: Person) -> None:
        key = at(version, "Điều 1").key
        tree.change(press(version, "Điều 1", person), Words(Kind.ARTICLE, "1", "Phạm vi", "Một.\nHai.\n1. Ba."))
        page = drafter.get(page_of(version, key) + "?dong=2").text
        assert re.search(r"<textarea[^>]*second[^>]*>\s*1\. Ba\.</textarea>", page)
        form = {"first": "Một.\r\nHai.", "second": "1. Ba.", "place": "inside", "whole": seen(version, "Điều 1")}
        answer = drafter.post(page_of(version, key) + "tach", data=form)
        assert answer.headers["Location"].endswith(f"/{at(version, 'khoản 1 Điều 1').key}/#o-day")
        refused = drafter.post(
            page_of(version, key) + "tach", data={**form, "second": "1. Bốn.", "whole": seen(version, "Điều 1")}
        )
        assert refused.status_code == 422
        assert "đúng bằng lời văn đang có" in refused.text

    def test_two_at_once_overwrite_nothing_and_keep_what_was_typed(
        self, drafter: FlaskClient, version: Version, agency: Agency
    ) -> None:
        key = at(version, "Điều 3").key
        before = seen(version, "Điều 3")
        other = make_staff(Role.DRAFTER, agency)
        tree.change(press(version, "Điều 3", other), Words(Kind.ARTICLE, "3", "Của người kia", "Từ ngày ký."))
        mine = {"kind": "article", "number": "3", "heading": "Của tôi", "text": "Từ ngày ký.", "seen": before}
        answer = drafter.post(page_of(version, key), data=mine)
        assert answer.status_code == 422
        for words_ in (f"{other.full_name} vừa sửa chỗ này", "Của tôi", "Của người kia"):
            assert words_ in answer.text
        drafter.post(page_of(version, key) + "gop", data={"seen": before})
        assert at(version, "Điều 3").heading == "Của người kia"

    def test_elsewhere_two_may_work_at_once(self, version: Version, person: Person) -> None:
        mine = press(version, "Điều 3", person)
        tree.change(press(version, "điểm a khoản 2 Điều 2", person), Words(Kind.POINT, "a", "", "Thử bé;"))
        assert tree.change(mine, Words(Kind.ARTICLE, "3", "Thi hành", "Từ ngày ký.")) is not None


class TestWhoseTree:
    def test_another_agency_and_another_draft_are_not_found(
        self, drafter: FlaskClient, agency: Agency, version: Version
    ) -> None:
        foreign = drafts.version_of(drafts.make_draft(make_agency()))
        key = at(foreign, "Điều 1").key
        borrowed = f"/soan-thao/{consultation_of(version)}/dieu-khoan/{key}/"
        for base in (page_of(foreign, key), borrowed):
            assert drafter.get(base).status_code == 404
            for act in ("", "tach", "gop", "len", "trich"):
                data = {"kind": "article", "first": "a", "second": "b", "place": "after"}
                assert drafter.post(base + act, data=data).status_code == 404, act
        assert drafter.post(f"/soan-thao/{consultation_of(foreign)}/dieu-khoan/hoan-tac/1").status_code == 404

    def test_a_published_tree_stands(
        self, drafter: FlaskClient, session: Session, version: Version, person: Person
    ) -> None:
        made = session.get_one(Consultation, consultation_of(version))
        here = press(version, "Điều 3", person)
        tree.quote(here, True)
        due = read_steps(version.id).undo
        assert due is not None
        publishing.publish(made, by=person)
        before = stored(session, version)
        here = press(version, next(c for c in citations(version) if c.startswith("Điều 3")), person)
        for step in (tree.merge, tree.indent, lambda _: tree.undo(version, due.id, by=person)):
            with pytest.raises(Conflict):
                step(here)
        address = page_of(version, here.key)
        assert drafter.get(address).status_code == 409
        assert drafter.post(address + "trich", data={"seen": here.seen}).status_code == 409
        assert address not in drafter.get(f"/soan-thao/{made.id}/dieu-khoan/").text
        assert stored(session, version) == before

    def test_the_next_version_is_mended_like_the_first(
        self, drafter: FlaskClient, session: Session, version: Version, person: Person
    ) -> None:
        made = session.get_one(Consultation, consultation_of(version))
        publishing.publish(made, by=person)
        following = versions.upload(session.get_one(Document, version.document_id), drafts.read())
        before = stored(session, version)
        address = page_of(following, at(following, "Điều 1").key)
        assert "Sửa Điều 1" in drafter.get(address).text
        page = drafter.get(f"/soan-thao/{made.id}/dieu-khoan/").text
        assert address in page
        assert "Dự thảo 2, chưa công bố" in page
        assert "Cặp đã xác nhận được giữ" in page
        drafter.post(address + "trich", data={"seen": seen(following, "Điều 1")})
        assert read_tree(following.id).get(at(following, "Điều 1").key).quoted
        assert stored(session, version) == before
