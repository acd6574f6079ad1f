"""What leaves the boards: Atom feeds (RFC 4287) of the newest thirty, and open data of every public post.

Open data names nobody: an author is the number of their first post in the topic, which tells who answers whom and no
more. Personal data that slipped through moderation is masked, and so are names after @.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from moderation.analysis import masked

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """One entry. ``html`` is what core.html made, or empty."""

    url: str
    title: str
    author: str
    published: datetime
    updated: datetime
    html: str = ""


def atom(title: str, url: str, feed_url: str, entries: Sequence[Entry], made_at: datetime) -> bytes:
    """The feed as XML. ``made_at`` stands as its date when it has no entries."""
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "vi"})
    _add(feed, "id", url)
    _add(feed, "title", title)
    ET.SubElement(feed, "link", {"href": url})
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": feed_url})
    _add(feed, "updated", _moment(max((entry.updated for entry in entries), default=made_at)))
    for entry in entries:
        _add_entry(feed, entry)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add_entry(feed: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(feed, "entry")
    _add(element, "id", entry.url)
    _add(element, "title", entry.title)
    ET.SubElement(element, "link", {"href": entry.url})
    _add(ET.SubElement(element, "author"), "name", entry.author)
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    if entry.html:
        ET.SubElement(element, "content", {"type": "html"}).text = entry.html


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


_MENTION = re.compile(r"(?<![\w@/.])@[\w-]{1,80}")


def open_post(row: Any, url: str) -> dict[str, Any]:
    """A public post as open data, ready for JSON. ``row``: of ``queries.opened.list_open``."""
    return {
        "id": row.id,
        "url": url,
        "topic": row.topic_id,
        "topic_kind": row.kind.value,
        "topic_title": _nameless(row.title),
        "number": row.number,
        "author": row.author,
        "author_kind": row.badge.value,
        "office": row.office or None,
        "official_answer": row.official,
        "side": row.side.value,
        "answers": row.quoted_id,
        "body": _nameless(row.body),
        "support": row.support_count,
        "at": row.created_at.isoformat(timespec="seconds"),
        "edited_at": row.edited_at.isoformat(timespec="seconds") if row.edited_at else None,
    }


def _nameless(text: str) -> str:
    return _MENTION.sub("@…", masked(text))
