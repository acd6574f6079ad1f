"""The next version of a draft: uploaded, paired with the one before, corrected, published."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import Person, Role
from consultations.indexing import provision_documents
from consultations.models import Consultation, ConsultationEvent, EventKind, Lineage, Provision, ProvisionPairing
from consultations.queries import desk
from consultations.services import notices, pairing_choices, publishing, tallies, versions
from core import outbox
from core.errors import Conflict, NotFound, RuleBroken
from legal.align import Change
from tests.consultations import drafts, sending, texts
from tests.factories import make_agency, make_staff
from tests.support.mail import Mailbox


@pytest.fixture
def consultation(session: Session) -> Consultation:
    texts.make_first()  # noise: another draft with the same words
    return texts.make_first()


def drafter_of(consultation: Consultation) -> Person:
    return make_staff(Role.DRAFTER, sending.agency_of(consultation))


class TestUpload:
    def test_pairs_every_provision_with_its_predecessor(self, consultation: Consultation) -> None:
        version = texts.upload(consultation)
        assert (version.number, version.published_at) == (2, None)
        assert texts.changes(version) == {
            "Điều 2": "edited",
            "khoản 1 Điều 2": "edited",
            "khoản 2 Điều 2": "renumbered",
            "khoản 3 Điều 2": "moved",
            "Điều 3": "edited",
            "Điều 5": "added",
        }

    def test_lineages_follow_the_pairs(self, session: Session, consultation: Consultation) -> None:
        first = drafts.version_of(consultation)
        version = texts.add_version(consultation)
        for old, new in {
            "khoản 1 Điều 2": "khoản 1 Điều 2",
            "khoản 3 Điều 2": "khoản 2 Điều 2",
            "khoản 2 Điều 3": "khoản 3 Điều 2",
            "Điều 4": "Điều 4",
        }.items():
            assert texts.provision(first, old).lineage_id == texts.provision(version, new).lineage_id
        before = set(session.scalars(sa.select(Provision.lineage_id).where(Provision.version_id == first.id)))
        assert texts.provision(version, "Điều 5").lineage_id not in before
        after = list(session.scalars(sa.select(Provision.lineage_id).where(Provision.version_id == version.id)))
        assert len(after) == len(set(after))

    def test_leaves_no_lineage_without_a_provision(self, session: Session, consultation: Consultation) -> None:
        version = texts.upload(consultation)
        used = sa.exists().where(Provision.lineage_id == Lineage.id)
        assert session.scalars(sa.select(Lineage.id).where(~used)).all() == []
        texts.publish(consultation, version)
        assert session.scalars(sa.select(Lineage.id).where(~used)).all() == []

    def test_a_second_upload_replaces_the_first(self, session: Session, consultation: Consultation) -> None:
        texts.upload(consultation)
        version = texts.upload(consultation, texts.SECOND.replace("năm ngày", "sáu ngày"))
        assert version.number == 2
        assert "sáu ngày" in texts.provision(version, "khoản 1 Điều 2").text
        assert {row.version_id for row in session.scalars(sa.select(ProvisionPairing))} == {version.id}

    def test_refuses_the_file_that_is_public_already(self, consultation: Consultation) -> None:
        with pytest.raises(RuleBroken, match="giống hệt"):
            texts.upload(consultation, texts.FIRST)

    def test_refuses_a_draft_that_is_not_public_and_one_that_was_cancelled(self, consultation: Consultation) -> None:
        unpublished = drafts.make_draft(make_agency())
        with pytest.raises(Conflict):
            texts.upload(unpublished)
        publishing.cancel(consultation, by=drafter_of(consultation), reason="Thôi.")
        with pytest.raises(Conflict):
            texts.upload(consultation)

    def test_quoted_articles_keep_their_lineage_too(self, session: Session) -> None:
        amending = (
            "LUẬT SỬA ĐỔI\n\nĐiều 1. Sửa đổi một số điều của Luật Thử\n1. Sửa đổi Điều 7 như sau:\n"
            "“Điều 7. Thử lại\n1. Được thử lại một lần.\n2. Không thử lại ban đêm.”\n\n"
            "Điều 2. Hiệu lực\nLuật này có hiệu lực từ ngày công bố.\n"
        )
        made = texts.make_first(amending)
        first = drafts.version_of(made)
        version = texts.add_version(made, amending.replace("một lần", "hai lần"))
        quoted = sa.select(Provision.lineage_id).where(Provision.quoted.is_(True)).order_by(Provision.position)
        old = session.scalars(quoted.where(Provision.version_id == first.id)).all()
        assert old
        assert session.scalars(quoted.where(Provision.version_id == version.id)).all() == old


class TestCorrect:
    def test_another_predecessor_takes_lineage_and_frees_the_one_it_had(self, consultation: Consultation) -> None:
        first, version = drafts.version_of(consultation), texts.upload(consultation)
        gone = texts.provision(first, "khoản 2 Điều 2")
        person = drafter_of(consultation)
        row = texts.pairing_of(version, "khoản 1 Điều 2")
        pairing_choices.choose(row, gone.id, by=person)
        new = texts.pairing_of(version, "khoản 1 Điều 2")
        assert (new.old_provision_id, new.confirmed_by_id) == (gone.id, person.id)
        assert new.main
        freed = texts.provision(first, "khoản 1 Điều 2")
        assert [row.change for row in texts.pairings(version) if row.old_provision_id == freed.id] == [Change.REMOVED]
        assert [row.change for row in texts.pairings(version) if row.old_provision_id == gone.id] == [Change.EDITED]
        texts.publish(consultation, version)
        assert texts.provision(version, "khoản 1 Điều 2").lineage_id == gone.lineage_id

    def test_the_provision_that_loses_its_predecessor_waits_to_be_looked_at(self, consultation: Consultation) -> None:
        first, version = drafts.version_of(consultation), texts.upload(consultation)
        taken = texts.provision(first, "khoản 1 Điều 3")
        pairing_choices.choose(texts.pairing_of(version, "khoản 3 Điều 2"), taken.id, by=drafter_of(consultation))
        loser = texts.pairing_of(version, "khoản 1 Điều 3")
        assert (loser.change, loser.old_provision_id, loser.confirmed_at) == (Change.ADDED, None, None)
        assert loser in texts.waiting(version)
        texts.publish(consultation, version)
        lineages = [texts.provision(version, cited).lineage_id for cited in ("khoản 1 Điều 3", "khoản 3 Điều 2")]
        assert lineages[1] == taken.lineage_id != lineages[0]

    def test_no_predecessor_makes_it_new_and_the_old_one_gone(self, consultation: Consultation) -> None:
        first, version = drafts.version_of(consultation), texts.upload(consultation)
        old = texts.provision(first, "khoản 1 Điều 2")
        pairing_choices.choose(texts.pairing_of(version, "khoản 1 Điều 2"), None, by=drafter_of(consultation))
        row = texts.pairing_of(version, "khoản 1 Điều 2")
        assert (row.change, row.old_provision_id) == (Change.ADDED, None)
        assert row.confirmed_at is not None
        assert [one.change for one in texts.pairings(version) if one.old_provision_id == old.id] == [Change.REMOVED]
        texts.publish(consultation, version)
        assert texts.provision(version, "khoản 1 Điều 2").lineage_id != old.lineage_id

    def test_what_stands_below_a_chosen_article_finds_its_partners(self, consultation: Consultation) -> None:
        first, version = drafts.version_of(consultation), texts.upload(consultation)
        person = drafter_of(consultation)
        for cited in ("khoản 1 Điều 3", "Điều 3"):
            pairing_choices.choose(texts.pairing_of(version, cited), None, by=person)
        pairing_choices.choose(texts.pairing_of(version, "Điều 3"), texts.provision(first, "Điều 3").id, by=person)
        below = texts.pairing_of(version, "khoản 1 Điều 3")
        assert below.old_provision_id == texts.provision(first, "khoản 1 Điều 3").id
        assert below.change == Change.SAME

    def test_a_provision_of_another_draft_is_not_found(self, consultation: Consultation) -> None:
        version = texts.upload(consultation)
        stranger = texts.provision(drafts.version_of(texts.make_first()), "Điều 1")
        with pytest.raises(NotFound):
            pairing_choices.choose(texts.pairing_of(version, "Điều 1"), stranger.id, by=drafter_of(consultation))

    def test_nothing_is_corrected_after_publication(self, consultation: Consultation) -> None:
        version = texts.add_version(consultation)
        with pytest.raises(Conflict):
            pairing_choices.choose(texts.pairing_of(version, "Điều 1"), None, by=drafter_of(consultation))
        with pytest.raises(Conflict):
            versions.discard(version)


class TestPublish:
    def test_waits_until_every_doubtful_pair_is_confirmed(self, consultation: Consultation) -> None:
        version = texts.upload(consultation)
        row = texts.pairing_of(version, "khoản 1 Điều 2")
        row.doubtful = True
        person = drafter_of(consultation)
        with pytest.raises(RuleBroken, match="Còn 1 chỗ"):
            versions.publish(version, by=person)
        assert version.published_at is None
        pairing_choices.confirm(row, by=person)
        versions.publish(version, by=person)
        assert version.published_at is not None
        with pytest.raises(Conflict):
            versions.publish(version, by=person)

    def test_records_it_and_tells_those_who_take_part(
        self, session: Session, consultation: Consultation, mailbox: Mailbox
    ) -> None:
        comment = sending.say(consultation, "khoản 1 Điều 2")
        address = session.scalars(sa.select(Person.email)).all()
        texts.add_version(consultation, reason="Tệp trước thiếu Điều 5.")
        event = session.scalars(
            sa.select(ConsultationEvent).where(ConsultationEvent.consultation_id == consultation.id)
        ).all()[-1]
        assert (event.kind, event.version_number) == (EventKind.VERSION_PUBLISHED, 2)
        assert event.reason == "Tệp trước thiếu Điều 5."
        assert notices.subject(event, consultation).startswith("Dự thảo có bản đính chính")
        outbox.drain()
        letters = [letter for one in address for letter in mailbox.to(one) if "dự thảo 2" in letter.body]
        assert len(letters) == 1
        assert "Tệp trước thiếu Điều 5." in letters[0].body
        assert comment.provision_id is not None

    def test_comments_keep_their_provision_and_their_place(self, session: Session, consultation: Consultation) -> None:
        comment = sending.say(consultation, "khoản 2 Điều 3")
        before = (comment.provision_id, comment.place, comment.document_id)
        version = texts.add_version(consultation)
        session.refresh(comment)
        assert (comment.provision_id, comment.place, comment.document_id) == before
        assert comment.place == texts.provision(version, "khoản 3 Điều 2").lineage_id
        assert tallies.differences() == {}

    def test_only_the_latest_version_is_searched(self, session: Session, consultation: Consultation) -> None:
        first = drafts.version_of(consultation)
        old = texts.provision(first, "khoản 1 Điều 2").id
        assert [one.id for one in provision_documents([old])] == [old]
        version = texts.upload(consultation)
        new = texts.provision(version, "khoản 1 Điều 2").id
        assert [one.id for one in provision_documents([old, new])] == [old]
        texts.publish(consultation, version)
        assert [one.id for one in provision_documents([old, new])] == [new]


def test_a_real_law_and_its_successor_pair_up(session: Session) -> None:
    made = texts.make_real()
    version = desk.get_version(made.id)
    rows = texts.pairings(version)
    new = session.scalars(sa.select(Provision.lineage_id).where(Provision.version_id == version.id)).all()
    assert version.number == 2
    assert len(new) == len(set(new))
    kept = {row.new_provision_id for row in rows if row.old_provision_id and row.change is not Change.ADDED}
    assert len(kept) > 350
    assert not texts.waiting(version)
