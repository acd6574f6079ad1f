"""kill -9 of web, worker and rebuilds at random moments under writers and moderators: the index equals the database."""

import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import Role
from accounts.queries import get_agency
from app import create_app
from consultations.models import Comment, Consultation, GuestPolicy
from core import clock, outbox
from core.db import db, transaction
from core.outbox import OutboxRow
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import ReviewStatus
from search import services
from search.services import opening
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, publish, say
from tests.factories import make_staff
from tests.support.site import ROOT, LiveSite, kill

PAIRS = [("sqlite", "whoosh"), ("sqlite", "tantivy"), ("postgresql", "postgres")]
WORDS = [
    "đất",
    "rừng",
    "vườn",
    "ruộng",
    "bồi",
    "thường",
    "thu",
    "hồi",
    "giá",
    "thời",
    "hạn",
    "hồ",
    "sơ",
    "người",
    "dân",
]


@dataclass
class Crowd:
    """Opinions are sent, published and taken back at random, each in a transaction of its own."""

    app: Flask
    seed: int
    stop: threading.Event
    done: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        chance = random.Random(self.seed)
        with self.app.app_context():
            with transaction():
                consultation_id = make_published(get_agency("BYT"), guests=GuestPolicy.NAMED).id
            while not self.stop.is_set():
                try:
                    with transaction():
                        self._act(chance, db.session.get_one(Consultation, consultation_id))
                    self.app.extensions["danban.wake"]()
                    self.done += 1
                except sa.exc.OperationalError:
                    continue  # the database was busy with somebody who is dead now
                except BaseException as error:
                    self.errors.append(error)
                    return
            db.session.remove()

    def _act(self, chance: random.Random, consultation: Consultation) -> None:
        if chance.random() < 0.5:
            body = " ".join(chance.choices(WORDS, k=8))
            comment = say(consultation, chance.choice(("khoản 1 Điều 2", "")), body)
            if chance.random() < 0.8:
                publish(consultation, comment)
            return
        ids = db.session.scalars(sa.select(Comment.id).where(Comment.consultation_id == consultation.id)).all()
        if not ids:
            return
        case = moderation_queries.get_case_of("comment", chance.choice(ids))
        moderator = make_staff(Role.MODERATOR, agency_of(consultation))
        if case.status == ReviewStatus.PENDING:
            moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        else:
            moderation.undo(case.id, by=moderator, version=case.version)


@dataclass
class Searcher:
    """Searches all the time. A site that is down is no matter; an answer of 500 is."""

    url: str
    stop: threading.Event
    answers: int = 0
    failures: list[str] = field(default_factory=list)

    def run(self) -> None:
        chance = random.Random(3)
        while not self.stop.is_set():
            query = urllib.parse.urlencode({"q": " ".join(chance.choices(WORDS, k=2))})
            try:
                with urllib.request.urlopen(f"{self.url}/tim-kiem/?{query}", timeout=20) as answer:  # noqa: S310  # our own
                    answer.read()
                self.answers += 1
            except urllib.error.HTTPError as error:
                self.failures.append(f"{error.code} {error.read()[:500]!r}")
            except (OSError, HTTPException):
                pass
            time.sleep(0.1)


def torment(site: LiveSite, app: Flask, seconds: float, seed: int) -> tuple[Crowd, Searcher]:
    """Let them write and search, and kill something now and then, a rebuild half-way too."""
    chance, stop = random.Random(seed), threading.Event()
    site.start()
    crowd, searcher = Crowd(app, seed, stop), Searcher(site.url, stop)
    threads = [threading.Thread(target=each.run) for each in (crowd, searcher)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    number = 0
    try:
        while time.monotonic() < until or number < 4:
            number += 1
            time.sleep(chance.uniform(0.2, 1.2))
            if number % 4 == 0:
                _rebuild_and_kill(site, chance.uniform(0.8, 2.0))
            elif number % 10 == 9:
                site.crash()
                site.start()
            else:
                kill([chance.choice(site.processes()[1:] or [0])])
        site.wait_until_it_answers()
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    return crowd, searcher


def _rebuild_and_kill(site: LiveSite, after: float) -> None:
    command = [sys.executable, "-m", "app.cli", "search", "rebuild"]
    with subprocess.Popen(
        command, env=site.environ(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(after)
        kill([process.pid])


def assert_index_equals_database(site: LiveSite, app: Flask) -> None:
    """After all work is done: what a dead worker had in hand is not waited for."""
    site.crash()
    with app.app_context():
        services.heal()
        for _round in range(5):
            with transaction():
                db.session.execute(sa.update(OutboxRow).values(due_at=clock.now()))
            outbox.drain()
        waits = db.session.scalars(sa.select(OutboxRow.topic).where(OutboxRow.topic.like("search.%"))).all()
        assert waits == []
        public = sa.select(sa.func.count()).where(Comment.status == ReviewStatus.PUBLISHED)
        comments = db.session.scalar(public) or 0
        held = sum(type_ == "comment" for type_, _id in services.engine().fingerprints())
        assert held == comments > 0
        db.session.remove()
        opening.close_all()
    assert "No difference." in site.danban("search", "verify").stdout


def survive(make_site: Callable[..., LiveSite], database: str, engine: str, seconds: float) -> None:
    site = make_site(database, SEARCH_ENGINE=engine)
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": site.database_url,
            "DANBAN_INSTANCE": str(site.folder / "instance"),
            "MAIL_URL": f"file://{site.folder / 'mail'}",
            "SEARCH_ENGINE": engine,
            "WAKE_WORKER": False,
        }
    )
    crowd, searcher = torment(site, app, seconds, seed=int(seconds))
    assert crowd.errors == []
    assert searcher.failures == []
    assert crowd.done > 5
    assert searcher.answers > 0
    assert_index_equals_database(site, app)
    with app.app_context():
        db.engine.dispose()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("database", "engine"), [PAIRS[0], *(pytest.param(*pair, marks=pytest.mark.soak) for pair in PAIRS[1:])]
)
def test_seconds_of_kills_leave_no_difference(make_site: Callable[..., LiveSite], database: str, engine: str) -> None:
    survive(make_site, database, engine, seconds=20 / len(PAIRS))


@pytest.mark.soak
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(("database", "engine"), PAIRS)
def test_three_minutes_of_kills_leave_no_difference(
    make_site: Callable[..., LiveSite], database: str, engine: str
) -> None:
    survive(make_site, database, engine, seconds=180)
