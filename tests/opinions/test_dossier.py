"""The dossier: named places, the certificate of posting, and everything in one .zip with its SHA-256."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Consultation, PaperSlot
from consultations.services import drafting
from core.db import db
from opinions.models import ExportFile
from opinions.queries.posting import list_postings
from tests.conftest import Login
from tests.consultations import texts
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, say
from tests.factories import make_agency, make_staff
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

PDF = b"%PDF-1.7\n" + b"to trinh " * 50


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    made = texts.make_first()
    drafting.add_paper(made, io.BytesIO(PDF), "tt.pdf", title="Tờ trình", limit=2**20, slot=PaperSlot.SUBMISSION)
    return made


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency_of(consultation)))


def test_the_certificate_says_which_version_was_public_and_when(
    app: Flask, login: Login, frozen_clock: FrozenClock
) -> None:
    consultation = texts.make_first()
    desk = login(make_staff(Role.DRAFTER, agency_of(consultation)))
    say(consultation, "khoản 1 Điều 2")
    waiting = texts.upload(consultation)
    frozen_clock.move(days=1)
    texts.publish(consultation, waiting)
    frozen_clock.move(hours=1)
    say(consultation, "khoản 1 Điều 2")
    say(consultation, "khoản 1 Điều 2")
    say(make_published(make_agency()), "Điều 1")
    first, second = list_postings(consultation.id)
    assert (first.number, first.opinions, second.number, second.opinions) == (1, 1, 2, 2)
    assert (first.until, second.until) == (second.since, None)
    answer = desk.get(f"/tiep-thu/{consultation.id}/xac-nhan-dang-tai.docx")
    paper = Document(io.BytesIO(answer.data))
    cells = [cell.text for row in paper.tables[1].rows for cell in row.cells]
    assert any(first.sha256 in cell for cell in cells)
    assert "nay (bản mới nhất)" in cells
    assert "nhận được 3 ý kiến" in "\n".join(paragraph.text for paragraph in paper.paragraphs)


def test_everything_comes_in_one_zip(
    consultation: Consultation, desk: FlaskClient, outbox_drained: Callable[[], int], mailbox: Mailbox
) -> None:
    say(consultation, "khoản 1 Điều 2", "Nên nói rõ.")
    path = f"/tiep-thu/{consultation.id}/ho-so/"
    page = desk.get(path).text
    assert page.count("chưa có") == 6
    ask = f"/tiep-thu/{consultation.id}/tai-ve/ho-so"
    assert desk.post(ask).location.endswith(path)
    desk.post(ask)
    assert db.session.scalar(sa.select(sa.func.count(ExportFile.id))) == 1
    assert "đang lập" in desk.get(path).text
    outbox_drained()
    db.session.expire_all()
    made = db.session.scalars(sa.select(ExportFile)).one()
    data = desk.get(f"/tiep-thu/{consultation.id}/tep/{made.id}").data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = set(packed.namelist())
        contents = packed.read("00-muc-luc.txt").decode()
        digests = dict(re.findall(r"^(\S+)\t\d+ byte\tSHA-256 (\w+)", contents, re.MULTILINE))
        assert digests == {name: hashlib.sha256(packed.read(name)).hexdigest() for name in names - {"00-muc-luc.txt"}}
    assert {"ban-tong-hop.docx", "ban-tong-hop.xlsx", "xac-nhan-dang-tai.docx", "so-lieu.json"} < names
    assert "ho-so/01-to-trinh-to-trinh.pdf" in names
    assert any(name.startswith("du-thao/") for name in names)
    assert "Chưa có trong hồ sơ: Văn bản đề nghị" in contents
    assert any("Tệp đã lập xong" in letter.subject for letter in mailbox.letters())


def test_the_dossier_is_not_another_agency_s(consultation: Consultation, login: Login) -> None:
    stranger = login(make_staff(Role.DRAFTER, make_agency()))
    for path in ("ho-so/", "tep/1", "tai-ve/", "tai-ve/ho-so", "xac-nhan-dang-tai.docx"):
        assert stranger.get(f"/tiep-thu/{consultation.id}/{path}").status_code == 404


def test_a_paper_takes_its_named_place_and_later_ones_say_so(consultation: Consultation, desk: FlaskClient) -> None:
    path = f"/soan-thao/{consultation.id}/ho-so/"
    given = {"slot": "review_of_practice", "title": "Tổng kết", "file": (io.BytesIO(PDF), "tk.pdf")}
    assert desk.post(path, data=given).status_code == 302
    wrong = {"slot": "nonsense", "title": "Tổng kết", "file": (io.BytesIO(PDF), "tk.pdf")}
    assert "Hãy chọn một mục" in desk.post(path, data=wrong).text
    assert "Báo cáo tổng kết thi hành" in desk.get(path).text
    assert "bổ sung ngày" in desk.get(f"/du-thao/{consultation.id}/").text
