"""How often somebody may write: what they have sent lately, read in one statement, against what their trust allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from core import clock
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import words
from forums import policies
from forums.models import Board, Post, Topic
from forums.policies import LIMITS, Speaker
from moderation.models import ReviewStatus

LOOKED_AT = 30
SENT_TWICE = timedelta(hours=1)
SHORT = 4


@dataclass(frozen=True)
class Sent:
    """Something somebody wrote lately."""

    id: int
    topic_id: int
    number: int
    fingerprint: str
    created_at: datetime


def list_lately(person_id: int) -> list[Sent]:
    """The last thirty posts of a person, whatever became of them, newest first."""
    rows = db.session.execute(
        sa.select(Post.id, Post.topic_id, Post.number, Post.fingerprint, Post.created_at)
        .where(Post.author_id == person_id)
        .order_by(Post.id.desc())
        .limit(LOOKED_AT)
    )
    return [Sent(**row._mapping) for row in rows]


def find_sent_twice(lately: Sequence[Sent], fingerprint: str, *, topic_id: int | None) -> Sent | None:
    """The same words in the same place within an hour: the button was pressed twice, or the network came back."""
    since = clock.now() - SENT_TWICE
    return next(
        (
            sent
            for sent in lately
            if sent.fingerprint == fingerprint
            and sent.created_at >= since
            and (sent.number == 1 if topic_id is None else sent.topic_id == topic_id and sent.number > 1)
        ),
        None,
    )


def check_rate(lately: Sequence[Sent], speaker: Speaker, *, new_topic: bool) -> None:
    """Raises RuleBroken for more posts in ten minutes, or topics in a day, than the person's trust allows."""
    limits, now = LIMITS[speaker.trust], clock.now()
    if speaker.is_official:
        return
    window = [sent for sent in lately if sent.created_at > now - policies.RATE_WINDOW]
    if len(window) >= limits.posts:
        raise RuleBroken(
            _(
                "Bạn vừa viết %(n)s bài trong 10 phút. Hãy nghỉ ít phút rồi gửi; phần bạn viết vẫn còn ở đây.",
                n=len(window),
            )
        )
    started = [sent for sent in lately if sent.number == 1 and sent.created_at > now - timedelta(days=1)]
    if new_topic and len(started) >= limits.topics:
        raise RuleBroken(_("Bạn đã mở %(n)s chủ đề trong một ngày. Hãy mở tiếp vào ngày mai.", n=len(started)))


def check_repeated(lately: Sequence[Sent], fingerprint: str, text: str) -> None:
    """Raises RuleBroken for words that the person has posted elsewhere within a day; "Cảm ơn" may be said often."""
    if len(words(text)) <= SHORT:
        return
    since = clock.now() - policies.SAME_TEXT_WINDOW
    if any(sent.fingerprint == fingerprint and sent.created_at > since for sent in lately):
        raise RuleBroken(_("Bạn đã đăng đúng bài này trong ngày. Hãy dẫn tới bài cũ thay vì đăng lại."), "body")


def check_pace(lately: Sequence[Sent], speaker: Speaker, board: Board, topic: Topic) -> None:
    """Raises RuleBroken in slow mode, and while a heated topic rests."""
    now = clock.now()
    if topic.rests_until is not None and topic.rests_until > now and not speaker.is_official:
        raise RuleBroken(
            _("Chủ đề đang tạm nghỉ đến %(time)s để mọi người bình tĩnh lại.", time=_hour(topic.rests_until))
        )
    slow = policies.slow_seconds(board, topic, speaker, now)
    last = next((sent.created_at for sent in lately if sent.topic_id == topic.id), None)
    if slow and last is not None and last + timedelta(seconds=slow) > now:
        raise RuleBroken(
            _(
                "Chủ đề đang ở chế độ chậm. Bạn gửi được bài tiếp theo lúc %(time)s; phần bạn viết vẫn còn ở đây.",
                time=_hour(last + timedelta(seconds=slow)),
            )
        )


def is_heated(topic: Topic) -> bool:
    """Twenty posts in ten minutes."""
    twentieth = db.session.scalar(
        sa.select(Post.created_at).where(
            Post.topic_id == topic.id, Post.number == topic.next_number - policies.HEATED_POSTS
        )
    )
    return twentieth is not None and twentieth > clock.now() - policies.HEATED_WINDOW


def was_refused_before(fingerprint: str) -> bool:
    """Did a moderator refuse these very words, whoever wrote them?"""
    refused = (ReviewStatus.REFUSED, ReviewStatus.SPAM)
    return bool(
        db.session.scalar(sa.select(sa.exists().where(Post.fingerprint == fingerprint, Post.status.in_(refused))))
    )


def _hour(moment: datetime) -> str:
    local = clock.local(moment)
    return local.strftime("%H:%M:%S" if local.second else "%H:%M")
