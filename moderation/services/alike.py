"""One decision for a whole family: the cases with the same text, and those that the moderator saw to say nearly the
same. Each member is decided and logged by itself."""

from collections.abc import Sequence

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
DECIDE_NEAR = "moderation.decide_near"
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
        _decide_one(payload, by, case.id, case.version)
    if len(cases) == AT_ONCE:
        outbox.enqueue(DECIDE_ALIKE, {**payload, "after": cases[-1].id})


def decide_near(seen: Sequence[tuple[int, int]], to: ReviewStatus, *, by: Person, rule: str | None, note: str) -> None:
    """Ask the worker to decide these cases, (id, version) as the moderator saw them, in the same way."""
    for start in range(0, len(seen), AT_ONCE):
        cases = [list(one) for one in seen[start : start + AT_ONCE]]
        outbox.enqueue(DECIDE_NEAR, {"cases": cases, "to": to.value, "by": by.id, "rule": rule, "note": note})


def carry_on_near(payload: outbox.Payload) -> None:
    """Decide them; one that has changed since it was seen, or that is not the moderator's to decide, stays."""
    by = db.session.get_one(Person, payload["by"])
    for case_id, version in payload["cases"]:
        _decide_one(payload, by, case_id, version)


def _decide_one(payload: outbox.Payload, by: Person, case_id: int, version: int) -> None:
    try:
        with db.session.begin_nested():
            decide(
                case_id,
                ReviewStatus(payload["to"]),
                by=by,
                version=version,
                rule=payload["rule"],
                note=payload["note"],
            )
    except DanBanError:
        return


def _alike(fingerprint: str, person_id: int) -> "list[sa.ColumnElement[bool]]":
    return [
        ReviewCase.fingerprint == fingerprint,
        ReviewCase.awaiting.is_(True),
        ReviewCase.agency_id.in_(accounts.agencies_within(person_id, Permission.MODERATE)),
    ]
