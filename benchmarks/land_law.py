"""The Land Law of 2023 once more: twelve million opinions on PostgreSQL, in pieces that can be stopped anywhere.

    python benchmarks/land_law.py --database postgresql://… --folder f --seconds 240
                                                    a piece of it; again and again until it is done
    python benchmarks/land_law.py --database postgresql://… --folder f --upto 500000
                                                    the same with fewer; later with more, from there

Stages: a file of 100,000 opinions is made (benchmarks/_opinions.py, with a seed of its own) and imported as a batch,
121 times; the tallies are compared with a count; families are found; everything is written as .csv; a million ticks are
written, to reckon 280 million by. Prints for each stage the time on the clock, the processor time of our processes (the
server has its own), their peak memory and what the database takes on disk. The .csv is one piece, however long.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from accounts.seed import seed_agencies
from app import create_app, database
from benchmarks import _draft, _opinions
from consultations.models import (
    Batch,
    BatchState,
    Channel,
    Consultation,
    Tick,
    TickItem,
    TickTally,
    Verification,
)
from consultations.services import tallies
from core import bulk, clock, files
from core.db import db, transaction
from opinions.exports.making import export
from opinions.imports import running
from opinions.models import ExportKind, GroupingRun, OpinionFamily, RunStage
from opinions.services import grouping_runs, importing
from opinions.services.grouping_stages import STAGES

OPINIONS = 12_100_000
TICKS = 1_000_000
TICKS_ASKED = 280_226_909
AT_ONCE = 10_000
NAME = "bench_land_law"
LINE = "{:<12}{:>14}{:>10}{:>12}{:>10}{:>10}{:>10}"
FAMILIES = (RunStage.READING, RunStage.JOINING, RunStage.KEEPING)


class Enough(Exception):
    """Why a run goes no further."""


class Work:
    """What is done so far, kept in the folder: of each stage rows, seconds, processor seconds, peak and disk in MB."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self._path = folder / "land_law.json"
        self._until = time.monotonic() + seconds
        self.facts: dict[str, Any] = {"made": 0, "imported": 0, "run": 0, "ended": [], "stages": {}}
        if self._path.exists():
            self.facts = json.loads(self._path.read_text())

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[int], None]]:
        """Time what is inside; it tells how many rows it has dealt with."""
        done = 0

        def add(rows: int) -> None:
            nonlocal done
            done += rows

        began, cpu = time.perf_counter(), _processor_seconds()
        yield add
        kept = self.facts["stages"].setdefault(name, {"rows": 0, "seconds": 0.0, "cpu": 0.0, "peak": 0.0, "disk": 0.0})
        kept["rows"] += done
        kept["seconds"] += time.perf_counter() - began
        kept["cpu"] += _processor_seconds() - cpu
        kept["peak"] = max(kept["peak"], _peak())
        kept["disk"] = _disk()
        self.keep()

    def begin_again(self) -> None:
        """More opinions came in: what was found among the fewer is worked out anew. Ticks stand for themselves."""
        if set(self.facts["ended"]) - {"ticks"}:
            self.facts["ended"] = [name for name in self.facts["ended"] if name == "ticks"]
            for name in ("tallies", *FAMILIES, "csv"):
                self.facts["stages"].pop(str(name), None)

    def keep(self) -> None:
        self._path.write_text(json.dumps(self.facts))


def _processor_seconds() -> float:
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _peak() -> float:
    """MB of this process and of the largest of those that read ahead for it."""
    peaks = (resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(peaks) / 1024


def _disk() -> float:
    return float(db.session.scalar(sa.select(sa.func.pg_database_size(NAME))) or 0) / 2**20


def import_all(work: Work, upto: int) -> None:
    """Make and import file after file; the batch that was begun goes on first."""
    facts = work.facts
    while facts["imported"] < upto and work.left > 0:
        work.begin_again()
        path = work.folder / f"opinions-{facts['imported'] // _opinions.PIECE:03}.csv"
        count = min(_opinions.PIECE, upto - facts["imported"])
        if facts["made"] <= facts["imported"]:
            with work.stage("made") as add:
                seed = 20230131 + facts["imported"] // _opinions.PIECE
                _opinions.write(count, path, path.with_suffix(".truth.csv"), _opinions.outline_of(), seed)
                add(count)
            facts["made"] += count
        with work.stage("import") as add:
            batch_id, before = _batch(path)
            running.run(batch_id, seconds=max(work.left, 1))
            batch = db.session.get_one(Batch, batch_id, populate_existing=True)
            add(batch.rows_read - before)
        if batch.state != BatchState.DONE:
            return
        facts["imported"] += batch.rows_read
        path.unlink()
        work.keep()


def _batch(path: Path) -> tuple[int, int]:
    """The batch of this file and how many of its rows are in: the one that was begun, or a new one."""
    with transaction():
        unfinished = db.session.scalar(sa.select(Batch).where(Batch.state == BatchState.RUNNING))
        if unfinished is not None:
            importing.resume(unfinished, in_worker=False)
            return unfinished.id, unfinished.rows_read
        with path.open("rb") as stream:
            stored = files.save_upload(stream, path.name, kinds=running.KINDS, limit=2**40)
        source = running.open_source(stored.path, stored.name)
        consultation = db.session.scalars(sa.select(Consultation)).one()
        layout = running.guess_layout(source, consultation.id).to_json()
        batch = importing.open_batch(
            consultation, stored, channel=Channel.LETTER, layout=layout, expected=source.facts.expected, by=None
        )
        importing.start_import(batch, in_worker=False)
        return batch.id, 0


def check_tallies(work: Work) -> None:
    with work.stage("tallies") as add:
        differing = tallies.differences()
        add(work.facts["imported"])
    if differing:
        raise SystemExit(f"tallies differ from a count: {differing}")


def find_families(work: Work) -> bool:
    """The stages of a run up to proposing; whether they are over."""
    consultation = db.session.scalars(sa.select(Consultation)).one()
    with transaction():
        run_id = grouping_runs.request_run(consultation, by=None).id
    while (stage := db.session.get_one(GroupingRun, run_id, populate_existing=True).stage) in FAMILIES:
        if work.left <= 0:
            return False
        with work.stage(f"{stage}") as add:
            grouping_runs.advance(run_id, STAGES)
            add(work.facts["imported"] if stage == RunStage.JOINING else 0)
    grouping_runs.fail(run_id, Enough())  # groups are proposed by benchmarks/grouping.py; another run may begin
    return True


def write_csv(work: Work) -> None:
    consultation = db.session.scalars(sa.select(Consultation).options(joinedload(Consultation.agency))).one()
    with work.stage("csv") as add, export(consultation, ExportKind.CSV) as file:
        add(work.facts["imported"])
        work.facts["csv_mb"] = file.seek(0, os.SEEK_END) / 2**20


def write_ticks(work: Work) -> None:
    """A million ticks of guests on one item, as the service keeps them, with their tally."""
    with transaction():
        item = _item()
        item_id = item.id
    table, tick_tally = Tick.metadata.tables["tick"], {"item_id": item_id, "verification": Verification.GUEST}
    columns = ("item_id", "guest_hash", "verification", "agrees", "version_number", "created_at", "changed_at")
    before = _disk()
    with work.stage("ticks") as add:
        for start in range(0, TICKS, AT_ONCE):
            now = clock.now() - timedelta(seconds=start % 86_400)
            with transaction():
                guest = Verification.GUEST.value
                rows = [
                    [item_id, f"{n * 2654435761 % 2**64:064x}", guest, n % 400 != 0, 1, now, now]
                    for n in range(start, start + AT_ONCE)
                ]
                bulk.insert_rows(table, columns, rows)
                for agrees in (True, False):
                    count = sum(row[3] is agrees for row in rows)
                    tallies.change(TickTally, {**tick_tally, "agrees": agrees}, count)
            add(AT_ONCE)
    work.facts["bytes_a_tick"] = (_disk() - before) * 2**20 / TICKS


def _item() -> TickItem:
    consultation = db.session.scalars(sa.select(Consultation)).one()
    batch = db.session.execute(sa.text("SELECT document_id FROM comment LIMIT 1")).one()
    item = TickItem(
        consultation_id=consultation.id, document_id=batch.document_id, place=0, question="", created_at=clock.now()
    )
    db.session.add(item)
    db.session.flush()
    return item


def report(work: Work) -> None:
    print(f"{work.facts['imported']:,} of {OPINIONS:,} opinions are in")
    print(LINE.format("stage", "rows", "s", "rows/s", "cpu s", "peak MB", "disk MB"))
    for name, one in work.facts["stages"].items():
        rate = f"{one['rows'] / max(one['seconds'], 0.01):,.0f}" if one["rows"] else ""
        figures = (one["rows"], one["seconds"], one["cpu"], one["peak"], one["disk"])
        rows, seconds, cpu, peak, disk = (f"{figure:,.0f}" for figure in figures)
        print(LINE.format(name, rows, seconds, rate, cpu, peak, disk))
    families = db.session.scalar(sa.select(sa.func.count()).select_from(OpinionFamily)) or 0
    print(f"{families:,} families; .csv of {work.facts.get('csv_mb', 0):,.0f} MB")
    if "bytes_a_tick" in work.facts:
        ticks = work.facts["stages"]["ticks"]
        disk = work.facts["bytes_a_tick"] * TICKS_ASKED / 2**30
        hours = TICKS_ASKED * ticks["seconds"] / ticks["rows"] / 3600
        print(f"reckoned for {TICKS_ASKED:,} ticks: {disk:,.0f} GB on disk, {hours:,.1f} h in bulk")


def prepare(work: Work, server: str) -> str:
    """The address of the database, which is made at the first piece."""
    url = sa.make_url(server.replace("postgresql://", "postgresql+psycopg://", 1))
    if not work.facts["stages"]:
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
            connection.exec_driver_sql(f"CREATE DATABASE \"{NAME}\" TEMPLATE template0 ENCODING 'UTF8'")
    return url.set(database=NAME).render_as_string(hide_password=False)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", required=True, help="a PostgreSQL server whose user may create databases")
    options.add_argument("--folder", type=Path, required=True, help="files, and what is done so far")
    options.add_argument("--upto", type=int, default=OPINIONS)
    options.add_argument(
        "--seconds", type=float, default=1e9, help="stop at the first step that passes so many seconds"
    )
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    work = Work(given.folder, given.seconds)
    url = prepare(work, given.database)
    app = create_app({"DANBAN_INSTANCE": str(given.folder), "SQLALCHEMY_DATABASE_URI": url, "WAKE_WORKER": False})
    with app.app_context():
        if not work.facts["stages"]:
            with work.stage("prepared"):
                database.upgrade(app)
                with transaction():
                    seed_agencies()
                _draft.make_draft(_opinions.outline_of(), "Luật Đất đai (sửa đổi)")
        import_all(work, given.upto)
        steps = (("tallies", check_tallies), ("families", find_families), ("csv", write_csv), ("ticks", write_ticks))
        for name, step in steps:
            if work.facts["imported"] < given.upto or work.left <= 0:
                break
            if name not in work.facts["ended"] and step(work) is not False:
                work.facts["ended"].append(name)
                work.keep()
        report(work)


if __name__ == "__main__":
    main()
