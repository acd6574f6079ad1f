"""What drafters, administrators and moderators type: a draft and all around it, units, decisions."""

import io
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from consultations.models import Comment, Provision, ProvisionPairing
from consultations.queries import desk
from core import clock
from core.db import db
from legal.nodes import Kind
from moderation.models import ReviewCase
from tests.web import office
from tests.web.hostile.cast import Cast, numbers_in
from tests.web.hostile.payloads import payloads

PDF = b"%PDF-1.7\n%%EOF"
NAME = "<img src=x onerror=alert(1)>"


def draft(cast: Cast) -> None:
    """A law of payloads, its papers, a second text, a mended tree; published, extended, paused, and a new version."""
    drafter = cast.act(office.DRAFTER)
    tree = drafter.fill("/soan-thao/moi/", kind="luat", file=_law(cast, "Điều 1."))
    number = numbers_in(tree)[0]
    home = f"/soan-thao/{number}/"
    closes = (clock.today() + timedelta(days=5)).isoformat()
    drafter.fill(f"{home}thiet-lap/", closes=closes, guests="named", moderation="after")
    drafter.fill(f"{home}van-ban-moi/", file=_law(cast, "Điều 2."))
    drafter.fill(f"{home}ho-so/", file=(io.BytesIO(PDF), f"{NAME}.pdf"))
    _mend(cast, number)
    drafter.fill(f"{home}cong-bo/", sure="y")
    drafter.fill(f"{home}gia-han/", closes=(clock.today() + timedelta(days=9)).isoformat())
    drafter.fill(f"{home}bieu-thi/")
    for act in ("tam-dung", "mo-lai"):
        drafter.fill(f"{home}{act}/")
    place = cast.inside(lambda: _some_place(number))
    drafter.fill(f"{home}ban-moi/", kind="corrigendum", file=_law(cast, "Điều 1.", more="Điều 3. Thêm."))
    pairing = cast.find(sa.select(ProvisionPairing.id).order_by(ProvisionPairing.id.desc()))
    drafter.ask(f"{home}ban-moi/cap/{pairing}/", tim=drafter.words("tìm điều khoản cũ"))
    cast.places |= {
        "consultation": number,
        "draft": f"/du-thao/{number}/",
        "write": f"/du-thao/{number}/gop-y?dieu-khoan={place}",
        "provision": f"/du-thao/{number}/dieu-khoan/{place}/",
    }


def _mend(cast: Cast, number: int) -> None:
    """Kind, number, heading and text of a node; then its text in two."""
    drafter = cast.act(office.DRAFTER)
    place = cast.inside(lambda: _some_place(number))
    node = f"/soan-thao/{number}/dieu-khoan/{place}/"
    words = drafter.words("lời văn", 15_000, "\n")
    drafter.fill(node, to=f"dieu-khoan/{place}/", kind="clause", number=drafter.words("số", 60), text=words)
    first, _, rest = words.partition("\n")
    drafter.fill(node, to="/tach", first=first, second=rest, place="after")


def _some_place(number: int) -> int:
    """The lineage of a clause of the first text."""
    clauses = sa.select(Provision.lineage_id).where(
        Provision.version_id == desk.get_version(number).id, Provision.kind == Kind.CLAUSE
    )
    return db.session.scalars(clauses.order_by(Provision.position).limit(1)).one()


def _law(cast: Cast, article: str, more: str = "") -> Any:
    lines = [line for line in payloads()[cast.turn % 40 :: 40] if line.strip()]
    text = "\n".join(["LUẬT", lines[0], f"{article} {lines[1]}", *(f"{n}. {line}" for n, line in enumerate(lines, 1))])
    return io.BytesIO(office.word_file(printable(f"{text}\n{more}"))), f"{NAME}.docx"


def printable(text: str) -> str:
    """What XML can hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


def administration(cast: Cast) -> None:
    admin = cast.act(office.ADMINISTRATOR)
    admin.ask("/quan-tri/", q=admin.words("cơ quan"))
    page = f"/quan-tri/co-quan/{office.AGENCY}/"
    admin.fill(page, to="/don-vi", **{"don-vi-code": f"XAU{cast.turn}"})
    admin.show(page, to="/don-vi", **{"don-vi-code": admin.words("mã đơn vị", 60)})
    admin.fill("/quan-tri/loai-van-ban/luat/", days="20")
    admin.show(f"{page}viet-tat/", to="/viet-tat/")
    admin.show(page, to="/vai-tro", **{"vai-tro-email": admin.words("thư", 200)})


def moderation(cast: Cast) -> None:
    """A report of what is published, a refusal with a note, the author's appeal, a word to watch."""
    number, moderator = cast.places["comment"], cast.act(office.MODERATOR)
    cast.act(cast.citizen("minh")).fill(f"/kiem-duyet/bao-cao/comment/{number}", rule="insult")
    mine = cast.find(
        sa.select(Comment.id).where(Comment.consultation_id == cast.places["consultation"]).order_by(Comment.id)
    )
    case = cast.find(
        sa.select(ReviewCase.id).where(ReviewCase.subject_type == "comment", ReviewCase.subject_id == mine)
    )
    moderator.fill(f"/kiem-duyet/?muc={case}", to=f"/{case}/quyet-dinh", decision="refused", rule="insult", alike=None)
    cast.act(cast.citizen("lan")).fill(f"/kiem-duyet/xem-lai/comment/{mine}")
    lan = cast.act(cast.citizen("lan")).number
    moderator.fill(f"/kiem-duyet/nguoi/{lan}/?muc={case}", to=f"/nguoi/{lan}/", kind="warning", rule="insult")
    moderator.fill("/kiem-duyet/tu-ngu/", to="/tu-ngu/", word=moderator.words("từ", 60))


BEFORE, AFTER = (draft,), (administration, moderation)
"""What comes before the citizens speak, and after."""
