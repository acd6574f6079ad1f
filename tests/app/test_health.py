"""What `danban health` and the administrator's page say of a site that works, and of each part that does not."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from accounts.models import Role
from app import health
from app.cli import main
from core import clock, outbox
from core.db import db, transaction
from core.outbox import OutboxRow
from search import services as search
from search.services import opening, state
from tests.conftest import Login
from tests.factories import make_agency, make_staff

Disk = namedtuple("Disk", "total used free")
WORK, FAILURES, INDEX, ROOM = range(4)


@pytest.fixture(autouse=True)
def _site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index, and room on the disk, whatever machine this is."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(100 << 30, 60 << 30, 40 << 30))
    search.rebuild()
    with transaction():
        db.session.query(OutboxRow).delete()


@pytest.fixture
def administrator(login: Login) -> FlaskClient:
    return login(make_staff(Role.ADMINISTRATOR, make_agency()))


def ill() -> list[int]:
    return [number for number, check in enumerate(health.look()) if not check.is_well]


def leave(**changes: object) -> None:
    row = {"topic": "mail", "payload": {}, "due_at": clock.now(), "attempts": 0} | changes
    with transaction():
        db.session.add(OutboxRow(**row))


def run(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(main, ["health"])
    return done.exit_code, done.output


def test_a_site_that_works_is_well(app: Flask, administrator: FlaskClient) -> None:
    leave()
    assert ill() == []
    assert "Mọi phần đều hoạt động bình thường." in administrator.get("/quan-tri/tinh-trang/").text
    assert "/quan-tri/tinh-trang/" in administrator.get("/quan-tri/").text
    code, said = run(app)
    assert (code, said.count("good")) == (0, 4)


def test_work_that_nobody_takes_up_is_seen(app: Flask, administrator: FlaskClient) -> None:
    since = clock.now() - timedelta(hours=2)
    leave(due_at=since)
    leave(due_at=since + timedelta(minutes=5))
    leave(due_at=clock.now() + timedelta(hours=1))
    assert ill() == [WORK]
    page = administrator.get("/quan-tri/tinh-trang/").text
    assert f"2 việc đã quá hạn mà chưa làm, lâu nhất từ {clock.local(since):%H:%M, %d/%m/%Y}." in page
    assert "Cần xử lý: Việc chạy nền." in page
    code, said = run(app)
    assert code == 1
    assert "ACT   Việc chạy nền" in said


def test_a_worker_that_lives_is_given_time() -> None:
    leave(due_at=clock.now() - timedelta(minutes=14))
    assert ill() == []


def test_work_that_keeps_failing_is_named_without_what_is_in_it(administrator: FlaskClient) -> None:
    later = clock.now() + timedelta(hours=1)
    for attempts in (3, 4, 9):
        leave(due_at=later, attempts=attempts, last_error="SMTPServerDisconnected", payload={"to": "lan@example.com"})
    assert ill() == [FAILURES]
    page = administrator.get("/quan-tri/tinh-trang/").text
    assert "mail (SMTPServerDisconnected): 2." in page
    assert "lan@example.com" not in page


def test_long_work_that_was_taken_up_again_is_no_failure() -> None:
    leave(due_at=clock.now() + outbox.LEASE, attempts=12)
    assert ill() == []


def test_a_missing_index_is_seen_until_it_is_being_built() -> None:
    opening.drop(opening.index_number())
    assert ill() == [INDEX]
    assert "danban search rebuild" in health.look()[INDEX].advice
    search.building._start_or_go_on()
    assert ill() == []
    assert "Đang dựng chỉ mục mới" in health.look()[INDEX].seen


def test_an_index_too_large_for_its_engine_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_ENOUGH_FOR_WHOOSH", -1)
    assert ill() == [INDEX]
    assert "SEARCH_ENGINE='tantivy'" in health.look()[INDEX].advice


def test_a_disk_that_is_nearly_full_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(100 << 30, 81 << 30, 19 << 30))
    assert ill() == [ROOM]
    assert health.look()[ROOM].seen == "Còn trống 19,0 GB trên 100,0 GB."


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DRAFTER, Role.APPROVER])
def test_is_for_administrators(login: Login, role: Role) -> None:
    assert login(make_staff(role, make_agency())).get("/quan-tri/tinh-trang/").status_code == 403


def test_guests_sign_in_first(client: FlaskClient) -> None:
    assert client.get("/quan-tri/tinh-trang/").status_code == 302


def test_a_database_that_cannot_be_read_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("select", {}, OSError("connection refused"))

    monkeypatch.setattr(outbox, "overdue", fail)
    code, said = run(app)
    assert code == 1
    assert "the database cannot be read (OperationalError)" in said
