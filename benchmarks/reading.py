"""How fast the reading pages are, whatever the number of comments.

    python benchmarks/reading.py                            on SQLite, in a folder that is removed at the end
    python benchmarks/reading.py --postgres postgresql://…  on PostgreSQL too, in a database of its own there
    python benchmarks/reading.py --comments 1000,10000 --requests 50

For each number of comments: a draft of 300 provisions (from the law on health insurance), its reading page and the page
of one clause, asked for one at a time and by 4 clients at once; then the Civil Code (689 articles) with as many. The
site is gunicorn with 2 workers of 4 threads, as ``danban serve`` starts it, on 127.0.0.1. Comments are written in bulk,
with the tallies that the services would keep. Every measurement is bounded in requests and in seconds.

Figures to beat (adhocracy+ v2606.1, 300 paragraphs, one request at a time, 2 cores): its draft page took 0.8–1.4 s with
1 k comments, 3.3–3.5 s with 10 k, 26–28 s with 100 k; the comments of one clause 0.7 s, 0.9–1.9 s, 2.5–3.2 s.
"""

import argparse
import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask

from app import create_app, database
from benchmarks import _draft
from benchmarks._draft import Draft
from legal.outline import outline_file

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4
CLIENTS = 4
SECONDS = 12.0
WARM_UP = 6
PROVISIONS = 300
LINE = "{:<12}{:<26}{:>9}{:>10}{:>10}{:>12}{:>10}"


@dataclass(frozen=True)
class Timing:
    """Seconds of each request, and how long all of them took together."""

    seconds: Sequence[float]
    elapsed: float
    size: int

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    arguments = _arguments()
    numbers = [int(number) for number in arguments.comments.split(",")]
    print(LINE.format("database", "page", "comments", "p50 ms", "p95 ms", "requests/s", "KB"))
    with tempfile.TemporaryDirectory(prefix="danban-bench-") as folder:
        _measure("sqlite", f"sqlite:///{folder}/bench.sqlite3", Path(folder), numbers, arguments.requests)
        if arguments.postgres:
            with _own_database(arguments.postgres) as url:
                _measure("postgresql", url, Path(folder) / "postgres", numbers, arguments.requests)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--postgres", metavar="URL", help="a server on which we may create a database")
    parser.add_argument("--comments", default="1000,10000,100000", help="numbers of comments, with commas")
    parser.add_argument("--requests", type=int, default=100, help="at most so many requests a measurement")
    return parser.parse_args()


def _measure(name: str, url: str, folder: Path, numbers: Sequence[int], requests: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DATABASE_URL": url, "DANBAN_INSTANCE": str(folder), "SECRET_KEY": "not a secret: a benchmark"}
    app = create_app()
    database.upgrade(app)
    draft, code = _fill(app, 0, None)
    with _site() as port:
        for number in numbers:
            _fill(app, number, (draft, code))
            pages = {
                f"draft of {draft.provisions}": f"/du-thao/{draft.consultation_id}/",
                "one clause": f"/du-thao/{draft.consultation_id}/dieu-khoan/{draft.lineage_id}/",
                f"Civil Code ({code.provisions})": f"/du-thao/{code.consultation_id}/",
            }
            for words, path in pages.items():
                _ask(port, path, WARM_UP, 1)
                for clients in (1, CLIENTS):
                    timing = _ask(port, path, requests, clients)
                    _print(name, f"{words}, {clients} at once", number, timing)


def _print(name: str, words: str, number: int, timing: Timing) -> None:
    p50, p95 = 1000 * statistics.median(timing.seconds), 1000 * timing.quantile(0.95)
    rate = len(timing.seconds) / timing.elapsed
    print(LINE.format(name, words, number, f"{p50:.1f}", f"{p95:.1f}", f"{rate:.0f}", timing.size // 1024), flush=True)


def _fill(app: Flask, number: int, drafts: tuple[Draft, Draft] | None) -> tuple[Draft, Draft]:
    """The two drafts, made at the first call, with exactly so many comments each."""
    with app.app_context():
        if drafts is None:
            short = _draft.make_draft(_draft.first_provisions(_draft.LAW, PROVISIONS), "Luật Bảo hiểm y tế (sửa đổi)")
            return short, _draft.make_draft(outline_file(_draft.CODE), "Bộ luật Dân sự (sửa đổi)")
        for draft in drafts:
            _draft.drop_comments(draft)
            _draft.add_comments(draft, number)
        _draft.analyse()
        return drafts


def _ask(port: int, path: str, requests: int, clients: int, headers: Mapping[str, str] | None = None) -> Timing:
    """So many GET requests by so many clients, each over one connection; ends early when the time is up."""
    deadline = time.perf_counter() + SECONDS
    sizes: list[int] = []

    def client(share: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        taken = []
        for _ in range(share):
            start = time.perf_counter()
            if start > deadline:
                break
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read()
            taken.append(time.perf_counter() - start)
            assert answer.status == 200, (path, answer.status, body[:500])
            sizes.append(len(body))
        connection.close()
        return taken

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(client, [requests // clients] * clients))
    return Timing([one for part in parts for one in part], time.perf_counter() - began, sizes[0])


@contextlib.contextmanager
def _site() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread", "--preload"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, "gunicorn did not start"
        time.sleep(0.1)
    raise SystemExit("gunicorn does not answer")


@contextlib.contextmanager
def _own_database(server: str) -> Iterator[str]:
    """A database of our own on the server, dropped at the end."""
    url = sa.make_url(server.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"danban_bench_{os.getpid()}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    main()
