"""How fast opinions are imported, beside the bare insert of the same rows into the same tables and indexes.

    python benchmarks/import.py                             100,000 rows of .csv, SQLite
    python benchmarks/import.py --rows 1000000 --database postgresql://…
    python benchmarks/import.py --xlsx                      the same rows as .xlsx

The bare insert is sqlite3's executemany, or psycopg's COPY, of the very rows that the import wrote (contributors,
submissions, comments), a chunk a transaction, with nothing to read or to understand. Each works on an empty database
of its own. "Steady": rows a second in the first and in the last fifth. Memory is the peak of a process of its own, and
of the one in which it reads ahead.
Aims: at least half of the bare insert, the same at the end as in the beginning, below 500 MB at a million rows.
"""

import argparse
import csv
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
from consultations.models import Channel, Comment, Consultation, Contributor, Submission
from core import files
from core.db import db, transaction
from opinions.imports import running
from opinions.services import importing

LINE = "{:<14}{:>10}{:>12}{:>14}{:>14}{:>10}"
TABLES = (Contributor, Submission, Comment)
COLUMNS = {model: [column.name for column in sa.inspect(model).local_table.columns] for model in TABLES}
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


def run_import(options: dict[str, Any], path: str) -> list[tuple[float, int]]:
    """Import the file as ``danban opinions import`` does; (moment, rows) after each chunk."""
    file = Path(path)
    with create_app(options).app_context():
        marks = [(time.perf_counter(), 0)]
        with transaction():
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
            batch_id = batch.id
        running.run(batch_id, report=lambda row, _all: marks.append((time.perf_counter(), row)))
    return marks


def run_bare(options: dict[str, Any], source: str) -> list[tuple[float, int]]:
    """Insert what the import wrote; the rows are taken out of its database chunk by chunk, off the clock."""
    marks, clock, rows = [(0.0, 0)], 0.0, 0
    with create_app(options).app_context():
        engine = db.engine
        foreign = sa.create_engine(source)
        with foreign.connect() as there, engine.connect() as here:
            _copy_batch(there)
            here.rollback()
            for chunk in _chunks(there):
                start = time.perf_counter()
                _insert(here, chunk)
                clock += time.perf_counter() - start
                rows += len(chunk[Comment])
                marks.append((clock, rows))
    return marks


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


def _chunks(there: Any) -> Iterator[dict[Any, list[Any]]]:
    """The rows of each table, as the driver takes them, as many at a time as the import writes."""
    cursors = {}
    for model in TABLES:
        names = ", ".join(f'"{name}"' for name in COLUMNS[model])
        cursors[model] = there.exec_driver_sql(
            f'SELECT {names} FROM "{model.__tablename__}" ORDER BY id'  # noqa: S608  # our own names
        )
    pending: dict[Any, Any] = dict.fromkeys(TABLES)
    while True:
        comments = cursors[Comment].fetchmany(running.ROWS_AT_ONCE)
        if not comments:
            return
        chunk: dict[Any, list[Any]] = {Comment: [tuple(row) for row in comments]}
        for model, name in ((Contributor, "contributor_id"), (Submission, "submission_id")):
            last = max(row._mapping[name] for row in comments)
            rows: list[Any] = []
            row = pending[model] or cursors[model].fetchone()
            while row is not None and row[0] <= last:
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
            statement = f'INSERT INTO "{model.__tablename__}" ({names}) VALUES ({marks})'  # noqa: S608
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


def measured(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What the work returns, and its peak megabytes, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    found: Any = context.Queue()
    process = context.Process(target=_measure, args=(found, work, arguments))
    process.start()
    while True:
        try:
            result, megabytes = found.get(timeout=1)
            break
        except queue.Empty:
            if not process.is_alive():
                raise SystemExit(f"{work.__name__} ended with {process.exitcode}") from None
    process.join()
    return result, float(megabytes)


def _measure(found: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    result = work(*arguments)
    peaks = [resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    found.put((result, sum(peaks) / 1024))


def show(name: str, marks: list[tuple[float, int]], megabytes: float) -> float:
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


def _databases(url: str | None, folder: Path) -> tuple[str, str]:
    """Two empty databases: for the import, for the bare insert."""
    if url is None:
        return f"sqlite:///{folder}/import.sqlite3", f"sqlite:///{folder}/bare.sqlite3"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    made = []
    for name in ("bench_import", "bench_bare"):
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        made.append(server.url.set(database=name).render_as_string(hide_password=False))
    return made[0], made[1]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--database", help="a PostgreSQL server whose user may create databases; else SQLite")
    options.add_argument("--xlsx", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "opinions.csv"
        _opinions.write(given.rows, path, folder / "truth.csv", _opinions.outline_of())
        if given.xlsx:
            to_xlsx(path, folder / "opinions.xlsx")
            path = folder / "opinions.xlsx"
        ours, bare = _databases(given.database, folder)
        for url in (ours, bare):
            prepare(settings(folder, url))
        print(f"{given.rows:,} rows, {path.stat().st_size / 2**20:.0f} MB")
        print(LINE.format("", "s", "rows/s", "first fifth", "last fifth", "peak MB"))
        speed = show("import", *measured(run_import, settings(folder, ours), str(path)))
        best = show("bare insert", *measured(run_bare, settings(folder, bare), ours))
        print(f"{speed / best:.2f} of the bare insert")


if __name__ == "__main__":
    main()
