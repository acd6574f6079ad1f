"""A post becomes public, or is no longer: counts, search, notices and key phrases follow. Verdicts arrive here."""

import sqlalchemy as sa

from core import clock, outbox
from core.db import db, rows_changed
from core.similarity import text_fingerprint
from forums import indexing
from forums.models import Post, PostFile, PostRevision, Summary, Topic
from forums.registry import FILE, POST, REVISION, TOPIC
from forums.services import counting, letters, notices, pointing
from forums.services.counting import PUBLISHED
from moderation.analysis import masked
from moderation.models import ReviewStatus
from moderation.registry import Verdict

PHRASES = "forums.phrases"
COUNT_PHRASES_EVERY = 10


def settle_new_topic(topic: Topic, opening: Post, status: ReviewStatus) -> None:
    """The first status of a topic; it was pending for the length of this transaction."""
    counting.settle_topic(topic, opening, ReviewStatus.PENDING, status)
    if status == PUBLISHED:
        indexing.reindex_post(topic.id, opening.id, 1)


def settle_new_post(topic: Topic, post: Post, status: ReviewStatus) -> None:
    """The first status of a reply."""
    post.status = status
    db.session.flush()
    _settle(topic, post, ReviewStatus.PENDING, status)


def apply_to_topic(topic_id: int, verdict: Verdict) -> None:
    """Carry a change of status to a topic and its opening post. Called by moderation only."""
    topic = counting.lock_topic(topic_id)
    opening = _locked(sa.select(Post).where(Post.topic_id == topic_id, Post.number == 1))
    counting.settle_topic(topic, opening, verdict.before, verdict.after)
    topic.removed_rule = opening.removed_rule = _rule(verdict)
    db.session.flush()
    if (verdict.before == PUBLISHED) != (verdict.after == PUBLISHED):
        indexing.reindex_topic(topic.id)
        if verdict.after != PUBLISHED:
            notices.take_back(topic.id)
            forget_phrases(topic.id)
    letters.tell(opening, topic, verdict)


def apply_to_post(post_id: int, verdict: Verdict) -> None:
    """Carry a change of status to a reply. Called by moderation only."""
    topic_id = db.session.scalars(sa.select(Post.topic_id).where(Post.id == post_id)).one()
    topic = counting.lock_topic(topic_id)
    post = _locked(sa.select(Post).where(Post.id == post_id))
    post.status, post.removed_rule = verdict.after, _rule(verdict)
    db.session.flush()
    _settle(topic, post, verdict.before, verdict.after)
    letters.tell(post, topic, verdict)


def apply_to_revision(revision_id: int, verdict: Verdict) -> None:
    """An edit that waited: published, it becomes the text of its post; refused, the old text stays."""
    revision = db.session.get_one(PostRevision, revision_id, populate_existing=True)
    post_topic = db.session.scalars(sa.select(Post.topic_id).where(Post.id == revision.post_id)).one()
    topic = counting.lock_topic(post_topic)
    post = _locked(sa.select(Post).where(Post.id == revision.post_id))
    revision.status = verdict.after
    db.session.flush()
    show_latest(topic, post)
    letters.tell(post, topic, verdict, edit=True)


def apply_to_file(file_id: int, verdict: Verdict) -> None:
    """Published means that anybody may open it. Called by moderation only."""
    attached = db.session.get_one(PostFile, file_id, populate_existing=True)
    attached.status = verdict.after
    db.session.flush()


def mask_topic(topic_id: int) -> None:
    """Take what looks like personal data out of a topic's title and opening post. By moderation only."""
    topic = counting.lock_topic(topic_id)
    topic.title = masked(topic.title)
    _mask(topic, _locked(sa.select(Post).where(Post.topic_id == topic_id, Post.number == 1)))


def mask_post(post_id: int) -> None:
    """Take what looks like personal data out of a reply. By moderation only."""
    topic_id = db.session.scalars(sa.select(Post.topic_id).where(Post.id == post_id)).one()
    _mask(counting.lock_topic(topic_id), _locked(sa.select(Post).where(Post.id == post_id)))


def _mask(topic: Topic, post: Post) -> None:
    """The masked words are a revision of their own; those before it leave the public history, and stay kept."""
    body = masked(post.body)
    if body == post.body:
        return
    earlier = sa.update(PostRevision).where(PostRevision.post_id == post.id, PostRevision.status == PUBLISHED)
    db.session.execute(earlier.values(status=ReviewStatus.REFUSED))
    db.session.add(PostRevision(post_id=post.id, body=body, created_at=clock.now(), status=PUBLISHED))
    db.session.flush()
    show_latest(topic, post)


VERDICTS = {TOPIC: apply_to_topic, POST: apply_to_post, REVISION: apply_to_revision, FILE: apply_to_file}
MASKS = {TOPIC: mask_topic, POST: mask_post}


def show_latest(topic: Topic, post: Post) -> None:
    """The text of a post is that of its last published revision."""
    latest = db.session.scalars(
        sa.select(PostRevision)
        .where(PostRevision.post_id == post.id, PostRevision.status == PUBLISHED)
        .order_by(PostRevision.id.desc())
        .limit(1)
    ).one()
    if latest.body == post.body:
        return
    first = db.session.scalars(sa.select(sa.func.min(PostRevision.id)).where(PostRevision.post_id == post.id)).one()
    post.body = latest.body
    post.fingerprint = text_fingerprint(f"{topic.title}\n{latest.body}" if post.number == 1 else latest.body)
    post.edited_at = clock.now() if latest.id != first else None
    post.version += 1
    db.session.flush()
    pointing.point_at(post, post.body, opening=post.number == 1)
    pointing.mention(post)
    if post.status == PUBLISHED:
        indexing.reindex_post(topic.id, post.id, post.number)
        forget_phrases(topic.id)


def _settle(topic: Topic, post: Post, before: ReviewStatus, after: ReviewStatus) -> None:
    counting.settle_post(topic, post, before, after)
    if (before == PUBLISHED) == (after == PUBLISHED):
        return
    indexing.reindex_post(topic.id, post.id, post.number)
    if after == PUBLISHED:
        notices.announce(post)
        if topic.reply_count % COUNT_PHRASES_EVERY == 0:
            outbox.enqueue(PHRASES, {"topic_id": topic.id})
    else:
        forget_phrases(topic.id)


def forget_phrases(topic_id: int) -> None:
    """What was said in a post that is hidden must not live on in a summary; the worker counts again."""
    if rows_changed(sa.delete(Summary).where(Summary.topic_id == topic_id)):
        outbox.enqueue(PHRASES, {"topic_id": topic_id})


def _rule(verdict: Verdict) -> str | None:
    """The rule that the placeholder names."""
    return verdict.rule if verdict.after != PUBLISHED else None


def _locked(statement: "sa.Select[Post]") -> Post:
    return db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one()
