"""Make a survey: settings, definition, publication, versions, close."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.models import Agency, Person
from core import clock
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from surveys import policies, queries
from surveys.checking.faults import Fault, faults
from surveys.checking.versions import changed_meanings
from surveys.definition.documents import from_json, to_json
from surveys.definition.shape import LONGEST_LABEL, Definition
from surveys.models import MIN_CELL, Survey, SurveyAccess, SurveyState, SurveyVersion
from surveys.services import box, counting, words
from surveys.services.errors import BrokenDefinition, Published, Stale

LARGEST_CELL = 100


@dataclass(frozen=True)
class Settings:
    """What a drafter sets beside the questions. ``opens_at``, ``closes_at``: aware moments, both inside the window."""

    title: str
    opens_at: datetime
    closes_at: datetime
    access: SurveyAccess = SurveyAccess.OPEN
    anonymous: bool = True
    min_cell: int = MIN_CELL
    is_sample: bool = False
    publishes_words: bool = False


def create_survey(
    agency: Agency,
    settings: Settings,
    *,
    by: Person | None,
    consultation_id: int | None = None,
    definition: Definition | None = None,
) -> Survey:
    """A new survey in draft state with an unpublished version 1. Raises RuleBroken (with the field)."""
    survey = Survey(
        agency_id=agency.id,
        consultation_id=consultation_id,
        state=SurveyState.DRAFT,
        created_by_id=by.id if by else None,
        created_at=clock.now(),
    )
    _apply(survey, settings)
    db.session.add(survey)
    db.session.flush()
    _add_version(survey, 1, definition or Definition())
    return survey


def copy_survey(survey: Survey, settings: Settings, *, by: Person | None, agency: Agency) -> Survey:
    """A new draft with the questions of the latest version, published or not, and nobody's answers."""
    latest = queries.get_latest_version(survey.id)
    return create_survey(
        agency, settings, by=by, consultation_id=survey.consultation_id, definition=from_json(latest.definition)
    )


def change_settings(survey: Survey, settings: Settings) -> None:
    """Raises Published once it is, RuleBroken (with the field)."""
    if survey.state != SurveyState.DRAFT:
        raise Published
    _apply(survey, settings)
    db.session.flush()


def save_definition(version: SurveyVersion, definition: Definition, *, revision: int) -> None:
    """Keep a definition as it is being written, faults and all. ``revision``: the one its writer saw.

    Raises Published, or Stale where somebody saved meanwhile; nothing is overwritten then.
    """
    if version.published_at is not None:
        raise Published
    saved = db.session.execute(
        sa.update(SurveyVersion)
        .where(
            SurveyVersion.id == version.id,
            SurveyVersion.revision == revision,
            SurveyVersion.published_at.is_(None),
        )
        .values(definition=to_json(definition), revision=revision + 1)
        .returning(SurveyVersion.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if saved is None:
        raise Stale
    db.session.refresh(version)


def faults_of(survey: Survey, version: SurveyVersion) -> list[Fault]:
    """What stands against publishing a version: its own faults, and codes that meant something else before."""
    definition = from_json(version.definition)
    found = faults(definition, provisions=queries.list_provisions(survey))
    before = queries.find_published_version(survey.id)
    if before is not None and before.id != version.id:
        found += changed_meanings(from_json(before.definition), definition)
    return found


def publish(survey: Survey) -> SurveyVersion:
    """Publish the survey, or its next version. Raises BrokenDefinition, RuleBroken for a window that is over."""
    version = queries.get_latest_version(survey.id)
    if version.published_at is not None:
        raise Published
    if survey.state == SurveyState.CLOSED or survey.closes_at <= clock.now():
        raise RuleBroken(_("Thời gian khảo sát đã qua. Hãy đặt lại ngày đóng trước khi công bố."), "closes_at")
    if found := faults_of(survey, version):
        raise BrokenDefinition(found)
    version.published_at = clock.now()
    if survey.state == SurveyState.DRAFT:
        survey.state, survey.published_at = SurveyState.PUBLISHED, clock.now()
        box.open_when_closed(survey)
    db.session.flush()
    return version


def new_version(survey: Survey) -> SurveyVersion:
    """An unpublished copy of the published version, to be changed; the one that is there already, if there is one.

    A question that keeps its code keeps its meaning (``faults_of``), so its answers are counted through all versions.
    """
    latest = queries.get_latest_version(survey.id)
    if latest.published_at is None:
        return latest
    return _add_version(survey, latest.number + 1, from_json(latest.definition))


def drop_version(survey: Survey) -> None:
    """Throw an unpublished later version away."""
    latest = queries.get_latest_version(survey.id)
    if latest.published_at is not None or latest.number == 1:
        raise Published
    db.session.delete(latest)
    db.session.flush()


def close(survey: Survey) -> None:
    """Close now. Whoever has begun may still finish within the grace (policies.GRACE). A closed one stays closed."""
    must_be_public(survey)
    if survey.state == SurveyState.CLOSED:
        return
    now = clock.now()
    if policies.phase(survey, now) == policies.Phase.UPCOMING:
        survey.opens_at = survey.published_at or survey.created_at
    survey.state, survey.closes_at = SurveyState.CLOSED, min(now, survey.closes_at)
    db.session.flush()
    box.open_when_closed(survey)


def must_be_public(survey: Survey) -> None:
    """Raises RuleBroken for a survey that nobody could answer yet."""
    if survey.state == SurveyState.DRAFT:
        raise RuleBroken(_("Khảo sát chưa công bố nên không có gì để đóng."))


def publish_results(survey: Survey, *, public: bool = True) -> None:
    """Show the results to everybody, or take them back."""
    survey.results_published_at = clock.now() if public else None
    db.session.flush()
    if public:
        counting.publish(survey)
    words.index_again(survey.id)


def _apply(survey: Survey, settings: Settings) -> None:
    title = settings.title.strip()
    if not title or len(title) > LONGEST_LABEL - 200:
        raise RuleBroken(_("Tên khảo sát cần có từ 1 đến 300 ký tự."), "title")
    if settings.closes_at <= settings.opens_at:
        raise RuleBroken(_("Ngày đóng phải sau ngày mở."), "closes_at")
    if not MIN_CELL <= settings.min_cell <= LARGEST_CELL:
        raise RuleBroken(
            _("Ngưỡng ẩn số nhỏ phải từ %(least)s đến %(most)s.", least=MIN_CELL, most=LARGEST_CELL), "min_cell"
        )
    if settings.is_sample and settings.access != SurveyAccess.INVITED:
        raise RuleBroken(_("Chỉ khảo sát theo thư mời mới có mẫu chọn ngẫu nhiên."), "is_sample")
    for name, value in vars(settings).items():
        setattr(survey, name, value)
    survey.title = title


def _add_version(survey: Survey, number: int, definition: Definition) -> SurveyVersion:
    version = SurveyVersion(survey_id=survey.id, number=number, definition=to_json(definition), revision=0)
    db.session.add(version)
    db.session.flush()
    return version
