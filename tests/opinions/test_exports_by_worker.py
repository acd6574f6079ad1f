"""Files that take long: asked for, made by the worker with progress, kept, announced; begun anew after a crash."""

import io
import json
from collections.abc import Callable, Iterator
from typing import IO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Consultation
from core import outbox
from core.db import db
from core.files import StoredFile
from notifications.models import Notification
from opinions.exports import making, words
from opinions.models import ExportFile, ExportKind
from opinions.queries import exports as queries
from opinions.services import exports
from tests.conftest import Login
from tests.consultations import texts
from tests.consultations.sending import agency_of, say
from tests.factories import make_agency, make_staff
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

OPINIONS = 5
Drained = Callable[[], int]


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    made = texts.make_first()
    for number in range(OPINIONS):
        say(made, "khoản 1 Điều 2", f"Ý kiến {number}.")
    return made


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency_of(consultation)))


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "DIRECTLY", OPINIONS - 1)
    monkeypatch.setattr(words, "TOLD_EACH", 2)


def page(consultation: Consultation) -> str:
    return f"/tiep-thu/{consultation.id}/tai-ve/"


def only() -> ExportFile:
    db.session.expire_all()
    return db.session.scalars(sa.select(ExportFile)).one()


class TestAskedFor:
    def test_a_large_file_is_not_made_while_one_waits(self, consultation: Consultation, desk: FlaskClient) -> None:
        answer = desk.get(page(consultation) + "csv")
        assert (answer.status_code, answer.location) == (302, page(consultation))
        assert "Lập tệp" in desk.get(page(consultation)).text

    def test_a_small_one_is(
        self, consultation: Consultation, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "DIRECTLY", OPINIONS)
        assert "Lập tệp" not in desk.get(page(consultation)).text
        for kind in ExportKind:
            answer = desk.get(page(consultation) + kind)
            assert (answer.status_code, answer.mimetype) == (200, making.FORMATS[kind].kind.media_type.split(";")[0])
        assert desk.get(page(consultation) + "exe").status_code == 404

    @pytest.mark.parametrize("kind", list(ExportKind))
    def test_every_kind_is_made_kept_and_announced(
        self, consultation: Consultation, desk: FlaskClient, kind: ExportKind, outbox_drained: Drained, mailbox: Mailbox
    ) -> None:
        assert desk.post(page(consultation) + kind).status_code == 302
        place = f"/tiep-thu/{consultation.id}/ho-so/" if kind is ExportKind.DOSSIER else page(consultation)
        assert "đang lập" in desk.get(place).text
        outbox_drained()
        made = only()
        address = f"/tiep-thu/{consultation.id}/tep/{made.id}"
        assert address in desk.get(place).text
        answer = desk.get(address)
        assert answer.headers["Content-Disposition"].endswith(making.FORMATS[kind].kind.suffix)
        assert len(answer.data) > 500
        told = db.session.scalars(sa.select(Notification).where(Notification.path == place)).one()
        assert (told.path, told.subject.split(":")[0]) == (place, "Tệp đã lập xong")
        assert "Tệp đã lập xong" in mailbox.letters()[-1].subject

    def test_holds_every_opinion(self, consultation: Consultation, desk: FlaskClient, outbox_drained: Drained) -> None:
        desk.post(page(consultation) + "jsonl")
        outbox_drained()
        lines = desk.get(f"/tiep-thu/{consultation.id}/tep/{only().id}").text.splitlines()
        assert {json.loads(line)["body"] for line in lines[1:]} == {f"Ý kiến {n}." for n in range(OPINIONS)}

    def test_the_same_is_not_made_twice_at_once(self, consultation: Consultation, desk: FlaskClient) -> None:
        desk.post(page(consultation) + "csv")
        desk.post(page(consultation) + "csv")
        assert "Tệp này đang được lập" in desk.get(page(consultation)).text
        desk.post(page(consultation) + "xlsx")
        assert db.session.scalar(sa.select(sa.func.count(ExportFile.id))) == 2

    def test_another_agency_s_is_not_found(
        self, consultation: Consultation, desk: FlaskClient, login: Login, outbox_drained: Drained
    ) -> None:
        desk.post(page(consultation) + "csv")
        outbox_drained()
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        own = texts.make_first()
        for address in (page(consultation), page(consultation) + "csv", f"/tiep-thu/{consultation.id}/tep/{only().id}"):
            assert stranger.get(address).status_code == 404
        owner = login(make_staff(Role.DRAFTER, agency_of(own)))
        assert owner.get(f"/tiep-thu/{own.id}/tep/{only().id}").status_code == 404


class TestMade:
    def test_progress_is_seen(self, consultation: Consultation, desk: FlaskClient) -> None:
        desk.post(page(consultation) + "csv")
        only().done = 4
        db.session.commit()
        assert "Đã ghi 4 trong 5 ý kiến" in desk.get(page(consultation)).text

    def test_starts_anew_after_a_crash(
        self, fresh_app: Flask, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = texts.make_first()
        for number in range(OPINIONS):
            say(made, "khoản 1 Điều 2", f"Ý kiến {number}.")
        exports.request_export(made, ExportKind.CSV, by=make_staff(Role.DRAFTER, agency_of(made)))
        db.session.commit()
        rows = words.Heading.rows

        def killed_at_the_last(heading: words.Heading, *, by_problem: bool = False) -> Iterator[object]:
            for number, row in enumerate(rows(heading, by_problem=by_problem), 1):
                if number == OPINIONS:
                    raise SystemExit
                yield row

        monkeypatch.setattr(words.Heading, "rows", killed_at_the_last)
        with pytest.raises(SystemExit):
            outbox.drain()
        monkeypatch.setattr(words.Heading, "rows", rows)
        db.session.rollback()
        assert (only().done, only().made_at, only().failed_at) == (4, None, None)
        outbox.drain()
        assert only().made_at is None  # the lease of the dead worker still runs
        frozen_clock.move(minutes=3)
        outbox.drain()
        assert only().done == 4
        data = db.session.get_one(StoredFile, only().file_id).path.read_text()
        assert all(f"Ý kiến {n}." in data for n in range(OPINIONS))

    def test_what_cannot_be_made_is_said_and_may_be_asked_for_again(
        self,
        consultation: Consultation,
        desk: FlaskClient,
        outbox_drained: Drained,
        mailbox: Mailbox,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def full(*_all: object) -> IO[bytes]:
            raise OSError(28, "No space left on device")

        desk.post(page(consultation) + "csv")
        monkeypatch.setattr(making, "export", full)
        outbox_drained()
        assert only().failed_at is not None
        assert "chưa lập được" in desk.get(page(consultation)).text
        assert "Chưa lập được tệp" in mailbox.letters()[-1].subject
        monkeypatch.undo()
        desk.post(page(consultation) + "csv")
        outbox_drained()
        assert db.session.scalar(sa.select(sa.func.count(ExportFile.made_at))) == 1

    def test_only_the_newest_stay(
        self, consultation: Consultation, desk: FlaskClient, outbox_drained: Drained, frozen_clock: FrozenClock
    ) -> None:
        for _number in range(exports.KEPT + 2):
            desk.post(page(consultation) + "csv")
            outbox_drained()
            frozen_clock.move(minutes=1)
        assert db.session.scalar(sa.select(sa.func.count(ExportFile.id))) == exports.KEPT
        assert db.session.scalar(sa.select(sa.func.count(StoredFile.id)).where(StoredFile.name.endswith(".csv"))) == 3

    def test_done_already_happens_once(
        self, consultation: Consultation, desk: FlaskClient, outbox_drained: Drained
    ) -> None:
        desk.post(page(consultation) + "csv")
        outbox_drained()
        stamp = only().made_at

        def never(*_all: object) -> IO[bytes]:
            return io.BytesIO()

        exports.make_export(only().id, never, making.file_name)
        assert only().made_at == stamp
