"""A run of the machine over a consultation: read, find families, keep them, propose groups; in steps of seconds.

Every step works without holding a lock and then writes in one transaction what it found and how far the run is. A
worker that dies between two steps loses one step; of two workers at the same step one writes. What a run carries from
step to step lies in files of the instance, without which it begins again.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Consultation
from core import clock, outbox
from core.db import db, rows_changed, transaction
from core.errors import Closed
from core.i18n import gettext as _
from core.settings import instance_folder
from opinions.models import GroupingRun, RunStage
from opinions.queries import runs

GROUP_TOPIC = "opinions.group"


class Lost(Exception):
    """The files of a run are gone."""


@dataclass(frozen=True)
class Step:
    """What a step found: where the run stands after it, and how to write it.

    ``write`` returns how many proposals it wrote; ``families``: how many are new.
    """

    stage: RunStage
    cursor: int
    done: int
    total: int
    write: Callable[[], int] = lambda: 0
    families: int = 0


Work = Callable[[GroupingRun, Path], Step]


def request_run(consultation: Consultation, *, by: Person | None, mixed: bool = False) -> GroupingRun:
    """A new run over a consultation; the one that is on already, if there is one. Raises Closed.

    ``mixed``: propose support and opposition as one where they say the same, which is otherwise never done.
    """
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không gom nhóm được nữa."))
    run = runs.find_unfinished(consultation.id)
    if run is None:
        now = clock.now()
        received = runs.count_received(consultation.id)
        run = GroupingRun(
            consultation_id=consultation.id,
            stage=RunStage.READING,
            step=0,
            mixed=mixed,
            total=received,
            opinions=received,
            requested_by_id=by.id if by else None,
            requested_at=now,
            moved_at=now,
        )
        db.session.add(run)
        db.session.flush()
    return run


def enqueue(run: GroupingRun) -> None:
    """Leave the next step to the worker."""
    outbox.enqueue(GROUP_TOPIC, {"run_id": run.id})


def advance(run_id: int, stages: dict[RunStage, Work]) -> bool:
    """Do one step; whether there is another. Commits by itself, and holds nothing while it works."""
    db.session.rollback()
    run = runs.find_run(run_id)
    if run is None or run.stage in runs.ENDED:
        return False
    seen = run.step
    folder = _folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        step = stages[run.stage](run, folder)
    except Lost:
        step = Step(RunStage.READING, 0, 0, run.opinions)
    db.session.rollback()
    with transaction():
        if _claim(run_id, seen, step) and (proposals := step.write()):
            mine = sa.update(GroupingRun).where(GroupingRun.id == run_id)
            db.session.execute(mine.values(proposals=GroupingRun.proposals + proposals))
    if step.stage in runs.ENDED:
        shutil.rmtree(folder, ignore_errors=True)
    return step.stage not in runs.ENDED


def watch(run_id: int, stages: dict[RunStage, Work]) -> Iterator[GroupingRun]:
    """Do the whole run here, and show it after each step."""
    more = True
    while more:
        more = advance(run_id, stages)
        run = runs.find_run(run_id)
        if run is not None:
            yield run


def fail(run_id: int, error: Exception) -> None:
    """Give a run up; another may be asked for."""
    with transaction():
        db.session.execute(
            sa.update(GroupingRun)
            .where(GroupingRun.id == run_id)
            .values(stage=RunStage.FAILED, finished_at=clock.now(), error=type(error).__name__[:200])
        )
    shutil.rmtree(_folder(run_id), ignore_errors=True)


def _claim(run_id: int, seen: int, step: Step) -> bool:
    now = clock.now()
    changed = rows_changed(
        sa.update(GroupingRun)
        .where(GroupingRun.id == run_id, GroupingRun.step == seen)
        .values(
            step=seen + 1,
            stage=step.stage,
            cursor=step.cursor,
            done=step.done,
            total=step.total,
            families=GroupingRun.families + step.families,
            moved_at=now,
            finished_at=now if step.stage in runs.ENDED else None,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    return changed == 1


def _folder(run_id: int) -> Path:
    return instance_folder() / "grouping" / str(run_id)
