"""Which provision of the version before each provision of a new version continues: proposed by the machine.

A pairing is a row of ``provision_pairing``. What a person confirmed stays when the pairs are proposed again because the
tree was mended: decided pairs are given to ``legal.align``, which finds everything else around them. A decision goes
with its provision (merged into another, marked as quoted); that a provision is new is asked again once another was
merged into it. Long drafts are paired by the worker (``pairs_due``), so that no request waits and no lock is held.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import TreeEdit, Version
from consultations.services.outlines import forget_lineages
from consultations.services.pairing_texts import (
    PAIRING,
    PROVISION,
    Text,
    chunks,
    find_before,
    likeness,
    read_text,
)
from core import outbox
from core.db import db
from core.text import canonical
from legal.align import Change, Known, Pair, align
from legal.matching import count_words, full_text
from legal.nodes import Node, Outline

PAIR = "consultations.pair"
AT_ONCE = 1_500
"""Provisions of both versions together that are paired while the person waits (well under a second)."""
UNLIKE = 0.6
"""Two texts that share less than this are taken for one provision only when a person says so."""
MOVED_UNLIKE = 0.9
SAME_NUMBER = 0.3
"""What an unchanged number weighs, when one part of a split provision is to go on as the whole."""
FEW_WORDS = 8
"""So short a text may stand in several places: that it moved is no more than a guess."""
PARTED = (Change.SPLIT, Change.MERGED)
Ends = tuple[int | None, int | None]
"""The ids of an old and a new provision."""


@dataclass(frozen=True)
class Proposal:
    """The pairings of a version as they were worked out. ``edit_id``: the last step on its tree at that time."""

    version_id: int
    edit_id: int
    rows: Sequence[dict[str, Any]]


def request(version: Version) -> None:
    """Pair an unpublished version with the one before: at once where both are short, else by the worker."""
    before = find_before(version)
    if before is None:
        return
    both = sa.select(sa.func.count()).where(PROVISION.c.version_id.in_((version.id, before.id)))
    if (db.session.scalar(both) or 0) <= AT_ONCE:
        store(version, _propose(version, before))
        return
    version.pairs_due = True
    db.session.flush()
    outbox.enqueue(PAIR, {"version_id": version.id})


def work_out(version_id: int) -> Proposal | None:
    """What the worker does of it, without writing; None when nothing is due."""
    version = db.session.get(Version, version_id)
    before = find_before(version) if version is not None and version.pairs_due else None
    return _propose(version, before) if version is not None and before is not None else None


def carry_out(proposal: Proposal) -> None:
    """Write what was worked out, unless the version went or its tree changed meanwhile: then it is asked for anew."""
    lock = sa.select(Version).where(Version.id == proposal.version_id, Version.published_at.is_(None))
    version = db.session.scalar(lock.with_for_update().execution_options(populate_existing=True))
    if version is not None and version.pairs_due and _last_edit(version.id) == proposal.edit_id:
        store(version, proposal)


def store(version: Version, proposal: Proposal) -> None:
    """The rows, instead of whatever was proposed until now."""
    db.session.execute(sa.delete(PAIRING).where(PAIRING.c.version_id == version.id))
    for chunk in chunks(proposal.rows):
        db.session.execute(sa.insert(PAIRING), chunk)
    version.pairs_due = False
    db.session.flush()
    db.session.expire_all()


def let_go(provision_ids: Sequence[int]) -> None:
    """Forget the pairings of provisions of a new version that are about to go."""
    for chunk in chunks(provision_ids):
        db.session.execute(sa.delete(PAIRING).where(PAIRING.c.new_provision_id.in_(chunk)))


def ask_again_if_new(version: Version, lineage_id: int) -> None:
    """Another provision was merged into this one: that it continues none is no longer sure."""
    here = sa.select(PROVISION.c.id).where(PROVISION.c.version_id == version.id, PROVISION.c.lineage_id == lineage_id)
    db.session.execute(
        sa.update(PAIRING)
        .where(PAIRING.c.new_provision_id.in_(here), PAIRING.c.old_provision_id.is_(None))
        .values(confirmed_by_id=None, confirmed_at=None)
    )


# --- proposing --------------------------------------------------------------------------------------------------------


def _propose(version: Version, before: Version) -> Proposal:
    edit_id, decided = _last_edit(version.id), _decided(version.id)
    old, new = read_text(before.id), read_text(version.id)
    pairs = align(Outline("", old.roots), Outline("", new.roots), _known(decided, old, new))
    removed = {pair.old.citation for pair in pairs if pair.old is not None and pair.change is Change.REMOVED}
    ends = [_ends(pair, old, new) for pair in pairs]
    main = _main_pairs(pairs, {ends for ends, row in decided.items() if row.main}, ends)
    rows = [
        {
            "version_id": version.id,
            "old_provision_id": here[0],
            "new_provision_id": here[1],
            "change": pair.change,
            "similarity": min(max(pair.similarity, 0.0), 1.0),
            "main": here in main,
            "doubtful": is_doubtful(pair, removed),
            "confirmed_by_id": decided[here].confirmed_by_id if here in decided else None,
            "confirmed_at": decided[here].confirmed_at if here in decided else None,
        }
        for pair, here in zip(pairs, ends, strict=True)
    ]
    return Proposal(version.id, edit_id, rows)


def _last_edit(version_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.max(TreeEdit.id)).where(TreeEdit.version_id == version_id)) or 0


def _decided(version_id: int) -> "dict[Ends, Any]":
    rows = db.session.execute(
        sa.select(PAIRING).where(PAIRING.c.version_id == version_id, PAIRING.c.confirmed_at.is_not(None))
    )
    return {(row.old_provision_id, row.new_provision_id): row for row in rows}


def _known(decided: "Mapping[Ends, Any]", old: Text, new: Text) -> Known:
    """What was decided about provisions that are there still, and are the document's own."""
    pairs, parts, alone = [], [], []
    for (old_id, new_id), row in decided.items():
        a, b = old.nodes.get(old_id or 0), new.nodes.get(new_id or 0)
        if any(node is not None and node.quoted for node in (a, b)) or (new_id is not None and b is None):
            continue
        if a is None or b is None:
            alone += [node for node in (a, b) if node is not None]
        elif row.main or row.change not in PARTED:
            pairs.append((a, b))
        else:
            parts.append((b, a, row.change) if row.change is Change.SPLIT else (a, b, row.change))
    return Known(pairs, parts, alone)


def _ends(pair: Pair, old: Text, new: Text) -> Ends:
    return (
        old.id_of[id(pair.old)] if pair.old is not None else None,
        new.id_of[id(pair.new)] if pair.new is not None else None,
    )


def is_doubtful(pair: Pair, removed: "set[str]") -> bool:
    """Must a person look at it? ``removed``: the citations of the provisions that have no successor."""
    if pair.change in PARTED:
        return True
    if pair.new is None:
        return False
    if pair.old is None:
        return bool(pair.new.citation) and pair.new.citation in removed
    named_alike = bool(pair.new.heading) and canonical(pair.new.heading) == canonical(pair.old.heading)
    if pair.similarity < UNLIKE and not (named_alike and pair.old.number == pair.new.number):
        return True
    short = pair.change is Change.MOVED and count_words(full_text(pair.new)).total() < FEW_WORDS
    return short or (pair.change is Change.MOVED and pair.similarity < MOVED_UNLIKE)


def _main_pairs(pairs: Sequence[Pair], decided: "set[Ends]", ends: "Sequence[Ends]") -> "set[Ends]":
    """One successor and one predecessor each: of what was split or merged, the part that is most like the whole.

    What a person decided goes first, then what has no rival.
    """
    both = [
        (_rank(pair.old, pair.new) if pair.change in PARTED else 2.0, here)
        for pair, here in zip(pairs, ends, strict=True)
        if pair.old is not None and pair.new is not None
    ]
    taken: set[tuple[str, int | None]] = set()
    main = set()
    for _rating, here in sorted(both, key=lambda one: (one[1] not in decided, -one[0])):
        sides = {("old", here[0]), ("new", here[1])}
        if not sides & taken:
            taken |= sides
            main.add(here)
    return main


def _rank(old: Node, new: Node) -> float:
    """How well a part stands for the whole: by its words, and its number."""
    return likeness(old, new) + (SAME_NUMBER if old.number == new.number else 0)


# --- publishing -------------------------------------------------------------------------------------------------------


def hand_on_lineages(version: Version) -> None:
    """Give the provisions of a version the lineages of those they continue; the quoted ones below them, too.

    Lineages that nothing has any more go.
    """
    before = find_before(version)
    if before is None:
        return
    couples = _main_couples(version.id)
    heirs = [*couples, *_quoted_couples(before.id, version.id, couples)]
    lineage_of = dict(_lineages(before.id))
    changed = [{"p": new_id, "l": lineage_of[old_id]} for old_id, new_id in heirs]
    statement = sa.update(PROVISION).where(PROVISION.c.id == sa.bindparam("p")).values(lineage_id=sa.bindparam("l"))
    for chunk in chunks(changed):
        db.session.connection().execute(statement, chunk)
    forget_lineages(version.document_id)
    db.session.expire_all()


def _main_couples(version_id: int) -> list[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(PAIRING.c.old_provision_id, PAIRING.c.new_provision_id).where(
            PAIRING.c.version_id == version_id, PAIRING.c.main.is_(True)
        )
    )
    return [(row.old_provision_id, row.new_provision_id) for row in rows]


def _lineages(version_id: int) -> Iterable[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(PROVISION.c.id, PROVISION.c.lineage_id).where(PROVISION.c.version_id == version_id)
    )
    return ((row.id, row.lineage_id) for row in rows)


def _quoted_couples(before_id: int, version_id: int, couples: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Quoted provisions below two that belong together, by kind and number."""
    below: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        sa.select(PROVISION.c.id, PROVISION.c.parent_id, PROVISION.c.kind, PROVISION.c.number)
        .where(PROVISION.c.version_id.in_((before_id, version_id)), PROVISION.c.quoted.is_(True))
        .order_by(PROVISION.c.position)
    ):
        below[row.parent_id or 0].append(row)
    found: list[tuple[int, int]] = []
    waiting = list(couples)
    while waiting:
        old_id, new_id = waiting.pop()
        there: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row in below.get(old_id, ()):
            there[row.kind, row.number].append(row.id)
        fits = [
            (there[row.kind, row.number].pop(0), row.id) for row in below.get(new_id, ()) if there[row.kind, row.number]
        ]
        found += fits
        waiting += fits
    return found
