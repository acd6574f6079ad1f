"""Register, confirm, sign in, sign out, choose a new password: as a visitor does it."""

import re
import time
import unicodedata
from collections.abc import Callable
from html import unescape
from urllib.parse import quote, unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from accounts import passwords, tokens
from accounts.models import Consent, Person, PersonKind
from accounts.policies import CONSENT_VERSION
from accounts.queries import find_person_by_email
from tests.factories import PASSWORD, make_person
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

ADDRESS = "an.nguyen@vi-du.vn"
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


@pytest.fixture(autouse=True)
def noise(session: scoped_session[Session]) -> None:
    make_person(full_name="Người Khác")
    make_person(confirmed=False)


def registration(**changes: str) -> dict[str, str]:
    fields = {
        "kind": "individual",
        "full_name": "Nguyễn Văn Ấn",
        "public_name": "Bác Ấn",
        "email": ADDRESS,
        "password": "vườn nhà có 3 cây ổi",
        "consent": "y",
        **changes,
    }
    return {name: value for name, value in fields.items() if value}


def sign_in(client: FlaskClient, email: str = ADDRESS, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/dang-nhap/", data={"email": email, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/tai-khoan/").status_code == 200


def kept_way(page: str) -> str:
    """What the form of the page, not that of its head, carries as the way to go on."""
    kept = re.findall(r'<input[^>]*name="next"[^>]*value="([^"]*)"', page)
    return unescape(kept[-1])


def path_in(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8000")


class TestRegister:
    def test_leads_from_the_form_over_the_letter_to_a_session_and_out_again(
        self, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int], app: Flask
    ) -> None:
        app.config["SITE_URL"] = "http://127.0.0.1:8000"
        assert client.post("/dang-ky/", data=registration()).location == "/dang-ky/xem-thu"
        outbox_drained()
        [letter] = mailbox.to(ADDRESS)
        assert "Nguyễn Văn Ấn" in letter.body
        link = path_in(letter.links[0])
        assert sign_in(client, password=registration()["password"]).status_code == 422

        page = client.get(link)
        assert "Xác nhận địa chỉ" in page.text
        assert sign_in(client, password=registration()["password"]).status_code == 422, "a GET must confirm nothing"
        assert client.post(link).status_code == 302
        assert sign_in(client, password=registration()["password"]).status_code == 302
        assert "Bác Ấn" in client.get("/tai-khoan/").text
        assert client.post("/dang-xuat/").status_code == 302
        assert not is_signed_in(client)

    @pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
    def test_leads_back_over_the_letter_to_where_the_person_was_going(
        self, app: Flask, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int], known: bool
    ) -> None:
        app.config["SITE_URL"] = "http://127.0.0.1:8000"
        way = "/thong-bao/?trang=2&loc=mới"
        carried = f"next={quote(way, safe='/?')}"
        password = registration()["password"]
        if known:
            make_person(email=ADDRESS, password=password)
        assert f"/dang-ky/?{carried}" in client.get("/dang-nhap/", query_string={"next": way}).text
        form = client.get("/dang-ky/", query_string={"next": way}).text
        assert f"/dang-nhap/?{carried}" in form
        client.post("/dang-ky/", data=registration(next=kept_way(form)))
        outbox_drained()
        [letter] = mailbox.to(ADDRESS)
        link = path_in(letter.links[0])
        if not known:
            action = re.search(r'action="(/xac-nhan-thu/[^"]*)"', client.get(link).text)
            assert action is not None
            link = client.post(unescape(action[1])).location
        assert f"/dang-nhap/?{carried}" == link
        assert unquote(sign_in(client, password=password, next=kept_way(client.get(link).text)).location) == way

    @pytest.mark.parametrize("target", ["//xau.vn", "/" + "a" * 500, "javascript:alert(1)"])
    def test_carries_no_foreign_or_overlong_way_in_a_letter(
        self, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int], target: str
    ) -> None:
        client.post("/dang-ky/", data=registration(next=target))
        outbox_drained()
        [letter] = mailbox.to(ADDRESS)
        assert "next" not in letter.links[0]

    def test_keeps_the_consent_with_its_version_and_the_kind(
        self, client: FlaskClient, session: scoped_session[Session]
    ) -> None:
        client.post("/dang-ky/", data=registration(kind="organisation", public_name=""))
        person = find_person_by_email(ADDRESS)
        assert person is not None
        assert (person.kind, person.public_name) == (PersonKind.ORGANISATION, "Nguyễn Văn Ấn")
        consents = session.scalars(sa.select(Consent).where(Consent.person_id == person.id)).all()
        assert [(one.version, one.withdrawn_at) for one in consents] == [(CONSENT_VERSION, None)]

    def test_needs_the_consent_as_an_act(self, client: FlaskClient) -> None:
        box = re.search(r'<input[^>]*name="consent"[^>]*>', client.get("/dang-ky/").text)
        assert box is not None
        assert "checked" not in box[0]
        answer = client.post("/dang-ky/", data=registration(consent=""))
        assert answer.status_code == 422
        assert "Cần có sự đồng ý của bạn" in answer.text
        assert find_person_by_email(ADDRESS) is None

    def test_answers_the_same_for_a_known_address_and_tells_its_owner(
        self, app: Flask, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        owner = make_person(email=ADDRESS, full_name="Chủ Nhân")
        before = owner.password_hash
        known = client.post("/dang-ky/", data=registration())
        unknown = app.test_client().post("/dang-ky/", data=registration(email="moi@vi-du.vn"))
        assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
        outbox_drained()
        [letter] = mailbox.to(ADDRESS)
        assert "đã có tài khoản" in letter.body
        assert "/xac-nhan-thu/" not in letter.body
        assert (owner.password_hash, owner.full_name) == (before, "Chủ Nhân")

    def test_does_not_let_the_owner_confirm_a_password_that_a_stranger_chose(
        self, client: FlaskClient, app: Flask, session: scoped_session[Session]
    ) -> None:
        client.post("/dang-ky/", data=registration(password="mật khẩu của kẻ lạ"))
        person = find_person_by_email(ADDRESS)
        assert person is not None
        first = tokens.confirmation_token(person)
        app.test_client().post("/dang-ky/", data=registration())
        session.refresh(person)
        assert client.post(f"/xac-nhan-thu/{first}").status_code == 410
        assert passwords.verify(registration()["password"], person.password_hash)
        assert client.post(f"/xac-nhan-thu/{tokens.confirmation_token(person)}").status_code == 302

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("email", "khong-phai-dia-chi", "Địa chỉ này chưa đúng dạng"),
            ("full_name", "\u200b ", "Hãy nhập họ và tên"),
            ("password", "ngắn", "ít nhất 10 ký tự"),
            ("password", "matkhau123456", "dễ bị đoán"),
            ("password", "MậtKhẩu123456", "dễ bị đoán"),
            ("password", "aaaaaaaaaaaa", "dễ bị đoán"),
            ("password", "1234567890", "dễ bị đoán"),
            ("password", ADDRESS, "không được là địa chỉ thư"),
        ],
    )
    def test_says_what_is_wrong_at_its_field(self, client: FlaskClient, field: str, value: str, sentence: str) -> None:
        answer = client.post("/dang-ky/", data=registration(**{field: value}))
        assert answer.status_code == 422
        assert re.search(rf'id="{field}-loi">.*?{sentence}', answer.text, re.DOTALL)
        assert find_person_by_email(ADDRESS) is None

    def test_takes_any_long_enough_password_and_never_shows_it(self, client: FlaskClient) -> None:
        assert client.post("/dang-ky/", data=registration(password="ơ kìa nhà")).status_code == 422
        answer = client.post("/dang-ky/", data=registration(password="ơ kìa, nhà!", email="sai"))
        assert "ơ kìa, nhà!" not in answer.text
        assert client.post("/dang-ky/", data=registration(password="ơ kìa, nhà!")).status_code == 302


class TestSignIn:
    def test_gives_byte_identical_pages_for_a_wrong_password_and_an_unknown_address(self, app: Flask) -> None:
        make_person(email="biet@vi-du.vn")
        make_person(email="mmmm@vi-du.vn", confirmed=False)
        pages = []
        for address, password in (
            ("biet@vi-du.vn", "sai mất rồi"),
            ("lada@vi-du.vn", "sai mất rồi"),
            ("mmmm@vi-du.vn", "sai mất rồi"),
            ("mmmm@vi-du.vn", PASSWORD),
        ):
            answer = sign_in(app.test_client(), address, password)
            assert answer.status_code == 422
            pages.append(TOKEN.sub("", answer.text).replace(address, "…").encode())
        assert pages == [pages[0]] * 4
        assert "Chưa đăng nhập được" in pages[0].decode()

    def test_does_the_same_work_for_an_unknown_address(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checked: list[str] = []
        real = passwords._hasher

        class Watched:
            def verify(self, password_hash: str, password: str) -> bool:
                checked.append(password_hash)
                return real.verify(password_hash, password)

        monkeypatch.setattr(passwords, "_hasher", Watched())
        sign_in(client, "khong-co@vi-du.vn")
        assert checked == [passwords.NOBODY]
        assert passwords.NOBODY.split("$")[:4] == real.hash("x").split("$")[:4]

    def test_sends_a_new_letter_to_who_knows_the_password_of_an_unconfirmed_address(
        self, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        make_person(email=ADDRESS, confirmed=False)
        sign_in(client, password="không phải mật khẩu")
        assert not outbox_drained()
        sign_in(client)
        outbox_drained()
        assert len(mailbox.to(ADDRESS)) == 1

    def test_takes_the_address_in_any_case_and_marks_typed_in_any_form(self, client: FlaskClient) -> None:
        make_person(email=ADDRESS, password="vườn ổi nhà bà")
        answer = sign_in(client, ADDRESS.upper(), unicodedata.normalize("NFD", "vườn ổi nhà bà"))
        assert answer.status_code == 302

    @pytest.mark.parametrize("target", ["//xau.vn", "https://xau.vn/", "/\\xau.vn", "javascript:alert(1)", "xau"])
    def test_goes_on_to_pages_of_this_site_only(self, client: FlaskClient, app: Flask, target: str) -> None:
        make_person(email=ADDRESS)
        assert sign_in(client, next=target).location == "/"
        for way in ("/thong-bao/?trang=2", "/tim-kiem/?q=" + "a" * 2000):
            assert sign_in(app.test_client(), next=way).location == way

    def test_begins_a_session_with_nothing_of_the_old_one(self, client: FlaskClient) -> None:
        make_person(email=ADDRESS)
        with client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
        sign_in(client)
        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert "_user_id" in cookie

    def test_remembers_only_who_asks_for_it(self, client: FlaskClient, app: Flask) -> None:
        make_person(email=ADDRESS)
        sign_in(client)
        assert client.get_cookie("remember_token") is None
        other = app.test_client()
        sign_in(other, remember="y")
        other.delete_cookie("session")
        assert is_signed_in(other)
        other.post("/dang-xuat/")
        assert not is_signed_in(other)

    def test_renews_a_hash_made_with_other_parameters(self, client: FlaskClient) -> None:
        weaker = type(passwords._hasher)(time_cost=1, memory_cost=8, parallelism=1)
        old = weaker.hash(PASSWORD)
        person = make_person(email=ADDRESS, password_hash=old)
        assert sign_in(client).status_code == 302
        assert person.password_hash != old
        assert not passwords.is_dated(person.password_hash)

    def test_refuses_a_form_without_its_token(self, app: Flask, client: FlaskClient) -> None:
        make_person(email=ADDRESS)
        app.config["WTF_CSRF_ENABLED"] = True
        assert sign_in(client).status_code == 400
        page = client.get("/dang-nhap/").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        assert sign_in(client, csrf_token=token[1]).status_code == 302
        assert client.post("/dang-xuat/").status_code == 400


class TestRateLimit:
    def test_stops_after_ten_tries_and_opens_again_later(self, client: FlaskClient, frozen_clock: FrozenClock) -> None:
        make_person(email=ADDRESS)
        make_person(email="hang-xom@vi-du.vn")
        for _ in range(10):
            assert sign_in(client, password="đoán mò thôi").status_code == 422
        stopped = sign_in(client)
        assert stopped.status_code == 429
        assert "Đã thử quá nhiều lần. Hãy thử lại sau 15 phút" in stopped.text
        assert sign_in(client, "hang-xom@vi-du.vn").status_code == 302
        frozen_clock.move(minutes=16)
        client.post("/dang-xuat/")
        assert sign_in(client).status_code == 302

    def test_does_not_let_a_stranger_lock_a_person_out_from_elsewhere(self, client: FlaskClient, app: Flask) -> None:
        make_person(email=ADDRESS)
        for _ in range(11):
            client.post(
                "/dang-nhap/",
                data={"email": ADDRESS, "password": "đoán mò thôi"},
                environ_base={"REMOTE_ADDR": "203.0.113.9"},
            )
        assert sign_in(app.test_client()).status_code == 302

    def test_counts_registrations_and_resets_too(self, client: FlaskClient, mailbox: Mailbox) -> None:
        for path, data in (("/dang-ky/", registration()), ("/quen-mat-khau/", {"email": ADDRESS})):
            answers = [client.post(path, data=data).status_code for _ in range(6)]
            assert answers == [302] * 5 + [429]

    def test_keeps_no_address_in_the_table(self, client: FlaskClient, session: scoped_session[Session]) -> None:
        sign_in(client)
        rows = session.execute(sa.text("SELECT key FROM sign_in_attempt")).scalars().all()
        assert len(rows) == 3
        assert all(re.fullmatch("[0-9a-f]{64}", key) for key in rows)


class TestResetPassword:
    def ask(self, client: FlaskClient, mailbox: Mailbox, drain: Callable[[], int]) -> str:
        assert client.post("/quen-mat-khau/", data={"email": ADDRESS}).location == "/quen-mat-khau/xem-thu"
        drain()
        return path_in(mailbox.to(ADDRESS)[-1].links[0])

    def test_works_once_and_ends_sessions_elsewhere(
        self, app: Flask, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        make_person(email=ADDRESS)
        elsewhere = app.test_client()
        sign_in(elsewhere, remember="y")
        assert is_signed_in(elsewhere)
        link = self.ask(client, mailbox, outbox_drained)
        assert client.get(link).status_code == 200
        assert client.post(link, data={"password": "mật khẩu hoàn toàn mới"}).status_code == 302
        assert not is_signed_in(elsewhere), "the old session and its remember cookie are dead"
        assert client.post(link, data={"password": "lần thứ hai thì không"}).status_code == 410
        assert client.get(link).status_code == 410
        assert sign_in(client).status_code == 422
        assert sign_in(client, password="mật khẩu hoàn toàn mới").status_code == 302
        outbox_drained()
        assert "vừa được đổi" in mailbox.to(ADDRESS)[-1].subject

    def test_answers_the_same_for_an_unknown_address_and_writes_nobody(
        self, client: FlaskClient, mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        make_person(email=ADDRESS)
        known = client.post("/quen-mat-khau/", data={"email": ADDRESS})
        unknown = client.post("/quen-mat-khau/", data={"email": "khong-co@vi-du.vn"})
        assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
        outbox_drained()
        assert [letter.to for letter in mailbox.letters()] == [ADDRESS]

    def test_refuses_a_link_that_is_old_forged_or_meant_for_something_else(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person = make_person(email=ADDRESS)
        link = f"/dat-lai-mat-khau/{tokens.reset_token(person)}"
        assert client.get(link).status_code == 200
        assert client.get(link[:-2]).status_code == 410
        assert client.get(f"/dat-lai-mat-khau/{tokens.confirmation_token(person)}").status_code == 410
        late = time.time() + 2 * 3600 + 5
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: late)
        assert client.get(link).status_code == 410

    def test_refuses_a_weak_password_and_the_link_still_works(self, client: FlaskClient) -> None:
        link = f"/dat-lai-mat-khau/{tokens.reset_token(make_person(email=ADDRESS))}"
        assert client.post(link, data={"password": "password123"}).status_code == 422
        assert client.post(link, data={"password": "mật khẩu hoàn toàn mới"}).status_code == 302

    def test_is_an_act_of_the_owner_so_it_confirms_the_address(self, client: FlaskClient) -> None:
        person: Person = make_person(email=ADDRESS, confirmed=False)
        client.post(f"/dat-lai-mat-khau/{tokens.reset_token(person)}", data={"password": "mật khẩu hoàn toàn mới"})
        assert person.email_confirmed_at is not None
