"""Automatic list numbers of Word: the label that Word would print before a paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from legal.readers.archive import Element
from legal.readers.docx_text import W, child, val

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_ENGLISH = "abcdefghijklmnopqrstuvwxyz"
_PLACE = re.compile(r"%([1-9])")
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_MAX_STYLES = 20
_MAX_COUNT = 32_767


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None


_FIRST_LEVEL = _Level()


@dataclass(slots=True)
class _List:
    """One w:num: its levels and the abstract list whose counters it shares."""

    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    overrides: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class _Style:
    """What a paragraph style says, those that it is based on included: list and level ("" for none), heading level."""

    num_id: str = ""
    level: str = ""
    heading: int = 0


_NO_STYLE = _Style()


def to_roman(number: int) -> str:
    """Lower-case roman numeral of a positive number."""
    out = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        out += sign * count
    return out


def to_letter(number: int) -> str:
    """a, b … z, aa, bb as Word counts (English letters: Word knows no đ)."""
    times, place = divmod(number - 1, 26)
    return _ENGLISH[place] * min(times + 1, 50)


def show(number: int, form: str) -> str:
    """A counter as its format prints it; unknown formats print the digits, bullets and "none" nothing."""
    if form in ("none", "bullet"):
        return ""
    if number < 1 or number > _MAX_COUNT:
        return str(number)
    maker = _FORMS.get(form)
    return maker(number) if maker else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": to_letter,
    "upperLetter": lambda number: to_letter(number).upper(),
    "lowerRoman": to_roman,
    "upperRoman": lambda number: to_roman(number).upper(),
    "decimalZero": lambda number: f"{number:02d}",
}


class Numbering:
    """The numbering and styles of one file, with running counters: call ``mark`` once per paragraph, in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        if styles is not None:
            self._styles = {val(style, "styleId"): style for style in styles.iter(f"{W}style")}
        self._resolved: dict[str, _Style] = {"": _NO_STYLE}
        self._lists: dict[str, _List] = {}
        if numbering is not None:
            self._read(numbering)
        self._counters: dict[str, dict[int, int]] = {}
        self._used: set[tuple[str, int]] = set()

    def _read(self, numbering: Element) -> None:
        abstracts = {val(a, "abstractNumId"): a for a in numbering.iter(f"{W}abstractNum")}
        linked = {
            val(a.find(f"{W}styleLink")): key for key, a in abstracts.items() if a.find(f"{W}styleLink") is not None
        }
        for num in numbering.iter(f"{W}num"):
            key = val(num.find(f"{W}abstractNumId"))
            abstract = abstracts.get(key)
            if abstract is not None and abstract.find(f"{W}numStyleLink") is not None:
                key = linked.get(val(abstract.find(f"{W}numStyleLink")), key)
                abstract = abstracts.get(key)
            entry = _List(key)
            if abstract is not None:
                _read_levels(abstract, entry.levels)
            for override in num.iter(f"{W}lvlOverride"):
                level = _number(val(override, "ilvl"), 0)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    entry.overrides[level] = _number(val(start), 1)
                _read_levels(override, entry.levels)
            self._lists[val(num, "numId")] = entry

    def mark(self, paragraph: Element) -> tuple[str, int]:
        """The number Word shows before this paragraph ("" for none), and its heading level (1–9, 0 for none)."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return "", 0
        style = self._style(val(child(properties, "pStyle")))
        own = child(properties, "numPr")
        num_id = (val(child(own, "numId")) if own is not None else "") or style.num_id
        if not num_id:
            return "", style.heading
        level = (val(child(own, "ilvl")) if own is not None else "") or style.level
        return self._next(num_id, _number(level, 0)), style.heading

    def _next(self, num_id: str, level: int) -> str:
        """The next label of a list."""
        entry = self._lists.get(num_id)
        if entry is None or level not in entry.levels:
            return ""
        counters = self._counters.setdefault(entry.abstract, {})
        self._count(num_id, entry, level, counters)
        if entry.levels[level].form == "bullet":
            return "-"

        def place(found: re.Match[str]) -> str:
            wanted = int(found[1]) - 1
            at = entry.levels.get(wanted, _FIRST_LEVEL)
            return show(counters.get(wanted, at.start), at.form)

        return _PLACE.sub(place, entry.levels[level].text).strip()

    def _count(self, num_id: str, entry: _List, level: int, counters: dict[int, int]) -> None:
        first_use = (num_id, level) not in self._used
        self._used.add((num_id, level))
        if first_use and level in entry.overrides:
            counters[level] = entry.overrides[level]
        else:
            counters[level] = counters.get(level, entry.levels[level].start - 1) + 1
        for deeper in [key for key in counters if key > level]:
            restart = entry.levels.get(deeper, _FIRST_LEVEL).restart
            if restart is None or (0 < restart <= deeper and level < restart):
                del counters[deeper]

    def _style(self, name: str) -> _Style:
        """A style by its id; what it does not say itself is said by the style that it is based on, and so on."""
        if name not in self._resolved:
            num_id, level, heading = "", "", 0
            for style in self._chain(name):
                list_of = child(child(style, "pPr"), "numPr")
                if list_of is not None and not (num_id and level):
                    num_id = num_id or val(child(list_of, "numId"))
                    level = level or val(child(list_of, "ilvl"))
                found = _HEADING.match(val(child(style, "name")))
                heading = heading or (int(found[1]) if found else 0)
            self._resolved[name] = _Style(num_id, level, heading)
        return self._resolved[name]

    def _chain(self, name: str) -> list[Element]:
        chain: list[Element] = []
        while name in self._styles and len(chain) < _MAX_STYLES:
            chain.append(self._styles[name])
            name = val(child(chain[-1], "basedOn"))
        return chain


def _read_levels(parent: Element, levels: dict[int, _Level]) -> None:
    for element in parent.findall(f"{W}lvl"):
        restart = element.find(f"{W}lvlRestart")
        form = element.find(f"{W}numFmt")
        levels[_number(val(element, "ilvl"), 0)] = _Level(
            start=_number(val(element.find(f"{W}start")), 1),
            form=val(form) or "decimal",
            text=val(element.find(f"{W}lvlText")),
            restart=_number(val(restart), 0) if restart is not None else None,
        )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
