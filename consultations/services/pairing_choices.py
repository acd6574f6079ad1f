"""A drafter goes through the pairings of a new version: they are right, or another provision is the predecessor."""

from typing import TypeAlias

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import ProvisionPairing, Version
from consultations.services.pairing import MOVED_UNLIKE, PARTED, UNLIKE, Ends
from consultations.services.pairing_texts import find_before, likeness, read_text
from core import clock
from core.db import db
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from legal.align import Change, align
from legal.nodes import Outline

NEARLY, EQUAL = 0.9, 0.9995
"""As ``legal.align`` tells edited from renumbered and same."""


def confirm(pairing: ProvisionPairing, *, by: Person) -> None:
    """The pairing is right as it stands."""
    _must_be_open(pairing)
    pairing.confirmed_by_id, pairing.confirmed_at = by.id, clock.now()
    db.session.flush()


def choose(pairing: ProvisionPairing, old_id: int | None, *, by: Person) -> None:
    """Another predecessor for the new provision of a pairing, or none (``old_id`` None).

    For a provision that was said to go into another one, None says that it was simply removed. What the chosen
    provision, and the one given up, were paired with before is put right, and waits to be confirmed. Provisions below
    the two that had no partner get one where their words agree. Raises NotFound, Conflict.
    """
    _must_be_open(pairing)
    if old_id is not None and old_id == pairing.old_provision_id:
        confirm(pairing, by=by)
        return
    book = _Book(pairing)
    new_id, given_up = pairing.new_provision_id, pairing.old_provision_id
    if new_id is None or (old_id is not None and not book.may_be_old(old_id)):
        raise NotFound
    book.unlink(pairing)
    if old_id is not None:
        book.link_alone(old_id, new_id)
    said: list[Ends] = [(old_id, new_id)]
    if old_id is None and book.of_new(new_id):
        said.append((given_up, None))
    for row in book.settle():
        if (row.old_provision_id, row.new_provision_id) in said:
            row.confirmed_by_id, row.confirmed_at = by.id, clock.now()
    db.session.flush()


def _must_be_open(pairing: ProvisionPairing) -> None:
    """The version is held, so that no step on its tree and no publishing comes in between. Raises Conflict."""
    lock = sa.select(Version).where(Version.id == pairing.version_id).with_for_update()
    version = db.session.scalars(lock.execution_options(populate_existing=True)).one()
    if version.published_at is not None:
        raise Conflict(_("Bản này đã công bố nên không sửa được nữa."))
    if version.pairs_due:
        raise Conflict(_("Cây điều khoản vừa đổi nên máy đang ghép lại. Hãy đợi một lát rồi xem lại."))


def _needs_a_look(row: ProvisionPairing) -> bool:
    if row.change is Change.MOVED:
        return row.similarity < MOVED_UNLIKE
    lone = row.change is Change.ADDED
    return lone or row.change in PARTED or (row.change is not Change.REMOVED and row.similarity < UNLIKE)


_Values: TypeAlias = tuple[int | None, int | None, Change]


class _Book:
    """All pairings of a version, and both texts. Remembers what was touched, so that ``settle`` puts that right."""

    def __init__(self, pairing: ProvisionPairing) -> None:
        self.version = db.session.get_one(Version, pairing.version_id)
        before = find_before(self.version)
        assert before is not None  # noqa: S101  # a version with pairings has one
        self.old = read_text(before.id)
        self.new = read_text(self.version.id)
        self.rows = list(
            db.session.scalars(sa.select(ProvisionPairing).where(ProvisionPairing.version_id == self.version.id))
        )
        self._olds: set[int] = set()
        self._news: set[int] = set()

    def of_old(self, old_id: int) -> list[ProvisionPairing]:
        """The pairings in which an old provision has a successor."""
        return [row for row in self.rows if row.old_provision_id == old_id and row.new_provision_id is not None]

    def of_new(self, new_id: int) -> list[ProvisionPairing]:
        """The pairings in which a new provision has a predecessor."""
        return [row for row in self.rows if row.new_provision_id == new_id and row.old_provision_id is not None]

    def unlink(self, row: ProvisionPairing) -> None:
        self._touch(row.old_provision_id, row.new_provision_id)
        if row.old_provision_id is not None and row.new_provision_id is not None:
            self._drop(row)

    def may_be_old(self, old_id: int) -> bool:
        """Is it a provision of the version before, and not one that it quotes?"""
        return old_id in self.old.rows and not self.old.rows[old_id].quoted

    def link_alone(self, old_id: int, new_id: int) -> None:
        """Pair two; the old one leaves whatever it was paired with."""
        for other in list(self.of_old(old_id)):
            self.unlink(other)
        self.link(old_id, new_id)
        self.link_below(old_id, new_id)

    def link(self, old_id: int, new_id: int) -> None:
        similarity = likeness(self.old.nodes[old_id], self.new.nodes[new_id])
        self._add(old_id, new_id, Change.EDITED, similarity)
        self._touch(old_id, new_id)

    def link_below(self, old_id: int, new_id: int) -> None:
        """Pair the provisions below two that have just been paired, where both are without a partner."""
        below = Outline("", self.old.nodes[old_id].children), Outline("", self.new.nodes[new_id].children)
        for pair in align(*below):
            if pair.old is None or pair.new is None or pair.change in PARTED:
                continue
            old, new = self.old.id_of[id(pair.old)], self.new.id_of[id(pair.new)]
            if not self.of_old(old) and not self.of_new(new):
                self.link(old, new)

    def settle(self) -> list[ProvisionPairing]:
        """Put the rows right around what was touched; those that changed, unconfirmed."""
        for old_id in sorted(self._olds):
            alone = [row for row in self.rows if row.old_provision_id == old_id and row.new_provision_id is None]
            self._keep_alone(alone, self.of_old(old_id), (old_id, None, Change.REMOVED))
        for new_id in sorted(self._news):
            alone = [row for row in self.rows if row.new_provision_id == new_id and row.old_provision_id is None]
            self._keep_alone(alone, self.of_new(new_id), (None, new_id, Change.ADDED))
        touched = [row for row in self.rows if row.old_provision_id in self._olds or row.new_provision_id in self._news]
        self._settle_main([row for row in touched if row.old_provision_id and row.new_provision_id])
        for row in touched:
            row.confirmed_by_id = row.confirmed_at = None
            if row.old_provision_id is not None and row.new_provision_id is not None:
                row.change = self._judge(row)
            row.doubtful = _needs_a_look(row)
        db.session.flush()
        return touched

    def _keep_alone(
        self,
        alone: list[ProvisionPairing],
        links: list[ProvisionPairing],
        values: "_Values",
    ) -> None:
        """A row of its own for a provision without a partner, none for one that has some."""
        if links:
            for row in alone:
                self._drop(row)
        elif not alone:
            self._add(*values, 0.0)

    def _settle_main(self, links: list[ProvisionPairing]) -> None:
        """One of the rows of each provision is the main one: the one that was, or else the most alike."""
        kept = [row for row in self.rows if row.main and row not in links]
        olds, news = {row.old_provision_id for row in kept}, {row.new_provision_id for row in kept}
        for row in sorted(links, key=lambda row: (not row.main, -row.similarity)):
            row.main = row.old_provision_id not in olds and row.new_provision_id not in news
            if row.main:
                olds.add(row.old_provision_id)
                news.add(row.new_provision_id)

    def _judge(self, row: ProvisionPairing) -> Change:
        assert row.old_provision_id is not None  # noqa: S101  # asked of links alone
        assert row.new_provision_id is not None  # noqa: S101  # as above
        if len(self.of_old(row.old_provision_id)) > 1:
            return Change.SPLIT
        if len(self.of_new(row.new_provision_id)) > 1:
            return Change.MERGED
        old, new = self.old.rows[row.old_provision_id], self.new.rows[row.new_provision_id]
        if self._heir(old.parent_id) != new.parent_id:
            return Change.MOVED
        if row.similarity < NEARLY or (row.similarity < EQUAL and old.number == new.number):
            return Change.EDITED
        return Change.SAME if old.number == new.number else Change.RENUMBERED

    def _heir(self, old_id: int | None) -> int | None:
        """The new provision that goes on as this one; 0 for one that nothing continues."""
        if old_id is None:
            return None
        return next((row.new_provision_id for row in self.rows if row.main and row.old_provision_id == old_id), 0)

    def _touch(self, old_id: int | None, new_id: int | None) -> None:
        self._olds |= {old_id} if old_id is not None else set()
        self._news |= {new_id} if new_id is not None else set()

    def _add(self, old_id: int | None, new_id: int | None, change: Change, similarity: float) -> None:
        row = ProvisionPairing(
            version_id=self.version.id,
            old_provision_id=old_id,
            new_provision_id=new_id,
            change=change,
            similarity=similarity,
            main=False,
        )
        db.session.add(row)
        self.rows.append(row)

    def _drop(self, row: ProvisionPairing) -> None:
        db.session.delete(row)
        self.rows.remove(row)
