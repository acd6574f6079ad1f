"""Opinions of the demonstration, sent and decided in their time: demo/opinions.json, demo/answers.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from accounts.models import Person, Role
from accounts.policies import CONSENT_VERSION
from consultations.models import (
    Comment,
    Consultation,
    ContributorKind,
    Document,
    Provision,
    Stance,
    Submission,
    Version,
)
from consultations.queries import places, reading
from consultations.queries.drafts import Owner
from consultations.queries.places import Place
from consultations.services import comments as comment_services
from consultations.services import drafts, submitting
from core import clock
from core.db import db
from demo.people import somebody, staff
from moderation import services as moderation
from moderation.models import ReviewStatus

FOLDER = Path(__file__).resolve().parent
DECISIONS = {"published": ReviewStatus.PUBLISHED, "refused": ReviewStatus.REFUSED, "spam": ReviewStatus.SPAM}
UNTIL_DECIDED = timedelta(hours=20)


@dataclass(frozen=True)
class Sent:
    """A submission, when it was sent, and what a moderator made of it (None: still waiting)."""

    submission: Submission
    at: datetime
    told: dict[str, Any]


def send_all(consultation: Consultation, key: str, agency: str) -> list[Sent]:
    """Send every opinion of a draft at its time, the earliest first, and decide those that were decided."""
    finder = Finder(consultation)
    told_at = [(_at(consultation, told, number), told) for number, told in enumerate(_read("opinions.json")[key])]
    sent = [_send(consultation, told, finder, at) for at, told in sorted(told_at, key=lambda pair: pair[0])]
    moderator = staff(Role.MODERATOR, agency)
    for one in sent:
        _decide(one, moderator)
    return sent


def support_some(consultation: Consultation) -> None:
    """A few marks of "đồng tình" and two replies, while it is open."""
    published = db.session.scalars(
        sa.select(Comment)
        .where(Comment.consultation_id == consultation.id, Comment.status == ReviewStatus.PUBLISHED)
        .order_by(Comment.id)
    ).all()
    names = ("Nguyễn Thị Hạnh", "Trần Văn Bảy", "Phạm Quốc Khánh", "Vũ Thị Lan", "Đỗ Minh Châu", "Ngô Văn Sơn")
    people = [somebody(name, "individual") for name in names]
    for number, comment in enumerate(published):
        for person in people[: (number * 5) % 7]:
            comment_services.toggle_support(comment, by=person)
    words = ("Nhà tôi cũng gặp đúng chuyện này.", "Tôi đồng ý, nhưng nên tính cả khả năng chi trả của quỹ.")
    for body, comment, person in zip(words, published, reversed(people), strict=False):
        comment_services.add_reply(comment, by=person, body=body)


class Finder:
    """Places of a consultation by citation, "" for the whole draft."""

    def __init__(self, consultation: Consultation) -> None:
        self._consultation = consultation
        rows = db.session.execute(
            sa.select(Provision.citation, Provision.lineage_id)
            .join(Version, Version.id == Provision.version_id)
            .join(Document, Document.id == Version.document_id)
            .where(Document.consultation_id == consultation.id, Provision.quoted.is_(False))
            .order_by(Provision.position.desc())
        )
        self._lineages = {row.citation: row.lineage_id for row in rows}

    def lineage(self, citation: str) -> int:
        return self._lineages[citation] if citation else reading.WHOLE_DRAFT

    def place(self, citation: str) -> Place:
        return places.get_place(self._consultation.id, self.lineage(citation))


def answers(key: str) -> list[dict[str, str]]:
    """What the agency answered, place by place."""
    return list(_read("answers.json").get(key, []))


@cache
def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _at(consultation: Consultation, told: dict[str, Any], number: int) -> datetime:
    """When an opinion was sent: on its day, at some hour between 8 and 20."""
    started = min(clock.now(), consultation.opens_at)
    hours = 8 + number * 7 % 13
    return min(started + timedelta(days=told["day"], hours=hours, minutes=number * 17 % 60), _just_now())


def _send(consultation: Consultation, told: dict[str, Any], finder: Finder, at: datetime) -> Sent:
    person = None if "guest" in told else somebody(told["name"], told.get("kind", "individual"))
    with clock.frozen(at):
        draft = drafts.open_draft(_owner(person), consultation.id)
        for citation, stance, body, proposed in _said(told, finder):
            drafts.keep_comment(draft, finder.place(citation), stance=Stance(stance), body=body, proposed_text=proposed)
        kind = ContributorKind(told.get("kind", "individual"))
        identity = submitting.Identity(person, told["name"], kind, told.get("guest") or None)
        submission = submitting.send(draft, identity, consent_version=CONSENT_VERSION)
        if submission.confirmed_at is None:
            submitting.confirm(submission)
    return Sent(submission, at, told)


def _said(told: dict[str, Any], finder: Finder) -> Iterator[tuple[str, str, str, str]]:
    """(citation, stance, body, proposed wording): a change is told as what goes out and what comes in."""
    for citation, stance, body, *change in told["say"]:
        proposed = ""
        if change:
            out, into = change[0]
            before = finder.place(citation).text
            if out not in before:
                raise LookupError(f"{citation}: {out}")
            proposed = before.replace(out, into)
        yield citation, stance, body, proposed


def _owner(person: Person | None) -> Owner:
    return Owner(None if person else drafts.hash_of(drafts.new_token()), person.id if person else None)


def _decide(one: Sent, moderator: Person) -> None:
    status = DECISIONS.get(one.told.get("status", "published"))
    if status is None:
        return
    with clock.frozen(min(one.at + UNTIL_DECIDED, _just_now())):
        for case in comment_services.cases_of(one.submission.id):
            moderation.decide(
                case.id,
                status,
                by=moderator,
                version=case.version,
                rule=one.told.get("rule"),
                note=one.told.get("note", ""),
            )


def _just_now() -> datetime:
    return clock.now() - timedelta(minutes=25)
