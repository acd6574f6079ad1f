"""A state machine over everything that people may do to texts, and the looks that others take at them meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core import outbox
from core.db import db
from forums.models import Post, PostRevision, Topic
from moderation.models import ReviewCase, ReviewLog, ReviewStatus
from moderation.services import sealing
from tests.factories import comments_of, make_submission
from tests.moderation.secrecy.doors import addresses
from tests.moderation.secrecy.world import (
    CITIZENS,
    EVERYBODY,
    FOREIGN,
    MODERATORS,
    Secret,
    Text,
    World,
)
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

REVIEWED = ("comment", "reply", "topic", "post", "post_edit")
STRANGERS = (*CITIZENS, "doc", "soan", "quantri", *FOREIGN)
"""Who is no moderator of our agency."""
RESHAPED = ("doi-ten", "tach", "gop", "quan-ly")
DONE = (302, 303)
citizens, anybody = st.sampled_from(CITIZENS), st.sampled_from(EVERYBODY)
moderators, strangers = st.sampled_from(MODERATORS), st.sampled_from(STRANGERS)


class Secrecy(RuleBasedStateMachine):
    """Made by the fixture ``machine``, which gives it its database.

    After every step a guest, then somebody else, looks at the pages of what was last touched. The log has grown by what
    was done, and by nothing where it was refused; each letter goes to somebody who may read what it says.
    """

    make: Callable[[bool], World]
    clock: FrozenClock
    mailbox: Mailbox
    swept: tuple[str, ...] = ("khach", "lan")

    def __init__(self) -> None:
        super().__init__()
        self.letters, self.looks = 0, 0

    @initialize(first=st.booleans())
    def begin(self, first: bool) -> None:
        self.world = type(self).make(first)
        self.letters = len(self.mailbox.letters())

    # --- people write

    @rule(author=citizens)
    def comment(self, author: str) -> None:
        world = self.world
        secret = world.secret(author)
        sent = make_submission(
            world.consultation, world.provision, person=world.people[author], body=self._words(secret)
        )
        self._wrote("comment", comments_of(sent)[0].id, author, secret)

    @precondition(lambda self: self.world.of("comment", status="published"))
    @rule(author=citizens, data=st.data())
    def reply(self, author: str, data: st.DataObject) -> None:
        comment = data.draw(st.sampled_from(self.world.of("comment", status="published")))
        secret = self.world.secret(author)
        path = f"/du-thao/{self.world.consultation.id}/y-kien/{comment.id}/tra-loi"
        if self._post(author, path, body=self._words(secret)) in DONE:
            self._wrote("reply", self._last_case("reply").subject_id, author, secret)

    @rule(author=citizens)
    def open_topic(self, author: str) -> None:
        self.clock.move(minutes=11)
        title, body = self.world.secret(author), self.world.secret(author)
        path = f"/dien-dan/{self.world.board.id}/chu-de-moi"
        data = {"kind": "discussion", "title": f"Chủ đề {title.word}", "body": self._words(body)}
        assert self._post(author, path, **data) in DONE
        self._wrote("topic", self._last_case("topic").subject_id, author, title, body)

    @precondition(lambda self: self.world.of("topic", status="published"))
    @rule(author=citizens, quotes=st.booleans(), data=st.data())
    def post(self, author: str, quotes: bool, data: st.DataObject) -> None:
        """An answer in a topic, with a passage of a public post, or without."""
        self.clock.move(minutes=6)
        topic = data.draw(st.sampled_from(self.world.of("topic", status="published")))
        secret = self.world.secret(author)
        said: dict[str, Any] = {"body": self._words(secret), "side": "none"}
        if quotes:
            public = sa.select(Post).where(Post.topic_id == topic.id, Post.status == ReviewStatus.PUBLISHED)
            quoted = data.draw(st.sampled_from(db.session.scalars(public.order_by(Post.id)).all()))
            said |= {"quoted": quoted.id, "quote": quoted.body}
        if self._post(author, f"/dien-dan/chu-de/{topic.id}/tra-loi", **said) in DONE:
            self._wrote("post", self._last_case("post").subject_id, author, secret)

    @rule(author=citizens)
    def keep_a_draft(self, author: str) -> None:
        """What is begun and not sent is its author's alone."""
        secret = self.world.secret(author, staff=False)
        path = f"/dien-dan/{self.world.board.id}/chu-de-moi"
        self._post(author, path, kind="discussion", title=f"Dở dang {secret.word}", body=self._words(secret), do="keep")

    @precondition(lambda self: self.world.of("comment", "post", "topic"))
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(self.world.of("comment", "post", "topic")))
        secret = self.world.secret(text.author)
        if text.kind == "comment":
            path, said = f"/y-kien-cua-toi/{text.id}/", {"stance": "oppose"}
        else:
            post = self._post_of(text)
            path, said = f"/dien-dan/bai/{post.id}/sua", {"version": str(post.version)}
        if self._post(text.author, path, body=self._words(secret), **said) in DONE:
            text.words.append(secret)
            self._note_edits(text, secret)

    @precondition(lambda self: self.world.of("comment", "post"))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(self.world.of("comment", "post")))
        path = f"/y-kien-cua-toi/{text.id}/rut" if text.kind == "comment" else f"/dien-dan/bai/{text.id}/rut"
        self._post(text.author, path)

    # --- readers and authors speak up

    @precondition(lambda self: self.world.of(*REVIEWED[:4], status="published"))
    @rule(who=strangers, data=st.data())
    def report(self, who: str, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(self.world.of(*REVIEWED[:4], status="published")))
        note = self.world.secret(who)
        self._post(who, f"/kiem-duyet/bao-cao/{text.kind}/{text.id}", rule="insult", note=note.word)

    @precondition(lambda self: self.world.of(*REVIEWED[:4], status="refused"))
    @rule(who=citizens, data=st.data())
    def appeal(self, who: str, data: st.DataObject) -> None:
        """Once, and by the author alone."""
        text = data.draw(st.sampled_from(self.world.of(*REVIEWED[:4], status="refused")))
        reason = self.world.secret(who)
        status = self._post(who, f"/kiem-duyet/xem-lai/{text.kind}/{text.id}", reason=reason.word)
        assert status not in DONE or (who == text.author and not text.has_appealed)
        text.has_appealed = text.has_appealed or status in DONE

    # --- moderators decide

    @precondition(lambda self: self.world.of(*REVIEWED))
    @rule(
        who=st.one_of(moderators, strangers),
        to=st.sampled_from(("published", "refused", "spam", "masked")),
        alike=st.booleans(),
        data=st.data(),
    )
    def decide(self, who: str, to: str, alike: bool, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(self.world.of(*REVIEWED)))
        case = self.world.case_of(text.kind, text.id)
        before = (case.status, case.version, self._entries(case.id))
        note = self.world.secret(who, text.author)
        said = {"version": str(case.version), "decision": to, "rule": "insult", "note": note.word}
        status = self._post(who, f"/kiem-duyet/{case.id}/quyet-dinh", **said, **({"alike": "y"} if alike else {}))
        case = self.world.case_of(text.kind, text.id)
        if status not in DONE:
            assert (case.status, case.version, self._entries(case.id)) == before
            return
        assert who in MODERATORS, f"{who} decided"
        assert self._entries(case.id) == before[2] + 1
        last = db.session.scalars(
            sa.select(ReviewLog).where(ReviewLog.case_id == case.id).order_by(ReviewLog.id)
        ).all()[-1]
        assert (last.actor_id, last.from_status, last.to_status) == (
            self.world.people[who].id,
            before[0],
            case.status,
        )

    @precondition(lambda self: self.world.of(*REVIEWED))
    @rule(who=st.one_of(moderators, strangers), data=st.data())
    def undo(self, who: str, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(self.world.of(*REVIEWED)))
        case = self.world.case_of(text.kind, text.id)
        before = self._entries(case.id)
        self._post(who, f"/kiem-duyet/{case.id}/hoan-tac", version=str(case.version))
        assert who in MODERATORS or self._entries(case.id) == before

    @precondition(lambda self: self.world.of("topic", status="published"))
    @rule(
        who=st.one_of(moderators, strangers), how=st.sampled_from(("doi-ten", "tach", "gop", "quan-ly")), data=st.data()
    )
    def reshape(self, who: str, how: str, data: st.DataObject) -> None:
        """Rename, split, merge, move: what was hidden stays so in its new place."""
        topics = self.world.of("topic", status="published")
        topic, other = data.draw(st.sampled_from(topics)), data.draw(st.sampled_from(topics))
        title = self.world.secret(who)
        replies = db.session.scalars(sa.select(Post.id).where(Post.topic_id == topic.id, Post.number > 1)).all()
        changes: dict[str, dict[str, Any]] = {
            "doi-ten": {"title": f"Chủ đề {title.word}", "reason": "Rõ hơn"},
            "tach": {"posts": [str(id_) for id_ in replies], "title": f"Chủ đề {title.word}", "reason": "Việc khác"},
            "gop": {"into": str(other.id), "reason": "Một việc"},
            "quan-ly": {"action": "move", "board": str(self.world.other_board.id), "reason": "Đúng chỗ"},
        }
        done = self._post(who, f"/dien-dan/chu-de/{topic.id}/{how}", **changes[how]) in DONE
        assert not done or who in MODERATORS, f"{who} did {how}"
        if done and how == "tach":
            self._wrote("topic", self._last_case("topic").subject_id, who, title)
        elif done:
            topic.words.append(title)

    # --- time passes

    @rule()
    def work(self) -> None:
        """The worker does what waits: letters, the index, the seals."""
        outbox.drain()
        self._check_letters()

    @invariant()
    def nothing_hidden_is_seen(self) -> None:
        if not hasattr(self, "world"):
            return
        db.session.commit()
        self.world.refresh()
        self.looks += 1
        self._look("khach" if self.looks % 2 else EVERYBODY[self.looks // 2 % len(EVERYBODY)], self._near())

    def teardown(self) -> None:
        """At the end every page there is, the whole log, and a log that somebody has tampered with."""
        if not hasattr(self, "world"):
            return
        self.work()
        self.world.refresh()
        for viewer in self.swept if self.world.texts else ():
            self._look(viewer, addresses(self.world.app, self.world.ids(2)))
        self._published_is_seen()
        self._check_log()

    # --- hands

    def _words(self, secret: Secret) -> str:
        return f"{self.world.common} nên kéo dài thời hạn {secret.word}."

    def _post(self, who: str, path: str, **data: Any) -> int:
        return self.world.client(who).post(path, data=data).status_code

    def _wrote(self, kind: str, id_: int, author: str, *secrets: Secret) -> None:
        self.world.texts.append(Text(kind, id_, author, list(secrets)))
        self.world.refresh()

    def _note_edits(self, text: Text, secret: Secret) -> None:
        """An edit of a post that waits is reviewed by itself."""
        if text.kind == "comment":
            return
        revisions = sa.select(PostRevision).where(PostRevision.post_id == self._post_of(text).id)
        latest = db.session.scalars(revisions.order_by(PostRevision.id.desc()).limit(1)).one()
        if latest.status == ReviewStatus.PENDING and secret.word in latest.body:
            self._wrote("post_edit", latest.id, text.author)

    def _post_of(self, text: Text) -> Post:
        if text.kind == "post":
            return db.session.get_one(Post, text.id, populate_existing=True)
        opening = sa.select(Post).where(Post.topic_id == text.id, Post.number == 1)
        return db.session.scalars(opening.execution_options(populate_existing=True)).one()

    def _last_case(self, kind: str) -> ReviewCase:
        found = sa.select(ReviewCase).where(ReviewCase.subject_type == kind).order_by(ReviewCase.id.desc()).limit(1)
        return db.session.scalars(found).one()

    def _log_of(self, case_id: int) -> Sequence[ReviewLog]:
        found = sa.select(ReviewLog).where(ReviewLog.case_id == case_id).order_by(ReviewLog.id)
        return db.session.scalars(found).all()

    def _entries(self, case_id: int) -> int:
        return len(self._log_of(case_id))

    # --- eyes

    def _near(self) -> Iterator[str]:
        """Where the last texts stand, and where they may be found."""
        world = self.world
        yield f"/du-thao/{world.consultation.id}/dieu-khoan/{world.provision.lineage_id}/"
        yield f"/dien-dan/{world.board.id}/"
        yield f"/dien-dan/{world.board.id}/atom.xml"
        yield f"/tim-kiem/?q={world.common}"
        for topic in world.of("topic")[-1:]:
            yield f"/dien-dan/chu-de/{topic.id}/"
            yield f"/dien-dan/chu-de/{topic.id}/atom.xml"
        for post in world.of("post")[-1:]:
            yield f"/dien-dan/bai/{post.id}/lich-su"

    def _look(self, viewer: str, places: Any) -> None:
        hidden = [secret for secret in self.world.secrets if not secret.public]
        for place in places:
            text, shared = self.world.doors[viewer].read(place)
            for secret in hidden:
                if secret.word in text:
                    assert secret.is_open_to(viewer), f"{viewer} reads {secret.word} at {place}"
                    assert not shared, f"a shared cache may keep {secret.word} of {place}"

    def _published_is_seen(self) -> None:
        """The looks above mean something: what is public is there."""
        world = self.world
        page, _shared = world.doors["khach"].read(
            f"/du-thao/{world.consultation.id}/dieu-khoan/{world.provision.lineage_id}/?sap-xep=moi-nhat"
        )
        for text in world.of("comment", status="published")[-1:]:
            assert any(secret.word in page for secret in text.words if secret.public), page
        for topic in world.of("topic", status="published"):
            if db.session.get_one(Topic, topic.id).archived:
                continue
            page, _shared = world.doors["khach"].read(f"/dien-dan/chu-de/{topic.id}/")
            assert any(secret.word in page for secret in topic.words if secret.public), (topic, page)

    def _check_letters(self) -> None:
        self.world.refresh()
        letters = self.mailbox.letters()
        by_address = {person.email: name for name, person in self.world.people.items()}
        for letter in letters[self.letters :]:
            viewer = by_address.get(letter.to, "khach")
            for secret in self.world.secrets:
                if secret.word in letter.subject + letter.body:
                    assert secret.is_open_to(viewer), f"{viewer} gets {secret.word} in a letter: {letter}"
        self.letters = len(letters)

    def _check_log(self) -> None:
        for text in self.world.texts:
            case = self.world.case_of(text.kind, text.id)
            log = db.session.scalars(
                sa.select(ReviewLog).where(ReviewLog.case_id == case.id).order_by(ReviewLog.id)
            ).all()
            assert [entry.from_status for entry in log] == [None, *(entry.to_status for entry in log[:-1])], text
            assert log[-1].to_status == case.status, text
            assert case.status == text.status or text.kind == "post_edit", text
        assert sealing.unsealed() == 0
        assert sealing.verify() == []
        newest = db.session.scalars(sa.select(ReviewLog).order_by(ReviewLog.id.desc()).limit(1)).first()
        if newest is not None:
            with self._tampered(newest):
                assert sealing.verify() != []

    @contextmanager
    def _tampered(self, entry: ReviewLog) -> Iterator[None]:
        """Somebody has written another outcome into the log."""
        was, number = entry.to_status, entry.id
        other = ReviewStatus.SPAM if was != ReviewStatus.SPAM else ReviewStatus.PUBLISHED
        for value in (other, was):
            changed = sa.update(ReviewLog).where(ReviewLog.id == number).values(to_status=value)
            db.session.execute(changed.execution_options(synchronize_session=False))
            if value == other:
                yield
        db.session.expire_all()
