"""Note how far somebody has read, after their page is made."""

from core.db import db, transaction
from forums.services import marks


def read_up_to(topic_id: int, person_id: int, number: int) -> None:
    """In a write transaction of its own: the page itself was read in one that takes no lock.

    The page is a string by now, so that nothing needs the rows that are let go here.
    """
    db.session.rollback()
    with transaction():
        marks.mark_read(topic_id, person_id, number)
