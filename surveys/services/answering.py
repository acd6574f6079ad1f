"""Answer a survey: begin, save page by page, send once.

Every function takes a ``Respondent`` (services.respondents). Answers are kept encrypted until they are
sent, and found again by whoever holds the account or the token. Answers to questions that are hidden now stay in the
draft (going back loses nothing) and out of the sheet.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import clock
from core.db import db
from core.errors import Closed
from core.i18n import gettext as _
from core.signing import keyed_hash
from surveys import policies, queries
from surveys.definition.documents import from_json
from surveys.definition.shape import Definition
from surveys.engine.path import Path, ShownPage, problems, walk
from surveys.engine.values import Answers, Problem, Value, canonical, problem_of
from surveys.models import Participation, SheetChannel, SheetDraft, SheetOwner, Survey, SurveyVersion
from surveys.services import box
from surveys.services.errors import AlreadyAnswered, Incomplete, NotBegun
from surveys.services.respondents import Respondent
from surveys.services.sealing import seal, unseal


@dataclass(frozen=True)
class Work:
    """A sheet as it is being filled in. ``seed``: for the orders drawn for it (engine.path.arranged)."""

    survey: Survey
    version_id: int
    definition: Definition
    answers: Answers
    seed: str

    @property
    def path(self) -> Path:
        return walk(self.definition, self.answers)


@dataclass(frozen=True)
class Saved:
    """What became of a page that was sent in.

    ``problems``: what was refused; the good answers are kept all the same. ``stay``: show the page again, for there are
    problems, or ``appeared`` (codes of questions that these answers brought up on it). ``following``: the page
    after it; None where the sheet can be looked through and sent.
    """

    work: Work
    problems: tuple[Problem, ...]
    appeared: tuple[str, ...]
    following: ShownPage | None

    @property
    def stay(self) -> bool:
        return bool(self.problems or self.appeared)


@dataclass(frozen=True)
class Receipt:
    """That somebody took part; nothing in it leads to the answers. The same code for the same participant."""

    code: str
    anonymous: bool


def find_work(survey: Survey, respondent: Respondent) -> Work | None:
    """The sheet that the respondent has begun and not sent."""
    draft = _draft(respondent)
    return None if draft is None or draft.sent else _read(survey, draft, respondent)


def has_answered(respondent: Respondent) -> bool:
    """Has this respondent sent a sheet?"""
    draft = _draft(respondent)
    if draft is not None:
        return draft.sent
    return db.session.get(Participation, (respondent.survey_id, respondent.key)) is not None


def begin(survey: Survey, respondent: Respondent) -> Work:
    """Go on with what was begun, or begin. Raises AlreadyAnswered, Closed."""
    if has_answered(respondent):
        raise AlreadyAnswered
    if (work := find_work(survey, respondent)) is not None and policies.may_finish(survey, clock.now()):
        return work
    if not policies.may_begin(survey, clock.now()):
        raise Closed(closed_sentence(survey))
    draft = SheetDraft(
        survey_id=survey.id,
        key=respondent.key,
        version_id=queries.get_published_version(survey.id).id,
        door=respondent.door,
        sealed=_seal(respondent, {}, secrets.token_hex(8)),
        sent=False,
        touched_on=clock.today(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except sa.exc.IntegrityError:  # another tab began at the same moment: go on with that one
        return _work_of(survey, respondent)
    return _work_of(survey, respondent)


def save_page(
    survey: Survey,
    respondent: Respondent,
    page_code: str,
    values: Mapping[str, Value | None],
    *,
    asked: Collection[str] | None = None,
) -> Saved:
    """Keep the answers of one page. ``values``: by question, None where nothing was answered; shapes: engine.values.

    ``asked``: the questions that the form carried (None: all that ``values`` names). A required question that was
    carried and not answered is a problem; one that these answers bring up is ``appeared``. Answers to questions of
    another page, or that are not asked, are refused one by one. Raises NotBegun, AlreadyAnswered, Closed.
    """
    draft = _hold(survey, respondent)
    work = _read(survey, draft, respondent)
    if work.path.at(page_code) is None:
        raise NotBegun
    carried = set(values if asked is None else asked)
    answers, found = _merge(work, page_code, values)
    after = Work(survey, work.version_id, work.definition, answers, work.seed)
    shown = after.path.at(page_code)
    there = [question.code for question in shown.questions] if shown else []
    wrong = {problem.question for problem in found}
    missing = [
        problem
        for problem in problems(after.path, is_place=queries.is_place, on=page_code)
        if problem.question in carried and problem.question not in wrong
    ]
    draft.sealed, draft.touched_on = _seal(respondent, answers, work.seed), clock.today()
    db.session.flush()
    appeared = tuple(code for code in there if code not in carried)
    return Saved(after, (*found, *missing), appeared, after.path.after(page_code))


def send(survey: Survey, respondent: Respondent) -> Receipt:
    """Send the sheet, once: a second click, a second tab or a replayed form gets the same receipt.

    Raises Incomplete (with the problems), NotBegun, Closed.
    """
    if has_answered(respondent):
        return receipt_of(survey, respondent)
    try:
        draft = _hold(survey, respondent)
    except AlreadyAnswered:
        return receipt_of(survey, respondent)
    work = _read(survey, draft, respondent)
    path = work.path
    if found := problems(path, is_place=queries.is_place):
        place = next(page.code for page in path.pages if found[0].question in {q.code for q in page.questions})
        raise Incomplete(found, place)
    if survey.anonymous:
        box.put_in(survey, draft, path.kept)
    else:
        _write_named(survey, draft, path.kept, respondent)
    return receipt_of(survey, respondent)


def receipt_of(survey: Survey, respondent: Respondent) -> Receipt:
    """The receipt of somebody who has answered."""
    digits = keyed_hash("surveys.receipt", f"{survey.id}/{respondent.key}")[:12].upper()
    return Receipt(f"KS-{digits[:4]}-{digits[4:8]}-{digits[8:]}", survey.anonymous)


def forget(respondent: Respondent) -> None:
    """Throw away what was begun and not sent."""
    db.session.execute(
        sa.delete(SheetDraft).where(
            SheetDraft.survey_id == respondent.survey_id, SheetDraft.key == respondent.key, SheetDraft.sent.is_(False)
        )
    )


def forget_unsent(survey_id: int) -> int:
    """Throw away every sheet of a survey that was begun and can be sent no more; returns how many."""
    unsent = sa.and_(SheetDraft.survey_id == survey_id, SheetDraft.sent.is_(False))
    return len(db.session.execute(sa.delete(SheetDraft).where(unsent).returning(SheetDraft.key)).all())


def adopt(survey: Survey, guest: Respondent, person: Respondent) -> None:
    """Somebody signed in: the sheet they began in this browser becomes their account's, unless that has one already."""
    draft = _draft(guest)
    if draft is None or draft.sent or _draft(person) is not None or has_answered(person):
        return
    work = _read(survey, draft, guest)
    db.session.add(
        SheetDraft(
            survey_id=survey.id,
            key=person.key,
            version_id=draft.version_id,
            door=person.door,
            sealed=_seal(person, work.answers, work.seed),
            sent=False,
            touched_on=clock.today(),
        )
    )
    db.session.delete(draft)
    db.session.flush()


def closed_sentence(window: policies.Window) -> str:
    """Why nothing is taken now."""
    if policies.phase(window, clock.now()) == policies.Phase.UPCOMING:
        opens = f"{clock.local(window.opens_at):%H:%M, %d/%m/%Y}"
        return _("Khảo sát mở lúc %(time)s.", time=opens)
    closed = f"{clock.local(window.closes_at):%H:%M, %d/%m/%Y}"
    return _("Khảo sát đã đóng lúc %(time)s nên không nhận thêm phiếu.", time=closed)


def _draft(respondent: Respondent) -> SheetDraft | None:
    return db.session.get(SheetDraft, (respondent.survey_id, respondent.key))


def _hold(survey: Survey, respondent: Respondent) -> SheetDraft:
    """The draft, held for writing. Raises AlreadyAnswered, NotBegun, Closed."""
    draft = db.session.scalar(
        sa.select(SheetDraft)
        .where(SheetDraft.survey_id == respondent.survey_id, SheetDraft.key == respondent.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if draft is None:
        raise AlreadyAnswered if has_answered(respondent) else NotBegun
    if draft.sent:
        raise AlreadyAnswered
    if not policies.may_finish(survey, clock.now()):
        raise Closed(closed_sentence(survey))
    return draft


def _work_of(survey: Survey, respondent: Respondent) -> Work:
    work = find_work(survey, respondent)
    if work is None:
        raise AlreadyAnswered
    return work


def _read(survey: Survey, draft: SheetDraft, respondent: Respondent) -> Work:
    content: Any = unseal("draft", respondent.secret, draft.sealed)
    if content is None:
        raise NotBegun
    version = db.session.get_one(SurveyVersion, draft.version_id)
    return Work(survey, version.id, from_json(version.definition), content["answers"], content["seed"])


def _seal(respondent: Respondent, answers: Answers, seed: str) -> bytes:
    return seal("draft", respondent.secret, {"answers": answers, "seed": seed})


def _merge(work: Work, page_code: str, values: Mapping[str, Value | None]) -> tuple[dict[str, Value], list[Problem]]:
    """The answers with the good ones of a page in them, and what is wrong with the others."""
    page = work.definition.page(page_code)
    there = {question.code: question for question in (page.questions if page else ())}
    found = [Problem(code[:40], "not_asked") for code in values if code not in there]
    answers = dict(work.answers)
    for code, question in there.items():
        if code not in values:
            continue
        value = values[code]
        problem = problem_of(question, value, is_place=queries.is_place) if value is not None else None
        if problem is not None:
            found.append(problem)
        elif value is None:
            answers.pop(code, None)
        else:
            answers[code] = canonical(question, value)
    hidden = there.keys() - _shown_on(work, page_code, answers)
    forged = hidden - _shown_on(work, page_code, work.answers)
    found = [problem for problem in found if problem.question not in hidden]
    found += [Problem(code, "not_asked") for code in values if code in forged and values[code] is not None]
    return {code: value for code, value in answers.items() if code not in forged or code in work.answers}, found


def _shown_on(work: Work, page_code: str, answers: Answers) -> set[str]:
    shown = walk(work.definition, answers).at(page_code)
    return {question.code for question in shown.questions} if shown else set()


def _write_named(survey: Survey, draft: SheetDraft, answers: Answers, respondent: Respondent) -> None:
    [sheet_id] = box.write_sheets(survey, [(draft.version_id, answers)], SheetChannel.WEB)
    db.session.add_all(
        (
            Participation(survey_id=survey.id, key=respondent.key, door=respondent.door),
            SheetOwner(
                sheet_id=sheet_id,
                person_id=respondent.person_id,
                invitation_id=respondent.invitation_id,
                sent_at=clock.now(),
            ),
        )
    )
    db.session.delete(draft)
    db.session.flush()
