"""Things that can be pointed at from other packages: each type registers how to find its cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A short view of a thing that stands elsewhere."""

    title: str
    text: str
    url: str


CardLoader = Callable[[Sequence[int]], dict[int, Card]]
_loaders: dict[str, CardLoader] = {}


def register(kind: str, load: CardLoader) -> None:
    """Say how the cards of a type are loaded, many at once."""
    _loaders[kind] = load


def cards(kind: str, ids: Sequence[int]) -> dict[int, Card]:
    """The cards of those things that exist and are public; the others are missing from the answer."""
    return _loaders[kind](ids) if ids else {}
