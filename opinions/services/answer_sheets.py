"""Tables of answers that come back from Excel: kept as they came, taken over once, all or nothing."""

from collections.abc import Sequence

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Consultation
from core import clock
from core.db import db
from core.errors import Closed
from core.files import StoredFile
from core.i18n import gettext as _
from opinions.models import AnswerSheet
from opinions.services import answering
from opinions.services.answering import Draft


def keep_sheet(consultation: Consultation, stored: StoredFile, *, by: Person) -> AnswerSheet:
    """Keep a table that came back; nothing of it is taken over yet."""
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không sửa trả lời được nữa."))
    sheet = AnswerSheet(
        consultation_id=consultation.id, file_id=stored.id, uploaded_by_id=by.id, uploaded_at=clock.now(), applied=0
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet


def apply_sheet(sheet: AnswerSheet, drafts: Sequence[Draft], *, by: Person, submit: bool) -> None:
    """Write what a person agreed to; ``submit`` also sends it to those who approve.

    Raises Closed for a sheet that was taken over before, Conflict if a response changed since it was looked at.
    """
    locked = sa.select(AnswerSheet.applied_at).where(AnswerSheet.id == sheet.id).with_for_update()
    if db.session.scalar(locked) is not None:
        raise Closed(_("Bảng này đã được ghi rồi. Hãy tải bảng mới nếu muốn sửa tiếp."))
    written = answering.draft_many(drafts, by=by)
    if submit and written:
        answering.submit_many({response.id: response.version for response in written}, by=by)
    sheet.applied_at, sheet.applied = clock.now(), len(written)
    db.session.flush()
