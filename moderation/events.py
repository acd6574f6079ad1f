"""What others may listen to. Receivers run in the transaction of the sender.

``spoken``: sender is the id of a person who has written to an agency (``agency_id``).
``name_replaced``: sender is the id of a person whose public name moderators took away or gave back; ``old`` and ``new``
are the names: whoever keeps copies of them changes those that say ``old``.
"""

from blinker import Signal

spoken = Signal()
name_replaced = Signal()
