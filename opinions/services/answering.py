"""Responses: drafted by a drafter, approved by another person who may approve, published, and told to the authors.

One or many at a time, always all or none: the rows are locked, and a version that moved on meanwhile refuses the lot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Comment, Consultation
from consultations.services import publishing
from core import clock, outbox
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.i18n import gettext as _
from moderation.models import LEDGER
from opinions import indexing
from opinions.models import Decision, GroupMember, OpinionGroup, Response, ResponseLog, ResponseRelease, ResponseState

TELL_TOPIC = "opinions.answered"
MAX_LETTERS = 20_000
OPEN_STATES = (ResponseState.DRAFT, ResponseState.RETURNED)
WAITING = (ResponseState.SUBMITTED, ResponseState.APPROVED)


@dataclass(frozen=True)
class Draft:
    """What the response of a group is to say. ``version``: the one that was seen, 0 for none."""

    group_id: int
    decision: Decision
    reason: str
    resulting_text: str
    version: int


def draft_response(
    group: OpinionGroup,
    *,
    decision: Decision,
    reason: str,
    resulting_text: str,
    by: Person,
    version: int,
) -> Response:
    """Write or rewrite the response of a group; refusals as in ``draft_many``."""
    return draft_many([Draft(group.id, decision, reason, resulting_text, version)], by=by)[0]


def draft_many(drafts: Sequence[Draft], *, by: Person) -> list[Response]:
    """Write or rewrite the responses of groups, in their order.

    Raises RuleBroken without a reason, Closed once one is submitted, Conflict if somebody changed one meanwhile.
    """
    for draft in drafts:
        check_words(draft.decision, draft.reason, draft.resulting_text)
    found = _locked_responses([draft.group_id for draft in drafts])
    said = {"drafted_by_id": by.id, "drafted_at": clock.now()}
    new = []
    for draft in drafts:
        response = found.get(draft.group_id)
        if (response.version if response else 0) != draft.version:
            raise Conflict(_("Trả lời này vừa được người khác sửa. Không có gì bị ghi đè; hãy tải lại trang để xem."))
        words = {"decision": draft.decision, "reason": draft.reason, "resulting_text": draft.resulting_text}
        if response is None:
            new.append({"group_id": draft.group_id, "state": ResponseState.DRAFT, "version": 1, **words, **said})
            continue
        if response.state not in OPEN_STATES:
            raise Closed(_("Trả lời đang chờ duyệt hoặc đã công bố nên không sửa được."))
        for name, value in {**words, **said, "version": draft.version + 1}.items():
            setattr(response, name, value)
    if new:
        db.session.execute(sa.insert(Response), new)
    written = {one.group_id: one for one in _lock(Response.group_id.in_([draft.group_id for draft in drafts]))}
    return [written[draft.group_id] for draft in drafts]


def submit_response(response: Response, *, by: Person, version: int) -> None:
    """Send a drafted response to those who approve."""
    submit_many({response.id: version}, by=by)


def submit_many(versions: Mapping[int, int], *, by: Person) -> list[Response]:
    """Send drafted responses to those who approve. ``versions``: by the id of the response, the one that was seen."""
    return _move(versions, OPEN_STATES, ResponseState.SUBMITTED, by)


def return_response(response: Response, *, by: Person, version: int, note: str) -> None:
    """Give a response that isn't published yet back to its drafter, with what is to be changed."""
    if not note:
        raise RuleBroken(_("Hãy ghi điều cần sửa."), "note")
    _move({response.id: version}, WAITING, ResponseState.RETURNED, by, note)


def publish_response(response: Response, *, by: Person, version: int) -> None:
    """Approve a submitted response and publish it: the public sees it, and the worker tells the authors.

    Two pairs of eyes: whoever drafted it can't approve it.
    """
    _refuse_own([response.id], by)
    (published,) = _move({response.id: version}, WAITING, ResponseState.PUBLISHED, by)
    published.approved_by_id = published.approved_by_id or by.id
    published.published_at = clock.now()
    db.session.flush()
    indexing.reindex_answers([published.id])
    outbox.enqueue(TELL_TOPIC, {"response_id": published.id, "after": 0})


def approve_many(versions: Mapping[int, int], *, by: Person) -> list[Response]:
    """Approve submitted responses; they wait until they are released. Nobody approves what they drafted."""
    _refuse_own(versions, by)
    approved = _move(versions, (ResponseState.SUBMITTED,), ResponseState.APPROVED, by)
    for response in approved:
        response.approved_by_id = by.id
    db.session.flush()
    return approved


def release(consultation: Consultation, versions: Mapping[int, int], *, by: Person) -> ResponseRelease:
    """Publish approved responses of a consultation together, and note who did it, when, and how many they were.

    Who has several opinions among them gets one letter a submission, as far as they are told at once.
    """
    if not versions:
        raise RuleBroken(_("Chưa có trả lời nào đã duyệt để công bố."))
    published = _move(versions, (ResponseState.APPROVED,), ResponseState.PUBLISHED, by)
    together = ResponseRelease(
        consultation_id=consultation.id, released_by_id=by.id, released_at=clock.now(), count=len(published)
    )
    db.session.add(together)
    db.session.flush()
    for response in published:
        response.release_id, response.published_at = together.id, together.released_at
    db.session.flush()
    indexing.reindex_answers([one.id for one in published])
    outbox.enqueue(TELL_TOPIC, {"release_id": together.id, "after": 0})
    return together


def publish_table(consultation: Consultation, *, by: Person) -> None:
    """Publish the official table, once every opinion in the ledger has a published response. Raises RuleBroken."""
    left = count_unanswered(consultation.id)
    if left:
        raise RuleBroken(_("Còn %(n)s ý kiến chưa có trả lời được duyệt. Hãy trả lời hết rồi công bố.", n=left))
    publishing.publish_table(consultation, by=by)


def count_unanswered(consultation_id: int) -> int:
    """How many opinions of the ledger have no published response."""
    answered = (
        sa.select(GroupMember.comment_id)
        .join(Response, Response.group_id == GroupMember.group_id)
        .where(Response.state == ResponseState.PUBLISHED)
    )
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(
                Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER), Comment.id.not_in(answered)
            )
        )
        or 0
    )


def _locked_responses(group_ids: Sequence[int]) -> dict[int, Response]:
    """The responses of groups by group, theirs alone until the transaction ends; so are groups that have none yet."""
    ids = sorted(group_ids)
    locked = sa.select(OpinionGroup.id).where(OpinionGroup.id.in_(ids)).order_by(OpinionGroup.id).with_for_update()
    db.session.execute(locked)
    return {response.group_id: response for response in _lock(Response.group_id.in_(ids))}


def _lock(condition: "sa.ColumnElement[bool]") -> Sequence[Response]:
    """These responses as they stand now, locked."""
    db.session.flush()  # what was written here is not read over
    statement = sa.select(Response).where(condition).order_by(Response.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _refuse_own(response_ids: Iterable[int], by: Person) -> None:
    own = sa.select(Response.id).where(Response.id.in_(response_ids), Response.drafted_by_id == by.id)
    if db.session.scalar(own.limit(1)):
        raise RuleBroken(_("Người soạn trả lời không tự duyệt. Hãy để người khác duyệt."))


def _move(
    versions: Mapping[int, int],
    allowed: tuple[ResponseState, ...],
    to: ResponseState,
    by: Person,
    note: str = "",
) -> list[Response]:
    """Bring responses into another state, each logged; all of them, or none where one has moved on (Conflict)."""
    found = list(_lock(Response.id.in_(versions)))
    moved_on = [one for one in found if one.version != versions[one.id] or one.state not in allowed]
    if moved_on or not found or len(found) != len(versions):
        raise Conflict(_("Trả lời này vừa được người khác xử lý. Không có gì bị ghi đè."))
    step = {"at": clock.now(), "actor_id": by.id, "to_state": to, "note": note}
    db.session.execute(
        sa.insert(ResponseLog), [{"response_id": one.id, "from_state": one.state, **step} for one in found]
    )
    for one in found:
        one.state, one.version = to, one.version + 1
    db.session.flush()
    return found


def check_words(decision: Decision, reason: str, resulting_text: str) -> None:
    """Raises RuleBroken, with the field, for what no response may say."""
    if not reason:
        raise RuleBroken(_("Hãy ghi lý do tiếp thu hoặc giải trình."), "reason")
    if decision in (Decision.ACCEPTED, Decision.PARTLY) and not resulting_text:
        raise RuleBroken(_("Tiếp thu thì phải ghi câu chữ sau khi sửa."), "resulting_text")
    for field, text in (("reason", reason), ("resulting_text", resulting_text)):
        if len(text) > MAX_LETTERS:
            raise RuleBroken(_("Dài quá %(n)s ký tự. Phần bạn viết vẫn còn ở đây.", n=MAX_LETTERS), field)
