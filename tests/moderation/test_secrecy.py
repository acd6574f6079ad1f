"""No hidden text is ever seen by a wrong person, whatever everybody does in whatever order; every change is logged."""

from typing import Any

import pytest
from flask import Flask, Response
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from forums import indexing
from forums.queries import posts
from forums.queries.posts import Viewer
from moderation.services import cases
from tests.moderation.secrecy.doors import unknown_arguments
from tests.moderation.secrecy.machine import Secrecy
from tests.moderation.secrecy.world import EVERYBODY, make_world
from tests.support.clock import FrozenClock
from tests.support.limits import SOAK
from tests.support.mail import Mailbox

EXAMPLES, STEPS = (60, 60) if SOAK else (2, 14)

once = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""What shows that the looks see something is the same on both databases."""


@pytest.fixture
def machine(app: Flask, frozen_clock: FrozenClock, mailbox: Mailbox) -> type[Secrecy]:
    class Here(Secrecy):
        make = staticmethod(lambda first: make_world(app, first=first))
        clock, swept = frozen_clock, EVERYBODY if SOAK else Secrecy.swept

    Here.mailbox = mailbox
    return Here


@once
def test_every_page_is_looked_at(app: Flask) -> None:
    """A new page must say what its address names: something that people wrote (OURS), or not."""
    assert not unknown_arguments(app), "say in tests/moderation/secrecy/doors.py what these arguments of addresses name"


@pytest.mark.scaled
@pytest.mark.timeout(3600 if SOAK else 300)
def test_no_hidden_text_is_seen_and_every_change_is_logged(machine: type[Secrecy]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SOAK,
            phases=list(Phase) if SOAK else [Phase.generate],  # to shrink takes minutes: make soak has them
            suppress_health_check=list(HealthCheck),
        ),
    )


class Latest:
    """Draws what came last, for a path that is written down."""

    def draw(self, strategy: Any) -> Any:
        return strategy.elements[-1]


def walk(machine: type[Secrecy]) -> None:
    """A topic, an answer that quotes it, a comment with a reply; each is hidden, and everybody looks."""
    made, latest = machine(), Latest()
    made.begin(first=False)
    made.keep_a_draft(author="minh")
    made.open_topic(author="lan")
    for write, said in (("post", {"quotes": True, "data": latest}), ("comment", {}), ("reply", {"data": latest})):
        getattr(made, write)(author="minh", **said)
        made.edit(data=latest)
        made.decide(who="kiem", to="refused" if write != "comment" else "published", alike=False, data=latest)
        for _viewer in EVERYBODY * 2:
            made.nothing_hidden_is_seen()
        made.work()
    made.teardown()


@once
def test_what_is_hidden_stays_hidden_on_the_usual_path(machine: type[Secrecy]) -> None:
    walk(machine)


def _page(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(Viewer, "sees", lambda *_: True)


def _feed(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(posts, "list_latest", lambda id_: posts.list_posts(id_, Viewer(None, True), cursor=None).items)


def _search(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    public = indexing._public

    def everything() -> Any:
        statement = public()
        statement._where_criteria = ()
        return statement

    monkeypatch.setattr(indexing, "_public", everything)


def _cache(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    def keep(response: Response) -> Response:
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    monkeypatch.setitem(app.after_request_funcs, None, [*app.after_request_funcs[None], keep])


def _log(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    entry = cases._entry
    monkeypatch.setattr(cases, "_entry", lambda case, _before, after, *more: entry(case, after, after, *more))


@once
@pytest.mark.parametrize(
    "plant", [_page, _log, *(pytest.param(leak, marks=pytest.mark.soak) for leak in (_feed, _search, _cache))]
)
def test_it_finds_what_is_planted(
    machine: type[Secrecy], monkeypatch: pytest.MonkeyPatch, app: Flask, plant: Any
) -> None:
    plant(monkeypatch, app)
    with pytest.raises(AssertionError):
        walk(machine)
