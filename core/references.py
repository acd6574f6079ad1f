"""Things of one package that a text in another may point at. ``app`` registers each kind with its card and its address.

A person points at something by its address on this site. What is registered recognises its own addresses (``find``),
and gives its cards (``cards``) at the moment they are shown: a thing that is no longer public has none.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Card", "Kind", "Reference", "cards", "find", "register"]

_PATH = re.compile(r"(?<![\w/])/[\w/#%?=&.-]{1,300}")


class Reference(NamedTuple):
    """What is pointed at: the name of its kind, and its id."""

    kind: str
    id: int


@dataclass(frozen=True)
class Card:
    """What is shown of it: where it stands, what it says, its address on this site."""

    title: str
    context: str
    text: str
    url: str


@dataclass(frozen=True)
class Kind:
    """``path``: a pattern of its addresses, with a group ``id``. ``cards``: of the public ones among these ids."""

    path: "re.Pattern[str]"
    cards: Callable[[Sequence[int]], Mapping[int, Card]]


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Make a kind known; a second one of the same name takes its place."""
    _kinds[name] = kind


def find(text: str, site_url: str, *, limit: int) -> list[Reference]:
    """What a text points at by addresses of this site (whole, or from the first slash), in order, each once."""
    own = text.replace(site_url, " ") if site_url else text
    found: dict[Reference, None] = {}
    for match in _PATH.finditer(own):
        for name, kind in _kinds.items():
            place = kind.path.match(match[0])
            if place and len(place["id"]) < 10:
                found[Reference(name, int(place["id"]))] = None
        if len(found) >= limit:
            break
    return list(found)[:limit]


def cards(references: Iterable[Reference]) -> dict[Reference, Card]:
    """The cards of those that everybody may see now: one read for each kind."""
    wanted: dict[str, list[int]] = {}
    for reference in references:
        wanted.setdefault(reference.kind, []).append(reference.id)
    found: dict[Reference, Card] = {}
    for name, ids in wanted.items():
        kind = _kinds.get(name)
        if kind is not None:
            found |= {Reference(name, id_): card for id_, card in kind.cards(sorted(set(ids))).items()}
    return found
