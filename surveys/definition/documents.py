"""Definitions in and out of JSON. ``docs/survey.schema.json`` describes the form; defaults are left out when written.

Reading is strict and bounded: an unknown key, a wrong type or a nesting too deep is a ``WrongDocument`` with its place.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

from surveys.definition.shape import (
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Fact,
    Item,
    Jump,
    Kind,
    Not,
    Op,
    Option,
    Page,
    Passage,
    Question,
    ScaleStyle,
)

FORMAT = 1
LARGEST = 2_000_000
"""Characters of a definition as JSON."""


class WrongDocument(ValueError):
    """What is not a definition. ``place``: a path such as "pages[2].items[0].kind"; ``code``: see surveys.sentences."""

    def __init__(self, place: str, code: str) -> None:
        super().__init__(f"{place}: {code}")
        self.place = place
        self.code = code


# --- out --------------------------------------------------------------------------------------------------------------


def to_json(definition: Definition) -> dict[str, Any]:
    """The definition as JSON holds it."""
    return {"format": FORMAT, **_plain(definition)}


def dumps(definition: Definition) -> str:
    """As a file for people: indented, Vietnamese letters as they are."""
    return json.dumps(to_json(definition), ensure_ascii=False, indent=2) + "\n"


def _plain(part: Any) -> Any:
    match part:
        case Fact() | AllOf() | AnyOf() | Not():
            return condition_to_json(part)
        case tuple():
            return [_plain(one) for one in part]
        case _ if dataclasses.is_dataclass(part):
            fields = dataclasses.fields(part)
            values = ((field, getattr(part, field.name)) for field in fields)
            return {field.name: _plain(value) for field, value in values if value != field.default}
        case _:
            return str(part) if isinstance(part, Kind | ScaleStyle) else part


def condition_to_json(condition: Condition) -> dict[str, Any]:
    match condition:
        case AllOf(parts):
            return {"all": [condition_to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_to_json(part) for part in parts]}
        case Not(part):
            return {"not": condition_to_json(part)}
        case Fact():
            said = {"question": condition.question, "op": str(condition.op)}
            more = {"value": condition.value, "row": condition.row}
            return said | {key: value for key, value in more.items() if value is not None}


# --- in ---------------------------------------------------------------------------------------------------------------


def loads(text: str) -> Definition:
    """A definition from the text of a file."""
    if len(text) > LARGEST:
        raise WrongDocument("", "too_large")
    try:
        return from_json(json.loads(text))
    except (RecursionError, json.JSONDecodeError) as error:
        raise WrongDocument("", "not_json") from error


def from_json(data: Any) -> Definition:
    """The definition that a JSON value describes. Raises WrongDocument."""
    reader = _Reader("", data)
    if reader.take("format", _whole) != FORMAT:
        raise WrongDocument("format", "unknown_format")
    definition = Definition(
        pages=reader.take("pages", _list_of(_page), ()),
        introduction=reader.take("introduction", _text, ""),
        closing=reader.take("closing", _text, ""),
    )
    reader.done()
    return definition


_MISSING: Any = object()


class _Reader:
    """Takes the keys of one JSON object; ``done`` refuses what was not taken."""

    def __init__(self, place: str, data: Any) -> None:
        if not isinstance(data, Mapping):
            raise WrongDocument(place, "no_object")
        self._place = place
        self._left = dict(data)

    def take(self, key: str, read: Callable[[str, Any], Any], default: Any = _MISSING) -> Any:
        place = f"{self._place}.{key}".lstrip(".")
        if key not in self._left:
            if default is _MISSING:
                raise WrongDocument(place, "missing")
            return default
        value = self._left.pop(key)
        return default if value is None and default is None else read(place, value)

    def done(self) -> None:
        for key in self._left:
            raise WrongDocument(f"{self._place}.{str(key)[:40]}".lstrip("."), "unknown_key")


def _text(place: str, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongDocument(place, "no_text")
    return value


def _flag(place: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongDocument(place, "no_flag")
    return value


def _whole(place: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31:
        raise WrongDocument(place, "no_whole_number")
    return value


def _number(place: str, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e15:
        raise WrongDocument(place, "no_number")
    return value


def _one_of(kinds: Callable[[str], Any]) -> Callable[[str, Any], Any]:
    def read(place: str, value: Any) -> Any:
        try:
            return kinds(value)
        except ValueError as error:
            raise WrongDocument(place, "unknown_word") from error

    return read


def _list_of(read: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    def read_list(place: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise WrongDocument(place, "no_list")
        return tuple(read(f"{place}[{number}]", one) for number, one in enumerate(value))

    return read_list


def _page(place: str, data: Any) -> Page:
    reader = _Reader(place, data)
    page = Page(
        code=reader.take("code", _text),
        title=reader.take("title", _text, ""),
        items=reader.take("items", _list_of(_item), ()),
        show_if=reader.take("show_if", condition_from_json, None),
        jumps=reader.take("jumps", _list_of(_jump), ()),
        shuffle=reader.take("shuffle", _flag, False),
    )
    reader.done()
    return page


def _jump(place: str, data: Any) -> Jump:
    reader = _Reader(place, data)
    jump = Jump(when=reader.take("when", condition_from_json), to=reader.take("to", _text))
    reader.done()
    return jump


def _item(place: str, data: Any) -> Item:
    kind = data.get("kind") if isinstance(data, Mapping) else None
    return _passage(place, data) if kind in ("section", "explanation") else _question(place, data)


def _passage(place: str, data: Any) -> Passage:
    reader = _Reader(place, data)
    passage = Passage(
        code=reader.take("code", _text),
        kind=reader.take("kind", _text),
        title=reader.take("title", _text, ""),
        text=reader.take("text", _text, ""),
        show_if=reader.take("show_if", condition_from_json, None),
        provision=reader.take("provision", _whole, None),
    )
    reader.done()
    return passage


def _option(place: str, data: Any) -> Option:
    reader = _Reader(place, data)
    option = Option(
        code=reader.take("code", _text),
        label=reader.take("label", _text),
        other=reader.take("other", _flag, False),
        exclusive=reader.take("exclusive", _flag, False),
    )
    reader.done()
    return option


def _show_if(place: str, data: Any) -> Condition:
    return condition_from_json(place, data)


_QUESTION_PARTS: dict[str, Callable[[str, Any], Any]] = {
    "help": _text,
    "required": _flag,
    "show_if": _show_if,
    "options": _list_of(_option),
    "rows": _list_of(_option),
    "shuffle": _flag,
    "least": _whole,
    "most": _whole,
    "low": _number,
    "high": _number,
    "decimals": _whole,
    "unit": _text,
    "style": _one_of(ScaleStyle),
    "low_label": _text,
    "high_label": _text,
    "labels": _list_of(_text),
    "earliest": _text,
    "latest": _text,
    "longest": _whole,
    "provision": _whole,
    "with_commune": _flag,
}
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Question)}


def _question(place: str, data: Any) -> Question:
    reader = _Reader(place, data)
    code, kind = reader.take("code", _text), reader.take("kind", _one_of(Kind))
    text = reader.take("text", _text)
    parts = {name: reader.take(name, read, _DEFAULTS[name]) for name, read in _QUESTION_PARTS.items()}
    reader.done()
    return Question(code=code, kind=kind, text=text, **parts)


def condition_from_json(place: str, data: Any, depth: int = 1) -> Condition:
    """A condition; ``depth`` is where it stands, 1 being the outermost."""
    if depth > MAX_DEPTH:
        raise WrongDocument(place, "too_deep")
    reader = _Reader(place, data)
    inner = _list_of(lambda inside, value: condition_from_json(inside, value, depth + 1))
    condition: Condition
    if "all" in data:
        condition = AllOf(reader.take("all", inner))
    elif "any" in data:
        condition = AnyOf(reader.take("any", inner))
    elif "not" in data:
        condition = Not(reader.take("not", lambda inside, value: condition_from_json(inside, value, depth + 1)))
    else:
        condition = Fact(
            question=reader.take("question", _text),
            op=reader.take("op", _one_of(Op)),
            value=reader.take("value", _test_value, None),
            row=reader.take("row", _text, None),
        )
    reader.done()
    return condition


def _test_value(place: str, value: Any) -> str | float:
    return value if isinstance(value, str) else _number(place, value)
