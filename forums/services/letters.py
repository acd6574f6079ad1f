"""What authors are told of their own posts: what a moderator decided, by which rule, with which note."""

from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from forums.models import Post, Topic
from moderation.models import ReviewStatus
from moderation.registry import Verdict
from moderation.rules import find_rule
from notifications.services import notify

SILENT = (ReviewStatus.SPAM, ReviewStatus.WITHDRAWN, ReviewStatus.PENDING, ReviewStatus.UNCONFIRMED)


@speaking(SOURCE)  # to the author, whatever language the moderator reads
def tell(post: Post, topic: Topic, verdict: Verdict, *, edit: bool = False) -> None:
    """Tell the author of a post. Spam and decisions taken back are not worth a letter; nor is publication by itself."""
    changed = verdict.before != verdict.after or verdict.appealed
    if not verdict.by_moderator or not changed or verdict.after in SILENT:
        return
    published = verdict.after == ReviewStatus.PUBLISHED
    subject = (
        _("Bài của bạn đã công bố: %(title)s", title=topic.title)
        if published
        else _("Bài của bạn không được công bố: %(title)s", title=topic.title)
    )
    notify(
        person_id=post.author_id,
        email=None,
        subject=subject,
        template="forum_verdict",
        path=path_to("forums.post", post_id=post.id),
        title=topic.title,
        published=published,
        edit=edit,
        rule=find_rule(verdict.rule),
        note=verdict.note,
    )
