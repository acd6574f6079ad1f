"""How fast a large board is: its list, a topic, the search in it.

    python benchmarks/forum.py                            2,000 topics, 100,000 posts on SQLite, in a folder of its own
    python benchmarks/forum.py --topics 200 --posts 10000 --engine tantivy
    python benchmarks/forum.py --postgres postgresql://…  on PostgreSQL too, in a database of its own there

One topic holds a tenth of all posts. The site is gunicorn with 2 workers of 4 threads, as ``danban serve`` starts it,
on 127.0.0.1; each page is asked for one at a time and by 4 clients at once, another topic or list page each time, so
that nothing rendered before is shown again. Rows are written in bulk, with the counts that the services would keep; the
index is built as ``danban search rebuild`` does. To hold: list, topic and search under 150 ms at p95, one request at a
time.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from accounts.models import Agency, AgencyKind, Person, PersonKind
from app import create_app, database
from benchmarks.reading import CLIENTS, LINE, WARM_UP, _ask, _own_database, _print, _site
from core import clock
from core.db import db, transaction
from core.similarity import text_fingerprint
from forums.models import Badge, Board, Member, Post, Side, Topic, TopicKind
from moderation.models import ReviewStatus
from search import services as search

BATCH = 2_000
PEOPLE = 500
_TEXT = (
    "thời hạn trả lời đơn của người dân vùng xa "  # no gettext: words of made-up posts
    "cần kéo dài bảo hiểm y tế bệnh viện gần nhà giấy chuyển tuyến mức đóng "
    "hộ gia đình học sinh sinh viên hưu trí khám chữa bệnh thuốc men chi phí ngân sách nhà nước xã phường tỉnh huyện "
    "quy định điều khoản dự thảo luật nghị định thông tư hướng dẫn thủ tục hành chính trực tuyến hồ sơ giấy tờ công dân"
)
WORDS = _TEXT.split()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--postgres", metavar="URL", help="a server on which we may create a database")
    parser.add_argument("--topics", type=int, default=2_000)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--engine", default="whoosh", help="SEARCH_ENGINE; whoosh needs minutes for 100,000 posts")
    parser.add_argument("--requests", type=int, default=100, help="at most so many requests a measurement")
    given = parser.parse_args()
    print(LINE.format("database", "page", "posts", "p50 ms", "p95 ms", "requests/s", "KB"))
    with tempfile.TemporaryDirectory(prefix="danban-bench-") as folder:
        _measure("sqlite", f"sqlite:///{folder}/bench.sqlite3", Path(folder), given)
        if given.postgres:
            with _own_database(given.postgres) as url:
                _measure("postgresql", url, Path(folder) / "postgres", given)


def _measure(name: str, url: str, folder: Path, given: argparse.Namespace) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DATABASE_URL": url, "DANBAN_INSTANCE": str(folder), "SECRET_KEY": "not a secret: a benchmark"}
    os.environ["SEARCH_ENGINE"] = given.engine
    app = create_app()
    database.upgrade(app)
    with app.app_context():
        board_id, topic_ids = _fill(given.topics, given.posts)
        search.rebuild()
        db.session.remove()
        db.engine.dispose()
    pages = {
        "list by activity": [f"/dien-dan/{board_id}/"],
        "list, newest": [f"/dien-dan/{board_id}/?sap-xep=moi"],
        "list, waiting": [f"/dien-dan/{board_id}/?sap-xep=chua-tra-loi"],
        "topics": [f"/dien-dan/chu-de/{topic_id}/" for topic_id in topic_ids[1:]],
        "the largest topic": [f"/dien-dan/chu-de/{topic_ids[0]}/?bai={n}" for n in range(1, given.posts // 10, 53)],
        "search": [f"/tim-kiem/?q={quote(a)}+{quote(b)}" for a, b in zip(WORDS[::2], WORDS[1::2], strict=False)],
    }
    with _site() as port:
        for words, paths in pages.items():
            for clients in (1, CLIENTS):
                path = _another(paths)
                _ask(port, next(path), WARM_UP, 1)
                _print(name, f"{words}, {clients} at once", given.posts, _ask_each(port, path, given.requests, clients))


def _another(paths: Sequence[str]) -> Iterator[str]:
    return cycle(random.Random(1).sample(list(paths), len(paths)))  # a shuffle


def _ask_each(port: int, paths: Iterator[str], requests: int, clients: int) -> Any:
    """As many measurements of one request as there are requests, put together."""
    parts = [_ask(port, next(paths), clients, clients) for _number in range(requests // clients)]
    whole = parts[0]
    return type(whole)(
        [second for part in parts for second in part.seconds],
        sum(part.elapsed for part in parts),
        max(part.size for part in parts),
    )


def _fill(topics: int, posts: int) -> tuple[int, list[int]]:
    """One board with so many topics and posts, all published; the first topic has a tenth of the posts."""
    pick = random.Random(7)  # made-up texts
    with transaction():
        agency = Agency(code="BENCH", name="Bộ Thử", kind=AgencyKind.MINISTRY, path="")  # no gettext: made up
        db.session.add(agency)
        db.session.flush()
        agency.path = f"/{agency.id}/"
        people = _people()
        board = Board(agency_id=agency.id, title="Diễn đàn lớn", created_at=clock.now())  # no gettext: made up
        db.session.add(board)
        db.session.flush()
        sizes = [posts // 10] + [(posts - posts // 10) // (topics - 1)] * (topics - 1)
        ids = _topics(board.id, sizes, people, pick)
        _posts(ids, sizes, people, pick)
        board.topic_count, board.post_count = len(sizes), sum(sizes)
        board_id = board.id
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    return board_id, ids


def _people() -> list[tuple[int, str]]:
    now = clock.now()
    rows = [
        {
            "email": f"p{n}@vi-du.vn",
            "password_hash": "",
            "full_name": f"Người {n}",  # no gettext: made up
            "public_name": f"Người {n}",  # no gettext: made up
            "kind": PersonKind.INDIVIDUAL,
            "session_epoch": 0,
            "created_at": now,
        }
        for n in range(PEOPLE)
    ]
    db.session.execute(sa.insert(Person), rows)
    people = [(row.id, row.public_name) for row in db.session.execute(sa.select(Person.id, Person.public_name))]
    db.session.execute(
        sa.insert(Member),
        [{"person_id": id_, "published": 200, "refused": 0, "joined_at": now} for id_, _name in people],
    )
    return people


def _topics(board_id: int, sizes: Sequence[int], people: Sequence[tuple[int, str]], pick: random.Random) -> list[int]:
    start = clock.now() - timedelta(days=90)
    rows = []
    for number, size in enumerate(sizes):
        person_id, name = pick.choice(people)
        rows.append(
            {
                "board_id": board_id,
                "kind": pick.choice(list(TopicKind)),
                "title": _words(pick, 9),
                "author_id": person_id,
                "author_name": name,
                "created_at": start + timedelta(minutes=number),
                "status": ReviewStatus.PUBLISHED,
                "listed": True,
                "waiting": number % 10 == 0,
                "next_number": size + 1,
                "reply_count": size - 1,
                "people_count": min(size, PEOPLE),
                "agree_count": pick.randrange(300),
                "last_post_id": number + 1,
                "last_post_at": clock.now(),
                "last_author_name": name,
            }
        )
    db.session.execute(sa.insert(Topic), rows)
    return list(db.session.scalars(sa.select(Topic.id).order_by(Topic.id)))


def _posts(
    topic_ids: Sequence[int], sizes: Sequence[int], people: Sequence[tuple[int, str]], pick: random.Random
) -> None:
    rows: list[dict[str, Any]] = []
    start = clock.now() - timedelta(days=90)
    for topic_id, size in zip(topic_ids, sizes, strict=True):
        for number in range(1, size + 1):
            rows.append(_post(topic_id, number, pick.choice(people), start, pick))
            if len(rows) == BATCH:
                _write(rows)
    _write(rows)


def _post(topic_id: int, number: int, author: tuple[int, str], start: Any, pick: random.Random) -> dict[str, Any]:
    body = f"{_words(pick, 40)}.\n\n{_words(pick, 25)} **{_words(pick, 3)}**."
    return {
        "topic_id": topic_id,
        "number": number,
        "author_id": author[0],
        "author_name": author[1],
        "author_handle": f"nguoi-{author[0]}",
        "badge": Badge.PERSON,
        "body": body,
        "side": pick.choice(list(Side)),
        "fingerprint": text_fingerprint(body),
        "support_count": pick.randrange(20),
        "status": ReviewStatus.PUBLISHED,
        "created_at": start + timedelta(seconds=number),
    }


def _write(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(Post), rows)
        rows.clear()


def _words(pick: random.Random, count: int) -> str:
    return " ".join(pick.choices(WORDS, k=count)).capitalize()


if __name__ == "__main__":
    main()
