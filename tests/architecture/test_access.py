"""Every route says who may enter; the whole table is pinned, so that a change of it is seen in review."""

from flask import Flask

from accounts.models import Role
from core.access import public, requires
from tests.architecture.access_table import PINNED
from tests.architecture.checks.access import Stranger, table, undeclared, unknown_permissions


def _open() -> str:
    return ""


class TestDeclaration:
    def test_every_route_declares_who_may_enter(self, bare_app: Flask) -> None:
        assert undeclared(bare_app.view_functions) == []

    def test_a_planted_silent_route_is_found(self) -> None:
        assert undeclared({"silent": lambda: "", "loud": public(_open)}) == ["silent"]

    def test_every_permission_asked_for_can_be_held(self, bare_app: Flask) -> None:
        assert unknown_permissions(bare_app.view_functions) == []

    def test_a_planted_unknown_permission_is_found(self) -> None:
        @requires("moderation.descide")
        def misspelt() -> str:
            return ""

        assert unknown_permissions({"misspelt": misspelt}) == ["misspelt: moderation.descide"]

    def test_a_silent_route_lets_nobody_in(self, bare_app: Flask) -> None:
        bare_app.add_url_rule("/test-silent", "test_silent", lambda: "")
        assert bare_app.test_client().get("/test-silent").status_code == 403


class TestTable:
    def test_is_the_pinned_one(self, bare_app: Flask) -> None:
        regenerate = "changed on purpose? .venv/bin/python -m tests.architecture.access_table, then read the difference"
        assert table(bare_app) == PINNED.read_text(), regenerate

    def test_a_planted_change_shows(self, bare_app: Flask) -> None:
        before = table(bare_app)
        bare_app.add_url_rule("/test-more", "test_more", public(lambda: ""))
        assert "/test-more" in table(bare_app)
        assert table(bare_app) != before

    def test_a_role_opens_its_own_doors_only(self) -> None:
        assert Stranger((Role.MODERATOR,)).holds("moderation.decide")
        assert not Stranger((Role.DRAFTER,)).holds("moderation.decide")
        assert not Stranger(None).signed_in()
