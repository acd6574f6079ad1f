"""HTML made from what people typed. The only user of bleach; no other module calls text safe."""

import re
from collections.abc import Iterable, MutableMapping
from itertools import islice
from typing import Any

from bleach.linkifier import Linker, build_url_re
from markupsafe import Markup, escape

from core.text import clean

__all__ = ["joined", "text_to_html"]

# Only what looks like an address goes through bleach, a piece at a time: its own pattern is quadratic in long runs, and
# it reads whole comments at a tenth of this speed. What is longer than this, or comes after so many, stays text.
_ADDRESS = re.compile(r"""(?<!\w)(?:https?://|www\.)[^\s<>"]+""", re.IGNORECASE)
_ADDRESS_LENGTH = 2_000
_LINKS_PER_TEXT = 100
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_REL = "nofollow ugc noopener"

_Attributes = MutableMapping[Any, str]  # keys: (namespace, name), and "_text" for what is written


def _as_user_link(attributes: _Attributes, _new: bool = False) -> _Attributes | None:
    """bleach callback: a link only where the person wrote http(s):// or www., with our rel."""
    written = attributes["_text"].lower()
    if not written.startswith(("http://", "https://", "www.")):
        return None
    href = attributes[(None, "href")]
    if not _SCHEME.match(written):
        href = "https://" + _SCHEME.sub("", href)
    return {(None, "href"): href, (None, "rel"): _REL, "_text": attributes["_text"]}


_linker = Linker(
    callbacks=[_as_user_link],  # type: ignore[list-item]  # the stubs do not know that None means "no link"
    skip_tags=None,
    parse_email=False,
    url_re=build_url_re(protocols=["http", "https"]),
)


def text_to_html(text: str) -> Markup:
    """Plain text as HTML: paragraphs at blank lines, line breaks, links; everything else is shown as typed.

    Only `<p>`, `<br>` and `<a href rel>` ever come out; addresses are http(s) only, "www." counts as https; rel is
    nofollow ugc noopener. At most 100 links; addresses over 2,000 characters stay text. Text is cleaned as by
    `core.text.clean`, in case it was not; empty text gives "".
    """
    text = clean(text)
    if not text:
        return Markup("")
    linked = "://" in text or "www." in text.lower()
    body = _with_links(text) if linked else str(escape(text))
    paragraphs = _PARAGRAPH_BREAK.split(body) if "\n" in body else [body]
    html = "\n".join("<p>" + paragraph.replace("\n", "<br>\n") + "</p>" for paragraph in paragraphs)
    return Markup(html)  # noqa: S704 - every part was escaped by markupsafe or written by bleach


def joined(parts: Iterable[Markup]) -> Markup:
    """Many pieces of HTML as one. They are taken for what their type says: plain text has no place among them."""
    return Markup("".join(parts))  # noqa: S704 - every part is Markup; asking each of thousands again costs 15 ms a page


def _with_links(text: str) -> str:
    """The text escaped, its addresses made links."""
    parts: list[str] = []
    position = 0
    addresses = (match for match in _ADDRESS.finditer(text) if match.end() - match.start() <= _ADDRESS_LENGTH)
    for match in islice(addresses, _LINKS_PER_TEXT):
        parts.append(str(escape(text[position : match.start()])))
        parts.append(_linker.linkify(str(escape(match.group()))))
        position = match.end()
    parts.append(str(escape(text[position:])))
    return "".join(parts)
