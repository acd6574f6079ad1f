"""A run goes in steps: by the worker, once, on after a crash, and around what people decide meanwhile."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import Agency, Person, Role
from consultations.models import Consultation
from core.db import db
from opinions.models import GroupingRun, OpinionFamily, RunStage
from opinions.queries import runs
from opinions.services import grouping, grouping_families, grouping_runs, grouping_stages
from opinions.services.grouping_stages import STAGES
from tests.conftest import Danban
from tests.consultations.drafts import make_published
from tests.factories import make_agency, make_staff
from tests.opinions.many import LETTER, Place, add, grouped, place_of, proposed

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def drafter(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def place(consultation: Consultation) -> Place:
    return place_of(consultation, "khoản 1 Điều 2")


class TestARun:
    def test_is_done_by_the_worker_in_steps(self, place: Place, outbox_drained: Callable[[], int]) -> None:
        add(place, [LETTER] * 3)
        db.session.commit()
        outbox_drained()
        found = grouping_runs.request_run(place.consultation, by=None)
        grouping_runs.enqueue(found)
        run_id = found.id
        db.session.commit()
        assert outbox_drained() == len(STAGES)
        done = db.session.get_one(GroupingRun, run_id, populate_existing=True)
        assert (done.stage, done.families, done.proposals) == (RunStage.DONE, 1, 1)
        assert runs.progress_of(done).percent == 100

    def test_is_one_at_a_time(self, place: Place) -> None:
        first = grouping_runs.request_run(place.consultation, by=None)
        assert grouping_runs.request_run(place.consultation, by=None).id == first.id

    def test_goes_on_after_a_crash_and_begins_again_without_its_files(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(grouping_families, "READ_AT_ONCE", 2)
        ids = add(place, [LETTER] * 5)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(4):
            grouping_runs.advance(run_id, STAGES)
        (grouping_runs._folder(run_id) / grouping_families.JOINED).unlink()
        list(grouping_runs.watch(run_id, STAGES))
        assert proposed(place) == [set(ids)]

    def test_writes_once_when_two_workers_do_the_same_step(self, place: Place) -> None:
        add(place, [LETTER] * 3)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(2):
            grouping_runs.advance(run_id, STAGES)

        def overtaken(run: GroupingRun, folder: object) -> grouping_runs.Step:
            step = grouping_families.keep(run, grouping_runs._folder(run_id))
            db.session.rollback()
            grouping_runs.advance(run_id, STAGES)
            return step

        grouping_runs.advance(run_id, {**STAGES, RunStage.KEEPING: overtaken})
        list(grouping_runs.watch(run_id, STAGES))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OpinionFamily)) == 1

    def test_that_fails_says_so_and_lets_another_be_asked_for(
        self, place: Place, outbox_drained: Callable[[], int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(place, [LETTER] * 3)

        def broken(*_: object) -> None:
            raise ValueError("không đọc được")

        monkeypatch.setitem(grouping_stages.STAGES, RunStage.JOINING, broken)
        found = grouping_runs.request_run(place.consultation, by=None)
        grouping_runs.enqueue(found)
        db.session.commit()
        outbox_drained()
        db.session.refresh(found)
        assert (found.stage, found.error) == (RunStage.FAILED, "ValueError")
        assert grouping_runs.request_run(place.consultation, by=None).id != found.id

    def test_leaves_alone_what_was_decided_while_it_was_worked_out(self, place: Place, drafter: Person) -> None:
        ids = add(place, [LETTER] * 3)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(3):
            grouping_runs.advance(run_id, STAGES)

        def slow(run: GroupingRun, folder: object) -> grouping_runs.Step:
            step = grouping_stages.propose(run, grouping_runs._folder(run_id))
            grouping.create_group(place.consultation, place.document_id, place.place, ids[:1], title="", by=drafter)
            db.session.commit()
            return step

        grouping_runs.advance(run_id, {**STAGES, RunStage.PROPOSING: slow})
        assert (list(grouped(place).values()), proposed(place)) == ([set(ids[:1])], [set(ids[1:])])

    def test_shared_out_to_processes_finds_the_same(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = add(place, [LETTER] * 3)
        monkeypatch.setattr(grouping_stages, "WORTH_IT", 0)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        list(grouping_runs.watch(run_id, STAGES))
        assert proposed(place) == [set(ids)]

    def test_is_a_command(self, place: Place, danban: Danban) -> None:
        add(place, [LETTER] * 3)
        done = danban("opinions", "group", str(place.consultation.id))
        assert done.exit_code == 0, done.output
        assert "3 opinions, 1 new families, 1 proposals" in done.output
        assert danban("opinions", "group", "987654").exit_code == 1
