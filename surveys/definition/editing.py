"""Changes of a definition, one at a time: each function returns a new one. Faults are told by surveys.checking."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from surveys.definition.documents import from_json, to_json
from surveys.definition.piping import PIPE
from surveys.definition.shape import (
    Condition,
    Definition,
    Item,
    Jump,
    Kind,
    Option,
    Page,
    Question,
    ScaleStyle,
)

_END_NUMBER = re.compile(r"_?\d+$")


def find_item(definition: Definition, code: str) -> tuple[Page, Item] | None:
    """The item of a code, with its page."""
    return next(((page, item) for page in definition.pages for item in page.items if item.code == code), None)


def fresh_code(definition: Definition, stem: str) -> str:
    """A code that is not used yet: stem_1, stem_2 and so on."""
    used = {page.code for page in definition.pages}
    used |= {item.code for page in definition.pages for item in page.items}
    stem = _END_NUMBER.sub("", stem)[:34] or "muc"
    return next(code for number in range(1, len(used) + 2) if (code := f"{stem}_{number}") not in used)


def new_question(definition: Definition, kind: Kind) -> Question:
    """A question of a kind with what it cannot be without, still without words."""
    made = Question(fresh_code(definition, "cau"), kind, "")
    if kind == Kind.SCALE:
        made = replace(made, low=1, high=5, style=ScaleStyle.LIKERT)
    if kind in (Kind.MATRIX_SINGLE, Kind.MATRIX_MULTIPLE):
        made = replace(made, rows=(Option("dong_1", ""),))
    return made


def add_page(definition: Definition) -> Definition:
    return replace(definition, pages=(*definition.pages, Page(fresh_code(definition, "trang"))))


def add_item(definition: Definition, page_code: str, item: Item) -> Definition:
    return _on_page(definition, page_code, lambda page: replace(page, items=(*page.items, item)))


def put_item(definition: Definition, code: str, item: Item) -> Definition:
    """The item in place of the one of a code."""
    pages = (
        replace(page, items=tuple(item if one.code == code else one for one in page.items)) for page in definition.pages
    )
    return replace(definition, pages=tuple(pages))


def put_page(definition: Definition, code: str, page: Page) -> Definition:
    """The page in place of the one of a code."""
    return replace(definition, pages=tuple(page if one.code == code else one for one in definition.pages))


def remove(definition: Definition, code: str) -> Definition:
    """Without the page or the item of a code."""
    pages = (
        replace(page, items=tuple(item for item in page.items if item.code != code))
        for page in definition.pages
        if page.code != code
    )
    return replace(definition, pages=tuple(pages))


def duplicate(definition: Definition, code: str) -> Definition:
    """With a copy of an item right after it, or of a page (its items under new codes, its jumps left out)."""
    found = find_item(definition, code)
    if found is not None:
        page, item = found
        at = page.items.index(item) + 1
        copy: Item = replace(item, code=fresh_code(definition, item.code))
        return put_page(definition, page.code, replace(page, items=(*page.items[:at], copy, *page.items[at:])))
    original = definition.page(code)
    if original is None:
        return definition
    at = definition.pages.index(original) + 1
    empty = Page(fresh_code(definition, code), original.title, (), original.show_if, (), original.shuffle)
    made = replace(definition, pages=(*definition.pages[:at], empty, *definition.pages[at:]))
    for one in original.items:
        made = add_item(made, empty.code, replace(one, code=fresh_code(made, one.code)))
    return made


def move(definition: Definition, code: str, step: int) -> Definition:
    """A page or an item one place up (-1) or down (+1); an item at the edge of its page goes on to the next one."""
    page = definition.page(code)
    if page is not None:
        return replace(definition, pages=_moved(definition.pages, definition.pages.index(page), step))
    found = find_item(definition, code)
    if found is None:
        return definition
    page, item = found
    at = page.items.index(item)
    if 0 <= at + step < len(page.items):
        return put_page(definition, page.code, replace(page, items=_moved(page.items, at, step)))
    beside = definition.pages.index(page) + step
    if not 0 <= beside < len(definition.pages):
        return definition
    target = definition.pages[beside]
    items = (*target.items, item) if step < 0 else (item, *target.items)
    return put_page(remove(definition, code), target.code, replace(target, items=items))


def rename(definition: Definition, old: str, new: str) -> Definition:
    """With another code for a page or an item, in conditions, jumps and texts as well."""
    if old == new:
        return definition
    renamed: Any = _renamed(to_json(definition), old, new)
    return from_json(renamed)


def put_condition(definition: Definition, code: str, condition: Condition | None) -> Definition:
    """When a page or an item is shown."""
    page = definition.page(code)
    if page is not None:
        return put_page(definition, code, replace(page, show_if=condition))
    found = find_item(definition, code)
    return definition if found is None else put_item(definition, code, replace(found[1], show_if=condition))


def put_jump(definition: Definition, page_code: str, number: int, jump: Jump | None) -> Definition:
    """The jump of a number (from 0; one past the last: a new one) after a page; None takes it away."""
    page = definition.page(page_code)
    if page is None:
        return definition
    jumps = (*page.jumps[:number], *([jump] if jump else []), *page.jumps[number + 1 :])
    return put_page(definition, page_code, replace(page, jumps=jumps))


def before(definition: Definition, code: str, *, after_page: bool = False) -> list[Question]:
    """The questions that a condition there may look at: earlier ones; for a jump, those of the page as well."""
    found: list[Question] = []
    for page in definition.pages:
        if page.code == code:
            return [*found, *page.questions] if after_page else found
        for item in page.items:
            if item.code == code:
                return found
            if isinstance(item, Question):
                found.append(item)
    return found


def _on_page(definition: Definition, code: str, change: Any) -> Definition:
    return replace(definition, pages=tuple(change(page) if page.code == code else page for page in definition.pages))


def _moved(parts: tuple[Any, ...], at: int, step: int) -> tuple[Any, ...]:
    there = at + step
    if not 0 <= there < len(parts):
        return parts
    order = list(parts)
    order[at], order[there] = order[there], order[at]
    return tuple(order)


def _renamed(part: Any, old: str, new: str) -> Any:
    if isinstance(part, dict):
        return {key: _renamed_value(key, value, old, new) for key, value in part.items()}
    if isinstance(part, Iterable) and not isinstance(part, str):
        return [_renamed(one, old, new) for one in part]
    return part


def _renamed_value(key: str, value: Any, old: str, new: str) -> Any:
    if key in ("options", "rows"):
        return value
    if key in ("code", "question", "to") and value == old:
        return new
    if isinstance(value, str):
        return PIPE.sub(lambda match: f"{{{{{new}}}}}" if match[1] == old else match[0], value)
    return _renamed(value, old, new)


def in_printed_order(definition: Definition) -> Definition:
    """The same without anything drawn by lot: as it stands on paper."""
    pages = (
        replace(page, shuffle=False, items=tuple(_fixed(item) for item in page.items)) for page in definition.pages
    )
    return replace(definition, pages=tuple(pages))


def _fixed(item: Item) -> Item:
    return replace(item, shuffle=False) if isinstance(item, Question) else item
