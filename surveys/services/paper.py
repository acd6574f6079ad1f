"""Sheets that came on paper, entered by somebody of the agency: nobody's participation, counted apart by channel."""

from surveys import queries
from surveys.definition.documents import from_json
from surveys.engine.path import problems, walk
from surveys.engine.values import Answers, canonical
from surveys.models import SheetChannel, Survey, SurveyState
from surveys.services import box
from surveys.services.errors import Incomplete, NotBegun


def enter_sheet(survey: Survey, answers: Answers) -> None:
    """One sheet, as it stands on the paper; what the paper answers and the survey would not have asked is left out.

    May be entered after the close. Raises Incomplete (with the problems), NotBegun for a survey that is not published.
    """
    if survey.state == SurveyState.DRAFT:
        raise NotBegun
    version = queries.get_published_version(survey.id)
    path = walk(from_json(version.definition), answers)
    if found := problems(path, is_place=queries.is_place):
        place = next(page.code for page in path.pages if found[0].question in {q.code for q in page.questions})
        raise Incomplete(found, place)
    answered = [question for question in path.questions if question.code in path.kept]
    kept = {question.code: canonical(question, path.kept[question.code]) for question in answered}
    box.write_sheets(survey, [(version.id, kept)], SheetChannel.PAPER)
