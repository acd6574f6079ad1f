"""Reads of measures against people: who may not write where, and what a moderator sees of a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts import queries as accounts
from accounts.models import Agency, Person
from accounts.policies import Permission
from core.db import db
from core.errors import NotFound
from moderation.models import Measure, MeasureKind, Report, ReviewCase, ReviewStatus

MEASURE = "measure"
SHOWN = 50


@dataclass(frozen=True)
class Standing:
    """A suspension that holds now, with the name of the agency that it keeps somebody from."""

    id: int
    rule: str
    until: datetime
    agency: str


@dataclass(frozen=True)
class Record:
    """What a person has done in the agencies of a moderator, in figures."""

    by_status: dict[ReviewStatus, int]
    reported: int
    reports_made: int
    reports_upheld: int


def find_suspension(person_id: int, agency_id: int, now: datetime) -> Standing | None:
    """What keeps a person from writing to an agency now: a suspension there or above it, the longest first."""
    own, theirs = aliased(Agency), aliased(Agency)
    row = db.session.execute(
        sa.select(Measure.id, Measure.rule, Measure.until, theirs.name.label("agency"))
        .join(theirs, theirs.id == Measure.agency_id)
        .join(own, own.path.startswith(theirs.path))
        .where(
            own.id == agency_id,
            Measure.person_id == person_id,
            Measure.kind == MeasureKind.SUSPENSION,
            Measure.until > now,
            Measure.lifted_at.is_(None),
        )
        .order_by(Measure.until.desc())
        .limit(1)
    ).one_or_none()
    return Standing(**row._mapping) if row is not None else None


def get_known_person(moderator_id: int, person_id: int) -> Person:
    """Somebody who has written to an agency of this moderator. Raises NotFound for everybody else."""
    wrote = sa.exists().where(ReviewCase.author_id == person_id, ReviewCase.agency_id.in_(_agencies(moderator_id)))
    person = db.session.scalar(sa.select(Person).where(Person.id == person_id, Person.erased_at.is_(None), wrote))
    if person is None:
        raise NotFound
    return person


def record_of(moderator_id: int, person_id: int) -> Record:
    """What a person has done where this moderator moderates. Two statements."""
    rows = db.session.execute(
        sa.select(ReviewCase.status, sa.func.count(ReviewCase.id.distinct()), sa.func.count(Report.case_id.distinct()))
        .outerjoin(Report, Report.case_id == ReviewCase.id)
        .where(
            ReviewCase.author_id == person_id,
            ReviewCase.agency_id.in_(_agencies(moderator_id)),
            ReviewCase.subject_type != MEASURE,
        )
        .group_by(ReviewCase.status)
    ).all()
    made = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((Report.upheld.is_(True), 1), else_=0)), 0))
        .join(ReviewCase, ReviewCase.id == Report.case_id)
        .where(Report.reporter_id == person_id, ReviewCase.agency_id.in_(_agencies(moderator_id)))
    ).one()
    return Record({row[0]: row[1] for row in rows}, sum(row[2] for row in rows), made[0], int(made[1]))


def list_measures(moderator_id: int, person_id: int) -> list[Any]:
    """The measures against a person in the agencies of a moderator, newest first: rows Measure, agency, by, version."""
    by = aliased(Person)
    return list(
        db.session.execute(
            sa.select(Measure, Agency.name.label("agency"), by.full_name.label("by"), ReviewCase.version)
            .join(Agency, Agency.id == Measure.agency_id)
            .join(ReviewCase, sa.and_(ReviewCase.subject_type == MEASURE, ReviewCase.subject_id == Measure.id))
            .outerjoin(by, by.id == Measure.given_by_id)
            .where(Measure.person_id == person_id, Measure.agency_id.in_(_agencies(moderator_id)))
            .order_by(Measure.id.desc())
            .limit(SHOWN)
        )
    )


def measures_of(person_id: int) -> list[Any]:
    """Every measure against a person, newest first: rows Measure, agency."""
    return list(
        db.session.execute(
            sa.select(Measure, Agency.name.label("agency"))
            .join(Agency, Agency.id == Measure.agency_id)
            .where(Measure.person_id == person_id)
            .order_by(Measure.id.desc())
            .limit(SHOWN)
        )
    )


def list_where(moderator_id: int, case: ReviewCase | None) -> list[Agency]:
    """Where a moderator may take a measure: the agencies of their roles, and that of the case they come from."""
    wanted = {agency.id for agency in accounts.list_agencies(moderator_id, Permission.MODERATE)}
    if case is not None:
        wanted.add(case.agency_id)
    return list(db.session.scalars(sa.select(Agency).where(Agency.id.in_(wanted)).order_by(Agency.name)))


def _agencies(person_id: int) -> "sa.Select[int]":
    return accounts.agencies_within(person_id, Permission.MODERATE)
