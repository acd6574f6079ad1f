"""The list of words that an agency wants to see before they are published."""

import sqlalchemy as sa

from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import clean
from moderation.models import WatchedWord
from moderation.services.looking import our_words

WORDS_AT_MOST = 500
LETTERS = 60


def watch(agency_id: int, typed: str) -> str:
    """Add a word or phrase to an agency's list. Raises RuleBroken for one that is empty, long, or one too many."""
    word = " ".join(clean(typed).lower().split())
    if not word or not any(letter.isalpha() for letter in word):
        raise RuleBroken(_("Hãy nhập một từ hoặc cụm từ."), "word")
    if len(word) > LETTERS:
        raise RuleBroken(_("Từ hoặc cụm từ dài quá %(n)s ký tự.", n=LETTERS), "word")
    count = sa.select(sa.func.count()).where(WatchedWord.agency_id == agency_id)
    if (db.session.scalar(count) or 0) >= WORDS_AT_MOST:
        raise RuleBroken(_("Danh sách đã đủ %(n)s từ.", n=WORDS_AT_MOST), "word")
    _keep(agency_id, word, watched=True)
    return word


def unwatch(agency_id: int, word: str) -> None:
    """Take a word off an agency's list: its own is forgotten, one of ours is remembered as not wanted."""
    if word in our_words():
        _keep(agency_id, word, watched=False)
    else:
        db.session.execute(sa.delete(WatchedWord).where(WatchedWord.agency_id == agency_id, WatchedWord.word == word))


def _keep(agency_id: int, word: str, *, watched: bool) -> None:
    kept = db.session.get(WatchedWord, (agency_id, word))
    if kept is None:
        db.session.add(WatchedWord(agency_id=agency_id, word=word, watched=watched))
    else:
        kept.watched = watched
    db.session.flush()
