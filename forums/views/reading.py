"""Note how far somebody has read, after their page is made.

A GET writes here, and only here. It is no act of the reader's that could be forged: it says what their page showed,
never goes back, and doing it again changes nothing. So it needs no token, and a button "I have read this" would be one
more thing to press on every page. It writes when the position has moved and at no other time: reading a page again, or
an old one, takes no lock; nor does a page that a browser fetches before anybody asked for it (``Sec-Purpose``).
"""

from flask import request

from core.db import db, transaction
from forums.services import marks


def read_up_to(topic_id: int, person_id: int, number: int) -> None:
    """Keep it, in a write transaction of its own: the page itself was read in one that takes no lock.

    The page is a string by now, so that nothing needs the rows that are let go here.
    """
    if "prefetch" in request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose") == "prefetch":
        return
    db.session.rollback()
    with transaction():
        marks.mark_read(topic_id, person_id, number)
