"""How fast the drafter's desk answers, and with how many queries, whatever the number of opinions.

    python benchmarks/desk.py                       1,000 opinions on 300 provisions, in a folder that is removed
    python benchmarks/desk.py --imported f          what benchmarks/import.py --folder f brought in
    python benchmarks/desk.py --database postgresql://…/bench_import --imported f

Asked for one at a time and by 4 clients at once: the overview, the clause with most opinions, its opinions of one
stance, its largest group, the families, the batches. Before that the largest proposals become groups, and what the
worker would count is counted. The site is gunicorn with 2 workers of 4 threads, as ``danban serve`` starts it. Queries
and processor time are those of a later request of a page, in this process. Aim: below 200 ms at p95, at most 15
queries, the same number at 1,000 opinions and at a million.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from accounts import services as accounts
from accounts.models import Agency, Person, Role
from app import create_app, database
from benchmarks import _draft
from benchmarks.reading import CLIENTS, LINE, WARM_UP, _ask, _print, _site
from consultations.models import Comment, CommentTally, Consultation
from core.db import db, transaction
from moderation.models import LEDGER
from opinions.models import GroupProposal, OpinionGroup
from opinions.services import counting, grouping_runs
from opinions.services import grouping_decisions as decisions
from opinions.services.grouping_stages import STAGES

GROUPS = 40
EMAIL = "tiep-thu@vi-du.vn"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--opinions", type=int, default=1_000)
    options.add_argument("--imported", type=Path, help="a folder of benchmarks/import.py with its database")
    options.add_argument("--database", help="that database, where it isn't the SQLite file of the folder")
    options.add_argument("--requests", type=int, default=60)
    given = options.parse_args()
    if given.imported:
        measure(given.database or f"sqlite:///{given.imported}/import.sqlite3", given.imported, given)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(f"sqlite:///{folder}/desk.sqlite3", Path(folder), given)


def measure(url: str, folder: Path, given: argparse.Namespace) -> None:
    os.environ |= {"DATABASE_URL": url, "DANBAN_INSTANCE": str(folder), "SECRET_KEY": "not a secret: a benchmark"}
    app = create_app({"WAKE_WORKER": False})
    database.upgrade(app)
    with app.app_context():
        if not given.imported:
            _fill(given.opinions)
        person = _drafter()
        _prepare(person)
        pages, opinions = _pages(), db.session.scalar(sa.select(sa.func.count()).select_from(Comment)) or 0
        headers = _cookie(app, person)
        name = db.engine.dialect.name
        costs = {words: _cost(app, path, headers) for words, path in pages.items()}
        db.session.remove()
        db.engine.dispose()
    print(LINE.format("database", "page", "opinions", "p50 ms", "p95 ms", "requests/s", "KB"))
    with _site() as port:
        for words, path in pages.items():
            _ask(port, path, WARM_UP, 1, headers)
            for clients in (1, CLIENTS):
                timing = _ask(port, path, given.requests, clients, headers)
                _print(name, f"{words}, {clients} at once", opinions, timing)
    for words, (queries, cpu) in costs.items():
        print(f"{words}: {queries} queries, {cpu:.0f} ms of processor time")


def _fill(opinions: int) -> None:
    draft = _draft.make_draft(_draft.first_provisions(_draft.LAW, 300), "Luật Bảo hiểm y tế")
    _draft.add_comments(draft, opinions)
    consultation = db.session.get_one(Consultation, draft.consultation_id)
    with transaction():
        run_id = grouping_runs.request_run(consultation, by=None).id
    list(grouping_runs.watch(run_id, STAGES))


def _drafter() -> Person:
    """Somebody who drafts and approves in the agency of the consultation."""
    person = db.session.scalar(sa.select(Person).where(Person.email == EMAIL))
    if person is not None:
        return person
    agency = db.session.scalars(sa.select(Agency).join(Consultation, Consultation.agency_id == Agency.id)).one()
    with transaction():
        person = accounts.create_person(EMAIL)
        for role in (Role.DRAFTER, Role.APPROVER):
            accounts.grant_role(person, role, agency, by=None)
    return person


def _prepare(person: Person) -> None:
    """The largest proposals become groups; what the worker counts is counted."""
    if not db.session.scalar(sa.select(sa.func.count()).select_from(OpinionGroup)):
        largest = sa.select(GroupProposal).order_by(GroupProposal.members.desc(), GroupProposal.id).limit(GROUPS)
        with transaction():
            for proposal in db.session.scalars(largest).all():
                decisions.confirm(proposal, by=person)
    for consultation_id in db.session.scalars(sa.select(Consultation.id)).all():
        began = time.perf_counter()
        counting.count(consultation_id)
        print(f"counted in {time.perf_counter() - began:.1f} s", flush=True)
    _draft.analyse()


def _pages() -> dict[str, str]:
    largest = db.session.execute(
        sa.select(CommentTally.document_id, CommentTally.place)
        .where(CommentTally.status.in_(LEDGER), CommentTally.place > 0)
        .group_by(CommentTally.document_id, CommentTally.place)
        .order_by(sa.func.sum(CommentTally.count).desc())
        .limit(1)
    ).one()
    group = db.session.scalars(sa.select(OpinionGroup.id).order_by(OpinionGroup.members.desc()).limit(1)).first()
    consultation_id = db.session.scalars(sa.select(Consultation.id)).one()
    desk = f"/tiep-thu/{consultation_id}/"
    clause = f"{desk}{largest.document_id}/{largest.place}/"
    pages = {
        "overview": desk,
        "clause": clause,
        "one stance": f"{clause}?lap-truong=hoi",
        "families": f"{desk}gom-nhom/",
        "batches": f"{desk}nhap/",
    }
    return pages | ({"group": f"/tiep-thu/nhom/{group}/"} if group else {})


def _cookie(app: Flask, person: Person) -> Mapping[str, str]:
    """What the browser of somebody who signed in sends."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = person.get_id(), True
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return {"Cookie": f"{name}={cookie.value}"}


def _cost(app: Flask, path: str, headers: Mapping[str, str]) -> tuple[int, float]:
    """Queries of a page, and milliseconds of processor time (the machine may be shared), the database's with SQLite."""
    client = app.test_client(use_cookies=False)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    client.get(path, headers=headers)
    sa.event.listen(db.engine, "before_cursor_execute", note)
    answer = client.get(path, headers=headers)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, (path, answer.status)
    taken = []
    for _again in range(7):
        began = time.process_time()
        client.get(path, headers=headers)
        taken.append(time.process_time() - began)
    return len(statements), 1000 * statistics.median(taken)


if __name__ == "__main__":
    main()
