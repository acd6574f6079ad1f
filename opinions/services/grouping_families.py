"""Families of the same text: read and sketched in portions, joined at once, kept in portions.

Families only grow: a text once in a family stays, further ones join. What a person edits leaves (``grouping_leaving``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from consultations.models import Comment
from core import bulk, clock
from core.db import db
from core.similarity import syllables
from core.similarity.families import NONE, join
from core.similarity.sketches import Ints, Ragged, Sketches, sketch, stack, take
from moderation.models import LEDGER
from opinions.models import FamilyMember, GroupingRun, OpinionFamily, RunStage
from opinions.queries import families as queries
from opinions.queries import runs
from opinions.services.grouping_runs import Lost, Step

READ_AT_ONCE = 20_000
KEPT_AT_ONCE = 20_000
JOINED = "families.npz"
_RAGGED = ("shingles", "contexts", "stakes")


@dataclass(frozen=True)
class _Joined:
    """Families of at least two comments, one after another: family i has ``members[starts[i]:starts[i + 1]]``.

    ``known``: its id if there is one (else -1); ``firsts``: the comment that holds its text; ``new``: whether a member
    is in no family yet.
    """

    starts: Ints
    members: Ints
    new: NDArray[np.bool_]
    known: Ints
    firsts: Ints


# --- reading ----------------------------------------------------------------------------------------------------------


def read(run: GroupingRun, folder: Path) -> Step:
    """Sketch the texts of the next comments into a file."""
    first, last = runs.span_after(run.consultation_id, run.cursor)
    upto = min(first + READ_AT_ONCE - 1, last)
    rows = db.session.execute(
        sa.select(Comment.id, Comment.fingerprint, Comment.body, Comment.proposed_text)
        .where(
            Comment.consultation_id == run.consultation_id,
            Comment.status.in_(LEDGER),
            Comment.id > run.cursor,
            Comment.id <= upto,
        )
        .order_by(Comment.id)
    ).all()
    if run.cursor == 0:
        for path in folder.glob("*.npz"):
            path.unlink()
    if rows:
        _save_part(folder / f"part-{run.cursor:012}.npz", rows)
    done = run.done + len(rows)
    if upto < last:
        return Step(RunStage.READING, upto, done, run.total)
    return Step(RunStage.JOINING, 0, 0, 1)


def _save_part(path: Path, rows: Sequence[Any]) -> None:
    prints = np.array([int(row.fingerprint[:16], 16) for row in rows], dtype=np.uint64)
    _, firsts = np.unique(prints, return_index=True)
    firsts.sort()
    made = sketch([syllables(f"{rows[at].body}\n{rows[at].proposed_text}") for at in firsts])
    arrays: dict[str, Any] = {"ids": np.array([row.id for row in rows]), "prints": prints, "texts": prints[firsts]}
    arrays["bands"] = made.bands
    for name in _RAGGED:
        ragged = getattr(made, name)
        arrays[f"{name}_starts"], arrays[f"{name}_values"] = ragged.starts, ragged.values
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)
    unfinished.replace(path)


# --- joining ----------------------------------------------------------------------------------------------------------


def join_all(run: GroupingRun, folder: Path) -> Step:
    """Find the families of everything that was read."""
    parts = [dict(np.load(path)) for path in sorted(folder.glob("part-*.npz"))]
    joined = _join(run.consultation_id, parts) if parts else _none()
    with (folder / JOINED).open("wb") as file:
        np.savez(file, **vars(joined))
    for path in folder.glob("part-*.npz"):
        path.unlink()
    return Step(RunStage.KEEPING, 0, 0, len(joined.known))


def _none() -> _Joined:
    empty = np.zeros(0, dtype=np.int64)
    return _Joined(np.zeros(1, dtype=np.int64), empty, empty.astype(bool), empty, empty)


def _join(consultation_id: int, parts: list[dict[str, Any]]) -> _Joined:
    ids, prints = (np.concatenate([part[name] for part in parts]) for name in ("ids", "prints"))
    texts = np.concatenate([part["texts"] for part in parts])
    sketches = stack([_sketches(part) for part in parts])
    parts.clear()
    _, once = np.unique(texts, return_index=True)
    once.sort()
    texts, sketches = texts[once], take(sketches, once)
    order = np.argsort(texts)
    text_of = order[np.searchsorted(texts[order], prints)]
    in_family = _known(consultation_id, ids)
    known = np.full(len(texts), NONE)
    held = in_family != NONE
    known[text_of[held][::-1]] = in_family[held][::-1]  # the first comment of a text decides
    labels = join(sketches, copies=np.bincount(text_of, minlength=len(texts)), known=known)
    return _families(ids, text_of, labels, known, in_family)


def _sketches(part: dict[str, Any]) -> Sketches:
    return Sketches(part["bands"], *(Ragged(part[f"{name}_starts"], part[f"{name}_values"]) for name in _RAGGED))


def _known(consultation_id: int, ids: Ints) -> Ints:
    """The family that each comment is in already, -1 for none. ``ids`` ascend."""
    found = np.full(len(ids), NONE)
    for rows in queries.known_members(consultation_id).partitions():
        comments, families = np.array(rows, dtype=np.int64).T
        at = np.minimum(np.searchsorted(ids, comments), len(ids) - 1)
        here = ids[at] == comments
        found[at[here]] = families[here]
    return found


def _families(ids: Ints, text_of: Ints, labels: Ints, known: Ints, in_family: Ints) -> _Joined:
    label = labels[text_of]
    several = np.flatnonzero(np.bincount(label, minlength=len(labels))[label] > 1)
    several = several[np.lexsort((several, label[several]))]
    leaders, starts = np.unique(label[several], return_index=True)
    first_of = np.zeros(len(labels), dtype=np.int64)
    first_of[text_of[::-1]] = ids[::-1]
    return _Joined(
        np.append(starts, len(several)).astype(np.int64),
        ids[several],
        in_family[several] == NONE,
        known[leaders],
        first_of[leaders],
    )


# --- keeping ----------------------------------------------------------------------------------------------------------


def keep(run: GroupingRun, folder: Path) -> Step:
    """Write the next families, with their members and figures."""
    joined = load(folder)
    start, count = run.cursor, len(joined.known)
    end = int(np.searchsorted(joined.starts, joined.starts[min(start, count)] + KEPT_AT_ONCE, side="right")) - 1
    end = min(max(end, start + 1), count)
    is_last = end >= count
    new = int((joined.known[start:end] == NONE).sum())
    return Step(
        RunStage.PROPOSING if is_last else RunStage.KEEPING,
        0 if is_last else end,
        0 if is_last else end,
        0 if is_last else count,
        lambda: _write(run, joined, start, end),
        families=new,
    )


def load(folder: Path) -> _Joined:
    try:
        with np.load(folder / JOINED) as arrays:
            return _Joined(**{name: arrays[name] for name in arrays.files})
    except FileNotFoundError:
        raise Lost from None


def _write(run: GroupingRun, joined: _Joined, start: int, end: int) -> int:
    low, high = int(joined.starts[start]), int(joined.starts[end])
    members, new = joined.members[low:high], joined.new[low:high]
    still = _still_there(members[new].tolist(), run)
    fits = np.isin(members, np.array(sorted(still), dtype=np.int64)) & new
    owners = np.repeat(np.arange(end - start), np.diff(joined.starts[start : end + 1]))
    firsts = joined.firsts[start:end].copy()
    for owner in np.flatnonzero((joined.known[start:end] == NONE) & ~np.isin(firsts, members[fits])):
        firsts[owner] = min(members[fits & (owners == owner)], default=firsts[owner])
    ids = _family_ids(run.consultation_id, joined.known[start:end], firsts)
    families = np.array(ids, dtype=np.int64)[owners[fits]].tolist()
    rows = [list(pair) for pair in zip(members[fits].tolist(), families, strict=True)]
    bulk.insert_rows(FamilyMember.metadata.tables["family_member"], ("comment_id", "family_id"), rows)
    _count(ids)
    return 0


def _family_ids(consultation_id: int, known: Ints, firsts: Ints) -> list[int]:
    """The id of each family; those that are not there yet are made."""
    found = cast("list[int]", known.tolist())
    missing = [at for at, family_id in enumerate(found) if family_id == NONE]
    there = _existing([family_id for family_id in found if family_id != NONE])
    missing += [at for at, family_id in enumerate(found) if family_id != NONE and family_id not in there]
    now = clock.now()
    if missing:
        made = db.session.scalars(
            sa.insert(OpinionFamily).returning(OpinionFamily.id, sort_by_parameter_order=True),
            [
                {"consultation_id": consultation_id, "first_comment_id": int(firsts[at]), "counted_at": now}
                for at in missing
            ],
        )
        for at, family_id in zip(missing, made, strict=True):
            found[at] = family_id
    return found


def _existing(family_ids: list[int]) -> set[int]:
    """Families that have not lost their last member since they were joined."""
    return {
        family_id
        for part in queries.portions(family_ids)
        for family_id in db.session.scalars(sa.select(OpinionFamily.id).where(OpinionFamily.id.in_(part)))
    }


def _still_there(comment_ids: list[int], run: GroupingRun) -> set[int]:
    """Comments that are in the ledger, unedited since the run began, and in no family."""
    return {
        comment_id
        for part in queries.portions(comment_ids)
        for comment_id in db.session.scalars(
            sa.select(Comment.id)
            .outerjoin(FamilyMember, FamilyMember.comment_id == Comment.id)
            .where(
                Comment.id.in_(part),
                Comment.status.in_(LEDGER),
                sa.or_(Comment.edited_at.is_(None), Comment.edited_at < run.requested_at),
                FamilyMember.comment_id.is_(None),
            )
        )
    }


def _count(family_ids: list[int]) -> None:
    """Bring the figures of families up to date; those without members go."""
    now = clock.now()
    counted = queries.count_members(family_ids)
    if counted:
        db.session.execute(sa.update(OpinionFamily), [{**row._mapping, "counted_at": now} for row in counted])
    empty = sorted(set(family_ids) - {row.id for row in counted})
    for part in queries.portions(empty):
        lonely = sa.select(FamilyMember.family_id).where(FamilyMember.family_id == OpinionFamily.id)
        db.session.execute(
            sa.delete(OpinionFamily).where(OpinionFamily.id.in_(part), ~lonely.exists()),
            execution_options={"synchronize_session": False},
        )
