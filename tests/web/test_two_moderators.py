"""Two moderators at one queue, each in a browser of their own: no decision is lost, none is made twice.

Both take what waits longest, as the queue offers it, so that they meet all the time; how long each looks before a key
is pressed is drawn from a seed.
"""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, sync_playwright

from accounts.models import Person
from consultations.models import Comment
from consultations.services import tallies
from core.db import db
from moderation.models import ReviewAction, ReviewCase, ReviewLog
from moderation.services import sealing
from tests.support import chromium
from tests.support.missing import skip_or_fail
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.office import CLAUSE, MODERATOR, SECOND_MODERATOR

pytestmark = [pytest.mark.browser, pytest.mark.soak]

ITEMS = 100
SEEDS = range(3)
LONGEST_LOOK_MS = 120
KEYS = {"published": ("p",), "spam": ("s",), "refused": ("1", "r")}


@dataclass(frozen=True)
class Told:
    """What the site said to a moderator about their decision: ``made``, or that somebody was first."""

    case_id: int
    decision: str
    made: bool


class Moderator:
    """Somebody who works through the queue by keyboard."""

    def __init__(self, page: Page, consultation_id: int, pick: random.Random) -> None:
        self.page, self.queue, self.pick = page, f"/kiem-duyet/?dot={consultation_id}", pick

    def work(self) -> list[Told]:
        """Until nothing is left."""
        told = []
        while case_id := self._next():
            decision = self.pick.choice(list(KEYS))
            self.page.wait_for_timeout(self.pick.randrange(LONGEST_LOOK_MS))
            told.append(Told(case_id, decision, made=self._decide(decision)))
        return told

    def _next(self) -> int:
        """The case that the queue shows; 0 when it is empty."""
        self.page.goto(self.queue, wait_until="networkidle")
        form = self.page.locator("form[action*='/quyet-dinh']")
        if not form.count():
            return 0
        action = urlsplit(str(form.get_attribute("action"))).path
        return int(action.split("/")[2])

    def _decide(self, decision: str) -> bool:
        *before, last = KEYS[decision]
        for key in before:
            self.page.keyboard.press(key)
        with self.page.expect_navigation() as answered:
            self.page.keyboard.press(last)
        status = answered.value.status
        assert status in (200, 409), (status, self.page.url)
        if status == 409:
            assert "Không có gì bị ghi đè" in self.page.content()
        else:
            assert "vua" in parse_qs(urlsplit(self.page.url).query)
        return status == 200


def sit_down(site: LiveSite, email: str, consultation_id: int, seed: int) -> list[Told]:
    """A browser of one's own, in a thread of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find_chromium(), args=chromium.flags())
        page = browser.new_context(base_url=site.url, locale="vi-VN").new_page()
        steps.sign_in(page, email)
        told = Moderator(page, consultation_id, random.Random(seed)).work()
        browser.close()
    return told


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_decision_is_lost_and_none_is_made_twice(site: LiveSite, seed: int) -> None:
    if chromium.find_chromium() is None:
        skip_or_fail("Chromium is not installed")
    place = office.open_consultation(site, title=f"Luật Hai người {seed}", articles=("26",))[CLAUSE]
    for number in range(ITEMS):
        office.send_comment(site, place, body=f"Ý kiến chờ xem số {number} của lần {seed}")
    with ThreadPoolExecutor(2) as both:
        first, second = (
            both.submit(sit_down, site, email, place.consultation_id, 2 * seed + n)
            for n, email in enumerate((MODERATOR, SECOND_MODERATOR))
        )
        told = {MODERATOR: first.result(), SECOND_MODERATOR: second.result()}
    assert any(not one.made for of in told.values() for one in of), "they never met: nothing was tried"
    _must_agree(site, place.consultation_id, told)


def _must_agree(site: LiveSite, consultation_id: int, told: dict[str, list[Told]]) -> None:
    """What each was told is what the log says, once for each case; and the texts and counts followed."""
    made = {(one.case_id, email, one.decision) for email, of in told.items() for one in of if one.made}
    with office.inside(site):
        logged = _decisions(consultation_id)
        assert len(logged) == ITEMS
        assert {(row.case_id, row.email, row.to_status) for row in logged} == made
        assert [row.to_status for row in logged] == [row.case_status for row in logged]
        assert [row.to_status for row in logged] == [row.comment_status for row in logged]
        assert not any(row.awaiting for row in logged)
        assert tallies.differences() == {}

    def sealed() -> bool:
        with office.inside(site):
            return sealing.unsealed() == 0 and sealing.verify() == []

    steps.eventually(sealed)


def _decisions(consultation_id: int) -> Sequence["sa.Row[int, str, str, str, str, bool]"]:
    """Every decision of the consultation, with what became of its case and its comment."""
    return db.session.execute(
        sa.select(
            ReviewLog.case_id,
            Person.email,
            ReviewLog.to_status,
            ReviewCase.status.label("case_status"),
            Comment.status.label("comment_status"),
            ReviewCase.awaiting,
        )
        .join(ReviewCase, ReviewCase.id == ReviewLog.case_id)
        .join(Person, Person.id == ReviewLog.actor_id)
        .join(Comment, sa.and_(Comment.id == ReviewCase.subject_id, ReviewCase.subject_type == "comment"))
        .where(ReviewCase.context_id == consultation_id, ReviewLog.action == ReviewAction.DECIDE)
        .order_by(ReviewLog.id)
    ).all()
