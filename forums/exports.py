"""Atom feeds (RFC 4287) of a board's topics and a topic's posts: the newest thirty, public ones only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

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
