"""The demonstration: made once, whole, by the services that the pages use."""

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.seed import seed_agencies
from accounts.services import authenticate
from consultations import policies
from consultations.models import Comment, Consultation, Version
from consultations.policies import Phase
from consultations.seed import seed_document_kinds
from consultations.services import tallies
from core import clock
from core.db import db, transaction
from demo import people, seed
from demo.drafts import DRAFTS
from moderation.models import ReviewStatus
from opinions.models import Response, ResponseState


@pytest.fixture
def demo(fresh_app: Flask) -> Flask:
    with transaction():
        seed_document_kinds()
        seed_agencies()
    seed.seed()
    return fresh_app


@pytest.mark.usefixtures("demo")
def test_every_stage_is_shown() -> None:
    now = clock.now()
    found = {one.title: policies.phase(one, now) for one in db.session.scalars(sa.select(Consultation))}
    assert [found[draft.title] for draft in DRAFTS] == [
        Phase.CLOSED,
        Phase.OPEN,
        Phase.OPEN,
        Phase.UPCOMING,
        Phase.DRAFT,
    ]
    assert db.session.scalar(sa.select(sa.func.count(Consultation.table_published_at))) == 1

    statuses = Counter(db.session.scalars(sa.select(Comment.status)))
    assert statuses[ReviewStatus.PUBLISHED] >= 60
    assert statuses[ReviewStatus.PENDING] >= 5
    assert statuses[ReviewStatus.REFUSED] == statuses[ReviewStatus.SPAM] == 1
    states = Counter(db.session.scalars(sa.select(Response.state)))
    assert states[ResponseState.PUBLISHED] >= 10
    assert states[ResponseState.SUBMITTED] == 1

    assert tallies.differences() == {}
    late = db.session.scalars(sa.select(Comment.created_at).where(Comment.created_at > now)).all()
    assert late == []
    assert db.session.scalar(sa.select(sa.func.count()).where(Version.published_at > now)) == 0
    with transaction():
        for sign_in in people.sign_ins():
            assert authenticate(sign_in.email, people.PASSWORD, network="203.0.113.0/24"), sign_in
    assert seed.is_seeded()
