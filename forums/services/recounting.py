"""What a topic counts, worked out anew after posts came or went."""

import sqlalchemy as sa

from core.db import db
from forums.models import Post, Reader, Topic
from forums.services import counting
from forums.services.counting import PUBLISHED


def recount_topic(topic: Topic) -> None:
    """Its replies, people, last post and answer, and what its board counts of it. The topic is locked."""
    before = topic.reply_count
    here = (Post.topic_id == topic.id, Post.status == PUBLISHED)
    row = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((Post.number > 1, 1), else_=0)), 0),
            sa.func.count(Post.author_id.distinct()),
        ).where(*here)
    ).one()
    topic.reply_count, topic.people_count = int(row[0]), row[1]
    _recount_people(topic)
    answers = sa.select(Post.id).where(*here, Post.id == topic.answer_post_id)
    topic.answer_post_id = db.session.scalar(answers) if topic.answer_post_id is not None else None
    counting.show_last(topic)
    counting.refresh_waiting(topic)
    if topic.status == PUBLISHED:
        counting.add_to_board(topic.board_id, 0, topic.reply_count - before)
    db.session.flush()


def _recount_people(topic: Topic) -> None:
    """How many posts each person has here."""
    public = sa.select(Post.author_id).where(
        Post.topic_id == topic.id, Post.status == PUBLISHED, Post.author_id.is_not(None)
    )
    people = [one for one in db.session.scalars(public.distinct()) if one is not None]
    counting.make_readers(topic.id, people)
    theirs = sa.select(sa.func.count()).where(
        Post.topic_id == topic.id, Post.status == PUBLISHED, Post.author_id == Reader.person_id
    )
    db.session.execute(
        sa.update(Reader)
        .where(Reader.topic_id == topic.id)
        .values(posts=theirs.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
