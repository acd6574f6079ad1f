"""An import is killed half-way, in real processes: run again, it goes on, and every row is there once."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from consultations.models import Batch, BatchState, Comment
from core.db import db, transaction
from tests.consultations.drafts import make_published
from tests.factories import make_agency
from tests.opinions.sheets import adds_up, as_csv
from tests.support.limits import SOAK
from tests.support.site import ROOT, LiveSite

ROWS = 200_000 if SOAK else 21_000
"""More than ``ahead.WORTH_IT``: two processes are at work, and the one that writes is killed."""
PATIENCE = 200  # seconds


@pytest.mark.scaled
def test_kill_and_run_again(fresh_app: Flask, tmp_path: Path) -> None:
    with transaction():
        consultation_id = make_published(make_agency()).id
    site = LiveSite(fresh_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    path = tmp_path / "y-kien.csv"
    path.write_bytes(as_csv((f"khoản {n % 2 + 1} Điều 2", f"Người {n}", f"Lời {n}", "Góp ý") for n in range(ROWS)))
    command = [sys.executable, "-m", "app.cli", "opinions", "import", str(consultation_id), str(path)]
    for _death in range(2 if SOAK else 1):
        process = subprocess.Popen(command, env=site.environ(), cwd=ROOT, stderr=subprocess.DEVNULL)
        _wait_for_more_than(_rows())
        process.kill()
        process.wait()
    assert 0 < _rows() < ROWS
    assert "done" in site.danban(*command[3:]).stdout
    db.session.rollback()
    numbers = sa.select(
        sa.func.count(), sa.func.count(sa.distinct(Comment.batch_row)), sa.func.count(sa.distinct(Comment.body))
    )
    assert tuple(db.session.execute(numbers).one()) == (ROWS, ROWS, ROWS)
    batch = db.session.scalars(sa.select(Batch)).one()
    assert (batch.state, batch.rows_taken) == (BatchState.DONE, ROWS)
    assert adds_up()


def _rows() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Comment)) or 0


def _wait_for_more_than(rows: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while _rows() <= rows:
        assert time.monotonic() < deadline
        time.sleep(0.02)
