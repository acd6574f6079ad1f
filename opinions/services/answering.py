"""Responses: drafted by a drafter, approved by another person who may approve, published, and told to the authors."""

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Comment, Consultation
from consultations.services import publishing
from core import clock, outbox
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.i18n import gettext as _
from moderation.models import LEDGER
from opinions.models import Decision, GroupMember, OpinionGroup, Response, ResponseLog, ResponseState

TELL_TOPIC = "opinions.answered"
MAX_LETTERS = 20_000
OPEN_STATES = (ResponseState.DRAFT, ResponseState.RETURNED)


def draft_response(
    group: OpinionGroup,
    *,
    decision: Decision,
    reason: str,
    resulting_text: str,
    by: Person,
    version: int,
) -> Response:
    """Write or rewrite the response of a group. ``version``: the one that was seen, 0 for none.

    Raises RuleBroken without a reason, Closed once it is submitted, Conflict if somebody changed it meanwhile.
    """
    _check_words(decision, reason, resulting_text)
    response = db.session.scalar(sa.select(Response).where(Response.group_id == group.id).with_for_update())
    if (response.version if response else 0) != version:
        raise Conflict(_("Trả lời này vừa được người khác sửa. Không có gì bị ghi đè; hãy tải lại trang để xem."))
    if response is None:
        response = Response(group_id=group.id, state=ResponseState.DRAFT, version=0, drafted_at=clock.now())
        db.session.add(response)
    elif response.state not in OPEN_STATES:
        raise Closed(_("Trả lời đang chờ duyệt hoặc đã công bố nên không sửa được."))
    response.decision, response.reason, response.resulting_text = decision, reason, resulting_text
    response.drafted_by_id, response.drafted_at = by.id, clock.now()
    response.version = version + 1
    db.session.flush()
    return response


def submit_response(response: Response, *, by: Person, version: int) -> None:
    """Send a drafted response to those who approve."""
    _move(response, OPEN_STATES, ResponseState.SUBMITTED, by, version)


def return_response(response: Response, *, by: Person, version: int, note: str) -> None:
    """Give a submitted response back to its drafter, with what is to be changed."""
    if not note:
        raise RuleBroken(_("Hãy ghi điều cần sửa."), "note")
    _move(response, (ResponseState.SUBMITTED,), ResponseState.RETURNED, by, version, note)


def publish_response(response: Response, *, by: Person, version: int) -> None:
    """Approve a submitted response and publish it: the public sees it, and the worker tells the authors.

    Two pairs of eyes: whoever drafted it can't approve it.
    """
    if response.drafted_by_id == by.id:
        raise RuleBroken(_("Người soạn trả lời không tự duyệt. Hãy để người khác duyệt."))
    _move(response, (ResponseState.SUBMITTED,), ResponseState.PUBLISHED, by, version)
    response.approved_by_id, response.published_at = by.id, clock.now()
    db.session.flush()
    outbox.enqueue(TELL_TOPIC, {"response_id": response.id, "after": 0})


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


def _move(
    response: Response,
    allowed: tuple[ResponseState, ...],
    to: ResponseState,
    by: Person,
    version: int,
    note: str = "",
) -> None:
    before = response.state
    changed = db.session.execute(
        sa.update(Response)
        .where(Response.id == response.id, Response.version == version, Response.state.in_(allowed))
        .values(state=to, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(response)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("Trả lời này vừa được người khác xử lý. Không có gì bị ghi đè."))
    db.session.add(
        ResponseLog(response_id=response.id, at=clock.now(), actor_id=by.id, from_state=before, to_state=to, note=note)
    )
    db.session.flush()


def _check_words(decision: Decision, reason: str, resulting_text: str) -> None:
    if not reason:
        raise RuleBroken(_("Hãy ghi lý do tiếp thu hoặc giải trình."), "reason")
    if decision in (Decision.ACCEPTED, Decision.PARTLY) and not resulting_text:
        raise RuleBroken(_("Tiếp thu thì phải ghi câu chữ sau khi sửa."), "resulting_text")
    for field, text in (("reason", reason), ("resulting_text", resulting_text)):
        if len(text) > MAX_LETTERS:
            raise RuleBroken(_("Dài quá %(n)s ký tự. Phần bạn viết vẫn còn ở đây.", n=MAX_LETTERS), field)
