"""A published version as HTML, made once and kept: a page only puts the counts of the moment into its holes.

A published version never changes, so law and outline are rendered a single time for each language, by the macros
that any other page uses, with a hole wherever a count belongs. Kept in process, the least recently read going first.
"""

import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from flask import current_app
from markupsafe import Markup

from consultations.queries import tree
from consultations.queries.reading import NO_COMMENTS, Counts, PublishedDocument
from consultations.views.references import load_marked_tree
from core.html import joined
from core.i18n import locale

SHEETS_KEPT = 24
"""The longest code takes about 6 MB; most drafts take a tenth of that."""

_OPEN, _SHUT = Markup('<div class="margin">'), Markup("</div>")


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands between one piece of the law and the next: a provision's margin, ready but for its counts.

    With comments: ``before``, the counts, then ``after`` while people may comment and ``closed`` when they may not.
    """

    lineage_id: int
    before: Markup
    after: Markup
    closed: Markup
    empty: Markup


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with the counts of a moment. ``has_head``: the text brings its own national title and name along."""

    counts: Mapping[int, Counts]
    law: Markup
    outline: Markup
    has_head: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rendered version: ``law`` has one piece more than ``margins``, ``outline`` one more than ``branches``.

    ``lineages`` and ``parents`` go by the index of a provision in document order; a root's parent is -1. ``_last`` is
    what was filled in last, while people may comment and while they may not: between two decisions of moderators the
    counts stand still.
    """

    law: tuple[Markup, ...]
    margins: tuple[Margin, ...]
    outline: tuple[Markup, ...]
    branches: tuple[int, ...]
    lineages: tuple[int, ...]
    parents: tuple[int, ...]
    has_head: bool
    _last: dict[bool, Filled] = field(default_factory=dict)

    def filled(self, counts: Mapping[int, Counts], *, open_: bool) -> Filled:
        """Law and outline with these counts."""
        last = self._last.get(open_)
        if last is None or last.counts != counts:
            last = Filled(counts, self._law(counts, open_=open_), self._outline(counts), self.has_head)
            self._last[open_] = last
        return last

    def _law(self, counts: Mapping[int, Counts], *, open_: bool) -> Markup:
        language = locale()
        parts = [self.law[0]]
        for margin, text in zip(self.margins, self.law[1:], strict=True):
            here = counts.get(margin.lineage_id)
            if here is not None:
                parts += (margin.before, _counted(here, language), margin.after if open_ else margin.closed)
            elif open_:
                parts.append(margin.empty)
            parts.append(text)
        return joined(parts)

    def _outline(self, counts: Mapping[int, Counts]) -> Markup:
        """The outline with the comments of each whole branch."""
        language = locale()
        totals = self.branch_totals(counts)
        parts = [self.outline[0]]
        for index, text in zip(self.branches, self.outline[1:], strict=True):
            parts += (_branch_count(totals[index], language), text)
        return joined(parts)

    def branch_totals(self, counts: Mapping[int, Counts]) -> list[int]:
        """Comments on each provision and everything below it, by index."""
        totals = [counts.get(lineage, NO_COMMENTS).total for lineage in self.lineages]
        for index in range(len(totals) - 1, -1, -1):
            if self.parents[index] >= 0:
                totals[self.parents[index]] += totals[index]
        return totals


_kept: "OrderedDict[tuple[str, ...], Sheet]" = OrderedDict()
_lock, _rendering = Lock(), Lock()


def sheet_of(document: PublishedDocument) -> Sheet:
    """The rendered latest version of a document, in the reader's language."""
    # The instance is part of the key because two databases in one process (tests) number their versions alike.
    key = (current_app.config["DANBAN_INSTANCE"], str(document.version_id), document.sha256, locale())
    found = _find(key)
    if found is not None:
        return found
    with _rendering:  # one at a time: the second reader of a new version waits for the first and finds it made
        sheet = _find(key) or _render(load_marked_tree(document))
        _keep(key, sheet)
    return sheet


def _find(key: tuple[str, ...]) -> Sheet | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _keep(key: tuple[str, ...], sheet: Sheet) -> None:
    with _lock:
        _kept[key] = sheet
        while len(_kept) > SHEETS_KEPT:
            _kept.popitem(last=False)


def _render(nodes: Sequence[tree.Node]) -> Sheet:
    top = tree.roots(nodes)
    hole = f"[{secrets.token_hex(8)}]"
    law = _compact(_macro("law.html", "provisions")(top, {"hole": hole})).split(hole)
    outline = _compact(_macro("outline.html", "reading_outline")(top, {"hole": hole})).split(hole)
    return Sheet(
        law=(*law[::4],),
        margins=tuple(
            _margin(nodes[int(index)].lineage_id, gop_y.strip(), link.strip())
            for index, gop_y, link in zip(law[1::4], law[2::4], law[3::4], strict=True)
        ),
        outline=(*outline[::2],),
        branches=tuple(int(index) for index in outline[1::2]),
        lineages=tuple(node.lineage_id for node in nodes),
        parents=_parents(nodes),
        has_head=tree.has_printed_head(nodes),
    )


def _margin(lineage_id: int, gop_y: Markup, link: Markup) -> Margin:
    return Margin(lineage_id, _OPEN + link + " ", gop_y + _SHUT, _SHUT, _OPEN + gop_y + _SHUT)


def _parents(nodes: Sequence[tree.Node]) -> tuple[int, ...]:
    parents = [-1] * len(nodes)
    for node in nodes:
        for child in node.children:
            parents[child.index] = node.index
    return tuple(parents)


def _compact(html: Markup) -> Markup:
    """Without the indentation of templates: a third of the page's weight."""
    return joined(line.strip() + Markup("\n") for line in html.splitlines() if line.strip())


def _macro(file: str, name: str) -> Any:
    return getattr(current_app.jinja_env.get_template(f"macros/{file}").module, name)


@lru_cache(maxsize=8192)
def _counted(counts: Counts, _language: str) -> Markup:
    """The half of a counted link that tells the counts; a draft repeats the same few, so most are rendered once."""
    return _compact(_macro("law.html", "counted")(counts))


@lru_cache(maxsize=4096)
def _branch_count(total: int, _language: str) -> Markup:
    html: Markup = _macro("outline.html", "branch_count")(total)
    return html.strip()
