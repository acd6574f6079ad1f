"""Citations as people type them: "khoản 2 Điều 7", "Điều 7 khoản 2", "k2 đ7", "Đ.29", "dieu 48b"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Citation", "citation_mark", "find_citations", "find_short_citations"]

# One step. In short, a letter stands close to its number; a bare "d" is read as Điều only beside a Khoản or a Điểm.
_STEP = re.compile(
    r"""(?<![\w\-./])(?:
        (?P<dieu>(?:điều|dieu)\s*|[đd][.:]?\s?(?=\d)) (?P<article>\d{1,4}[a-zđ]?)
      | (?P<khoan>(?:khoản|khoan)\s*|kh?[.:]?\s?(?=\d)) (?P<clause>\d{1,3}[a-zđ]?)
      | (?P<diem>(?:điểm|diem)\s*) (?P<point>[a-zđ]\d{0,2})
    )(?![\w\-/]|\.\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;]*(?:(?:của|cua)\s+)?", re.IGNORECASE)
_SHORT = re.compile(r"(?:(?<!\w)[đĐ]|(?<!\w)[kK][hH]?)[.:]?\s?\d")
_WORDS = {"article": "điều", "clause": "khoản", "point": "điểm"}
_ORDER = ("point", "clause", "article")
_KINDS = {"dieu": "article", "khoan": "clause", "diem": "point"}


class Citation(NamedTuple):
    """Where it stands, and its steps: {"clause": "2", "article": "7"}."""

    start: int
    end: int
    steps: dict[str, str]
    short: bool  # some step was abbreviated
    sure: bool  # nothing else could be meant: "k2 đ7" and not "d3 k2"

    @property
    def words(self) -> list[str]:
        """In full and in order: ["khoản", "2", "điều", "7"]."""
        return [word for kind in _ORDER if kind in self.steps for word in (_WORDS[kind], self.steps[kind])]

    @property
    def readings(self) -> list[list[str]]:
        """How it may stand in a text: from the point up, as laws write it, and from the article down."""
        down = [word for kind in reversed(_ORDER) if kind in self.steps for word in (_WORDS[kind], self.steps[kind])]
        return [self.words] if len(self.steps) == 1 else [self.words, down]

    @property
    def mark(self) -> str | None:
        """See `citation_mark`."""
        if "article" not in self.steps:
            return None
        return "§" + ".".join(self.steps.get(kind, "") for kind in reversed(_ORDER)).rstrip(".")


def citation_mark(citation: str) -> str | None:
    """One word for a provision's own citation, from the article down: "điểm đ khoản 2 Điều 7 của Quy chế" → "§7.2.đ".

    It is indexed with the provision and what is said about it, so that who asks for a citation finds first what is so
    cited, and then what mentions it or lies below it. None where no article is named.
    """
    found = find_citations(citation[:200])
    return found[0].mark if found and found[0].start == 0 else None


def find_citations(text: str) -> list[Citation]:
    """The citations in a text, from left to right, without overlap."""
    found: list[Citation] = []
    steps: list[tuple[str, re.Match[str]]] = []
    for match in _STEP.finditer(text):
        kind = next(_KINDS[name] for name in _KINDS if match[name])
        apart = steps and not _BETWEEN.fullmatch(text, steps[-1][1].end(), match.start())
        if apart or any(kind == before for before, _ in steps):
            _close(found, steps)
            steps = []
        steps.append((kind, match))
    _close(found, steps)
    return found


def find_short_citations(text: str) -> Iterator[Citation]:
    """Only those with an abbreviated step, for sure: the others are words like any."""
    if _SHORT.search(text) is None:
        return
    yield from (citation for citation in find_citations(text) if citation.short and citation.sure)


def _close(found: list[Citation], steps: list[tuple[str, re.Match[str]]]) -> None:
    if not steps:
        return
    signs = [match[name].strip(" .:") for _, match in steps for name in _KINDS if match[name]]
    short = any(len(sign) < 3 for sign in signs)
    if len(steps) == 1 and short and signs[0] not in ("đ", "Đ"):
        return  # "k2" may be anything; "d7" too
    values = {kind: match[kind].lower() for kind, match in steps}
    sure = not any(sign in ("d", "D") for sign in signs)
    found.append(Citation(steps[0][1].start(), steps[-1][1].end(), values, short, sure))
