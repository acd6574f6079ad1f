"""Atom feeds."""

from flask import Response, url_for

from core import clock
from core.access import public
from core.html import markdown_to_html
from core.i18n import gettext as _
from core.links import address_of
from forums.exports import Entry, atom
from forums.queries import boards, posts
from forums.views import blueprint

MEDIA_TYPE = "application/atom+xml"


@blueprint.get("/<int:board_id>/atom.xml")
@public
def board_feed(board_id: int) -> Response:
    """The newest topics of a board."""
    board = boards.get_board(board_id)
    entries = [
        Entry(
            url=address_of(url_for(".topic", topic_id=row.id)),
            title=row.title,
            author=row.author_name,
            published=row.created_at,
            updated=row.last_post_at or row.created_at,
        )
        for row in boards.list_newest(board_id)
    ]
    here, feed = url_for(".board", board_id=board_id), url_for(".board_feed", board_id=board_id)
    return _answer(board.title, here, feed, entries)


@blueprint.get("/chu-de/<int:topic_id>/atom.xml")
@public
def topic_feed(topic_id: int) -> Response:
    """The newest posts of a public topic."""
    topic, _board = posts.get_topic(topic_id, None)
    entries = [
        Entry(
            url=address_of(url_for(".post", post_id=post.id)),
            title=_("Bài %(n)s: %(title)s", n=post.number, title=topic.title),
            author=post.author_name,
            published=post.created_at,
            updated=post.edited_at or post.created_at,
            html=str(markdown_to_html(post.body)),
        )
        for post in posts.list_latest(topic_id)
    ]
    here, feed = url_for(".topic", topic_id=topic_id), url_for(".topic_feed", topic_id=topic_id)
    return _answer(topic.title, here, feed, entries)


def _answer(title: str, here: str, feed: str, entries: list[Entry]) -> Response:
    xml = atom(title, address_of(here), address_of(feed), entries, clock.now())
    return Response(xml, mimetype=MEDIA_TYPE)
