"""Tallies of comments: kept in the transaction that changes a comment, and recomputed to check them.

Those of ticks change by the same ``change``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from consultations.models import Comment, CommentTally, Stance, TickTally
from core.db import db, insert, rows_changed
from moderation.models import ReviewStatus

Key: TypeAlias = tuple[int, int, Stance, ReviewStatus]
NAMES = ("document_id", "place", "stance", "status")
_TABLE = CommentTally.metadata.tables[CommentTally.__tablename__]


def add(document_id: int, place: int, stance: Stance, status: ReviewStatus, amount: int = 1) -> None:
    """Count ``amount`` more (or fewer) comments on a place with this stance and status."""
    add_many({(document_id, place, stance, status): amount})


def move(comment: Comment, before: ReviewStatus, after: ReviewStatus) -> None:
    """A comment went from one status to another; nothing is counted when the two are the same."""
    if before == after:
        return
    here = (comment.document_id, comment.place, comment.stance)
    add_many({(*here, before): -1, (*here, after): 1})


def add_many(amounts: Mapping[Key, int]) -> None:
    """Add to several tallies, always in the same order so that two writers never wait for each other in a ring."""
    for key, amount in sorted(amounts.items()):
        document_id, place, stance, status = key
        change(CommentTally, {"document_id": document_id, "place": place, "stance": stance, "status": status}, amount)


def change(model: type[CommentTally] | type[TickTally], key: Mapping[str, Any], amount: int) -> None:
    """Add to the tally that has this primary key, which is made where there is none yet."""
    if amount == 0:
        return
    changed = rows_changed(
        sa.update(model)
        .where(*[getattr(model, name) == value for name, value in key.items()])
        .values(count=model.count + amount)
        .execution_options(synchronize_session=False)
    )
    if changed:
        return
    row = insert(model).values(**key, count=amount)
    db.session.execute(
        row.on_conflict_do_update(index_elements=list(key), set_={"count": model.count + row.excluded.count})
    )


def add_in_bulk(amounts: Mapping[Key, int]) -> None:
    """As ``add_many``, in a few statements however many tallies there are: for whole batches of comments."""
    keys = sorted(key for key, amount in amounts.items() if amount)
    if not keys:
        return
    if db.session.get_bind().dialect.name == "postgresql":
        _add_as_arrays(keys, [amounts[key] for key in keys])
        return
    nothing = [dict(zip(NAMES, key, strict=True), count=0) for key in keys]
    db.session.execute(insert(_TABLE).on_conflict_do_nothing(), nothing)
    change = (
        sa.update(_TABLE)
        .where(*[_TABLE.c[name] == sa.bindparam(f"of_{name}") for name in NAMES])
        .values(count=_TABLE.c.count + sa.bindparam("amount"))
    )
    of = [f"of_{name}" for name in NAMES]
    db.session.execute(change, [dict(zip(of, key, strict=True), amount=amounts[key]) for key in keys])


def _add_as_arrays(keys: Sequence[Key], amounts: Sequence[int]) -> None:
    """PostgreSQL takes a thousand tallies as five arrays much faster than one by one. Locks them in their order."""
    documents, places, stances, statuses = zip(*keys, strict=True)
    columns = (documents, places, map(str, stances), map(str, statuses), amounts)
    types = (sa.Integer, sa.Integer, sa.Text, sa.Text, sa.Integer)
    asked = sa.select(
        *[
            sa.func.unnest(sa.literal(list(values), postgresql.ARRAY(kind))).label(name)
            for name, values, kind in zip((*NAMES, "amount"), columns, types, strict=True)
        ]
    ).subquery("asked")
    same = sa.and_(*[_TABLE.c[name] == asked.c[name] for name in NAMES])
    nothing = sa.select(*[asked.c[name] for name in NAMES], sa.literal(0))
    db.session.execute(insert(_TABLE).from_select([*NAMES, "count"], nothing).on_conflict_do_nothing())
    in_order = sa.select(_TABLE.c.place).join(asked, same).order_by(*[_TABLE.c[name] for name in NAMES])
    db.session.execute(in_order.with_for_update(of=_TABLE))
    db.session.execute(sa.update(_TABLE).where(same).values(count=_TABLE.c.count + asked.c.amount))


def lock(keys: "list[Key]") -> None:
    """Hold these tallies before changing them in several steps, in the order in which every writer takes them."""
    for document_id, place, stance, status in sorted(set(keys)):
        db.session.execute(
            sa.select(CommentTally.count)
            .where(
                CommentTally.document_id == document_id,
                CommentTally.place == place,
                CommentTally.stance == stance,
                CommentTally.status == status,
            )
            .with_for_update()
        )


def differences() -> dict[Key, tuple[int, int]]:
    """Recount every comment: (kept, counted) for each tally where the two differ. Empty is how it should be."""
    kept = {
        (row.document_id, row.place, row.stance, row.status): row.count
        for row in db.session.scalars(sa.select(CommentTally).execution_options(populate_existing=True))
    }
    counted = {
        (row.document_id, row.place, row.stance, row.status): row.n
        for row in db.session.execute(
            sa.select(
                Comment.document_id, Comment.place, Comment.stance, Comment.status, sa.func.count().label("n")
            ).group_by(Comment.document_id, Comment.place, Comment.stance, Comment.status)
        ).all()
    }
    keys = kept.keys() | counted.keys()
    pairs = {key: (kept.get(key, 0), counted.get(key, 0)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def count_keys(keys: "list[Key]") -> Mapping[Key, int]:
    """How often each key occurs, for ``add_many`` of a batch."""
    return Counter(keys)
