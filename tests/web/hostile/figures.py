"""What is typed around figures: ticks, bodies asked, letters hung on clauses, reported figures, prepared answers."""

import io
from urllib.parse import urlsplit

import sqlalchemy as sa

from consultations.models import Consultation, GuestPolicy, TickItem
from core import clock
from core.db import db
from opinions.models import AskedBody
from opinions.services import asking
from tests.web import office
from tests.web.hostile.cast import Cast
from tests.web.hostile.staff import NAME, PDF, printable


def ticks(cast: Cast) -> None:
    """A person and a guest tick an item that the drafter asked about, each with a word of their own."""
    item = cast.find(sa.select(TickItem.id).order_by(TickItem.id.desc()))
    page = f"{cast.places['draft']}bieu-thi/{item}/"
    reader, guest = cast.act(cast.citizen("minh")), cast.guest()
    reader.fill(page, agrees="dong-y", word=reader.words("lời", 250))
    guest.fill(page, agrees="khong-dong-y", word=guest.words("lời", 250))
    before = cast.inside(lambda: _set_guests(item, GuestPolicy.CONFIRMED))
    other = cast.guest()
    other.show(page, agrees="dong-y", word=other.words("lời", 250), email=other.words("thư", 200), consent="y")
    cast.inside(lambda: _set_guests(item, before))


def desk(cast: Cast) -> None:
    """Prepared answers, a body asked, a letter with a passage hung on a clause, figures entered and corrected."""
    drafter, home = cast.act(office.DRAFTER), f"/tiep-thu/{cast.places['consultation']}/"
    today = clock.today().isoformat()
    drafter.fill(f"{home}mau-tra-loi/", to="/mau-tra-loi/", decision="accepted")
    drafter.show(f"{home}tra-loi-nhieu/", to="/tra-loi-nhieu/", decision="accepted")
    drafter.show(f"{home}co-quan/", to="/co-quan/", asked_on=today)
    drafter.fill(f"{home}co-quan/", to="/co-quan/", asked_on=today, lines=f"Sở Thử nghiệm {cast.turn}")
    body = cast.find(sa.select(AskedBody.id).order_by(AskedBody.id.desc()))
    link = cast.inside(lambda: asking.new_link(db.session.get_one(AskedBody, body)))
    cast.guest().fill(urlsplit(link).path)
    text = "\n".join(drafter.words(f"công văn {n}", 190).replace("\n", " ") for n in range(5))
    paper = (io.BytesIO(office.word_file(printable(f"Kính gửi.\n{text}\n"))), f"{NAME}.docx")
    letter = drafter.fill(f"{home}cong-van/", to="/cong-van/", file=paper, received=today)
    drafter.show(letter, to=letter.partition("#")[0], stance="amend", spot=drafter.words("chỗ", 40))
    given = {"agree": "3", "disagree": "2", "other": "1", "meetings": "1", "held_on": today}
    drafter.show(f"{home}so-lieu/", to="/so-lieu/", **given, file=(io.BytesIO(PDF), f"{NAME}.pdf"))
    given["place"] = "Chung"
    report = drafter.fill(f"{home}so-lieu/", to="/so-lieu/", **given, file=(io.BytesIO(PDF), f"{NAME}.pdf"))
    drafter.show(report, to=report, **given | {"place": drafter.words("điều khoản", 190)})
    drafter.fill(report, to=report, **given | {"agree": "4"})


def _set_guests(item_id: int, policy: GuestPolicy) -> GuestPolicy:
    """Whether guests of the draft of an item must confirm their address; what held before."""
    item = db.session.get_one(TickItem, item_id)
    consultation = db.session.get_one(Consultation, item.consultation_id)
    before, consultation.guests = consultation.guests, policy
    return before


JOURNEYS = (ticks, desk)
