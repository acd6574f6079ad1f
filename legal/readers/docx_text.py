"""The visible text of a Word paragraph."""

from __future__ import annotations

from legal.readers.archive import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HIDDEN = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delText", f"{_MC}Fallback"})
_TAGS = {name: f"{W}{name}" for name in ("basedOn", "ilvl", "name", "numId", "numPr", "pPr", "pStyle", "rPr", "vanish")}
_VAL = f"{W}val"
_RUN, _TEXT = f"{W}r", f"{W}t"
_BREAKS = frozenset({f"{W}br", f"{W}cr", f"{W}p"})
_LEAVES = frozenset({f"{W}t", f"{W}tab", f"{W}ptab", f"{W}noBreakHyphen", f"{W}sym"})
_SYMBOLS = {"F0B7": "•", "F02D": "-", "F0A7": "▪", "F0D8": "➢", "F0FC": "✓"}


def val(element: Element | None, name: str = "") -> str:
    """An attribute in the w: namespace (w:val), "" when the element or the attribute is missing."""
    return "" if element is None else (element.get(f"{W}{name}" if name else _VAL) or "")


def child(element: Element | None, name: str) -> Element | None:
    """The first child with a name of the w: namespace. (``find`` takes three times as long: it reads a path.)"""
    if element is not None:
        tag = _TAGS[name]
        for one in element:
            if one.tag == tag:
                return one
    return None


def paragraph_parts(paragraph: Element) -> list[str]:
    """The text of a paragraph, cut at manual line and page breaks; at least one part, maybe empty."""
    parts = [""]
    stack: list[Element] = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag in _HIDDEN or _is_hidden_run(element):
            continue
        if tag in _BREAKS:
            parts.append("")
        if tag in _LEAVES:
            parts[-1] += _leaf(element)
        else:
            stack.extend(reversed(element))
    return parts


def _leaf(element: Element) -> str:
    if element.tag == _TEXT:
        return element.text or ""
    if element.tag == f"{W}sym":
        return _SYMBOLS.get(val(element, "char").upper(), "")
    return "-" if element.tag == f"{W}noBreakHyphen" else " "


def _is_hidden_run(element: Element) -> bool:
    """Whether an element is a run that Word shows nobody."""
    if element.tag != _RUN:
        return False
    vanish = child(child(element, "rPr"), "vanish")
    return vanish is not None and val(vanish) not in ("0", "false")
