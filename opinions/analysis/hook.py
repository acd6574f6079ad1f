"""Where a language model could be put, and isn't: an interface, off unless somebody writes one and sets it.

What it may do is name a proposal. It never sees who wrote, never decides who is in a group, and what it says is a
proposal like the machine's own words: a person confirms or changes it. Nothing of Dân Bàn depends on it.
"""

from collections.abc import Sequence
from typing import Protocol


class Namer(Protocol):
    """Gives a proposed group a name."""

    def name(self, provision: str, opinions: Sequence[str]) -> str | None:
        """A name of at most 300 characters for opinions that say the same, or None to leave it to the key phrases.

        ``provision``: the words of the draft; ``opinions``: at most twenty texts, the most typical first.
        Called in the worker, once for each new proposal; it must answer within seconds and may raise: then its answer
        counts as None.
        """
        ...


namer: Namer | None = None
"""None: no language model. A deployment that wants one sets this where it wires its own packages (app/wiring.py)."""
