"""How fast opinions are imported, beside the bare insert of the same rows into the same tables and indexes.

    python benchmarks/import.py                             100,000 rows of .csv, SQLite
    python benchmarks/import.py --rows 1000000 --kill --database postgresql://…
    python benchmarks/import.py --xlsx                      the same rows as .xlsx
    python benchmarks/import.py --rows 1000000 --folder f --seconds 240
                                                            a piece of it; again and again until it is done

The bare insert is sqlite3's executemany, or psycopg's COPY, of the very rows that the import wrote (contributors,
submissions, comments), a chunk a transaction, with nothing to read or to understand. Each works on an empty database
of its own. "Steady": rows a second in the first and in the last fifth. Memory is the peak of a process of its own, and
of the one in which it reads ahead. ``--kill``: the process of the import is killed (-9) half-way, and it is gone on
with. In the end every row must be there once, and the tallies must be what a count finds.
Aims: at least half of the bare insert, the same at the end as in the beginning, below 500 MB at a million rows.
"""

import argparse
import csv
import json
import multiprocessing
import queue
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from accounts.seed import seed_agencies
from app import create_app, database
from benchmarks import _draft, _opinions
from consultations.models import Batch, Channel, Comment, Consultation, Contributor, Submission
from consultations.services import tallies
from core import files
from core.db import db, transaction
from opinions.imports import running
from opinions.services import importing

Marks = list[tuple[float, int]]
LINE = "{:<14}{:>10}{:>12}{:>14}{:>14}{:>10}"
TABLES = (Contributor, Submission, Comment)
COLUMNS = {model: [column.name for column in model.metadata.tables[model.__tablename__].columns] for model in TABLES}
"""All of them: what the import leaves to its defaults is written, too."""


def settings(folder: Path, url: str) -> dict[str, Any]:
    return {"DANBAN_INSTANCE": str(folder), "SQLALCHEMY_DATABASE_URI": url, "WAKE_WORKER": False}


def prepare(options: dict[str, Any]) -> int:
    """A database with the country's places and one draft; returns the consultation."""
    app = create_app(options)
    database.upgrade(app)
    with app.app_context():
        with transaction():
            seed_agencies()
        made = _draft.make_draft(_draft.first_provisions(_draft.LAW, _opinions.PROVISIONS), "Luật Bảo hiểm y tế")
        db.session.remove()
        db.engine.dispose()
    return made.consultation_id


class Work:
    """What is done so far, kept in the folder. Marks: (seconds of work, rows) of the import and of the bare insert."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._path = folder / "done.json"
        self._until = time.monotonic() + seconds
        self.facts: dict[str, Any] = {"import": [[0, 0]], "bare": [[0, 0]], "peak": {}, "ended": [], "deaths": 0}
        if self._path.exists():
            self.facts = json.loads(self._path.read_text())

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    def add(self, name: str, marks: Marks, megabytes: float, *, ended: bool) -> None:
        """Marks of one more process, whose clock began at its first mark."""
        known = self.facts[name]
        offset = known[-1][0] - (marks[0][0] if marks else 0)
        known += [[clock + offset, rows] for clock, rows in marks[1:]]
        self.facts["peak"][name] = max(self.facts["peak"].get(name, 0), megabytes)
        if ended:
            self.facts["ended"].append(name)
        self._path.write_text(json.dumps(self.facts))


def run_import(options: dict[str, Any], path: str, seconds: float, log: str) -> bool:
    """Import as ``danban opinions import`` does, for so long or to the end; whether it is over.

    Writes (moment, rows) after each chunk into the log, which outlives a process that is killed.
    """
    with create_app(options).app_context():
        with transaction():
            batch = db.session.scalars(sa.select(Batch)).one_or_none()
            if batch is None:
                batch = _open_batch(Path(path))
            else:
                importing.resume(batch, in_worker=False)
            batch_id, position = batch.id, batch.position
        with Path(log).open("w", buffering=1) as marks:
            marks.write(f"{time.perf_counter()} {max(position - 1, 0)}\n")
            return running.run(
                batch_id,
                seconds=seconds,
                report=lambda row, _all: marks.write(f"{time.perf_counter()} {row - 1}\n"),
            )


def read_marks(log: Path) -> Marks:
    lines = [line.split() for line in log.read_text().splitlines()]
    return [(float(moment), int(rows)) for moment, rows in lines]


def _open_batch(file: Path) -> Batch:
    consultation = db.session.scalars(sa.select(Consultation)).one()
    with file.open("rb") as stream:
        stored = files.save_upload(stream, file.name, kinds=running.KINDS, limit=2**40)
    source = running.open_source(stored.path, stored.name)
    batch = importing.open_batch(
        consultation,
        stored,
        channel=Channel.LETTER,
        layout=running.guess_layout(source, consultation.id).to_json(),
        expected=source.facts.expected,
        by=None,
    )
    importing.start_import(batch, in_worker=False)
    return batch


def run_bare(options: dict[str, Any], source: str, seconds: float) -> tuple[Marks, bool]:
    """Insert what the import wrote; the rows are taken out of its database chunk by chunk, off the clock."""
    clock, until = 0.0, time.monotonic() + seconds
    with create_app(options).app_context():
        foreign = sa.create_engine(source)
        with foreign.connect() as there, db.engine.connect() as here:
            _copy_batch(there)
            rows = here.scalar(sa.select(sa.func.count()).select_from(Comment)) or 0
            last = {model: here.scalar(sa.select(sa.func.max(model.id))) or 0 for model in TABLES}
            here.rollback()
            marks = [(clock, rows)]
            for chunk in _chunks(there.execution_options(stream_results=True), last):
                start = time.perf_counter()
                _insert(here, chunk)
                clock += time.perf_counter() - start
                rows += len(chunk[Comment])
                marks.append((clock, rows))
                if time.monotonic() > until:
                    return marks, False
    return marks, True


def _copy_batch(there: Any) -> None:
    """The rows that the others point at."""
    for name in ("stored_file", "batch"):
        found = there.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all()  # noqa: S608  # our own names
        table = db.metadata.tables[name]
        with transaction():
            known = set(db.session.scalars(sa.select(table.c.id)))
            rows = [
                dict(there.execute(sa.select(table).where(table.c.id == one["id"])).mappings().one()) for one in found
            ]
            for row in rows:
                if row["id"] not in known:
                    db.session.execute(sa.insert(table), row)


def _chunks(there: Any, last: dict[Any, int]) -> Iterator[dict[Any, list[Any]]]:
    """The rows of each table behind its last id, as the driver takes them, as many at a time as the import writes."""
    cursors = {}
    for model in TABLES:
        names = ", ".join(f'"{name}"' for name in COLUMNS[model])
        cursors[model] = there.exec_driver_sql(
            f'SELECT {names} FROM "{model.__tablename__}" WHERE id > {last[model]} ORDER BY id'  # noqa: S608  # our own
        )
    pending: dict[Any, Any] = dict.fromkeys(TABLES)
    while True:
        comments = cursors[Comment].fetchmany(running.ROWS_AT_ONCE)
        if not comments:
            return
        chunk: dict[Any, list[Any]] = {Comment: [tuple(row) for row in comments]}
        for model, name in ((Contributor, "contributor_id"), (Submission, "submission_id")):
            upto = max(row._mapping[name] for row in comments)
            rows: list[Any] = []
            row = pending[model] or cursors[model].fetchone()
            while row is not None and row[0] <= upto:
                rows.append(tuple(row))
                row = cursors[model].fetchone()
            pending[model] = row
            chunk[model] = rows
        yield chunk


def _insert(here: Any, chunk: dict[Any, list[Any]]) -> None:
    raw = here.connection.driver_connection
    cursor = raw.cursor()
    is_sqlite = here.dialect.name == "sqlite"
    if is_sqlite:
        cursor.execute("BEGIN IMMEDIATE")
    for model in TABLES:
        names = ", ".join(f'"{name}"' for name in COLUMNS[model])
        if is_sqlite:
            marks = ", ".join("?" * len(COLUMNS[model]))
            statement = f'INSERT INTO "{model.__tablename__}" ({names}) VALUES ({marks})'  # noqa: S608  # our own names
            cursor.executemany(statement, chunk[model])
        else:
            with cursor.copy(f'COPY "{model.__tablename__}" ({names}) FROM STDIN') as copy:
                for row in chunk[model]:
                    copy.write_row(row)
    if is_sqlite:
        cursor.execute("COMMIT")
    else:
        raw.commit()


def to_xlsx(source: Path, target: Path) -> None:
    """The same rows as a workbook."""
    with (
        source.open(encoding="utf-8", newline="") as rows,
        xlsxwriter.Workbook(target, {"constant_memory": False}) as book,
    ):
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(rows)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)


def measured(work: Callable[..., Any], *arguments: Any, stop: Callable[[], bool] | None = None) -> tuple[Any, float]:
    """What the work returns, and its peak megabytes, in a process of its own; (None, 0) if ``stop`` had it killed."""
    context = multiprocessing.get_context("spawn")
    found: Any = context.Queue()
    process = context.Process(target=_measure, args=(found, work, arguments))
    process.start()
    while True:
        try:
            result, megabytes = found.get(timeout=0.5)
            break
        except queue.Empty:
            if not process.is_alive():
                raise SystemExit(f"{work.__name__} ended with {process.exitcode}") from None
            if stop is not None and stop():
                process.kill()
                process.join()
                return None, 0.0
    process.join()
    return result, float(megabytes)


def _measure(found: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    result = work(*arguments)
    peaks = [resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    found.put((result, sum(peaks) / 1024))


def import_all(work: Work, options: dict[str, Any], path: Path, rows: int, *, kill: bool) -> None:
    """Import for as long as there is time; killed once, half-way, if that is asked for."""
    engine, log = sa.create_engine(options["SQLALCHEMY_DATABASE_URI"]), path.with_suffix(".marks")

    def is_half_way() -> bool:
        with engine.connect() as connection:
            return (connection.scalar(sa.select(sa.func.max(Batch.position))) or 0) > rows // 2

    while "import" not in work.facts["ended"] and work.left > 0:
        stop = is_half_way if kill and not work.facts["deaths"] else None
        ended, megabytes = measured(run_import, options, str(path), work.left, str(log), stop=stop)
        if ended is None:
            work.facts["deaths"] += 1
            print(f"killed behind row {read_marks(log)[-1][1]:,}", flush=True)
        work.add("import", read_marks(log), megabytes, ended=bool(ended))
    engine.dispose()


def check(options: dict[str, Any], rows: int) -> None:
    """Every row is there once, and the tallies are what a count finds."""
    with create_app(options).app_context():
        numbers = sa.select(sa.func.count(), sa.func.count(sa.distinct(Comment.batch_row))).select_from(Comment)
        found = tuple(db.session.execute(numbers).one())
        differing = tallies.differences()
        print(f"in the ledger: {found[0]:,} opinions of {found[1]:,} rows; tallies that differ: {len(differing)}")
        if found != (rows, rows) or differing:
            raise SystemExit("NOT what was in the file")


def show(name: str, marks: Marks, megabytes: float) -> float:
    """Print a line; returns rows a second."""
    (start, _none), (end, rows) = marks[0], marks[-1]
    speed = rows / (end - start)
    fifth = max(1, len(marks) // 5)
    first = marks[fifth][1] / (marks[fifth][0] - start)
    last = (rows - marks[-1 - fifth][1]) / (end - marks[-1 - fifth][0])
    print(
        LINE.format(name, f"{end - start:.1f}", f"{speed:,.0f}", f"{first:,.0f}", f"{last:,.0f}", f"{megabytes:.0f}"),
        flush=True,
    )
    return speed


def _databases(url: str | None, folder: Path, *, fresh: bool) -> tuple[str, str]:
    """The databases for the import and for the bare insert; ``fresh``: empty ones."""
    if url is None:
        return f"sqlite:///{folder}/import.sqlite3", f"sqlite:///{folder}/bare.sqlite3"
    server = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    made = []
    for name in ("bench_import", "bench_bare"):
        if fresh:
            with server.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        made.append(server.url.set(database=name).render_as_string(hide_password=False))
    return made[0], made[1]


def work_in(folder: Path, given: argparse.Namespace) -> None:
    """Everything, as far as the time goes; prints what there is to say at the end."""
    fresh = not (folder / "done.json").exists()
    work = Work(folder, given.seconds)
    path: Path = given.file or folder / "opinions.csv"
    if given.file is None:
        _opinions.write(given.rows, path, folder / "truth.csv", _opinions.outline_of())
    if given.xlsx and not (folder / "opinions.xlsx").exists():
        measured(to_xlsx, path, folder / "opinions.xlsx")  # apart: a child begins with the peak of its parent
    path = folder / "opinions.xlsx" if given.xlsx else path
    ours, bare = _databases(given.database, folder, fresh=fresh)
    if fresh:
        for url in (ours, bare):
            prepare(settings(folder, url))
        work.add("import", [], 0, ended=False)
    import_all(work, settings(folder, ours), path, given.rows, kill=given.kill)
    while "import" in work.facts["ended"] and "bare" not in work.facts["ended"] and work.left > 0:
        (marks, ended), megabytes = measured(run_bare, settings(folder, bare), ours, work.left)
        work.add("bare", marks, megabytes, ended=ended)
    print(f"{given.rows:,} rows, {path.stat().st_size / 2**20:.0f} MB, killed {work.facts['deaths']} times")
    print(LINE.format("", "s", "rows/s", "first fifth", "last fifth", "peak MB"))
    speeds = [show(name, work.facts[name], work.facts["peak"][name]) for name in work.facts["ended"]]
    if len(speeds) < 2:
        print(f"to be gone on with: the same command again ({work.facts['import'][-1][1]:,} rows are in)")
        return
    print(f"{speeds[0] / speeds[1]:.2f} of the bare insert")
    check(settings(folder, ours), given.rows)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--file", type=Path, help="a .csv of so many rows, as benchmarks/_opinions.py makes it")
    options.add_argument("--database", help="a PostgreSQL server whose user may create databases; else SQLite")
    options.add_argument("--xlsx", action="store_true")
    options.add_argument("--kill", action="store_true", help="kill -9 half-way, then go on")
    options.add_argument("--folder", type=Path, help="keep everything there, and go on from it")
    options.add_argument("--seconds", type=float, default=1e9, help="stop after the chunk that passes so many seconds")
    given = options.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
        work_in(given.folder, given)
    else:
        with tempfile.TemporaryDirectory() as name:
            work_in(Path(name), given)


if __name__ == "__main__":
    main()
