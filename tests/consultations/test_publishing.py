"""Publishing, and what may befall a consultation afterwards."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from consultations import policies
from consultations.models import (
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Contributor,
    ContributorKind,
    EventKind,
    Provision,
    Submission,
    Verification,
)
from consultations.policies import Phase
from consultations.services import notices, publishing, receipts
from core import clock, outbox
from core.errors import Conflict, RuleBroken
from core.outbox import OutboxRow
from tests.consultations import drafts
from tests.factories import make_agency, make_person
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

SERVICES: dict[EventKind, Callable[..., ConsultationEvent]] = {
    EventKind.SUSPENDED: publishing.suspend,
    EventKind.RESUMED: publishing.resume,
    EventKind.CANCELLED: publishing.cancel,
}
TODAY = date(2026, 3, 2)


def events_of(session: Session, consultation: Consultation) -> list[ConsultationEvent]:
    return list(
        session.scalars(
            sa.select(ConsultationEvent)
            .where(ConsultationEvent.consultation_id == consultation.id)
            .order_by(ConsultationEvent.id)
        )
    )


def select_ids(session: Session, version_id: int) -> list[int]:
    return list(
        session.scalars(sa.select(Provision.id).where(Provision.version_id == version_id).order_by(Provision.id))
    )


def take_part(session: Session, consultation: Consultation, **values: object) -> Contributor:
    given = {"kind": ContributorKind.INDIVIDUAL, "verification": Verification.ACCOUNT, "name": "Lan", **values}
    contributor = Contributor(public_name="Lan", **given)
    session.add(contributor)
    session.flush()
    session.add(
        Submission(
            consultation_id=consultation.id,
            contributor_id=contributor.id,
            receipt_code=receipts.new_code(),
            sent_at=clock.now(),
        )
    )
    session.flush()
    return contributor


@pytest.mark.usefixtures("frozen_clock")
class TestPublish:
    def test_opens_it_to_the_public_and_asks_for_the_index(self, session: Session) -> None:
        noise = drafts.make_draft(make_agency())
        made, person = drafts.make_draft(make_agency()), make_person()
        publishing.publish(made, by=person)
        assert policies.phase(made, clock.now()) == Phase.OPEN
        assert drafts.version_of(made).published_at == made.published_at == clock.now()
        assert [(e.kind, e.actor_id) for e in events_of(session, made)] == [(EventKind.PUBLISHED, person.id)]
        asked_for = [row.payload["ids"] for row in session.scalars(sa.select(OutboxRow)) if "ids" in row.payload]
        nodes = select_ids(session, drafts.version_of(made).id)
        assert nodes in asked_for
        assert select_ids(session, drafts.version_of(noise).id) not in asked_for
        assert noise.state == ConsultationState.DRAFT
        assert drafts.version_of(noise).published_at is None

    def test_a_window_cannot_have_begun_before_anybody_could_read(
        self, session: Session, frozen_clock: FrozenClock
    ) -> None:
        made = drafts.make_draft(make_agency(), opens=TODAY, days=30)
        frozen_clock.move(days=5)
        publishing.publish(made, by=make_person())
        assert made.opens_at == clock.now()

    def test_a_window_that_has_become_too_short_asks_for_the_reason(
        self, session: Session, frozen_clock: FrozenClock
    ) -> None:
        made = drafts.make_draft(make_agency(), opens=TODAY, days=20)
        frozen_clock.move(days=1)
        with pytest.raises(RuleBroken) as refusal:
            publishing.publish(made, by=make_person())
        assert refusal.value.field == "short_period_reason"
        assert made.state == ConsultationState.DRAFT
        made.short_period_reason = "Thiên tai."
        publishing.publish(made, by=make_person())

    def test_refuses_a_window_that_is_over_unless_it_was_held_elsewhere(self, session: Session) -> None:
        made = drafts.make_draft(make_agency(), opens=TODAY - timedelta(days=60), days=30)
        with pytest.raises(RuleBroken, match="Ngày đóng đã qua"):
            publishing.publish(made, by=make_person())
        publishing.publish(made, by=None, backdated=True)
        assert policies.phase(made, clock.now()) == Phase.CLOSED
        assert made.opens_at == clock.start_of(TODAY - timedelta(days=60))

    def test_happens_once(self, session: Session) -> None:
        made = drafts.make_published(make_agency())
        with pytest.raises(Conflict):
            publishing.publish(made, by=make_person())

    def test_a_later_opening_is_kept(self, session: Session) -> None:
        made = drafts.make_draft(make_agency(), opens=TODAY + timedelta(days=7))
        publishing.publish(made, by=make_person())
        assert policies.phase(made, clock.now()) == Phase.UPCOMING


@pytest.mark.usefixtures("frozen_clock")
class TestExtend:
    def test_moves_the_last_day_and_says_from_when_to_when(self, session: Session) -> None:
        made, noise = drafts.make_published(make_agency()), drafts.make_published(make_agency())
        before = made.closes_at
        publishing.extend(made, TODAY + timedelta(days=45), by=make_person(), reason="Nhiều nơi xin thêm thời gian.")
        assert made.closes_at == clock.end_of(TODAY + timedelta(days=45))
        event = events_of(session, made)[-1]
        assert (event.kind, event.closes_before, event.closes_after) == (EventKind.EXTENDED, before, made.closes_at)
        assert event.reason == "Nhiều nơi xin thêm thời gian."
        assert noise.closes_at == before

    @pytest.mark.parametrize("days", [30, 29, -3])
    def test_must_be_later_than_it_stands(self, session: Session, days: int) -> None:
        made = drafts.make_published(make_agency())
        with pytest.raises(RuleBroken) as refusal:
            publishing.extend(made, TODAY + timedelta(days=days), by=make_person(), reason="Vì sao đó.")
        assert refusal.value.field == "closes"

    def test_must_not_be_in_the_past_when_it_has_closed(self, session: Session, frozen_clock: FrozenClock) -> None:
        made = drafts.make_published(make_agency())
        frozen_clock.move(days=60)
        with pytest.raises(RuleBroken):
            publishing.extend(made, TODAY + timedelta(days=40), by=make_person(), reason="Vì sao đó.")
        publishing.extend(made, TODAY + timedelta(days=70), by=make_person(), reason="Vì sao đó.")
        assert policies.phase(made, clock.now()) == Phase.OPEN

    def test_not_after_the_table_is_published(self, session: Session) -> None:
        made = drafts.make_published(make_agency())
        made.table_published_at = clock.now()
        with pytest.raises(Conflict):
            publishing.extend(made, TODAY + timedelta(days=70), by=make_person(), reason="Vì sao đó.")


@pytest.mark.usefixtures("frozen_clock")
class TestChanges:
    def test_suspending_closes_the_door_and_resuming_opens_it(self, session: Session) -> None:
        made, person = drafts.make_published(make_agency()), make_person()
        publishing.suspend(made, by=person, reason="Có sai sót ở Điều 2.")
        assert not policies.is_open(made, clock.now())
        publishing.resume(made, by=person, reason="Đã đính chính.")
        assert policies.is_open(made, clock.now())
        assert [e.kind for e in events_of(session, made)] == [
            EventKind.PUBLISHED,
            EventKind.SUSPENDED,
            EventKind.RESUMED,
        ]

    def test_cancelled_is_the_end(self, session: Session) -> None:
        made, person = drafts.make_published(make_agency()), make_person()
        publishing.cancel(made, by=person, reason="Dự thảo được rút.")
        assert publishing.possible_changes(made, clock.now()) == []
        for change in SERVICES.values():
            with pytest.raises(Conflict):
                change(made, by=person, reason="Đổi ý.")

    @pytest.mark.parametrize("kind", SERVICES)
    def test_a_draft_cannot_be_changed_so(self, session: Session, kind: EventKind) -> None:
        with pytest.raises(Conflict):
            SERVICES[kind](drafts.make_draft(make_agency()), by=make_person(), reason="Vì sao đó.")

    @pytest.mark.parametrize("kind", [EventKind.SUSPENDED, EventKind.CANCELLED])
    def test_a_reason_is_required(self, session: Session, kind: EventKind) -> None:
        made = drafts.make_published(make_agency())
        with pytest.raises(RuleBroken) as refusal:
            SERVICES[kind](made, by=make_person(), reason="")
        assert refusal.value.field == "reason"
        assert made.state == ConsultationState.PUBLISHED

    def test_possible_changes_by_phase(self, session: Session, frozen_clock: FrozenClock) -> None:
        made = drafts.make_published(make_agency())
        open_ = {EventKind.EXTENDED, EventKind.SUSPENDED, EventKind.CANCELLED}
        assert set(publishing.possible_changes(made, clock.now())) == open_
        frozen_clock.move(days=60)
        assert set(publishing.possible_changes(made, clock.now())) == {EventKind.EXTENDED}


@pytest.mark.usefixtures("frozen_clock")
class TestNotices:
    def test_those_who_take_part_and_confirmed_their_address_get_one_letter(
        self, session: Session, mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        made, noise = drafts.make_published(make_agency()), drafts.make_published(make_agency())
        twice, unconfirmed, elsewhere = make_person(), make_person(confirmed=False), make_person()
        take_part(session, made, person_id=twice.id)
        take_part(session, made, person_id=twice.id)
        take_part(session, made, person_id=unconfirmed.id)
        take_part(session, made, email="khach@vi-du.vn", verification=Verification.GUEST_CONFIRMED)
        take_part(session, made, email="chua@vi-du.vn", verification=Verification.GUEST)
        take_part(session, made, verification=Verification.GUEST)
        take_part(session, noise, person_id=elsewhere.id)
        publishing.extend(made, TODAY + timedelta(days=45), by=make_person(), reason="Nhiều nơi xin thêm.")
        outbox_drained()
        letters = mailbox.letters()
        assert sorted(letter.to for letter in letters) == sorted([twice.email, "khach@vi-du.vn"])
        assert "Nhiều nơi xin thêm." in letters[0].body
        assert "16/04/2026" in letters[0].body
        assert f"/du-thao/{made.id}/" in letters[0].body
        assert letters[0].subject == "Gia hạn lấy ý kiến: Luật Thử nghiệm"

    def test_one_row_of_work_goes_through_everybody_in_batches(
        self,
        session: Session,
        mailbox: Mailbox,
        outbox_drained: Callable[[], int],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(notices, "BATCH", 3)
        made = drafts.make_published(make_agency())
        for number in range(8):
            take_part(session, made, email=f"khach-{number}@vi-du.vn", verification=Verification.GUEST_CONFIRMED)
        publishing.suspend(made, by=make_person(), reason="Tạm dừng để đính chính.")
        rows = session.scalar(sa.select(sa.func.count()).where(OutboxRow.topic == publishing.NOTICE))
        assert rows == 1
        outbox_drained()
        assert sorted(letter.to for letter in mailbox.letters()) == [f"khach-{n}@vi-du.vn" for n in range(8)]
        assert outbox.pending() == 0

    @pytest.mark.parametrize("kind", SERVICES)
    def test_every_kind_of_change_has_its_words(
        self, session: Session, mailbox: Mailbox, outbox_drained: Callable[[], int], kind: EventKind
    ) -> None:
        made = drafts.make_published(make_agency())
        take_part(session, made, person_id=make_person().id)
        if kind == EventKind.RESUMED:
            publishing.suspend(made, by=make_person(), reason="Dừng.")
            outbox_drained()
        SERVICES[kind](made, by=make_person(), reason="Lý do nêu ở đây.")
        outbox_drained()
        assert "Lý do nêu ở đây." in mailbox.letters()[-1].body

    def test_a_letter_asked_for_twice_is_the_same_letter(self, session: Session) -> None:
        made = drafts.make_published(make_agency())
        take_part(session, made, person_id=make_person().id)
        event = publishing.suspend(made, by=make_person(), reason="Dừng.")
        for _ in range(2):
            notices.send_batch(event.id, 0, publishing.NOTICE)
        ids = [row.payload["id"] for row in session.scalars(sa.select(OutboxRow).where(OutboxRow.topic == "mail"))]
        assert len(ids) == 2
        assert len(set(ids)) == 1
