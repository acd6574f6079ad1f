"""Imports point one way; the contracts are tried on a small tree with planted breaches."""

import shutil
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.architecture.checks.contracts import broken, unlisted
from tests.architecture.checks.tree import ROOT, packages


def _config() -> ConfigParser:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


class TestListing:
    def test_every_package_is_listed(self) -> None:
        assert unlisted(_config(), packages()) == []

    def test_a_planted_unlisted_package_is_found(self) -> None:
        assert unlisted(_config(), [*packages(), "petitions"]) == [
            "petitions: in no layer",
            "petitions: not in root_packages",
        ]

    def test_a_planted_missing_package_is_found(self) -> None:
        assert unlisted(_config(), set(packages()) - {"legal"}) == ["legal: listed but not there"]


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The packages of the tree, empty but for the modules that contracts name."""
    config = _config()
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    for package in config["importlinter"]["root_packages"].split():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for module in config["importlinter:contract:pure"]["source_modules"].split():
        if "." in module:
            (tmp_path / f"{module.replace('.', '/')}.py").touch()
    for module in ("models", "policies", "queries", "indexing", "services", "exports", "tasks", "views"):
        (tmp_path / "consultations" / f"{module}.py").touch()
    for module in ("moderation/registry", "search/engines", "notifications/channels", "opinions/imports"):
        (tmp_path / f"{module}.py").touch()
    return tmp_path


class TestDirection:
    def test_nothing_here_breaks_a_contract(self) -> None:
        assert broken(ROOT) == ""

    def test_the_empty_tree_is_clean(self, skeleton: Path) -> None:
        assert broken(skeleton) == ""

    @pytest.mark.parametrize(
        ("module", "line", "contract"),
        [
            ("core/text.py", "import app", "Packages point one way"),
            ("moderation/registry.py", "import search", "Packages point one way"),
            ("consultations/queries.py", "from consultations import services", "Inside a feature"),
            ("search/query.py", "import sqlalchemy", "pure Python"),
            ("consultations/services.py", "from flask import request", "know Flask"),
        ],
    )
    def test_a_planted_breach_is_found(self, skeleton: Path, module: str, line: str, contract: str) -> None:
        (skeleton / module).write_text(line + "\n")
        found = broken(skeleton)
        assert [row for row in found.splitlines() if contract in row and "BROKEN" in row], found
