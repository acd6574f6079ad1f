"""Roles reach the subtree; administrators give them there and nowhere else."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from accounts.models import AccountEvent, AccountEventKind, Agency, AgencyKind, Membership, Person, PersonKind, Role
from accounts.policies import Permission
from accounts.queries import agencies_within, holds_in, list_permissions
from tests.conftest import Login
from tests.factories import make_agency, make_membership, make_person, make_staff


class Tree:
    """A ministry with a department and its office, and a sibling ministry with a department."""

    def __init__(self) -> None:
        self.ministry = make_agency(code="BYT", name="Bộ Y tế")
        self.department = make_agency(code="BYT.PC", name="Vụ Pháp chế", parent=self.ministry)
        self.office = make_agency(code="BYT.PC1", name="Phòng Văn bản", parent=self.department)
        self.sibling = make_agency(code="BTP", name="Bộ Tư pháp")
        self.sibling_department = make_agency(code="BTP.PL", name="Vụ Pháp luật", parent=self.sibling)


@pytest.fixture
def tree(session: scoped_session[Session]) -> Tree:
    return Tree()


@pytest.fixture
def administrator(tree: Tree) -> Person:
    make_staff(Role.ADMINISTRATOR, tree.sibling)
    return make_staff(Role.ADMINISTRATOR, tree.department, full_name="Quản Trị Viên")


@pytest.fixture
def desk(administrator: Person, login: Login) -> FlaskClient:
    return login(administrator)


def role_rows(session: scoped_session[Session], person: Person) -> list[tuple[Role, int]]:
    rows = session.execute(sa.select(Membership.role, Membership.agency_id).where(Membership.person_id == person.id))
    return [(row.role, row.agency_id) for row in rows]


class TestSubtree:
    def test_a_role_reaches_down_and_neither_up_nor_sideways(
        self, tree: Tree, session: scoped_session[Session]
    ) -> None:
        moderator = make_staff(Role.MODERATOR, tree.department)
        make_staff(Role.MODERATOR, tree.sibling)
        reached = session.scalars(agencies_within(moderator.id, Permission.MODERATE)).all()
        assert sorted(reached) == sorted([tree.department.id, tree.office.id])
        assert holds_in(moderator.id, Permission.MODERATE, tree.office.id)
        assert not holds_in(moderator.id, Permission.MODERATE, tree.ministry.id)
        assert not holds_in(moderator.id, Permission.MODERATE, tree.sibling_department.id)
        assert not holds_in(moderator.id, Permission.APPROVE, tree.office.id)

    def test_ids_that_begin_alike_are_not_above_each_other(self, session: scoped_session[Session]) -> None:
        first = make_agency(path="")
        first.path = "/1/"
        other = make_agency()
        other.path = "/11/"
        moderator = make_staff(Role.MODERATOR, first)
        assert not holds_in(moderator.id, Permission.MODERATE, other.id)

    def test_roles_carry_their_permissions_only(self, tree: Tree) -> None:
        assert list_permissions(make_staff(Role.ADMINISTRATOR, tree.ministry).id) == {Permission.ADMINISTER}
        assert list_permissions(make_person().id) == frozenset()


class TestAdministration:
    def test_opens_to_administrators_alone(self, client: FlaskClient, login: Login, tree: Tree) -> None:
        assert client.get("/quan-tri/").location.startswith("/dang-nhap/")
        assert login(make_person()).get("/quan-tri/").status_code == 403
        assert login(make_staff(Role.MODERATOR, tree.ministry)).get("/quan-tri/").status_code == 403

    def test_shows_the_subtree_and_hides_the_rest(self, desk: FlaskClient, tree: Tree) -> None:
        page = desk.get("/quan-tri/").text
        assert "Vụ Pháp chế" in page
        assert "Phòng Văn bản" in page
        assert "Bộ Tư pháp" not in page
        for code, status in (("BYT.PC", 200), ("BYT.PC1", 200), ("BYT", 404), ("BTP.PL", 404), ("KHONG", 404)):
            assert desk.get(f"/quan-tri/co-quan/{code}/").status_code == status
        assert desk.post("/quan-tri/co-quan/BTP/vai-tro", data={}).status_code == 404
        assert desk.post("/quan-tri/co-quan/BTP/don-vi", data={}).status_code == 404

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("phong van ban", True),
            ("Phòng", True),
            ("phóng", False),
            ("byt.pc1", True),
            ("vụ pháp luật", False),
            ("%", False),
        ],
    )
    def test_finds_agencies_with_and_without_marks(self, desk: FlaskClient, words: str, found: bool) -> None:
        page = desk.get("/quan-tri/", query_string={"q": words}).text
        assert ("Phòng Văn bản" in page) == found

    def test_pages_through_many_units(self, desk: FlaskClient, tree: Tree) -> None:
        for n in range(40):
            make_agency(code=f"X{n}", name=f"Tổ số {n}", parent=tree.office)
        first = desk.get("/quan-tri/?q=to+so").text
        assert "Tổ số 29" in first
        assert "Tổ số 30" not in first
        following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        second = desk.get(following).text
        assert "Tổ số 39" in second
        assert "Tổ số 29" not in second

    def test_gives_a_role_by_address_and_writes_it_down(
        self, desk: FlaskClient, tree: Tree, administrator: Person, session: scoped_session[Session]
    ) -> None:
        clerk = make_person(email="can-bo@byt.gov.vn", full_name="Cán Bộ Mới")
        data = {"vai-tro-email": "Can-Bo@byt.gov.vn", "vai-tro-role": "moderator"}
        assert desk.post("/quan-tri/co-quan/BYT.PC1/vai-tro", data=data).status_code == 302
        assert role_rows(session, clerk) == [(Role.MODERATOR, tree.office.id)]
        again = desk.post("/quan-tri/co-quan/BYT.PC1/vai-tro", data=data)
        assert again.status_code == 422
        assert "đã có vai trò đó" in again.text
        event = session.scalars(sa.select(AccountEvent)).one()
        assert (event.kind, event.actor_id, event.person_id, event.agency_id, event.role) == (
            AccountEventKind.ROLE_GRANTED,
            administrator.id,
            clerk.id,
            tree.office.id,
            Role.MODERATOR,
        )
        page = desk.get("/quan-tri/co-quan/BYT.PC1/").text
        assert "Cán Bộ Mới" in page
        assert "giao vai trò Người kiểm duyệt" in page

    def test_gives_no_role_to_an_unknown_or_unconfirmed_address(self, desk: FlaskClient) -> None:
        make_person(email="chua@byt.gov.vn", confirmed=False)
        for address in ("chua@byt.gov.vn", "khong-co@byt.gov.vn"):
            data = {"vai-tro-email": address, "vai-tro-role": "moderator"}
            answer = desk.post("/quan-tri/co-quan/BYT.PC1/vai-tro", data=data)
            assert answer.status_code == 422
            assert "Chưa có tài khoản đã xác nhận" in answer.text

    def test_takes_a_role_back_in_its_own_agency_only(
        self, desk: FlaskClient, tree: Tree, administrator: Person, session: scoped_session[Session]
    ) -> None:
        here = make_membership(Role.DRAFTER, agency=tree.office).id
        elsewhere = make_membership(Role.DRAFTER, agency=tree.sibling).id
        path = "/quan-tri/co-quan/BYT.PC1/vai-tro/{}/thu-hoi"
        assert desk.post(path.format(elsewhere)).status_code == 404
        assert desk.post(path.format(here)).status_code == 302
        left = session.scalars(sa.select(Membership.id).where(Membership.id.in_([here, elsewhere]))).all()
        assert left == [elsewhere]
        [(_, own_agency)] = role_rows(session, administrator)
        assert own_agency == tree.department.id
        own = session.scalar(sa.select(Membership.id).where(Membership.person_id == administrator.id))
        desk.post(f"/quan-tri/co-quan/BYT.PC/vai-tro/{own}/thu-hoi")
        assert role_rows(session, administrator) == [(Role.ADMINISTRATOR, tree.department.id)]

    def test_makes_units_whose_codes_are_their_own(
        self, desk: FlaskClient, tree: Tree, administrator: Person, session: scoped_session[Session]
    ) -> None:
        data = {"don-vi-name": "Phòng Kiểm tra", "don-vi-code": "kt"}
        assert desk.post("/quan-tri/co-quan/BYT.PC/don-vi", data=data).status_code == 302
        unit = session.scalars(sa.select(Agency).where(Agency.code == "BYT.PC.KT")).one()
        assert (unit.parent_id, unit.path) == (tree.department.id, f"{tree.department.path}{unit.id}/")
        assert unit.kind == AgencyKind.UNIT
        assert holds_in(administrator.id, Permission.ADMINISTER, unit.id)
        assert desk.post("/quan-tri/co-quan/BYT.PC/don-vi", data=data).status_code == 422
        data["don-vi-code"] = "k/t"
        assert desk.post("/quan-tri/co-quan/BYT.PC/don-vi", data=data).status_code == 422


class TestOrganisations:
    def test_are_checked_by_administrators_of_ministries_and_provinces(
        self, login: Login, tree: Tree, session: scoped_session[Session]
    ) -> None:
        make_person(full_name="Một Người Dân")
        body = make_person(kind=PersonKind.ORGANISATION, full_name="Hội Ngành nghề")
        small = login(make_staff(Role.ADMINISTRATOR, tree.department))
        assert small.get("/quan-tri/to-chuc/").status_code == 404
        assert small.post(f"/quan-tri/to-chuc/{body.id}/xac-minh").status_code == 404
        assert body.organisation_checked_at is None
        big = login(make_staff(Role.ADMINISTRATOR, tree.ministry))
        page = big.get("/quan-tri/to-chuc/").text
        assert "Hội Ngành nghề" in page
        assert "Một Người Dân" not in page
        assert big.post(f"/quan-tri/to-chuc/{body.id}/xac-minh").status_code == 302
        session.refresh(body)
        assert body.organisation_checked_at is not None
        assert "Không có tổ chức nào" in big.get("/quan-tri/to-chuc/").text

    def test_a_person_cannot_be_checked(self, login: Login, tree: Tree) -> None:
        citizen = make_person()
        desk = login(make_staff(Role.ADMINISTRATOR, tree.ministry))
        assert desk.post(f"/quan-tri/to-chuc/{citizen.id}/xac-minh").status_code == 404
