"""Two agencies with their people, a draft and a board; and what has been written there, with who may read each word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Person, Role
from consultations.models import Comment, Consultation, Document, ModerationPolicy, Provision, Reply
from core.db import db
from forums.models import Board, Post, PostRevision, Topic
from moderation.models import LEDGER, ReviewCase, ReviewStatus
from tests.consultations.drafts import make_published
from tests.consultations.sending import provision as provision_of
from tests.factories import (
    make_agency,
    make_membership,
    make_person,
    make_staff,
)
from tests.forums.making import make_board, make_known
from tests.moderation.secrecy.doors import Door

LETTERS = "bcdfghklmnpqrstvx"
_numbers = count(1)

CITIZENS, MODERATORS, STAFF = ("lan", "minh"), ("kiem", "duyet"), ("soan", "quantri")
FOREIGN = ("kiem_khac", "soan_khac")
EVERYBODY = ("khach", "doc", *CITIZENS, *MODERATORS, *STAFF, *FOREIGN)
"""khach: nobody signed in; doc: somebody who only reads; kiem, duyet: moderators; soan: drafts and approves; others: of
another agency."""


def new_word() -> str:
    """A word that nobody has written before, in letters: "zqbcdx"."""
    number, letters = next(_numbers), ""
    while number:
        number, at = divmod(number, len(LETTERS))
        letters += LETTERS[at]
    return f"zq{letters}zq"


@dataclass
class Secret:
    """A word of a text, and who may read it: everybody (``public``), else these people alone."""

    word: str
    readers: frozenset[str]
    public: bool = False

    def is_open_to(self, viewer: str) -> bool:
        return self.public or viewer in self.readers


@dataclass
class Text:
    """Something written, by the type of its review case. ``words``: every word that it ever said, a title's too."""

    kind: str
    id: int
    author: str
    words: list[Secret] = field(default_factory=list)
    status: str = ""
    refused_by: str = ""
    has_appealed: bool = False


@dataclass
class World:
    """The rows, the people, and the doors that each of them goes through."""

    app: Flask
    people: dict[str, Person]
    doors: dict[str, Door]
    consultation: Consultation
    document: Document
    provision: Provision
    board: Board
    other_board: Board
    common: str
    texts: list[Text] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)

    def client(self, who: str) -> FlaskClient:
        return self.doors[who].client

    def secret(self, author: str, *more: str, staff: bool = True) -> Secret:
        """A new word, for its author, the moderators (``staff``) and more."""
        made = Secret(new_word(), frozenset((author, *(MODERATORS if staff else ()), *more)))
        self.secrets.append(made)
        return made

    def of(self, *kinds: str, status: str = "", author: str = "") -> list[Text]:
        return [
            text
            for text in self.texts
            if text.kind in kinds and status in ("", text.status) and author in ("", text.author)
        ]

    def refresh(self) -> None:
        """Who may read each word follows from the rows, by rules that are written down here and nowhere else.

        A word is public while what says it is: the comment as it stands, a published version of a published post in a
        published topic, the title that a topic has now. The drafters' ledger holds comments that wait, too.
        """
        public, ledger = _public_texts(self), _ledger_texts(self)
        for text in self.texts:
            text.status = _status_of(text)
            for secret in text.words:
                secret.public = any(secret.word in said for said in public)
                in_ledger = text.kind == "comment" and any(secret.word in said for said in ledger)
                secret.readers = secret.readers - {"soan"} | ({"soan"} if in_ledger else set())

    def case_of(self, kind: str, subject_id: int) -> ReviewCase:
        found = sa.select(ReviewCase).where(ReviewCase.subject_type == kind, ReviewCase.subject_id == subject_id)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()

    def ids(self, most: int) -> dict[str, Sequence[object]]:
        """The newest of everything, for the addresses of pages."""
        topics = [text.id for text in self.of("topic")][-most:]
        posts = db.session.scalars(sa.select(Post.id).where(Post.topic_id.in_(topics)).order_by(Post.id.desc()))
        return {
            "consultation_id": [self.consultation.id],
            "document_id": [self.document.id],
            "lineage_id": [self.provision.lineage_id, 0],
            "place": [self.provision.lineage_id],
            "agency_id": [self.board.agency_id],
            "board_id": [self.board.id],
            "topic_id": topics,
            "post_id": posts.fetchmany(most),
            "comment_id": [text.id for text in self.of("comment")][-most:],
            "person_id": [self.people[name].id for name in CITIZENS],
            "subject_type": ["comment", "reply", "topic", "post", "post_edit"],
            "subject_id": [text.id for text in self.texts][-most:],
        }


def make_world(app: Flask, *, first: bool) -> World:
    """``first``: moderators look before anything is published; else after."""
    ours, theirs = make_agency(), make_agency()
    consultation = make_published(ours)
    consultation.moderation = ModerationPolicy.BEFORE if first else ModerationPolicy.AFTER
    provision = provision_of(consultation, "Điều 1")
    people = {name: make_known(make_person(), published=40) for name in (*CITIZENS, "doc")}
    people |= {name: make_staff(Role.MODERATOR, ours) for name in MODERATORS}
    people |= {"soan": make_staff(Role.DRAFTER, ours), "quantri": make_staff(Role.ADMINISTRATOR, ours)}
    people |= {"kiem_khac": make_staff(Role.MODERATOR, theirs), "soan_khac": make_staff(Role.DRAFTER, theirs)}
    make_membership(Role.APPROVER, person=people["soan"], agency=ours)
    db.session.commit()
    document = db.session.scalars(sa.select(Document).where(Document.consultation_id == consultation.id)).one()
    screening = "before" if first else "after"
    boards = [make_board(ours, screening=screening) for _ in range(2)]
    doors = {name: Door(_signed_in(app, people.get(name))) for name in EVERYBODY}
    return World(app, people, doors, consultation, document, provision, boards[0], boards[1], new_word())


def _public_texts(world: World) -> list[str]:
    published = ReviewStatus.PUBLISHED
    comments = sa.select(Comment.body).where(Comment.consultation_id == world.consultation.id)
    replies = sa.select(Reply.body).join(Comment, Comment.id == Reply.comment_id)
    boards = Topic.board_id.in_((world.board.id, world.other_board.id))
    titles = sa.select(Topic.title).where(boards, Topic.status == published)
    posts = (
        sa.select(PostRevision.body)
        .join(Post, Post.id == PostRevision.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(boards, Topic.status == published, Post.status == published, PostRevision.status == published)
    )
    parts = (
        comments.where(Comment.status == published),
        replies.where(Comment.consultation_id == world.consultation.id, Reply.status == published),
        titles,
        posts,
    )
    return [said for part in parts for said in db.session.scalars(part)]


def _ledger_texts(world: World) -> list[str]:
    mine = sa.select(Comment.body).where(Comment.consultation_id == world.consultation.id)
    return list(db.session.scalars(mine.where(Comment.status.in_(LEDGER))))


def _status_of(text: Text) -> str:
    model: Any = {"comment": Comment, "reply": Reply, "topic": Topic, "post": Post, "post_edit": PostRevision}[
        text.kind
    ]
    return str(db.session.scalars(sa.select(model.status).where(model.id == text.id)).one())


def _signed_in(app: Flask, person: Person | None) -> FlaskClient:
    client = app.test_client()
    if person is not None:
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = person.get_id(), True
    return client
