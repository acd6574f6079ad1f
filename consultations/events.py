"""What packages above may listen to. Receivers run in the transaction of the sender.

``comment_changed``: sender is the comment; ``change`` is an ``Change``.
"""

import enum

from blinker import Signal


class Change(enum.StrEnum):
    """What befell a comment that a desk may already have grouped."""

    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


comment_changed = Signal()
