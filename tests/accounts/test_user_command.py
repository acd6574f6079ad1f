"""``danban user create``: the first people."""

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from accounts.models import Membership, Role
from accounts.queries import find_person_by_email
from tests.conftest import Danban
from tests.factories import make_agency, make_person


class TestUserCreate:
    def test_prints_a_link_that_sets_the_password_once(
        self, danban: Danban, client: FlaskClient, session: scoped_session[Session]
    ) -> None:
        make_person()
        agency = make_agency(code="BYT")
        done = danban("user", "create", "Truong@byt.gov.vn", "--role", "administrator", "--agency", "byt")
        assert done.exit_code == 0, done.output
        link = done.output.splitlines()[-1]
        person = find_person_by_email("truong@byt.gov.vn")
        assert person is not None
        roles = session.execute(
            sa.select(Membership.role, Membership.agency_id).where(Membership.person_id == person.id)
        )
        assert [tuple(row) for row in roles] == [(Role.ADMINISTRATOR, agency.id)]
        path = "/" + link.split("/", 3)[3]
        sign_in = {"email": "truong@byt.gov.vn", "password": "mật khẩu đầu tiên"}
        assert client.post("/dang-nhap/", data={**sign_in, "password": ""}).status_code == 422
        assert client.post(path, data={"password": "mật khẩu đầu tiên"}).status_code == 302
        assert client.post(path, data={"password": "mật khẩu thứ hai"}).status_code == 410
        assert client.post("/dang-nhap/", data=sign_in).status_code == 302

    def test_reads_the_password_from_standard_input(self, danban: Danban, client: FlaskClient) -> None:
        make_agency(code="BYT")
        arguments = ("user", "create", "a@byt.gov.vn", "--role", "drafter", "--agency", "BYT", "--name", "Lê Văn A")
        done = danban(*arguments, "--password-stdin", input="một câu dễ nhớ\n")
        assert done.exit_code == 0, done.output
        assert "http" not in done.output
        answer = client.post("/dang-nhap/", data={"email": "a@byt.gov.vn", "password": "một câu dễ nhớ"})
        assert answer.status_code == 302

    def test_gives_one_more_role_to_an_account_that_exists(
        self, danban: Danban, session: scoped_session[Session]
    ) -> None:
        make_agency(code="BYT")
        person = make_person(email="a@byt.gov.vn")
        for role in ("moderator", "approver"):
            done = danban("user", "create", "a@byt.gov.vn", "--role", role, "--agency", "BYT")
            assert done.exit_code == 0, done.output
        roles = session.scalars(sa.select(Membership.role).where(Membership.person_id == person.id)).all()
        assert set(roles) == {Role.MODERATOR, Role.APPROVER}

    def test_says_what_is_wrong_and_leaves_nothing_behind(self, danban: Danban) -> None:
        make_agency(code="BYT")
        wrong = danban("user", "create", "a@byt.gov.vn", "--role", "drafter", "--agency", "BXX")
        assert (wrong.exit_code, "BXX" in wrong.output) == (1, True)
        weak = danban(
            "user", "create", "a@byt.gov.vn", "--role", "drafter", "--agency", "BYT", "--password-stdin", input="ngắn\n"
        )
        assert weak.exit_code == 1
        assert find_person_by_email("a@byt.gov.vn") is None
