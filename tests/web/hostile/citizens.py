"""What citizens type: accounts, comments and replies, topics and posts, searches."""

import sqlalchemy as sa

from consultations.models import Comment
from core.db import db
from forums.models import Post
from search.models import SavedSearch
from tests.factories import PASSWORD
from tests.web.hostile.cast import Cast, numbers_in
from tests.web.office import MODERATOR

LINKS = 18
"""Links in a post: somebody trusted may use twenty."""


def accounts(cast: Cast) -> None:
    guest = cast.guest()
    for who, kind in (("moi", "individual"), ("moi.to.chuc", "organisation")):
        guest.fill("/dang-ky/", email=cast.citizen(who), password=PASSWORD, kind=kind, consent="y")
    guest.show("/dang-ky/", email=guest.words("thư", 200), password=PASSWORD, next=guest.words("next"))
    guest.show("/dang-nhap/", email=guest.words("thư", 200), password=PASSWORD, next=guest.words("next"))
    guest.show("/quen-mat-khau/", email=guest.words("thư", 200))
    cast.act(cast.citizen("lan")).fill("/tai-khoan/", to="/tai-khoan/ten")


def comments(cast: Cast) -> None:
    """On a clause of the draft that is open: of a person for a body, of a guest; changed, and answered."""
    draft, write = cast.places["draft"], cast.places["write"]
    author, guest = cast.act(cast.citizen("lan")), cast.guest()
    for typist, letters in ((author, 19_000), (guest, 15_000)):
        typist.show(write, stance="amend", do="preview")
        body = typist.words("ý kiến", letters, "\n\n")
        assert typist.fill(write, stance="amend", body=body, do="review").startswith(f"{draft}phieu/")
        typist.show(f"{draft}phieu/", kind="organisation", do="keep")
    author.fill(f"{draft}phieu/", kind="organisation", consent="y", do="send")
    guest.show(f"{draft}phieu/", kind="organisation", email=guest.words("thư", 200), consent="y", do="send")
    guest.fill(f"{draft}phieu/", kind="organisation", email="", consent="y", do="send")
    cast.guest().ask("/bien-nhan/", ma=guest.words("mã"))
    comment = cast.find(sa.select(Comment.id).order_by(Comment.id.desc()))
    cast.places["comment"] = comment
    page = cast.places["provision"]
    cast.act(cast.citizen("minh")).fill(f"{page}?tra-loi={comment}", to=f"y-kien/{comment}/tra-loi")
    mine = cast.find(sa.select(Comment.id).where(Comment.id < comment).order_by(Comment.id.desc()))
    author.fill(f"/y-kien-cua-toi/{mine}/", stance="oppose", body=author.words("sửa", 15_000, "\n\n"))


def forum(cast: Cast) -> None:
    """A board, a topic kept as a draft, looked at and opened; replies with quotes; an edit; what a keeper does."""
    keeper, author = cast.act(MODERATOR), cast.act(cast.citizen("lan"))
    board = keeper.fill("/dien-dan/moi", screening="after", slow_seconds="0")
    keeper.fill(f"{board}thiet-lap")
    for do, send in (("keep", author.fill), ("preview", author.show)):
        send(f"{board}chu-de-moi", kind="proposal", about=author.words("về"), do=do)
    body = author.words("chủ đề", 15_000, "\n\n", LINKS)
    topic = author.fill(f"{board}chu-de-moi", kind="proposal", body=body, about=author.words("về", 15_000))
    number = cast.find(sa.select(Post.id).order_by(Post.id.desc()))
    replier = cast.act(cast.citizen("minh"))
    for links in (LINKS, LINKS - 3, LINKS - 6):
        said = replier.words(f"trả lời {links}", 15_000, "\n\n", links)
        quote = body.split("\n\n")[links]
        replier.fill(f"{topic}?tra-loi={number}", to="/tra-loi", quoted=number, quote=quote, side="for", body=said)
    mine = cast.find(sa.select(Post.id).order_by(Post.id.desc()))
    replier.fill(f"/dien-dan/bai/{mine}/sua", body=replier.words("sửa bài", 15_000, "\n\n", LINKS))
    keeper.fill(f"/dien-dan/chu-de/{numbers_in(topic)[0]}/quan-ly", action="pin")
    keeper.fill(f"{topic}doi-ten")
    keeper.fill(f"{topic}tach", posts=[str(number) for number in cast.inside(lambda: _replies(numbers_in(topic)[0]))])
    other = author.fill(f"{board}chu-de-moi", kind="proposal", body="Một chủ đề nữa để gộp vào.")
    keeper.show(f"{other}gop")
    keeper.fill(f"{other}gop", into=topic)
    for links in (LINKS - 1, LINKS - 2):
        said = author.words(f"dở dang {links}", 15_000, "\n\n", links)
        author.fill(topic, to="/tra-loi", quoted="", quote="", side="none", body=said, do="keep")
    cast.places |= {"board": board, "topic": topic, "post": mine}


def _replies(topic_id: int) -> list[int]:
    return list(db.session.scalars(sa.select(Post.id).where(Post.topic_id == topic_id, Post.number > 1)))[-1:]


def searches(cast: Cast) -> None:
    reader = cast.act(cast.citizen("minh"))
    reader.ask("/tim-kiem/", q=reader.words("tìm"))
    reader.ask("/tim-kiem/", q="alert")
    address = f"q={reader.words('địa chỉ')}"
    reader.fill("/tim-kiem/luu/?q=dat", to="/tim-kiem/da-luu/", **{"dia-chi": address})
    saved = cast.find(sa.select(SavedSearch.id).order_by(SavedSearch.id.desc()))
    reader.fill(f"/tim-kiem/da-luu/{saved}/ten")


JOURNEYS = (accounts, comments, forum, searches)
