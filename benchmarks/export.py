"""How fast the desk's files are written, beside bare XlsxWriter writing the same cells in the same run.

    python benchmarks/export.py                     100,000 comments on 300 provisions, SQLite
    python benchmarks/export.py --comments 10000
    python benchmarks/export.py --imported f        what benchmarks/import.py --folder f brought in

Memory is the peak of a process of its own for each file. Figure to beat (adhocracy+ v2606.1, 100 k comments to .xlsx):
1,066 s, 1.5 GB. Our aim: at most 1.5 × bare XlsxWriter, flat memory.
"""

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy.orm import joinedload

from app import create_app, database
from benchmarks import _draft
from consultations.models import Comment, Consultation
from core import memory
from core.db import db
from opinions.exports import xlsx
from opinions.exports.making import export
from opinions.models import ExportKind
from opinions.queries.table import table_rows, totals

LINE = "{:<22}{:>10}{:>14}{:>12}{:>10}"
SAMPLE = 1_000
Cells: TypeAlias = tuple[str, ...]


def _consultation() -> Consultation:
    """The one with the most opinions."""
    most = (
        sa.select(Comment.consultation_id).group_by(Comment.consultation_id).order_by(sa.func.count().desc()).limit(1)
    )
    loaded = sa.select(Consultation).options(joinedload(Consultation.agency))
    return db.session.scalars(loaded.where(Consultation.id == most.scalar_subquery())).one()


def write(settings: dict[str, Any], kind: ExportKind) -> None:
    """The desk's file, as the worker makes it."""
    with create_app(settings).app_context():
        memory.settle()
        path = Path(settings["DANBAN_INSTANCE"]) / f"export-{kind}"
        with export(_consultation(), kind) as made, path.open("wb") as file:
            shutil.copyfileobj(made, file)


def write_bare(settings: dict[str, Any], rows: int, sample: Sequence[Cells]) -> None:
    """As many rows of cells like those of the desk's file, read from nowhere."""
    path = Path(settings["DANBAN_INSTANCE"]) / "export-bare"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for first in range(0, rows, xlsx.SHEET_ROWS):
            sheet = book.add_worksheet()
            for row in range(min(rows - first, xlsx.SHEET_ROWS)):
                for column, cell in enumerate(sample[row % len(sample)]):
                    if cell:
                        sheet.write_string(row, column, cell, wrapped)


def measured(work: Callable[..., None], *arguments: Any) -> tuple[float, float]:
    """Seconds and peak megabytes of the work in a process of its own, with nothing but it in the seconds."""
    context = multiprocessing.get_context("spawn")
    found: Any = context.Queue()
    process = context.Process(target=_measure, args=(found, work, arguments))
    process.start()
    seconds, megabytes = found.get()
    process.join()
    return float(seconds), float(megabytes)


def _measure(found: Any, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    start = time.perf_counter()
    work(*arguments)
    seconds = time.perf_counter() - start
    found.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _fill(settings: dict[str, Any], count: int) -> None:
    app = create_app(settings)
    database.upgrade(app)
    with app.app_context():
        draft = _draft.make_draft(_draft.first_provisions(_draft.LAW, 300), "Luật Bảo hiểm y tế")
        _draft.add_comments(draft, count)
        _draft.analyse()
        db.engine.dispose()


def _sample(settings: dict[str, Any]) -> tuple[int, list[Cells]]:
    """How many rows the file has, and the cells of some, from all over it."""
    with create_app(settings).app_context():
        consultation = _consultation()
        counted = totals(consultation.id).in_table
        step = max(counted // SAMPLE, 1)
        found = [xlsx.cells(row) for row in islice(table_rows(consultation.id), 0, None, step)]
        db.session.remove()
        db.engine.dispose()
    return counted, found


def compare(settings: dict[str, Any], kinds: Sequence[ExportKind]) -> None:
    count, sample = _sample(settings)
    print(LINE.format("file", "s", "rows/s", "peak MB", "MB"))
    works = [("bare", write_bare, (count, sample)), *((str(kind), write, (kind,)) for kind in kinds)]
    for name, work, arguments in works:
        seconds, megabytes = measured(work, settings, *arguments)
        size = (Path(settings["DANBAN_INSTANCE"]) / f"export-{name}").stat().st_size / 2**20
        print(
            LINE.format(name, f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{megabytes:.0f}", f"{size:.0f}"),
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--comments", type=int, default=100_000)
    options.add_argument("--imported", type=Path, help="a folder of benchmarks/import.py with its database")
    options.add_argument("--database", help="that database, where it isn't the SQLite file of the folder")
    options.add_argument("--kinds", default="xlsx,csv,jsonl,docx")
    given = options.parse_args()
    kinds = [ExportKind(kind) for kind in given.kinds.split(",")]
    if given.imported:
        url = given.database or f"sqlite:///{given.imported}/import.sqlite3"
        compare({"DANBAN_INSTANCE": str(given.imported), "SQLALCHEMY_DATABASE_URI": url, "WAKE_WORKER": False}, kinds)
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        settings = {"DANBAN_INSTANCE": folder, "SQLALCHEMY_DATABASE_URI": url, "WAKE_WORKER": False}
        _fill(settings, given.comments)
        compare(settings, kinds)


if __name__ == "__main__":
    main()
