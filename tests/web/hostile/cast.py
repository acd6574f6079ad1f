"""Who types in the journeys, and how they get at what stands on the site."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from accounts.models import Person, PersonKind
from core import clock, outbox
from core.db import db, transaction
from forums.models import Member
from tests import factories
from tests.web.hostile.typist import Record, Typist
from tests.web.steps import eventually

WAIT_SECONDS = 120
TRUSTED = 100
"""Posts that the citizens are said to have had published: they may use twenty links in one."""


@dataclass
class Cast:
    """The people of one turn. ``places``: what the journeys made, for those that come later."""

    app: Flask
    record: Record
    turn: int
    places: dict[str, Any] = field(default_factory=dict)
    _typists: dict[str, Typist] = field(default_factory=dict)

    def act(self, email: str) -> Typist:
        """Somebody of the site; made, if there is no such account, as a citizen who has written much."""
        if email not in self._typists:
            key = self.inside(lambda: _person(email).get_id())
            self._typists[email] = Typist(self.app, self.record, key, turn=self.turn)
        return self._typists[email]

    def guest(self) -> Typist:
        return Typist(self.app, self.record, turn=self.turn)

    def inside(self, ask: Callable[[], Any]) -> Any:
        """Ask or change the database, in a transaction of its own."""
        with self.app.app_context():
            try:
                with transaction():
                    return ask()
            finally:
                db.session.remove()

    def find(self, statement: "sa.Select[Any]") -> Any:
        """The first column of the first row."""
        found = self.inside(lambda: db.session.scalars(statement.limit(1)).first())
        assert found is not None, str(statement)
        return found

    def wait_for(self, statement: "sa.Select[Any]") -> Any:
        """The same for what a worker makes; this process is one, too."""

        def made() -> Any:
            with self.app.app_context():
                outbox.drain()
            return self.inside(lambda: db.session.scalars(statement.limit(1)).first())

        return eventually(made, seconds=WAIT_SECONDS)

    def citizen(self, name: str) -> str:
        """The address of a citizen of this turn: limits are by person."""
        return f"{name}.{self.turn}@example.vn"


def numbers_in(address: str) -> list[int]:
    """The ids in an address, in order."""
    return [int(number) for number in re.findall(r"(?<=/)\d+(?=/|$|\?)", address)]


def _person(email: str) -> Person:
    known = db.session.scalar(sa.select(Person).where(Person.email == email))
    if known is not None:
        return known
    kind = PersonKind.ORGANISATION if email.startswith("to.chuc") else PersonKind.INDIVIDUAL
    made = factories.make_person(email=email, kind=kind)
    db.session.add(Member(person_id=made.id, published=TRUSTED, refused=0, joined_at=clock.now() - timedelta(days=30)))
    db.session.flush()
    return made
