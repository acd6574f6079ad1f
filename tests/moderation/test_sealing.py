"""The log can be checked: a changed, added or missing entry is found, and erasing a note breaks nothing."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import Role
from core.db import db
from moderation import services
from moderation.models import ReviewLog, ReviewSeal, ReviewStatus
from moderation.services import sealing
from tests.conftest import Danban
from tests.consultations.drafts import make_published
from tests.consultations.sending import say
from tests.factories import case_of, make_agency, make_staff
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def log(app: Flask) -> list[ReviewLog]:
    """Two seals over four entries."""
    agency = make_agency()
    consultation, moderator = make_published(agency), make_staff(Role.MODERATOR, agency)
    for _ in range(2):
        case = case_of(say(consultation, "Điều 1"))
        services.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=1, rule="insult", note="Xin viết lại")
        sealing.seal()
    return list(db.session.scalars(sa.select(ReviewLog).order_by(ReviewLog.id)))


def change(entry: ReviewLog, **values: object) -> None:
    db.session.execute(
        sa.update(ReviewLog)
        .where(ReviewLog.id == entry.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


class TestTheChain:
    def test_of_an_untouched_log_is_whole(self, log: list[ReviewLog]) -> None:
        assert len(log) == 4
        assert sealing.verify() == []
        assert sealing.unsealed() == 0

    @pytest.mark.parametrize(
        "values", [{"to_status": "published"}, {"rule": "off_topic"}, {"actor_id": None}, {"action": "undo"}]
    )
    def test_shows_a_changed_entry_and_every_link_after_it(
        self, log: list[ReviewLog], values: dict[str, object]
    ) -> None:
        change(log[1], **values)
        assert [fault.seal_id for fault in sealing.verify()] == [1]
        link = db.session.get_one(ReviewSeal, 1)
        link.digest = sealing._digest(1, sealing.FIRST)[1]  # whoever forges the seal as well must forge all later ones
        db.session.flush()
        assert [fault.seal_id for fault in sealing.verify()] == [2]

    def test_shows_a_missing_entry(self, log: list[ReviewLog]) -> None:
        db.session.execute(sa.delete(ReviewLog).where(ReviewLog.id == log[3].id))
        (fault,) = sealing.verify()
        assert (fault.seal_id, fault.sealed, fault.found) == (2, 2, 1)

    def test_shows_an_entry_that_was_slipped_in(self, log: list[ReviewLog]) -> None:
        slipped = ReviewLog(case_id=log[0].case_id, at=log[0].at, action="decide", to_status="spam", seal_id=1)
        db.session.add(slipped)
        db.session.flush()
        assert [fault.seal_id for fault in sealing.verify()] == [1]

    def test_shows_a_link_that_was_taken_out(self, log: list[ReviewLog]) -> None:
        for entry in log[:2]:
            db.session.execute(sa.delete(ReviewLog).where(ReviewLog.id == entry.id))
        db.session.execute(sa.delete(ReviewSeal).where(ReviewSeal.id == 1))
        assert [fault.seal_id for fault in sealing.verify()] == [2]

    def test_holds_when_a_note_is_erased(self, log: list[ReviewLog]) -> None:
        change(log[1], note="")
        assert sealing.verify() == []

    def test_leaves_nothing_behind_when_there_is_nothing_to_seal(self, log: list[ReviewLog]) -> None:
        assert sealing.seal() == 0
        assert db.session.scalar(sa.select(sa.func.count(ReviewSeal.id))) == 2

    def test_takes_as_many_statements_for_many_entries_as_for_few(
        self, log: list[ReviewLog], count_queries: CountQueries
    ) -> None:
        db.session.add_all(
            ReviewLog(case_id=log[0].case_id, at=log[0].at, action="report", to_status="published") for _ in range(300)
        )
        db.session.flush()
        with count_queries() as statements:
            assert sealing.seal() == 300
        assert len(statements) <= 6
        assert sealing.verify() == []


def test_the_worker_seals_after_every_change(outbox_drained: Callable[[], int]) -> None:
    say(make_published(make_agency()), "Điều 1")
    db.session.commit()
    assert sealing.unsealed() == 1
    outbox_drained()
    assert sealing.unsealed() == 0
    assert sealing.verify() == []


def test_the_command_says_whether_the_log_is_whole(log: list[ReviewLog], danban: Danban) -> None:
    answer = danban("moderation", "verify")
    assert (answer.exit_code, answer.output.splitlines()[0]) == (0, "The log is whole.")
    change(log[1], rule="off_topic")
    answer = danban("moderation", "verify")
    assert answer.exit_code == 1
    assert "seal 1" in answer.output
