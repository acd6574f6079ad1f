"""Atom feeds, and the open data of a board."""

from typing import Any

from flask import Response, jsonify, url_for

from core import clock
from core.access import public
from core.html import markdown_to_html
from core.i18n import gettext as _
from core.links import address_of
from forums.exports import Entry, atom, open_post
from forums.queries import boards, opened, posts
from forums.views import blueprint
from forums.views.visitor import asked_number

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


@blueprint.get("/<int:board_id>/du-lieu.json")
@public
def open_data(board_id: int) -> Response:
    """Every public post of a board, 500 at a time: ``next`` leads on (null at the end); ``left_out`` only at first."""
    board, after = boards.get_board(board_id), asked_number("sau")
    rows = opened.list_open(board_id, after=after)
    posts_of_page = [open_post(row, address_of(url_for(".post", post_id=row.id))) for row in rows]
    named: dict[str, Any] = {"sau": rows[-1].id if rows else 0}
    more = url_for(".open_data", board_id=board_id, **named) if len(rows) == opened.PAGE_SIZE else None
    return jsonify(
        board={"id": board.id, "title": board.title, "agency": board.agency.name, "topics": board.topic_count},
        made_at=clock.now().isoformat(timespec="seconds"),
        public_posts=board.post_count,
        left_out=None if after else opened.count_left_out(board_id),
        next=address_of(more) if more else None,
        posts=posts_of_page,
    )


def _answer(title: str, here: str, feed: str, entries: list[Entry]) -> Response:
    xml = atom(title, address_of(here), address_of(feed), entries, clock.now())
    return Response(xml, mimetype=MEDIA_TYPE)
