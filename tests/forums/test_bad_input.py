"""What hostile and hasty people send to the boards: bounded, told, and nothing of it breaks a page.

Floods, repeated posts, farms of links and stacked marks are in test_limits.py; letters that look alike in
tests/moderation/test_names.py; two moderators at one case in tests/moderation/test_queue.py.
"""

import io
import zipfile
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from core.errors import Conflict, RuleBroken
from core.html import markdown_to_html
from forums.models import Board, Post, PostFile, PostMention, Topic
from forums.registry import POST
from forums.services import editing, texts
from moderation import services as moderation
from moderation.models import ReviewStatus
from moderation.services import speaking_up
from tests.factories import make_person
from tests.forums.making import answer, case_of, make_board, make_known, moderator_of, start
from tests.support.limits import within

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]
LARGEST = texts.MAX_LETTERS

BOMBS = {
    "quotes in quotes": ">" * LARGEST,
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(190)),
    "open brackets": "[" * LARGEST,
    "brackets in brackets": "[" * 9_000 + "](" * 900,
    "stars": "*a" * (LARGEST // 2),
    "underscores": "_" * LARGEST,
    "backticks": "`" * LARGEST,
    "half links": "[a](" * (LARGEST // 4),
    "images": "![a](b)" * (LARGEST // 7),
    "one long word": "a" * LARGEST,
    "angle brackets": "<" * LARGEST,
    "entities": "&#x41;" * (LARGEST // 6),
    "table": "|" * 9_000 + "\n" + "|-" * 4_500,
    "mentions": "@a " * (LARGEST // 3),
}


@pytest.fixture
def board(app: Flask) -> Board:
    return make_board()


@pytest.fixture
def topic(board: Board) -> Topic:
    return start(board)


class TestAMarkdownBomb:
    @pytest.mark.scaled
    @pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
    def test_is_shown_in_no_time_and_no_larger_than_it_came(self, bomb: str) -> None:
        with within(2):
            html = markdown_to_html(bomb)
        assert len(html) < 60 * len(bomb)

    def test_is_a_post_like_any_other_or_refused_with_a_sentence(
        self, client: FlaskClient, login: Login, topic: Topic
    ) -> None:
        visitor = login(make_known(published=30))
        for bomb in (BOMBS["quotes in quotes"], BOMBS["half links"]):
            answered = visitor.post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": bomb})
            assert answered.status_code in (302, 422)
        assert client.get(f"/dien-dan/chu-de/{topic.id}/").status_code == 200


class TestMentions:
    def test_ten_thousand_are_refused_and_kept_in_the_form(self, login: Login, topic: Topic) -> None:
        many = " ".join(f"@ten-{n}" for n in range(10_000))
        assert len(texts.mentions(many)) == texts.MAX_MENTIONS + 1  # it stops looking there
        with pytest.raises(RuleBroken, match="tối đa"):
            texts.body(many[:LARGEST])
        answered = login(make_known()).post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": many})
        assert (answered.status_code, "@ten-9999" in answered.text) == (422, True)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PostMention)) == 0


class TestAHugeQuote:
    def test_is_refused_and_what_was_written_stays(self, login: Login, topic: Topic) -> None:
        quoted = answer(topic, body="Một câu dài. " * 200)
        given = {"body": "Lời của tôi", "quoted": quoted.id, "quote": quoted.body}
        answered = login(make_known()).post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data=given)
        assert (answered.status_code, "Lời của tôi" in answered.text) == (422, True)
        assert "Đoạn trích dài quá 600 ký tự" in answered.text

    def test_of_a_post_that_is_not_there_is_refused(self, login: Login, topic: Topic) -> None:
        for quoted in ("999999999", "-1", "1 OR 1=1"):
            given = {"body": f"Lời của tôi về {quoted}", "quoted": quoted, "quote": "Ai đó nói"}
            assert login(make_known()).post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data=given).status_code in (
                302,
                422,
            )
        assert db.session.scalars(sa.select(Post.quote).where(Post.quote != "")).all() == []


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


POLYGLOTS = {
    "page as picture": ("anh.png", b"<html><script>alert(1)</script></html>"),
    "picture that is a page": ("anh.gif", b"GIF89a/*<script>*/=alert(1)//</script>"),
    "drawing with a script": ("hinh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    "archive as letter": ("thu.docx", zipped(**{"evil.html": b"<script>alert(1)</script>"})),
    "program as paper": ("giay.pdf", b"MZ\x90\x00 This program cannot be run"),
    "two endings": ("thu.pdf.exe", b"%PDF-1.4\n"),
    "nothing": ("thu.pdf", b""),
}


class TestAPolyglotFile:
    @pytest.mark.parametrize(("name", "content"), POLYGLOTS.values(), ids=POLYGLOTS.keys())
    def test_is_refused_or_waits_and_is_never_shown_as_a_page(
        self, client: FlaskClient, login: Login, topic: Topic, name: str, content: bytes
    ) -> None:
        visitor = login(make_known())
        given = {"body": "Xem tệp kèm theo đây", "file": (io.BytesIO(content), name)}
        answered = visitor.post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data=given, content_type="multipart/form-data")
        assert answered.status_code in (302, 422)
        if answered.status_code == 422:
            assert "Xem tệp kèm theo đây" in answered.text
        for kept in db.session.scalars(sa.select(PostFile)):
            assert kept.status == ReviewStatus.PENDING
            shown = visitor.get(f"/dien-dan/tep/{kept.id}")
            assert shown.headers["Content-Disposition"].startswith("attachment")
            assert shown.headers["X-Content-Type-Options"] == "nosniff"
            assert "html" not in shown.content_type
            assert "svg" not in shown.content_type


class TestTwoAtOnce:
    def test_an_edit_of_an_older_text_overwrites_nothing(self, topic: Topic) -> None:
        author = make_known()
        post = answer(topic, by=author)
        seen = post.version
        editing.edit(post.id, by=author, version=seen, text="Lời sửa ở máy thứ nhất")
        with pytest.raises(Conflict):
            editing.edit(post.id, by=author, version=seen, text="Lời sửa ở máy thứ hai")
        assert post.body == "Lời sửa ở máy thứ nhất"

    def test_an_edit_while_a_moderator_decides_is_not_decided_unseen(self, board: Board, topic: Topic) -> None:
        author, moderator = make_known(), moderator_of(board)
        post = answer(topic, by=author)
        case = case_of(POST, post.id)
        speaking_up.report(case, by=make_person(), rule="insult")
        seen = case.version
        editing.edit(post.id, by=author, version=post.version, text="Lời đã sửa cho tử tế hơn")
        with pytest.raises(Conflict):
            moderation.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=seen, rule="insult")

    def test_a_moderator_does_not_judge_their_own_post(self, board: Board, topic: Topic) -> None:
        moderator = moderator_of(board)
        case = case_of(POST, answer(topic, by=moderator).id)
        with pytest.raises(RuleBroken, match="bài của chính bạn"):
            moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)


@pytest.mark.parametrize("number", ["-1", "0", "99999999999999999999", "abc", "%00"])
def test_nonsense_in_an_address_is_no_error(client: FlaskClient, login: Login, topic: Topic, number: str) -> None:
    visitor = login(make_known())
    for name in ("bai", "tra-loi", "trang"):
        assert visitor.get(f"/dien-dan/chu-de/{topic.id}/?{name}={number}").status_code in (200, 302, 400)
