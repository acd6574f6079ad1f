"""What a post points at: things on this site (cards below it), and people by their names."""

import sqlalchemy as sa

from core import references
from core.db import db
from core.settings import setting
from forums.models import Post, PostMention, PostReference
from forums.services import texts
from forums.services.speakers import handle_of
from moderation.models import ReviewStatus


def point_at(post: Post, text: str, *, opening: bool) -> None:
    """Keep what a post points at on this site, five things at most.

    What it pointed at before and no longer does is forgotten; an opening post keeps what its topic was opened about.
    """
    found = references.find(text, setting("SITE_URL"), limit=texts.MAX_REFERENCES)
    public = references.cards(found)
    if not opening:
        db.session.execute(sa.delete(PostReference).where(PostReference.post_id == post.id))
    rows = db.session.execute(
        sa.select(PostReference.kind, PostReference.target_id).where(PostReference.post_id == post.id)
    )
    kept = {references.Reference(row.kind, row.target_id) for row in rows}
    for one in found[: texts.MAX_REFERENCES - len(kept)]:
        if one in public and one not in kept:
            db.session.add(
                PostReference(post_id=post.id, kind=one.kind, target_id=one.id, topic_id=post.topic_id, opening=opening)
            )
    db.session.flush()


def mention(post: Post) -> None:
    """Keep whom a post names: people who have a public post in the topic, where a name means one person alone."""
    typed = {handle_of(handle): handle for handle in texts.mentions(post.body)}
    typed.pop("", None)
    if not typed:
        return
    rows = db.session.execute(
        sa.select(Post.author_handle, Post.author_id)
        .where(
            Post.topic_id == post.topic_id,
            Post.author_handle.in_(typed),
            Post.status == ReviewStatus.PUBLISHED,
            Post.author_id.is_not(None),
        )
        .distinct()
    ).all()
    known = set(db.session.scalars(sa.select(PostMention.person_id).where(PostMention.post_id == post.id)))
    for handle, as_typed in typed.items():
        people = {row.author_id for row in rows if row.author_handle == handle}
        if len(people) == 1 and not people & known:
            db.session.add(PostMention(post_id=post.id, person_id=people.pop(), handle=as_typed))
    db.session.flush()
