"""What is not public is never found, counted, suggested, completed or shown: not even before the index has followed."""

import random
from collections.abc import Callable
from itertools import product
from string import ascii_lowercase

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Comment, ConsultationState
from core import outbox
from core.db import db
from moderation.models import ReviewStatus
from search import queries, services
from search.analysis import terms
from search.documents import Facet
from search.engines.base import SearchQuery
from search.query import parse
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_staff
from tests.search.conftest import ENGINES
from tests.search.library import Library, change
from tests.support.limits import SOAK

WORDS = [
    f"q{one}{two}" for one, two in product(ascii_lowercase, repeat=2)
]  # each text of the walk holds one of its own
STEPS = 1_000 if SOAK else 24


class Walk:
    """Notes are published, hidden, rewritten and removed at random; now and then the worker indexes, or rebuilds."""

    def __init__(self, library: Library, seed: int) -> None:
        self.library = library
        self.chance = random.Random(seed)
        self.words = iter(WORDS * (1 + STEPS // len(WORDS)))
        self.gone: set[str] = set()  # words of texts that were replaced
        for id_ in library.texts:
            self.rewrite(id_)
        self.gone.clear()

    def rewrite(self, id_: int) -> None:
        word = next(self.words)
        self.gone -= {word}
        if id_ in self.library.texts:
            self.gone.add(self.library.texts[id_].split()[-1])
        change(self.library, id_, text=f"vườn cây {word}")

    def step(self) -> None:
        id_ = self.chance.choice(sorted(self.library.texts))
        match self.chance.randrange(8):
            case 0 | 1:
                change(self.library, id_, hidden=True)
            case 2 | 3:
                change(self.library, id_, hidden=False)
            case 4:
                self.rewrite(id_)
            case 5 | 6:
                outbox.drain()
            case 7:
                services.rebuild() if self.chance.random() < 0.2 else services.step()

    def check(self) -> None:
        """Only what is public and indexed may be found, in whatever way is asked."""
        found = services.find(SearchQuery(words=parse("vườn", terms), facets=tuple(Facet), limit=100))
        waiting = {id_ for _type, id_ in queries.list_waiting(10_000) or ()}
        visible = set(self.library.public) - (set() if found.notice else waiting)
        assert {item.hit.id for item in found.found} == visible
        assert found.total == sum(row.count for row in found.by_lineage) or not found.by_lineage
        assert all(sum(counts.values()) in (0, len(visible)) for counts in found.facets.values())
        shown = {self.library.texts[id_].split()[-1] for id_ in visible}
        secret = {text.split()[-1] for text in self.library.texts.values()} | self.gone
        for word in self.chance.sample(sorted(secret - shown), min(2, len(secret - shown))):
            self._cannot_be_learnt(word)
        for word in self.chance.sample(sorted(shown), min(1, len(shown))):
            assert services.exists(parse(word, terms))

    @staticmethod
    def _cannot_be_learnt(word: str) -> None:
        for text in (f'"cây {word}"', f"vườn -{word}x {word}", f"{word} OR {word}x"):
            found = services.find(SearchQuery(words=parse(text, terms), facets=tuple(Facet)))
            assert (found.total, list(found.found)) == (0, []), text
            assert not any(found.facets.values()), text
        assert not services.exists(parse(word, terms))
        for typed in (word[:2], f"cây {word[:2]}"):
            assert not any(word in suggestion for suggestion in services.suggest(typed) if suggestion != typed)


@pytest.mark.parametrize("site_engine", ENGINES, indirect=True)
def test_a_hidden_text_cannot_be_learnt_by_any_way_of_asking(library: Library) -> None:
    walk = Walk(library, seed=5)
    for _ in range(STEPS):
        walk.step()
        walk.check()
    outbox.drain()
    walk.check()
    assert services.verify(lambda _seconds: None).is_none


@pytest.mark.parametrize("site_engine", ENGINES, indirect=True)
def test_the_same_without_an_index(library: Library, site_engine: str) -> None:
    walk = Walk(library, seed=6)
    for _ in range(4):
        walk.step()
        with db.session.begin_nested():
            queries.get_index(site_engine).current = None
        walk.check()


class TestEveryStatus:
    @pytest.fixture
    def secrets(self, app: Flask) -> dict[int, str]:
        """One opinion in every state, and a published one in a draft that is not; id → its own word."""
        consultation = make_published(make_agency())
        said: dict[int, str] = {}
        for number, status in enumerate(ReviewStatus):
            word = f"bimat{ascii_lowercase[number]}"
            comment = say(consultation, "khoản 1 Điều 2", f"Ý kiến {word}")
            publish(consultation, comment)
            db.session.execute(sa.update(Comment).where(Comment.id == comment.id).values(status=status))
            said[comment.id] = word
        other = make_published(make_agency())
        comment = say(other, "khoản 1 Điều 2", "Ý kiến bimatz")
        publish(other, comment)
        other.state = ConsultationState.DRAFT
        db.session.flush()
        return {**said, comment.id: "bimatz"}

    def test_only_published_opinions_of_public_drafts_are_found(
        self, app: Flask, client: FlaskClient, secrets: dict[int, str], outbox_drained: Callable[[], int]
    ) -> None:
        db.session.commit()
        outbox_drained()
        services.rebuild()
        status = {row.id: row.status for row in db.session.execute(sa.select(Comment.id, Comment.status))}
        visible = [word for id_, word in secrets.items() if status[id_] == ReviewStatus.PUBLISHED and word != "bimatz"]
        assert [word for word in secrets.values() if services.exists(parse(word, terms))] == visible
        assert len(visible) == 1
        assert services.suggest("bima") == visible
        page = client.get("/tim-kiem/", query_string={"q": "Ý kiến"}).text
        assert [word for word in secrets.values() if word in page] == visible

    def test_staff_find_no_more_than_anybody(
        self, app: Flask, login: Callable[..., FlaskClient], secrets: dict[int, str]
    ) -> None:
        db.session.commit()
        outbox.drain()
        services.rebuild()
        staff = login(make_staff(Role.MODERATOR, make_agency()))
        page = staff.get("/tim-kiem/", query_string={"q": "Ý kiến"}).text
        assert sum(word in page for word in secrets.values()) == 1
