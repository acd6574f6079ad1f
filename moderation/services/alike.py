"""One decision for a whole family of the same text: each member is decided and logged by itself."""

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from core import outbox
from core.db import db
from core.errors import DanBanError
from moderation.models import ReviewCase, ReviewStatus
from moderation.services.cases import decide

DECIDE_ALIKE = "moderation.decide_alike"
AT_ONCE = 50


def count_alike(case: ReviewCase, person_id: int) -> int:
    """How many other cases with the same text await this moderator."""
    if case.fingerprint is None:
        return 0
    others = sa.select(sa.func.count()).where(*_alike(case.fingerprint, person_id), ReviewCase.id != case.id)
    return db.session.scalar(others) or 0


def decide_alike(case: ReviewCase, to: ReviewStatus, *, by: Person, rule: str | None, note: str) -> None:
    """Ask the worker to decide every other case with the text of this one in the same way."""
    outbox.enqueue(
        DECIDE_ALIKE,
        {
            "fingerprint": case.fingerprint,
            "to": to.value,
            "by": by.id,
            "rule": rule,
            "note": note,
            "after": 0,
        },
    )


def carry_on(payload: outbox.Payload) -> None:
    """Decide the next cases of a family in one transaction, and leave the rest for the next one.

    A case that the moderator may not decide (their own, an appeal against their own refusal) stays in the queue.
    """
    by = db.session.get_one(Person, payload["by"])
    cases = db.session.execute(
        sa.select(ReviewCase.id, ReviewCase.version)
        .where(*_alike(payload["fingerprint"], by.id), ReviewCase.id > payload["after"])
        .order_by(ReviewCase.id)
        .limit(AT_ONCE)
    ).all()
    for case in cases:
        try:
            with db.session.begin_nested():
                decide(
                    case.id,
                    ReviewStatus(payload["to"]),
                    by=by,
                    version=case.version,
                    rule=payload["rule"],
                    note=payload["note"],
                )
        except DanBanError:
            continue
    if len(cases) == AT_ONCE:
        outbox.enqueue(DECIDE_ALIKE, {**payload, "after": cases[-1].id})


def _alike(fingerprint: str, person_id: int) -> "list[sa.ColumnElement[bool]]":
    return [
        ReviewCase.fingerprint == fingerprint,
        ReviewCase.awaiting.is_(True),
        ReviewCase.agency_id.in_(accounts.agencies_within(person_id, Permission.MODERATE)),
    ]
