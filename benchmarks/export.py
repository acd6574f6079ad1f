"""How fast the desk's files are written, beside bare XlsxWriter writing the same cells in the same run.

    python benchmarks/export.py                     100,000 comments on 300 provisions, SQLite
    python benchmarks/export.py --comments 10000

Memory is the peak of a process of its own for each file. Figure to beat (adhocracy+ v2606.1, 100 k comments to .xlsx):
1,066 s, 1.5 GB. Our aim: at most 1.5 × bare XlsxWriter, flat memory.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy.orm import joinedload

from app import create_app, database
from benchmarks import _draft
from consultations.models import Consultation
from core.db import db
from opinions.exports.making import export

LINE = "{:<22}{:>10}{:>14}{:>12}"


def write(settings: dict[str, Any], consultation_id: int, format_: str) -> None:
    """The desk's file."""
    with create_app(settings).app_context():
        consultation = db.session.scalars(
            sa.select(Consultation).options(joinedload(Consultation.agency)).where(Consultation.id == consultation_id)
        ).one()
        export(consultation, format_).close()


def write_bare(settings: dict[str, Any], rows: int) -> None:
    """The same number of cells of about the same length, read from nowhere."""
    text = _draft.PROSE * 2
    path = Path(settings["DANBAN_INSTANCE"]) / "bare.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        lengths = (40, 15, 350, 5, 12, 5, 12, 14, 10, 7)
        for row in range(rows):
            for column, length in enumerate(lengths):
                sheet.write_string(row, column, text[:length], wrapped)


def measured(work: Callable[..., None], *arguments: Any) -> tuple[float, float]:
    """Seconds and peak megabytes of the work in a process of its own."""
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--comments", type=int, default=100_000)
    count = options.parse_args().comments
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DANBAN_INSTANCE": folder,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/bench.sqlite3",
            "WAKE_WORKER": False,
        }
        app = create_app(settings)
        database.upgrade(app)
        with app.app_context():
            draft = _draft.make_draft(_draft.first_provisions(_draft.LAW, 300), "Luật Bảo hiểm y tế")
            _draft.add_comments(draft, count)
            _draft.analyse()
            db.engine.dispose()
        print(LINE.format("file", "s", "rows/s", "peak MB"))
        for name, work, argument in (
            ("bare XlsxWriter", write_bare, (count,)),
            ("xlsx", write, (draft.consultation_id, "xlsx")),
            ("csv", write, (draft.consultation_id, "csv")),
            ("json", write, (draft.consultation_id, "json")),
            ("docx", write, (draft.consultation_id, "docx")),
        ):
            seconds, megabytes = measured(work, settings, *argument)
            print(LINE.format(name, f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{megabytes:.0f}"), flush=True)


if __name__ == "__main__":
    main()
