"""What people write in surveys, as a moderator sees it. ``app.wiring_surveys`` registers it: ``reviewables``."""

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from core.db import db
from core.i18n import gettext as _
from core.links import path_to
from moderation.registry import Reviewable, ReviewCard, Verdict
from surveys import queries_words
from surveys.models import Survey, WrittenAnswer
from surveys.sentences import question_words

WRITTEN = queries_words.WRITTEN

Apply = Callable[[int, Verdict], None]
Mask = Callable[[int], None]


def reviewables(apply: "Mapping[str, Apply]", masks: "Mapping[str, Mask]") -> dict[str, Reviewable]:
    """``apply``, ``masks``: the services that carry a verdict to the words, and take personal data out of them."""
    return {WRITTEN: Reviewable(_label, apply[WRITTEN], written_cards, no_titles, masks[WRITTEN])}


def no_titles(_ids: Sequence[int]) -> dict[int, str]:
    """Filtered by the consultation of the survey, which names itself."""
    return {}


def written_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """The words with the question they answer, in two statements; nobody is named, in surveys by name neither."""
    rows = db.session.execute(
        sa.select(WrittenAnswer.id, WrittenAnswer.question, WrittenAnswer.body, Survey.id.label("survey"), Survey.title)
        .join(Survey, Survey.id == WrittenAnswer.survey_id)
        .where(WrittenAnswer.id.in_(ids))
    ).all()
    questions = queries_words.questions_of({row.survey for row in rows})
    return {
        row.id: ReviewCard(
            title=row.title,
            url=path_to("surveys.survey", survey_id=row.survey),
            author=_("Người trả lời khảo sát"),
            author_note=_("không kèm tên"),
            text=row.body,
            provision_text=question_words(questions[row.survey, row.question]),
        )
        for row in rows
    }


def _label() -> str:
    return _("Lời viết trong khảo sát")
