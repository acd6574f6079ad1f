"""How fast and how well opinions are grouped, stage by stage, against the truth that the opinions were made with.

    python benchmarks/grouping.py --opinions 100000                    in one go, on SQLite, in a folder that is removed
    python benchmarks/grouping.py --opinions 1000000 --folder g --seconds 240
                                                                       a piece of it; again and again until it is done
    python benchmarks/grouping.py --imported f --truth truth.csv --seconds 240
                                                                       what benchmarks/import.py --folder f brought in

Opinions come from benchmarks/_opinions.py, 100,000 to a seed. Precision and recall are of pairs: of two opinions in one
family, how many come from one letter; of two from one letter, how many are in one family. Memory is the peak of
the process, which the stage may have inherited from the one before. Aim: 1,000,000 in under 600 s on two cores, under
4 GB, families at precision ≥ 0.98 and recall ≥ 0.95.
"""

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import create_app, database
from benchmarks import _draft, _opinions
from consultations.models import Comment, CommentTally, Consultation, Contributor, Provision, Stance, Submission
from core import clock
from core.db import db, transaction
from core.similarity import text_fingerprint
from moderation.models import ReviewStatus
from opinions.models import FamilyMember, GroupingRun, OpinionFamily, ProposalMember
from opinions.services import grouping_runs
from opinions.services.grouping_stages import STAGES

PIECE = 100_000
BATCH = 5_000
LINE = "{:<14}{:>10}{:>10}{:>14}{:>10}"


class Work:
    """What is done so far, kept beside the database."""

    def __init__(self, folder: Path, opinions: int, until: float) -> None:
        self._path = folder / "grouping.json"
        self.facts: dict[str, Any] = {"opinions": opinions, "made": 0, "seconds": {}, "cpu": {}, "peak": {}}
        if self._path.exists():
            self.facts = json.loads(self._path.read_text())
        self.until = until

    def begin(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def keep(self, stage: str) -> None:
        """Add what went by since ``begin``: seconds on the clock, and of processor time (the machine may be shared)."""
        seconds, cpu = time.perf_counter() - self._began[0], time.process_time() - self._began[1]
        self.begin()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.facts["seconds"][stage] = self.facts["seconds"].get(stage, 0) + seconds
        self.facts["cpu"][stage] = self.facts["cpu"].get(stage, 0) + cpu
        self.facts["peak"][stage] = max(self.facts["peak"].get(stage, 0), peak)
        self._path.write_text(json.dumps(self.facts))

    def is_late(self) -> bool:
        return time.monotonic() > self.until


def make(work: Work, folder: Path) -> None:
    """Opinions in the ledger, a piece at a time, with the truth in a file beside each."""
    if "draft" not in work.facts:
        draft = _draft.make_draft(_opinions.outline_of(), "Luật Bảo hiểm y tế")
        work.facts["draft"] = [draft.consultation_id, draft.document_id, draft.lineage_id, draft.provisions]
    draft = _draft.Draft(*work.facts["draft"])
    while work.facts["made"] < work.facts["opinions"] and not work.is_late():
        work.begin()
        number = work.facts["made"] // PIECE
        count = min(PIECE, work.facts["opinions"] - work.facts["made"])
        truth = [row for rows in _pieces(draft, number, count) for row in rows]
        np.save(folder / f"truth-{number:04}.npy", np.array(truth, dtype=np.int64))
        work.facts["made"] += count
        work.keep("making")
        print(f"made {work.facts['made']:,}", flush=True)


def _pieces(draft: _draft.Draft, number: int, count: int) -> Iterator[list[tuple[int, int, int]]]:
    """Write opinions; give (id, family, theme) of each."""
    places = _places(draft)
    opinions = _opinions.Maker(_opinions.outline_of(), seed=20230131 + number).opinions(count)
    with transaction():
        tallies: Counter[tuple[int, Stance]] = Counter()
        for start in range(0, count, BATCH):
            made = [next(opinions) for _ in range(min(BATCH, count - start))]
            ids = _insert(draft, made, places, tallies)
            yield [
                (comment_id, one.family and one.family + number * PIECE, hash_of(one.theme))
                for comment_id, one in zip(ids, made, strict=True)
            ]
        for (place, stance), amount in tallies.items():
            tally = db.session.get(CommentTally, (draft.document_id, place, stance, ReviewStatus.PUBLISHED))
            if tally is None:
                tally = CommentTally(
                    document_id=draft.document_id, place=place, stance=stance, status=ReviewStatus.PUBLISHED, count=0
                )
                db.session.add(tally)
            tally.count += amount


def hash_of(theme: str) -> int:
    stance, number = theme.rsplit("-", 1)
    return 10 * _opinions.STANCES.index(stance) + int(number)


def _places(draft: _draft.Draft) -> dict[str, tuple[int, int]]:
    rows = db.session.execute(
        sa.select(Provision.citation, Provision.id, Provision.lineage_id).where(
            Provision.lineage_id.in_(_draft._lineages(draft))
        )
    )
    return {row.citation: (row.id, row.lineage_id) for row in rows}


def _insert(
    draft: _draft.Draft,
    made: list[_opinions.Opinion],
    places: dict[str, tuple[int, int]],
    tallies: "Counter[tuple[int, Stance]]",
) -> list[int]:
    now = clock.now()
    person = {"kind": "individual", "verification": "imported"}
    people = [{**person, "name": one.cells[1][:200], "public_name": one.cells[1][:200]} for one in made]
    senders = sorted(db.session.scalars(sa.insert(Contributor).returning(Contributor.id), people))
    letters = [
        {"consultation_id": draft.consultation_id, "contributor_id": one, "receipt_code": f"B{one:09d}", "sent_at": now}
        for one in senders
    ]
    sent = sorted(db.session.scalars(sa.insert(Submission).returning(Submission.id), letters))
    rows = []
    for one, contributor_id, submission_id in zip(made, senders, sent, strict=True):
        provision_id, place = places.get(one.citation, (None, 0))
        tallies[place, Stance(one.stance)] += 1
        rows.append(
            {
                "submission_id": submission_id,
                "contributor_id": contributor_id,
                "consultation_id": draft.consultation_id,
                "document_id": draft.document_id,
                "provision_id": provision_id,
                "place": place,
                "stance": one.stance,
                "body": one.cells[2],
                "fingerprint": text_fingerprint(one.cells[2]),
                "created_at": now,
                "status": ReviewStatus.PUBLISHED,
            }
        )
    return sorted(db.session.scalars(sa.insert(Comment).returning(Comment.id), rows))


def group(work: Work, number: int) -> bool:
    """One run, timed by stage; whether it is over."""
    consultation = db.session.get_one(Consultation, work.facts["draft"][0])
    with transaction():
        run_id = grouping_runs.request_run(consultation, by=None).id
    more = True
    while more and not work.is_late():
        run = db.session.get_one(GroupingRun, run_id, populate_existing=True)
        name = f"{number} {run.stage}"
        work.begin()
        more = grouping_runs.advance(run_id, STAGES)
        if not more:
            work.facts[f"run {number}"] = run_id
        work.keep(name)
    return not more


def score(folder: Path, consultation_id: int) -> None:
    """Precision and recall of families, and of proposals over what was said in people's own words."""
    truth = np.concatenate([np.load(path) for path in sorted(folder.glob("truth-*.npy"))])
    ids, letters, themes = truth.T
    families = _labels(ids, FamilyMember.family_id, FamilyMember.comment_id, consultation_id)
    precision, recall = _pairs(families, letters)
    print(f"families: precision {precision:.4f}, recall {recall:.4f}, {len(set(families[families > 0])):,} of them")
    proposals = _labels(ids, ProposalMember.proposal_id, ProposalMember.comment_id, consultation_id)
    own = letters == 0
    precision, _ = _pairs(proposals[own], 1 + themes[own])
    print(
        f"proposals over own words: precision {precision:.4f} (pairs of one theme), "
        f"{(proposals[own] > 0).mean():.1%} of these opinions are in one; {len(set(proposals[proposals > 0])):,} in all"
    )


def _labels(ids: Any, label: Any, comment: Any, consultation_id: int) -> Any:
    found = np.zeros(int(ids.max()) + 1, dtype=np.int64)
    rows = db.session.execute(
        sa.select(comment, label)
        .join(Comment, Comment.id == comment)
        .where(Comment.consultation_id == consultation_id)
        .execution_options(yield_per=10_000)
    )
    for part in rows.partitions():
        comments, labels = np.array(part).T
        found[comments] = labels
    return found[ids]


def _pairs(found: Any, truth: Any) -> tuple[float, float]:
    """Precision and recall of pairs; label 0 is alone."""
    both: Counter[tuple[int, int]] = Counter(zip(found.tolist(), truth.tolist(), strict=True))
    together: dict[int, int] = defaultdict(int)
    true: dict[int, int] = defaultdict(int)
    for (label, fact), amount in both.items():
        together[label] += amount
        true[fact] += amount
    hits = sum(_choose(amount) for (label, fact), amount in both.items() if label and fact)
    claimed = sum(_choose(amount) for label, amount in together.items() if label)
    wanted = sum(_choose(amount) for fact, amount in true.items() if fact)
    return hits / max(claimed, 1), hits / max(wanted, 1)


def _choose(amount: int) -> float:
    return amount * (amount - 1) / 2


def report(work: Work, folder: Path) -> None:
    print(LINE.format("run, stage", "s", "cpu s", "opinions/s", "peak MB"))
    for stage, seconds in work.facts["seconds"].items():
        rate, peak = f"{work.facts['opinions'] / max(seconds, 0.01):,.0f}", f"{work.facts['peak'][stage]:.0f}"
        print(LINE.format(stage, f"{seconds:.1f}", f"{work.facts['cpu'][stage]:.1f}", rate, peak))
    total, cpu = (
        sum(spent for stage, spent in work.facts[kind].items() if stage.startswith("1 ")) for kind in ("seconds", "cpu")
    )
    print(f"first run: {total:.0f} s, {cpu:.0f} s of processor time, for {work.facts['opinions']:,} opinions")
    consultation_id = work.facts["draft"][0]
    score(folder, consultation_id)
    largest = db.session.execute(
        sa.select(OpinionFamily.members, OpinionFamily.texts).order_by(OpinionFamily.members.desc()).limit(3)
    ).all()
    print("largest families (opinions, texts):", ", ".join(f"{row.members:,} ({row.texts:,})" for row in largest))


def take(work: Work, folder: Path, truth: Path) -> None:
    """Opinions that are there already, with their truth by the row from which they were imported."""
    with truth.open(encoding="utf-8", newline="") as lines:
        facts = {int(row["row"]): (int(row["family"]), hash_of(row["theme"])) for row in csv.DictReader(lines)}
    rows = db.session.execute(sa.select(Comment.id, Comment.batch_row).order_by(Comment.id))
    known = np.array([(row.id, *facts[row.batch_row]) for row in rows], dtype=np.int64)
    np.save(folder / "truth-0000.npy", known)
    consultation_id = db.session.scalars(sa.select(Consultation.id)).one()
    work.facts |= {"draft": [consultation_id, 0, 0, 0], "made": len(known), "opinions": len(known)}
    work.begin()
    work.keep("taking")


def work_in(folder: Path, given: argparse.Namespace) -> None:
    name = "import" if given.truth else "bench"
    settings = {
        "DANBAN_INSTANCE": str(folder),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/{name}.sqlite3",
        "WAKE_WORKER": False,
    }
    app = create_app(settings)
    database.upgrade(app)
    work = Work(folder, given.opinions, time.monotonic() + given.seconds)
    with app.app_context():
        if given.truth and not work.facts["made"]:
            take(work, folder, given.truth)
        make(work, folder)
        if work.facts["made"] < work.facts["opinions"]:
            print("to be gone on with: the same command again")
            return
        for number in range(1, given.runs + 1):
            if f"run {number}" not in work.facts and not group(work, number):
                print("to be gone on with: the same command again")
                return
        report(work, folder)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--opinions", type=int, default=100_000)
    options.add_argument("--folder", type=Path, help="keep the database and what is done there, and go on from it")
    options.add_argument("--seconds", type=float, default=1e9, help="stop after the step that passes so many seconds")
    options.add_argument("--imported", type=Path, help="a folder of benchmarks/import.py with its database")
    options.add_argument("--truth", type=Path, help="the truth of what was imported there")
    options.add_argument("--runs", type=int, default=2, help="the second shows that it finds the same")
    given = options.parse_args()
    folder = given.imported or given.folder
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        work_in(folder, given)
    else:
        with tempfile.TemporaryDirectory() as name:
            work_in(Path(name), given)


if __name__ == "__main__":
    main()
