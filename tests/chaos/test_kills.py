"""kill -9 of web and worker at random moments under four writers: every receipt shown is kept, none is doubled."""

import random
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.queries import get_agency
from app import create_app
from consultations.models import Comment, GuestPolicy, Submission
from consultations.services.receipts import typed
from core.db import db, transaction
from tests.chaos.writers import Writer
from tests.consultations.drafts import make_published
from tests.consultations.sending import provision
from tests.support.site import LiveSite, kill

WRITERS = 4


class Target(NamedTuple):
    consultation_id: int
    place: int


def open_to_guests(site: LiveSite) -> Target:
    """A consultation that takes opinions of guests by name alone, so that a writer needs no letter."""
    app = _app(site)
    with app.app_context(), transaction():
        consultation = make_published(get_agency("BYT"), guests=GuestPolicy.NAMED)
        target = Target(consultation.id, provision(consultation, "khoản 1 Điều 2").lineage_id)
    with app.app_context():
        db.engine.dispose()
    return target


def torment(site: LiveSite, kills: int, seed: int) -> list[Writer]:
    """Let the writers write, and kill something ``kills`` times; now and then everything at once, as power goes."""
    chance, stop = random.Random(seed), threading.Event()  # no secret
    target = open_to_guests(site)
    site.start()
    writers = [Writer(site.url, target.consultation_id, target.place, stop) for _ in range(WRITERS)]
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        for number in range(kills):
            time.sleep(chance.uniform(0.2, 1.5))
            if number % 10 == 9:
                site.crash()
                site.start()
            else:
                kill([chance.choice(site.processes()[1:] or [0])])
        site.wait_until_it_answers()
        _let_them_write(writers)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    return writers


def _let_them_write(writers: list[Writer]) -> None:
    """A busy machine is slow, not wrong: go on until they have something to lose, a minute at most."""
    deadline = time.monotonic() + 60
    time.sleep(2)
    while sum(len(writer.shown) for writer in writers) < WRITERS and time.monotonic() < deadline:
        time.sleep(0.5)


def assert_nothing_was_lost_or_doubled(site: LiveSite, writers: list[Writer]) -> None:
    shown = {typed(code): words for writer in writers for code, words in writer.shown.items()}
    assert len(shown) == sum(len(writer.shown) for writer in writers), "a code was given twice"
    with _app(site).app_context():
        rows = db.session.execute(
            sa.select(Submission.receipt_code, Comment.body).join(Comment, Comment.submission_id == Submission.id)
        ).all()
        kept = {row.receipt_code: row.body for row in rows}
        assert len(kept) == len(rows)
        assert len({row.body for row in rows}) == len(rows), "an opinion was stored twice"
        db.engine.dispose()
    assert {code: kept.get(code) for code in shown} == shown
    assert len(shown) >= WRITERS, "the writers hardly wrote"
    checked = site.danban("tallies", "check")
    assert "No difference." in checked.stdout


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def test_a_few_kills_lose_and_double_nothing(make_site: Callable[..., LiveSite], kind: str) -> None:
    site = make_site(kind)
    writers = torment(site, kills=4, seed=10)
    assert_nothing_was_lost_or_doubled(site, writers)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_fifty_kills_lose_and_double_nothing(make_site: Callable[..., LiveSite], kind: str) -> None:
    site = make_site(kind)
    writers = torment(site, kills=50, seed=50)
    assert_nothing_was_lost_or_doubled(site, writers)


def _app(site: LiveSite) -> Flask:
    return create_app(
        {
            "SQLALCHEMY_DATABASE_URI": site.database_url,
            "DANBAN_INSTANCE": str(site.folder / "instance"),
            "WAKE_WORKER": False,
        }
    )
