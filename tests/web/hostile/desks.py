"""What drafters type at their desks: groups of opinions and answers, imports and entries; surveys, and who answers."""

import csv
import io

import sqlalchemy as sa

from consultations.models import Batch, BatchState, Comment, Consultation, Provision
from core.db import db
from opinions.models import GroupProposal
from tests import factories
from tests.web import office
from tests.web.hostile.cast import Cast, numbers_in
from tests.web.hostile.payloads import published

HEADINGS = ("Điều khoản", "Chủ thể góp ý", "Nội dung góp ý", "Lập trường")
ANSWER = 4_900
"""Letters: an answer in a survey may have 5,000."""
KINDS = ("short_text", "long_text", "single", "scale", "number", "matrix_single", "section", "explanation")


def answers(cast: Cast) -> None:
    """Comments put into a group with a name, answered, given back with a note."""
    drafter, approver = cast.act(office.DRAFTER), cast.act(office.APPROVER)
    comment = cast.places["comment"]
    where = sa.select(Comment.document_id, Comment.place).where(Comment.id == comment)
    document, lineage = cast.inside(lambda: tuple(db.session.execute(where).one()))
    page = f"/tiep-thu/{cast.places['consultation']}/{document}/{lineage}/"
    group = drafter.fill(page, to=page, comments=str(comment))
    drafter.fill(group, to="/ten")
    reason, wording = (drafter.words(name, 15_000, "\n\n") for name in ("giải trình", "câu chữ"))
    drafter.fill(group, to=group, decision="accepted", reason=reason, resulting_text=wording, submit="1")
    approver.fill(group, to="/tra-lai")
    _proposal(cast, page)


def _proposal(cast: Cast, page: str) -> None:
    """The machine proposes to group three like comments; the proposal gets another name."""
    drafter = cast.act(office.DRAFTER)
    number, _document, lineage = numbers_in(page)

    def send() -> None:
        where = sa.select(Provision).where(Provision.lineage_id == lineage).order_by(Provision.id).limit(1)
        consultation, provision = db.session.get_one(Consultation, number), db.session.scalars(where).one()
        for _ in range(3):
            body = f"Nên kéo dài thời hạn nộp hồ sơ cho người ở xa {drafter.words('giống nhau', 60)}"
            factories.make_submission(consultation, provision, body=body)

    cast.inside(send)
    drafter.fill(f"/tiep-thu/{number}/gom-nhom/")
    about = (GroupProposal.consultation_id == number, GroupProposal.place == lineage)
    proposal = cast.wait_for(sa.select(GroupProposal.id).where(*about).order_by(GroupProposal.id.desc()))
    drafter.fill(f"/tiep-thu/de-xuat/{proposal}/", do="rename")


def imports(cast: Cast) -> None:
    """A spreadsheet whose every cell is a payload, placed afterwards; and opinions entered by hand."""
    drafter, home = cast.act(office.DRAFTER), f"/tiep-thu/{cast.places['consultation']}/"
    rows = [[drafter.words(f"{heading} {n}", 190) for heading in HEADINGS[:3]] for n in range(3)]
    batch = drafter.fill(f"{home}nhap/", file=(_table(rows), "<img src=x onerror=alert(1)>.csv"))
    drafter.fill(batch, to="/nhap", force="y")
    cast.wait_for(sa.select(Batch.id).where(Batch.id == numbers_in(batch)[0], Batch.state == BatchState.DONE))
    drafter.show(f"{home}chua-gan/")
    drafter.fill(f"{home}chua-gan/", place="Chung")
    body = drafter.words("nhập hộ", 15_000, "\n\n")
    drafter.show(f"{home}nhap-ho/", stance="amend", body=body)
    drafter.fill(f"{home}nhap-ho/", stance="amend", place="Chung", commune="", body=body)


def _table(rows: list[list[str]]) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *([*row, "Ủng hộ"] for row in rows)])
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def surveys(cast: Cast) -> None:
    """A survey with every kind of words, published and answered."""
    drafter, guest = cast.act(office.DRAFTER), cast.guest()
    home = drafter.fill("/soan-thao/khao-sat/moi/", access="open", anonymous="y", template="").partition("#")[0]
    drafter.fill(f"{home}thiet-lap/")
    drafter.fill(f"{home}loi-dau-cuoi/")
    page = drafter.fill(home, to="/sua/", do="page")
    code = page.rstrip("/").rpartition("/")[2]
    drafter.show(page)
    drafter.fill(page, code=code)
    for kind in KINDS:
        item = drafter.fill(home, to="/sua/", do=f"add:{code}", **{f"kind-{code}": kind})
        own = item.rstrip("/").rpartition("/")[2]
        drafter.show(item)
        levels = "\n".join(published()[(cast.turn + n) % 200] for n in range(5))
        drafter.fill(item, code=own, required=None, labels=levels if kind == "scale" else None)
    drafter.fill(home, to="/cong-bo/")
    number = numbers_in(home)[0]
    guest.long = ANSWER
    first = guest.fill(f"/khao-sat/{number}/")
    for _page in range(6):
        if "/xem-lai/" in first:
            break
        first = guest.fill(first, do="next")
    guest.fill(first)
    by_letter = drafter.fill("/soan-thao/khao-sat/moi/", access="invited", template="mot-cua")
    drafter.fill(by_letter, to="/cong-bo/")
    drafter.show(f"{by_letter}moi/")


JOURNEYS = (answers, imports, surveys)
