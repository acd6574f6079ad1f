"""Prepared answers of an agency, and one answer for many groups."""

from collections.abc import Sequence

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from opinions.models import Decision, OpinionGroup, Response, ResponseTemplate
from opinions.services import answering
from opinions.services.answering import Draft


def answer_groups(consultation_id: int, drafts: Sequence[Draft], *, by: Person, submit: bool) -> list[Response]:
    """Write the same answer for several groups of a consultation; ``submit`` also sends it to those who approve.

    Raises RuleBroken for no group, a foreign one, or one wording for several provisions; Conflict as ``draft_many``.
    """
    if not drafts:
        raise RuleBroken(_("Hãy đánh dấu ít nhất một nhóm."), "groups")
    places = db.session.execute(
        sa.select(OpinionGroup.document_id, OpinionGroup.place).where(
            OpinionGroup.id.in_([draft.group_id for draft in drafts]), OpinionGroup.consultation_id == consultation_id
        )
    ).all()
    if len(places) != len(drafts):
        raise RuleBroken(_("Có nhóm không còn ở dự thảo này. Hãy tải lại trang."), "groups")
    if len(set(places)) > 1 and any(draft.resulting_text for draft in drafts):
        raise RuleBroken(_("Câu chữ sau khi tiếp thu chỉ dùng cho các nhóm của một điều khoản."), "resulting_text")
    written = answering.draft_many(drafts, by=by)
    if submit:
        answering.submit_many({response.id: response.version for response in written}, by=by)
    return written


def keep_template(
    template: ResponseTemplate | None, *, agency_id: int, name: str, decision: Decision, reason: str, by: Person
) -> ResponseTemplate:
    """Keep a prepared answer, a new one or a changed one. Raises RuleBroken for a name that the agency uses already."""
    if not reason:
        raise RuleBroken(_("Hãy ghi lý do tiếp thu hoặc giải trình."), "reason")
    same = sa.select(ResponseTemplate.id).where(ResponseTemplate.agency_id == agency_id, ResponseTemplate.name == name)
    if db.session.scalar(same) not in (None, template.id if template else None):
        raise RuleBroken(_("Cơ quan đã có mẫu tên này. Hãy đặt tên khác."), "name")
    if template is None:
        template = ResponseTemplate(agency_id=agency_id, created_by_id=by.id, created_at=clock.now())
        db.session.add(template)
    template.name, template.decision, template.reason = name, decision, reason
    db.session.flush()
    return template


def delete_template(template: ResponseTemplate) -> None:
    db.session.delete(template)
    db.session.flush()
