"""What packages above may listen to. Receivers run in the transaction of the sender.

``comment_changed``: sender is the comment; ``change`` is an ``Change``.
``comments_left``: sender is a list of ids of comments that left the ledger together; ``change`` as above.
"""

import enum

from blinker import Signal


class Change(enum.StrEnum):
    """What befell a comment that a desk may already have grouped."""

    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


comment_changed = Signal()
comments_left = Signal()
