"""Nobody learns a hidden text from a page: list, snippet, counts, facets, strip, spelling, completion, file, letter."""

import random
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.indexing import reindex_comments
from consultations.models import Comment, Stance
from core import outbox
from core.db import db
from moderation.models import ReviewStatus
from search import queries, services
from search.services import saving
from tests.consultations.drafts import make_draft, make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_person, make_staff
from tests.search.conftest import ENGINES
from tests.support.limits import SOAK
from tests.support.mail import Mailbox

STEPS = 120 if SOAK else 5
OPINIONS = 8
PLACES = ("Điều 1", "khoản 1 Điều 2", "")
TOTAL = re.compile(r"Tìm thấy ([\d.]+) kết quả")
STRIP = re.compile(r'class="strip__cell heat-\d"[^>]*?aria-label="[^"]*?(\d+) kết quả"', re.DOTALL)
Login = Callable[..., FlaskClient]


class Site:
    """Opinions, each with a word of its own, change their states at random; some of it is indexed, some still waits."""

    def __init__(self, app: Flask, login: Login, seed: int) -> None:
        self.chance = random.Random(seed)
        first, *words = ("".join(self.chance.choices("bghklmnprstv", k=9)) for _ in range(OPINIONS + 1))
        agency = make_agency()
        make_draft(agency, f"Điều 1. Vườn cây {first}\nVườn cây {first} cần giữ lại.\n")  # nobody published it
        self.consultation = make_published(agency)
        self.opinions = {self._say(word): word for word in words}
        self.secrets = {first, *words}
        self.reader = make_person()
        self.visitors = [
            app.test_client(),
            login(self.reader, app.test_client()),
            *(login(make_staff(role, agency), app.test_client()) for role in (Role.MODERATOR, Role.DRAFTER)),
        ]
        self.saved = saving.save_search(self.reader, name="Vườn", address="q=vườn&loai=comment", is_watched=True)
        db.session.commit()
        services.rebuild()

    def _say(self, word: str) -> int:
        place, stance = self.chance.choice(PLACES), self.chance.choice(list(Stance))
        comment = say(self.consultation, place, f"Vườn cây {word} cần giữ lại.", stance=stance)
        publish(self.consultation, comment)
        return comment.id

    def step(self) -> None:
        """A change, as services make it: the row and the wish to index it in one transaction."""
        match self.chance.randrange(5):
            case 0 | 1 | 2:
                id_ = self.chance.choice(list(self.opinions))
                status = self.chance.choice([*ReviewStatus, ReviewStatus.PUBLISHED])
                db.session.execute(sa.update(Comment).where(Comment.id == id_).values(status=status))
                reindex_comments([id_])
                db.session.commit()
            case 3:
                outbox.drain()
            case 4:
                services.step() if self.chance.random() < 0.7 else services.rebuild()

    def visible(self) -> dict[int, str]:
        """What may be found: public, and no longer waiting for the index."""
        public = set(db.session.scalars(sa.select(Comment.id).where(Comment.status == ReviewStatus.PUBLISHED)))
        waiting = {id_ for _type, id_ in queries.list_waiting(10_000) or ()}
        return {id_: word for id_, word in self.opinions.items() if id_ in public - waiting}

    def check(self) -> None:
        shown = set(self.visible().values())
        visitor = self.chance.choice(self.visitors)
        self._all_that_is_found(visitor, shown)
        for word in self.chance.sample(sorted(self.secrets - shown), min(2, len(self.secrets - shown))):
            self._cannot_be_learnt(visitor, word)
        if shown:
            assert "<mark>" in _page(visitor, q=self.chance.choice(sorted(shown)))
        self._letter(len(shown))

    def _all_that_is_found(self, visitor: FlaskClient, shown: set[str]) -> None:
        """The list, its snippets, the counts, the facets, the strip of articles, and the file."""
        page = _page(visitor, q="vườn", loai="comment")
        assert {word for word in self.secrets if word in page} == shown
        total = TOTAL.search(page)
        assert int(total[1] if total else 0) == len(shown)
        assert sum(map(int, STRIP.findall(page))) <= len(shown)
        for group in re.findall(r'<h3 id="rong-[^"]+">.*?</ul>', page, re.DOTALL):
            assert sum(map(int, re.findall(r'<span class="count">(\d+)</span>', group))) <= len(shown)
        file = visitor.get("/tim-kiem/ket-qua.csv", query_string={"q": "vườn", "loai": "comment"}).text
        assert {word for word in self.secrets if word in file} == shown
        assert f"{len(shown)} dòng trong {len(shown)} kết quả" in file

    def _cannot_be_learnt(self, visitor: FlaskClient, word: str) -> None:
        """By asking for it, by misspelling it, by typing its beginning."""
        for typed in (word, f'"cây {word}"', f"vườn {word}", f"{word} OR {word}x"):
            page = _page(visitor, q=typed)
            assert "<mark>" not in page or f"<mark>{word}" not in page
            assert TOTAL.search(page) is None or typed.startswith("vườn"), typed
        slip = word[:-1]
        for typed in (slip, f"cây {slip}", f"vườn cây {slip}"):
            assert word not in _page(visitor, q=typed), typed
        for typed in (word[:4], f"cây {word[:4]}", f"cay {word[:4]}"):
            assert word not in visitor.get("/tim-kiem/goi-y", query_string={"q": typed}).text

    def _letter(self, number: int) -> None:
        """Who watches is told of what is public, however much was found before."""
        assert saving.found_by(self.saved)[1] == number


def _page(visitor: FlaskClient, **arguments: str) -> str:
    page = visitor.get("/tim-kiem/", query_string=arguments)
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize("site_engine", ENGINES, indirect=True)
def test_a_hidden_text_cannot_be_learnt_from_any_page(
    app: Flask, login: Login, site_engine: str, mailbox: Mailbox
) -> None:
    site = Site(app, login, seed=11)
    for _ in range(STEPS):
        site.step()
        site.check()
    site.saved.seen = []
    saving.look_for_news([site.saved.id])
    db.session.commit()
    visible = site.visible()
    outbox.drain()
    letters = mailbox.to(site.reader.email)
    assert [letter.subject for letter in letters if "kết quả mới" in letter.subject] == (
        [f"{len(visible)} kết quả mới cho “Vườn”"] if visible else []
    )
    assert not any(word in letter.body for letter in letters for word in site.secrets)


LEAKS = {
    "search.services.finding.queries.list_waiting": lambda _limit: frozenset(),
    "search.services.completing.exists": lambda *_asked: True,
    "search.services.asking.exists": lambda *_asked: True,
}


@pytest.mark.parametrize("site_engine", ["whoosh"], indirect=True)
@pytest.mark.parametrize("leak", LEAKS)
def test_planted_leaks_are_found(
    app: Flask, login: Login, site_engine: str, leak: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(app, login, seed=12)
    site.check()
    id_ = next(iter(site.opinions))
    db.session.execute(sa.update(Comment).where(Comment.id == id_).values(status=ReviewStatus.REFUSED))
    reindex_comments([id_])
    db.session.commit()
    visible = site.visible
    monkeypatch.setattr(leak, LEAKS[leak])
    monkeypatch.setattr(site, "secrets", {site.opinions[id_], *visible().values()})
    with pytest.raises(AssertionError):
        site.check()
