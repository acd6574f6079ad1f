"""Ticks: asked by drafters, given by people, one a person, changeable until closing; their tallies change with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa

from accounts.models import AttemptKind, Person
from accounts.services import attempts
from consultations import policies
from consultations.models import WORD_LETTERS, Consultation, GuestPolicy, Tick, TickItem, TickTally, Verification
from consultations.policies import Voter
from consultations.services import submitting, tallies
from core import clock
from core.db import db, insert
from core.errors import Closed, Conflict, RuleBroken
from core.i18n import gettext as _
from core.links import address_of, path_to
from core.mail import send_mail
from core.signing import keyed_hash, sign, unsign
from moderation.services import measures

CONFIRM = "consultations.tick"
CONFIRM_WITHIN = timedelta(days=7)
MAX_ITEMS = 200

TallyKey: TypeAlias = tuple[int, Verification, bool]


@dataclass(frozen=True)
class Choice:
    """What they tick, about which version, with or without a word for the drafting body."""

    agrees: bool
    version_number: int
    word: str = ""


def voter_of(person: Person) -> Voter:
    return Voter(person.id, None, Verification.ACCOUNT)


def guest_of_browser(token_hash: str) -> Voter:
    """A guest by nothing but the browser, where the consultation lets guests speak without a confirmed address."""
    return Voter(None, token_hash, Verification.GUEST)


# --- what is asked ----------------------------------------------------------------------------------------------------


def add_item(consultation: Consultation, *, document_id: int, place: int, question: str, by: Person | None) -> TickItem:
    """Ask about a place, or a question about it. What was asked before and stopped is asked again.

    Raises Closed once opinions are no longer taken, RuleBroken where it is asked already or too much is asked.
    """
    _must_be_askable(consultation)
    asked = {
        (one.document_id, one.place, one.question): one
        for one in db.session.scalars(sa.select(TickItem).where(TickItem.consultation_id == consultation.id))
    }
    found = asked.get((document_id, place, question))
    if found is not None and found.closed_at is None:
        raise RuleBroken(_("Mục này đã có trong danh sách."), "place")
    if sum(one.closed_at is None for one in asked.values()) >= MAX_ITEMS:
        raise RuleBroken(_("Nhiều nhất %(n)s mục. Hãy ngừng một mục trước.", n=MAX_ITEMS), "place")
    if found is None:
        found = TickItem(
            consultation_id=consultation.id,
            document_id=document_id,
            place=place,
            question=question,
            created_by_id=by.id if by else None,
            created_at=clock.now(),
        )
        db.session.add(found)
    found.closed_at = None
    db.session.flush()
    return found


def stop_item(item: TickItem) -> None:
    """Ask no more. What was ticked stays and is shown; doing it again changes nothing."""
    item.closed_at = item.closed_at or clock.now()
    db.session.flush()


def _must_be_askable(consultation: Consultation) -> None:
    phase = policies.phase(consultation, clock.now())
    if phase not in (policies.Phase.UPCOMING, policies.Phase.OPEN, policies.Phase.SUSPENDED):
        raise Closed(_("Chỉ chọn mục biểu thị sau khi công bố dự thảo và trước khi đợt lấy ý kiến đóng."))


# --- what is ticked ---------------------------------------------------------------------------------------------------


def cast(item: TickItem, voter: Voter, choice: Choice) -> Tick:
    """Set or change a tick. The same tap twice, even at once, is one tick.

    Raises Closed outside the window or when the item is no longer asked, RuleBroken for a word out of bounds and
    for a person who may not write now.
    """
    consultation = db.session.get_one(Consultation, item.consultation_id)
    must_take(consultation, item)
    if voter.person_id is not None:
        measures.check(voter.person_id, consultation.agency_id)
    if len(choice.word) > WORD_LETTERS:
        raise RuleBroken(_("Lời kèm dài nhất %(n)s ký tự. Phần bạn viết vẫn còn ở đây.", n=WORD_LETTERS), "word")
    tick = _held(item, voter)
    if tick is None and _insert(item, voter, choice):
        _count(item, voter.verification, choice.agrees, 1)
        return _must_hold(item, voter)
    tick = tick or _must_hold(item, voter)
    if tick.agrees != choice.agrees:
        _count(item, tick.verification, tick.agrees, -1)
        _count(item, tick.verification, choice.agrees, 1)
    if (tick.agrees, tick.word) != (choice.agrees, choice.word):
        tick.agrees, tick.word, tick.version_number = choice.agrees, choice.word, choice.version_number
        tick.changed_at = clock.now()
    db.session.flush()
    return tick


def take_back(item: TickItem, voter: Voter) -> None:
    """Take a tick back; there may be none."""
    must_take(db.session.get_one(Consultation, item.consultation_id), item)
    tick = _held(item, voter)
    if tick is not None:
        _count(item, tick.verification, tick.agrees, -1)
        db.session.delete(tick)
        db.session.flush()


def must_take(consultation: Consultation, item: TickItem) -> None:
    """Raises Closed where ticks are not taken now."""
    if not policies.is_open(consultation, clock.now()):
        raise Closed(submitting.closed_sentence(consultation))
    if item.closed_at is not None:
        raise Closed(_("Mục này không còn được hỏi. Các biểu thị đã có vẫn được giữ."))


def may_tick_by_browser(guests: GuestPolicy) -> bool:
    """May a guest tick without an address?"""
    return guests == GuestPolicy.NAMED


def _held(item: TickItem, voter: Voter) -> Tick | None:
    """The voter's tick, held until the end of the transaction."""
    own = Tick.person_id == voter.person_id if voter.person_id is not None else Tick.guest_hash == voter.guest_hash
    return db.session.scalar(
        sa.select(Tick).where(Tick.item_id == item.id, own).with_for_update().execution_options(populate_existing=True)
    )


def _must_hold(item: TickItem, voter: Voter) -> Tick:
    tick = _held(item, voter)
    if tick is None:  # somebody took it back between two statements of ours
        raise Conflict(_("Biểu thị vừa được đổi ở nơi khác. Hãy bấm lại."))
    return tick


def _insert(item: TickItem, voter: Voter, choice: Choice) -> bool:
    """Was it this call that made the row? Another tap of the same person may have been first."""
    now = clock.now()
    made = db.session.scalar(
        insert(Tick)
        .values(
            item_id=item.id,
            person_id=voter.person_id,
            guest_hash=voter.guest_hash,
            verification=voter.verification,
            agrees=choice.agrees,
            word=choice.word,
            version_number=choice.version_number,
            created_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Tick.id)
    )
    return made is not None


def _count(item: TickItem, verification: Verification, agrees: bool, amount: int) -> None:
    tallies.change(TickTally, {"item_id": item.id, "verification": verification, "agrees": agrees}, amount)


# --- guests with an address -------------------------------------------------------------------------------------------


def ask_to_confirm(item: TickItem, title: str, choice: Choice, *, email: str, network: str) -> None:
    """Send a guest the link by which their tick counts. Nothing is kept before they press its button.

    Raises Closed, RuleBroken (no address), TooManyAttempts: nobody shall flood a stranger's mailbox through us.
    """
    consultation = db.session.get_one(Consultation, item.consultation_id)
    must_take(consultation, item)
    if not policies.may_speak(consultation.guests, policies.Speaker(None, bool(email))):
        raise RuleBroken(_("Đợt lấy ý kiến này cần địa chỉ thư điện tử để xác nhận."), "email")
    if len(choice.word) > WORD_LETTERS:
        raise RuleBroken(_("Lời kèm dài nhất %(n)s ký tự. Phần bạn viết vẫn còn ở đây.", n=WORD_LETTERS), "word")
    attempts.check(AttemptKind.GUEST_LETTER, email, network)
    attempts.record(AttemptKind.GUEST_LETTER, email, network)
    data = [item.id, keyed_hash(CONFIRM, email), choice.agrees, choice.version_number, choice.word]
    path = path_to("consultations.confirm_tick", token=sign(CONFIRM, data))
    send_mail(
        email,
        _("Hãy xác nhận biểu thị của bạn"),
        "tick_confirm",
        title=title,
        agrees=choice.agrees,
        confirm_url=address_of(path),
    )


def confirmed(token: str) -> tuple[TickItem, Voter, Choice] | None:
    """What a link of ``ask_to_confirm`` would tick; None for one that is too old or was changed."""
    data = unsign(CONFIRM, token, max_age=CONFIRM_WITHIN)
    if not isinstance(data, list) or len(data) != 5:  # as ask_to_confirm signs it
        return None
    item_id, guest_hash, agrees, version_number, word = data
    item = db.session.get(TickItem, item_id)
    if item is None:
        return None
    return item, Voter(None, guest_hash, Verification.GUEST_CONFIRMED), Choice(agrees, version_number, word)


# --- keeping ----------------------------------------------------------------------------------------------------------


def differences() -> dict[TallyKey, tuple[int, int]]:
    """Recount every tick: (kept, counted) for each tally where the two differ. Empty is how it should be."""
    kept = _keyed(sa.select(TickTally.item_id, TickTally.verification, TickTally.agrees, TickTally.count))
    key = (Tick.item_id, Tick.verification, Tick.agrees)
    counted = _keyed(sa.select(*key, sa.func.count()).group_by(*key))
    pairs = {one: (kept.get(one, 0), counted.get(one, 0)) for one in kept.keys() | counted.keys()}
    return {one: pair for one, pair in pairs.items() if pair[0] != pair[1]}


def _keyed(statement: "sa.Select[*tuple[Any, ...]]") -> dict[TallyKey, int]:
    rows: Sequence[Any] = db.session.execute(statement).all()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def export_ticks(person_id: int) -> list[dict[str, Any]]:
    """A person's ticks, oldest first, ready for JSON."""
    rows = db.session.execute(
        sa.select(TickItem.consultation_id, TickItem.place, TickItem.question, Tick)
        .join(Tick, Tick.item_id == TickItem.id)
        .where(Tick.person_id == person_id)
        .order_by(Tick.id)
    )
    return [
        {
            "consultation": row.consultation_id,
            "place": row.place,
            "question": row.question,
            "agrees": row.Tick.agrees,
            "word": row.Tick.word,
            "at": row.Tick.changed_at.isoformat(timespec="seconds"),
        }
        for row in rows
    ]


def erase_words(person_id: int) -> None:
    """Forget what a person wrote beside their ticks; the ticks stay counted, without anybody."""
    db.session.execute(sa.update(Tick).where(Tick.person_id == person_id).values(word=""))
