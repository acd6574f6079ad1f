"""What an author may do to a post that is there: change it, take it back."""

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db
from core.errors import Closed, Conflict, NotFound, RuleBroken
from core.i18n import gettext as _
from core.similarity import text_fingerprint
from forums import policies
from forums.models import Board, Post, PostRevision, Topic
from forums.policies import LIMITS
from forums.registry import POST, REVISION, TOPIC
from forums.services import counting, limits, pointing, publishing, texts
from forums.services.speakers import identify
from moderation import services as moderation
from moderation.models import ReviewAction, ReviewCase, ReviewStatus
from moderation.services import measures

MAX_REVISIONS = 50
OVER = (ReviewStatus.WITHDRAWN, ReviewStatus.SPAM)


def edit(post_id: int, *, by: Person, version: int, text: str) -> Post:
    """Change one's own post. A public one keeps its old words in its history; where moderators look first it also goes
    on showing them until the new ones are passed.

    Raises Conflict when the post is no longer at ``version``: nothing is overwritten. NotFound for another's post.
    """
    body = texts.body(text)
    case = _case(post_id)
    topic, post = _own(post_id, by)
    if post.version != version:
        raise Conflict(
            _("Bài này vừa được sửa ở nơi khác. Không có gì bị ghi đè: so với bản hiện tại bên dưới rồi gửi lại.")
        )
    if post.status in OVER or topic.archived:
        raise Closed(_("Bài này không sửa được nữa."))
    board = db.session.get_one(Board, topic.board_id)
    measures.check(by.id, board.agency_id)
    speaker = identify(by, board)
    texts.check_links(body, LIMITS[speaker.trust].links)
    if body == _latest_text(post):
        return post
    fingerprint = _fingerprint(topic, post, body)
    status = policies.first_status(
        board.screening,
        speaker,
        links=texts.count_links(body),
        known_bad=limits.was_refused_before(fingerprint),
    )
    if post.status != ReviewStatus.PUBLISHED:
        _rewrite(post, case, body, fingerprint, by)
    elif status == ReviewStatus.PUBLISHED:
        _add_revision(post, body, ReviewStatus.PUBLISHED)
        publishing.show_latest(topic, post)
        moderation.change_status(case, ReviewStatus.PUBLISHED, action=ReviewAction.EDIT, actor=by, awaiting=True)
    else:
        _ask_for_revision(post, board, body, by)
        return post
    moderation.look_again(case, body)
    return post


def withdraw(post_id: int, *, by: Person) -> Post:
    """Take one's own post back. A topic that others have answered stays: their words would go with it."""
    case = _case(post_id)
    topic, post = _own(post_id, by)
    if post.status == ReviewStatus.WITHDRAWN:
        return post
    if post.number == 1 and topic.reply_count:
        raise RuleBroken(_("Chủ đề đã có người trả lời nên không rút được. Bạn vẫn sửa được bài mở đầu."))
    moderation.change_status(case, ReviewStatus.WITHDRAWN, action=ReviewAction.WITHDRAW, actor=by)
    return post


def _case(post_id: int) -> ReviewCase:
    """The case of a post or of its topic, held first of all: moderators take it first too."""
    row = db.session.execute(sa.select(Post.topic_id, Post.number).where(Post.id == post_id)).one_or_none()
    if row is None:
        raise NotFound
    kind, subject_id = (TOPIC, row.topic_id) if row.number == 1 else (POST, post_id)
    case = db.session.scalars(
        sa.select(ReviewCase)
        .where(ReviewCase.subject_type == kind, ReviewCase.subject_id == subject_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if case is None:  # its topic was merged into another one while we waited
        raise Conflict(_("Bài này vừa được chuyển sang chủ đề khác. Phần bạn viết vẫn còn ở đây; hãy gửi lại."))
    return case


def _own(post_id: int, by: Person) -> tuple[Topic, Post]:
    topic_id = db.session.scalar(sa.select(Post.topic_id).where(Post.id == post_id, Post.author_id == by.id))
    if topic_id is None:
        raise NotFound
    topic = counting.lock_topic(topic_id)
    post = db.session.scalars(
        sa.select(Post).where(Post.id == post_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    return topic, post


def _fingerprint(topic: Topic, post: Post, body: str) -> str:
    return text_fingerprint(f"{topic.title}\n{body}" if post.number == 1 else body)


def _latest_text(post: Post) -> str:
    """What the author wrote last, whether it is shown yet or not."""
    return db.session.scalars(
        sa.select(PostRevision.body)
        .where(
            PostRevision.post_id == post.id,
            PostRevision.status.in_((ReviewStatus.PUBLISHED, ReviewStatus.PENDING)),
        )
        .order_by(PostRevision.id.desc())
        .limit(1)
    ).one()


def _add_revision(post: Post, body: str, status: ReviewStatus) -> PostRevision:
    count = sa.select(sa.func.count()).where(PostRevision.post_id == post.id)
    if (db.session.scalar(count) or 0) >= MAX_REVISIONS:
        raise RuleBroken(_("Bài đã sửa %(n)s lần. Hãy viết bài mới thay vì sửa tiếp.", n=MAX_REVISIONS), "body")
    revision = PostRevision(post_id=post.id, body=body, created_at=clock.now(), status=status)
    db.session.add(revision)
    db.session.flush()
    return revision


def _rewrite(post: Post, case: ReviewCase, body: str, fingerprint: str, by: Person) -> None:
    """A post that nobody has seen, or that was refused: its words are replaced and go before the moderators."""
    latest = db.session.scalars(
        sa.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.id.desc()).limit(1)
    ).one()
    latest.body = post.body = body
    post.fingerprint = fingerprint
    post.version += 1
    db.session.flush()
    pointing.point_at(post, body, opening=post.number == 1)
    pointing.mention(post)
    moderation.change_status(case, ReviewStatus.PENDING, action=ReviewAction.EDIT, actor=by, awaiting=True)


def _ask_for_revision(post: Post, board: Board, body: str, by: Person) -> None:
    """New words for a public post, for the moderators; words that already waited give way."""
    waiting = db.session.scalars(
        sa.select(ReviewCase)
        .join(PostRevision, PostRevision.id == ReviewCase.subject_id)
        .where(
            ReviewCase.subject_type == REVISION,
            PostRevision.post_id == post.id,
            PostRevision.status == ReviewStatus.PENDING,
        )
    ).all()
    for case in waiting:
        moderation.change_status(case, ReviewStatus.WITHDRAWN, action=ReviewAction.WITHDRAW, actor=by)
    revision = _add_revision(post, body, ReviewStatus.PENDING)
    post.version += 1
    moderation.open_case(
        REVISION,
        revision.id,
        agency_id=board.agency_id,
        context_id=board.consultation_id or 0,
        place_id=None,
        status=ReviewStatus.PENDING,
        actor_id=by.id,
        text=body,
    )
