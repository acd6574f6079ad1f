"""Places on a page of one package that a package above or beside it fills. ``app`` wires both sides.

A page declares a slot by rendering it; whoever knows the content fills it: ``fill("comment.fate", fates)``.
"""

from collections.abc import Callable
from typing import Any

_fillers: dict[str, Callable[..., Any]] = {}


def fill(name: str, filler: Callable[..., Any]) -> None:
    """Give a slot its content. A slot has one filler; a second one is a mistake in the wiring."""
    if _fillers.get(name, filler) is not filler:
        raise ValueError(f"slot {name!r} is filled twice")
    _fillers[name] = filler


def content(name: str, *args: Any, default: Any = None) -> Any:
    """What the slot holds for these arguments; ``default`` when nobody fills it."""
    filler = _fillers.get(name)
    return default if filler is None else filler(*args)
