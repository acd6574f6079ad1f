"""HTML made from what people typed. The only user of bleach; no other module calls text safe."""

import re
import threading
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from bleach.linkifier import Linker, build_url_re
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from core.text import clean

__all__ = ["joined", "markdown_to_html", "text_to_html"]

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


# --- Markdown ---------------------------------------------------------------------------------------------------------

LONGEST_MARKDOWN = 50_000
"""Characters. What is longer is shown as plain text: parsers have corners where time grows with the square."""

_MOST_TOKENS = 3_000  # a long report has some hundreds; bleach needs seconds for a table of ten thousand cells
_KEPT_RENDERED = 4_000  # characters: longer texts are rendered each time, so that a few cannot fill the memory
_MARKDOWN_TAGS = frozenset(
    ("a", "blockquote", "br", "code", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong")
) | frozenset(("table", "tbody", "td", "th", "thead", "tr", "ul"))
_MENTION = re.compile(r"(?<![\w@/.])@([\w-]{1,80})")
_cleaners = threading.local()


def markdown_to_html(text: str, people: Mapping[str, str] | None = None) -> Markup:
    """Markdown (CommonMark, tables, strikethrough; no HTML, no pictures) as HTML that has passed the allow-list.

    ``people``: addresses by handle; "@handle" becomes a link for those alone. Headings become h4 to h6, line breaks
    stay, bare addresses become links as in `text_to_html`. Nesting deeper than 20 is shown as typed, and so are texts
    over 50,000 characters or of more than 3,000 pieces (cells of a table, marks).
    """
    text = clean(text)
    if len(text) > LONGEST_MARKDOWN:
        return text_to_html(text)
    known = tuple(sorted((people or {}).items()))
    return _render_kept(text, known) if len(text) <= _KEPT_RENDERED else _render(text, known)


def _render(text: str, people: tuple[tuple[str, str], ...]) -> Markup:
    env = {"people": dict(people), "links": 0}
    tokens = _markdown.parse(text, env)
    if len(tokens) + sum(len(token.children or ()) for token in tokens) > _MOST_TOKENS:
        return text_to_html(text)
    html = _markdown.renderer.render(tokens, _markdown.options, env)
    cleaner: Cleaner | None = getattr(_cleaners, "cleaner", None)
    if cleaner is None:  # one for each thread: bleach shares a parser among the calls of one
        cleaner = _cleaners.cleaner = Cleaner(
            tags=_MARKDOWN_TAGS, attributes={"a": ["href", "rel"]}, protocols={"http", "https"}
        )
    return Markup(cleaner.clean(html).strip())  # noqa: S704 - bleach wrote it


_render_kept = lru_cache(maxsize=2048)(_render)


def _text_token(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, env: Any) -> str:
    """Words between marks: addresses and known people become links, but for what stands in a link already."""
    content = tokens[at].content
    if env["links"]:
        return str(escape(content))
    parts, position = [], 0
    for match in _MENTION.finditer(content):
        address = env["people"].get(match[1])
        if address is None:
            continue
        parts.append(_with_links(content[position : match.start()]))
        parts.append(f'<a href="{escape(address)}">@{escape(match[1])}</a>')
        position = match.end()
    parts.append(_with_links(content[position:]))
    return "".join(parts)


def _link_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    env["links"] += 1
    tokens[at].attrs = {"href": tokens[at].attrs.get("href", ""), "rel": _REL}
    return self.renderToken(tokens, at, options, env)


def _link_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    env["links"] -= 1
    return self.renderToken(tokens, at, options, env)


def _heading(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    """The page has headings of its own above a post."""
    tokens[at].tag = f"h{min(int(tokens[at].tag[1]) + 3, 6)}" if tokens[at].tag < "h4" else tokens[at].tag
    return self.renderToken(tokens, at, options, env)


def _make_markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    made.enable(["table", "strikethrough"]).disable(["html_block", "html_inline", "image", "lheading", "reference"])
    for name, rule in {
        "text": _text_token,
        "link_open": _link_open,
        "link_close": _link_close,
        "heading_open": _heading,
        "heading_close": _heading,
    }.items():
        made.add_render_rule(name, rule)
    return made


_markdown = _make_markdown()
