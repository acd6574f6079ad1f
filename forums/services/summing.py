"""Key phrases of a topic, worked out by the worker and kept."""

import sqlalchemy as sa

from core import clock
from core.db import db, transaction
from forums.analysis import key_phrases
from forums.models import Post, Summary, Topic
from moderation.models import ReviewStatus

POSTS_READ = 300
LEAST_REPLIES = 5


def sum_up(topic_id: int) -> None:
    """Count the phrases of the last 300 published posts of a topic; of a short or hidden one nothing is kept.

    The reading and the writing are one transaction in which the topic is held: a post that is hidden meanwhile waits,
    and takes the result away again.
    """
    with transaction():
        topic = db.session.scalar(
            sa.select(Topic).where(Topic.id == topic_id).with_for_update().execution_options(populate_existing=True)
        )
        db.session.execute(sa.delete(Summary).where(Summary.topic_id == topic_id))
        if topic is None or topic.status != ReviewStatus.PUBLISHED or topic.reply_count < LEAST_REPLIES:
            return
        rows = db.session.execute(
            sa.select(Post.author_id, Post.body)
            .where(Post.topic_id == topic_id, Post.status == ReviewStatus.PUBLISHED, Post.author_id.is_not(None))
            .order_by(Post.number.desc())
            .limit(POSTS_READ)
        )
        phrases = key_phrases((row.author_id, row.body) for row in rows)
        db.session.add(Summary(topic_id=topic_id, phrases=phrases, upto=topic.reply_count, computed_at=clock.now()))
