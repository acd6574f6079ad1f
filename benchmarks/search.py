"""How fast each search engine indexes and answers, in one run:

    python benchmarks/search.py --sizes 50000,200000,1000000 --engines whoosh,tantivy,postgres --repeat 5

Opinions of some 45 words in phrases of real laws (`_voices`). Whoosh is left out past 50,000 unless --whoosh-past-50k
says otherwise. For each kind of query the first answers (nothing of its words in memory), the later ones, and the
processor time of this process in them: where the machine has other work, that is what the engine took (PostgreSQL works
elsewhere). What is measured is the engine alone; completion also reads the words in the database. PostgreSQL is started
for the run, with 2 GB for its pages, on a disk that keeps nothing safe.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask

from app.database import upgrade
from app.factory import create_app
from benchmarks._voices import opinions
from core import memory
from core.db import db, transaction
from search import services
from search.analysis import terms
from search.documents import Facet
from search.engines.base import Engine, SearchQuery
from search.models import SearchIndex
from search.query import parse
from search.services import words
from search.services.opening import close_all, open_index
from tests.support.postgres import running_postgres

BATCH = 5_000
MEMORY = "2GB"  # where PostgreSQL keeps pages
WHOOSH_ENOUGH = 50_000
WORDS_COUNTED = 50_000  # opinions whose words are known to completion
QUERIES = [
    *("đất", "bảo hiểm", "hợp đồng dân sự", "bồi thường thiệt hại", "quyền sử dụng đất", "người dân"),
    *("boi thuong", "quyen so huu", "thu tuc ho so", "an ninh mang", "bao hiem y te"),
    *('"bồi thường thiệt hại"', '"quyền sở hữu"', '"ho gia dinh"', "khoản 2 Điều 5", "điều 12 thời hạn"),
    *("đề nghị bổ sung thời hạn", "hợp đồng -vay", "tài sản OR thừa kế", "di chúc", "cưỡng chế", "vneid"),
    *("cơ quan nhà nước có thẩm quyền", "nghĩa vụ trả nợ", "ủy ban nhân dân xã", "trách nhiệm của người đại diện"),
]
TYPED = ["quyền s", "bảo h", "bồi th", "hop d", "tài s", "người đ", "trách nh", "quyen so h", "thời h", "đề nghị b"]


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def report(name: str, *kinds: list[float]) -> None:
    shown = (f"{percentile(times, 0.5):8.1f} {percentile(times, 0.95):8.1f}" for times in kinds)
    print(f"  {name:32} {'   '.join(shown)}", flush=True)


def measure(name: str, ask: Callable[[str], object], texts: list[str], repeat: int) -> None:
    """The first answers, the later ones, and the processor time of this process in the later ones; milliseconds."""
    first: list[float] = []
    later: list[float] = []
    worked: list[float] = []
    for text in texts:
        for number in range(repeat + 1):
            started, begun = time.perf_counter(), time.process_time()
            ask(text)
            spent, done = time.perf_counter() - started, time.process_time() - begun
            (later if number else first).append(spent * 1000)
            if number:
                worked.append(done * 1000)
    report(name, first, later, worked)


def fill(engine: Engine, count: int, seconds: float) -> bool:
    """Index so many, going on after those it holds; whether all are in when the time is up."""
    begun = held = engine.count()
    until, took = time.monotonic() + seconds, 0.0
    while held < count and time.monotonic() < until:
        batch = list(opinions(held + 1, min(held + BATCH, count)))
        started = time.perf_counter()
        engine.add(batch)
        took += time.perf_counter() - started
        if held < WORDS_COUNTED:
            words.add(words.count_words(batch))
        held += len(batch)
    if held > begun:
        engine.finish()
        print(f"  {held - begun:,} indexed in {took:.1f} s: {(held - begun) / took:,.0f}/s", flush=True)
    print(f"  {held:,} held, {engine.size() / 1e6:,.0f} MB", flush=True)
    return held == count


def ask_all(engine: Engine, repeat: int) -> None:
    def query(text: str, **more: object) -> SearchQuery:
        return SearchQuery(words=parse(text, terms), **({"facets": ()} | more))  # type: ignore[arg-type]  # of several kinds

    print(f"  {'p50 and p95 in ms':32} {'first':>17}   {'later':>17}   {'processor':>17}", flush=True)
    measure("ranked", lambda text: engine.search(query(text)), QUERIES, repeat)
    one = {"only": {Facet.LINEAGE: (7,)}}
    measure("ranked, in one clause", lambda text: engine.search(query(text, **one)), QUERIES, repeat)
    clause = {"facets": (Facet.LINEAGE,)}
    measure("ranked + facet by clause", lambda text: engine.search(query(text, **clause)), QUERIES, repeat)
    everything = {"facets": tuple(Facet)}
    measure("ranked + all nine facets", lambda text: engine.search(query(text, **everything)), QUERIES, repeat)
    measure("facet by clause of everything", lambda _text: engine.search(query("", **clause)), [""], repeat)
    measure("completion", services.suggest, TYPED, repeat)


def change_one(engine: Engine) -> None:
    one = next(opinions(1, 1))
    times = []
    for _ in range(10):
        started = time.perf_counter()
        engine.add([one])
        times.append((time.perf_counter() - started) * 1000)
    print(
        f"  {'replace one opinion':32} p50 {percentile(times, 0.5):.0f} p95 {percentile(times, 0.95):.0f} ms",
        flush=True,
    )


def make_app(name: str, folder: Path, url: str) -> Flask:
    os.environ["DANBAN_INSTANCE"] = str(folder)
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "SEARCH_ENGINE": name, "WAKE_WORKER": False})
    upgrade(app)
    return app


def run(name: str, count: int, chosen: argparse.Namespace) -> None:
    load = os.getloadavg()[0]
    print(f"{name}, {count:,} opinions; {load:.1f} other processes on {os.cpu_count()} cores", flush=True)
    with ExitStack() as stack:
        folder = chosen.folder / name if chosen.folder else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'words.sqlite3'}"
        if name == "postgres":
            server = chosen.postgres or stack.enter_context(running_postgres(shared_buffers=MEMORY))
            url = server.replace("postgresql://", "postgresql+psycopg://")
        with make_app(name, folder, url).app_context():
            if db.session.get(SearchIndex, name) is None:
                open_index(1).clear()
                with transaction():
                    db.session.add(SearchIndex(engine=name, latest=1, current=1))
            engine = open_index(1)
            if fill(engine, count, chosen.seconds):
                memory.settle()  # as the processes of a site do
                ask_all(engine, chosen.repeat)
                change_one(engine)
            close_all()
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="20000")
    options.add_argument("--engines", default="whoosh,tantivy,postgres")
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--whoosh-past-50k", action="store_true")
    options.add_argument("--folder", type=Path, help="keep indexes of files here, and go on with them")
    options.add_argument("--postgres", help="URL of an empty database to use and go on with, in place of a new server")
    options.add_argument("--seconds", type=float, default=3600, help="of filling one index; then go on another time")
    chosen = options.parse_args()
    for size in map(int, chosen.sizes.split(",")):
        for name in chosen.engines.split(","):
            if name != "whoosh" or size <= WHOOSH_ENOUGH or chosen.whoosh_past_50k:
                run(name, size, chosen)


if __name__ == "__main__":
    main()
