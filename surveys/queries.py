"""Reads of surveys: what is public, what is one's own to draft, which version is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from accounts import queries as accounts
from accounts.models import Agency, AgencyKind
from accounts.policies import Permission
from core import slots
from core.db import db
from core.errors import NotFound
from surveys.definition.documents import from_json
from surveys.definition.shape import Definition
from surveys.models import (
    AnswerSheet,
    Door,
    Invitation,
    Participation,
    SheetChannel,
    SheetDraft,
    Survey,
    SurveyAccess,
    SurveyState,
    SurveyVersion,
)

K = TypeVar("K")

LONGEST_LIST = 300


@dataclass
class ListedSurvey:
    """A survey of a list: enough for ``policies.phase``."""

    id: int
    title: str
    state: SurveyState
    access: SurveyAccess
    anonymous: bool
    opens_at: datetime
    closes_at: datetime
    results_published_at: datetime | None
    agency: str


@dataclass(frozen=True)
class Turnout:
    """How many took part. ``counted``: sheets in the results; ``waiting``: sent and still in the box (services.box).

    ``doors``: participants by what kept them from answering twice, the waiting included; ``paper``: of ``counted``.
    """

    counted: int
    waiting: int
    paper: int
    doors: dict[Door, int]

    @property
    def sent(self) -> int:
        return self.counted + self.waiting


# --- surveys ----------------------------------------------------------------------------------------------------------


def list_public() -> list[ListedSurvey]:
    """Surveys that anybody may see, the ones closing last first; those by invitation are told only to the invited."""
    return _listed(Survey.state != SurveyState.DRAFT, Survey.access != SurveyAccess.INVITED)


def list_own(person_id: int) -> list[ListedSurvey]:
    """The surveys of agencies in which a person may make surveys; the newest 300."""
    return _listed(Survey.agency_id.in_(accounts.agencies_within(person_id, Permission.SURVEY)))


def _listed(*conditions: "sa.ColumnElement[bool]") -> list[ListedSurvey]:
    rows = db.session.execute(
        sa.select(
            Survey.id,
            Survey.title,
            Survey.state,
            Survey.access,
            Survey.anonymous,
            Survey.opens_at,
            Survey.closes_at,
            Survey.results_published_at,
            Agency.name.label("agency"),
        )
        .join(Agency, Agency.id == Survey.agency_id)
        .where(*conditions)
        .order_by((Survey.state == SurveyState.DRAFT).desc(), Survey.closes_at.desc(), Survey.id.desc())
        .limit(LONGEST_LIST)
    )
    return [ListedSurvey(**row._mapping) for row in rows]


def get_public(survey_id: int) -> Survey:
    """A published survey with its agency; who may answer it is another question. Raises NotFound."""
    return _get(Survey.id == survey_id, Survey.state != SurveyState.DRAFT)


def get_own(person_id: int, survey_id: int) -> Survey:
    """With its agency. Raises NotFound for one of an agency in which the person may not make surveys."""
    return _get(Survey.id == survey_id, Survey.agency_id.in_(accounts.agencies_within(person_id, Permission.SURVEY)))


def _get(*conditions: "sa.ColumnElement[bool]") -> Survey:
    survey = db.session.scalar(sa.select(Survey).options(joinedload(Survey.agency)).where(*conditions))
    if survey is None:
        raise NotFound
    return survey


# --- versions ---------------------------------------------------------------------------------------------------------


def get_latest_version(survey_id: int) -> SurveyVersion:
    """The newest, published or not."""
    version = db.session.scalar(_versions(survey_id).limit(1))
    if version is None:
        raise NotFound
    return version


def find_published_version(survey_id: int) -> SurveyVersion | None:
    """The newest that was published: the one that is asked."""
    return db.session.scalar(_versions(survey_id).where(SurveyVersion.published_at.is_not(None)).limit(1))


def get_published_version(survey_id: int) -> SurveyVersion:
    version = find_published_version(survey_id)
    if version is None:
        raise NotFound
    return version


def get_definition(survey_id: int) -> Definition:
    """The questions that are asked now."""
    return from_json(get_published_version(survey_id).definition)


def list_versions(survey_id: int) -> Sequence[SurveyVersion]:
    """All, newest first."""
    return db.session.scalars(_versions(survey_id)).all()


def _versions(survey_id: int) -> "sa.Select[SurveyVersion]":
    return sa.select(SurveyVersion).where(SurveyVersion.survey_id == survey_id).order_by(SurveyVersion.number.desc())


# --- counts -----------------------------------------------------------------------------------------------------------


def turnout(survey_id: int) -> Turnout:
    """How many took part, in three statements."""
    channels = _counted(AnswerSheet.channel, AnswerSheet.survey_id == survey_id)
    doors = _counted(Participation.door, Participation.survey_id == survey_id)
    waiting = _counted(SheetDraft.door, SheetDraft.survey_id == survey_id, SheetDraft.sent.is_(True))
    return Turnout(
        counted=sum(channels.values()),
        waiting=sum(waiting.values()),
        paper=channels.get(SheetChannel.PAPER, 0),
        doors={door: n for door in Door if (n := doors.get(door, 0) + waiting.get(door, 0))},
    )


def count_invited(survey_id: int) -> int:
    """Letters that were written."""
    invited = sa.select(sa.func.count()).select_from(Invitation).where(Invitation.survey_id == survey_id)
    return db.session.scalar(invited) or 0


def _counted(column: "sa.orm.InstrumentedAttribute[K]", *conditions: "sa.ColumnElement[bool]") -> dict[K, int]:
    rows = db.session.execute(sa.select(column, sa.func.count().label("n")).where(*conditions).group_by(column))
    return {row[0]: row.n for row in rows}


# --- what definitions refer to ----------------------------------------------------------------------------------------


def is_place(province: str, commune: str | None) -> bool:
    """Are there such places today, by their official codes, one in the other?"""
    above, below = aliased(Agency), aliased(Agency)
    statement = sa.select(above.id).where(above.code == province, above.kind == AgencyKind.PROVINCE)
    if commune is not None:
        statement = statement.join(below, below.parent_id == above.id).where(
            below.code == commune, below.kind == AgencyKind.COMMUNE
        )
    return db.session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True)
class ListedPlace:
    """A province or a commune to choose."""

    code: str
    name: str


def list_provinces() -> list[ListedPlace]:
    """Every province, by name."""
    return _places(Agency.kind == AgencyKind.PROVINCE)


def list_communes(province_codes: Collection[str]) -> dict[str, list[ListedPlace]]:
    """The communes of some provinces, by the code of the province, each list by name; one statement."""
    if not province_codes:
        return {}
    above = aliased(Agency)
    rows = db.session.execute(
        sa.select(above.code.label("province"), Agency.code, Agency.name)
        .join(above, Agency.parent_id == above.id)
        .where(
            Agency.kind == AgencyKind.COMMUNE, above.kind == AgencyKind.PROVINCE, above.code.in_(set(province_codes))
        )
        .order_by(Agency.name)
    )
    found: dict[str, list[ListedPlace]] = {code: [] for code in province_codes}
    for row in rows:
        found[row.province].append(ListedPlace(row.code, row.name))
    return found


def place_names(codes: Collection[str]) -> dict[str, str]:
    """The names of places by their official codes."""
    if not codes:
        return {}
    rows = db.session.execute(sa.select(Agency.code, Agency.name).where(Agency.code.in_(set(codes))))
    return {row.code: row.name for row in rows}


def _places(*conditions: "sa.ColumnElement[bool]") -> list[ListedPlace]:
    rows = db.session.execute(sa.select(Agency.code, Agency.name).where(*conditions).order_by(Agency.name))
    return [ListedPlace(row.code, row.name) for row in rows]


def list_provisions(survey: Survey) -> dict[int, Any]:
    """By lineage, the provisions that questions may be on: .citation, .heading, .text. None without a consultation.

    Filled by app.wiring (slot "survey.provisions"); read once for a page, not once for a question.
    """
    if survey.consultation_id is None:
        return {}
    found: dict[int, Any] = slots.content("survey.provisions", survey.consultation_id, default={})
    return found
