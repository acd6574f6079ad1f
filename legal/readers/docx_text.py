"""The visible text of a Word paragraph."""

from __future__ import annotations

from legal.readers.archive import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HIDDEN = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delText", f"{_MC}Fallback"})
_BREAKS = frozenset({f"{W}br", f"{W}cr", f"{W}p"})
_LEAVES = frozenset({f"{W}t", f"{W}tab", f"{W}ptab", f"{W}noBreakHyphen", f"{W}sym"})
_SYMBOLS = {"F0B7": "•", "F02D": "-", "F0A7": "▪", "F0D8": "➢", "F0FC": "✓"}


def val(element: Element | None, name: str = "val") -> str:
    """An attribute in the w: namespace, "" when the element or the attribute is missing."""
    return "" if element is None else (element.get(f"{W}{name}") or "")


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
    if element.tag == f"{W}t":
        return element.text or ""
    if element.tag == f"{W}sym":
        return _SYMBOLS.get(val(element, "char").upper(), "")
    return "-" if element.tag == f"{W}noBreakHyphen" else " "


def _is_hidden_run(element: Element) -> bool:
    if element.tag != f"{W}r":
        return False
    properties = element.find(f"{W}rPr")
    if properties is None:
        return False
    vanish = properties.find(f"{W}vanish")
    return vanish is not None and val(vanish) not in ("0", "false")
