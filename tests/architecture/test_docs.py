"""Documentation is tested against the code, both ways where it can be."""

from pathlib import Path

import click
import pytest

import app.models  # noqa: F401  # every model
from app.cli import main
from core import outbox
from core.db import Base
from tests.architecture.checks.docs import (
    Page,
    classes_of,
    command_faults,
    file_faults,
    glossary_faults,
    link_faults,
    listing_faults,
    name_faults,
    setting_faults,
    settings_read,
    target_faults,
)
from tests.architecture.checks.tree import ROOT, packages, read, tree_files

# Models that people never speak of, each with the reason.
EXCUSED: dict[str, str] = {}


def _page(name: str) -> Page:
    return Page(name, (ROOT / name).read_text())


def _pages() -> list[Page]:
    return [_page(path.as_posix()) for path in tree_files(".md") if path.parts[0] in ("README.md", "docs")]


def _source(name: str) -> str:
    return (ROOT / name).read_text()


class TestSettings:
    def test_of_config_stand_in_deployment_and_no_others(self) -> None:
        assert setting_faults(_source("app/config.py"), _page("docs/deployment.md")) == []

    def test_are_found_however_they_are_read(self) -> None:
        source = 'environ.get("A", 1)\nenviron["B"]\n_number(environ, "C", 3)\nother.get("D")\n'
        assert settings_read(source) == {"A", "B", "C"}

    def test_planted_ones_are_found(self) -> None:
        page = Page("x.md", "| `OLD_ONE` | none | gone |\n| `KEPT` | none | here |\n")
        assert setting_faults('environ.get("KEPT")\nenviron.get("NEW_ONE")', page) == [
            "x.md: OLD_ONE is not there",
            "x.md: nothing about NEW_ONE",
        ]


class TestArchitecture:
    def test_names_every_package_and_no_other(self) -> None:
        assert listing_faults(packages(), _page("docs/architecture.md"), "Packages") == []

    def test_names_every_topic_of_the_outbox_and_no_other(self) -> None:
        page = _page("docs/architecture.md")
        assert listing_faults(outbox._topics, page, "The outbox and the worker") == []

    def test_planted_differences_are_found(self) -> None:
        page = Page("x.md", "\n## Packages\n\n| `core` | x |\n| `gone` | x |\n\n## Other\n\n| `new` | x |\n")
        assert listing_faults(["core", "new"], page, "Packages") == [
            "x.md: gone is not there",
            "x.md: nothing about new",
        ]


class TestCommands:
    def test_named_anywhere_are_there(self) -> None:
        assert isinstance(main, click.Group)
        assert [fault for page in _pages() for fault in command_faults(main, page)] == []

    @pytest.mark.parametrize(
        ("planted", "fault"),
        [
            ("run `danban polish` now", "there is no danban polish"),
            ("run `danban search polish` now", "there is no danban search polish"),
            ("```sh\n.venv/bin/danban polish FILE\n```", "there is no danban polish"),
            ("`danban serve --host 0.0.0.0 --loud`", "danban serve has no --loud"),
        ],
    )
    def test_planted_ones_are_found(self, planted: str, fault: str) -> None:
        assert isinstance(main, click.Group)
        assert command_faults(main, Page("x.md", planted)) == [f"x.md: {fault}"]

    @pytest.mark.parametrize(
        "good",
        ["`danban backup FILE`", "`danban search`", "```sh\nsudo -u danban ls\n.venv/bin/danban init && ls --all\n```"],
    )
    def test_good_ones_pass(self, good: str) -> None:
        assert isinstance(main, click.Group)
        assert command_faults(main, Page("x.md", good)) == []


class TestTargets:
    def test_named_anywhere_are_there(self) -> None:
        assert [fault for page in _pages() for fault in target_faults(_source("Makefile"), page)] == []

    def test_planted_ones_are_found(self) -> None:
        page = Page("x.md", "`make tea`, `make test`, we make haste\n```sh\ngit pull && make coffee\n```\n")
        assert target_faults("test: setup ## x\n\tmake tea\nA := b\n", page) == [
            "x.md: there is no make coffee",
            "x.md: there is no make tea",
        ]


class TestLinks:
    def test_lead_somewhere(self) -> None:
        pages = _pages()
        assert len(pages) > 5, "few pages were found: is the folder right?"
        assert [fault for page in pages for fault in link_faults(page, ROOT, Path.read_text)] == []

    def test_planted_broken_ones_are_found(self, tmp_path: Path) -> None:
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "a.md").write_text("# Bàn và ghế\n## `x` (y): z\n")
        text = (
            "[a](a.md) [b](a.md#bàn-và-ghế) [c](a.md#x-y-z) [d](https://danban.example/x)\n"
            "[e](#here) [k](#nowhere)\n# Here\n"
            '[f](b.md) [g](a.md#tables) ![h](images/h.png) <img src="images/i.png" alt="">\n```\n[j](no.md)\n```\n'
        )
        assert link_faults(Page("docs/x.md", text), tmp_path, Path.read_text) == [
            "docs/x.md: no heading #nowhere",
            "docs/x.md: no file b.md",
            "docs/x.md: no heading a.md#tables",
            "docs/x.md: no file images/h.png",
            "docs/x.md: no file images/i.png",
        ]


class TestNames:
    def test_of_files_are_right(self) -> None:
        assert [fault for page in _pages() for fault in file_faults(page, ROOT)] == []

    def test_of_modules_and_functions_are_right(self) -> None:
        found = (name_faults(page, packages(), outbox._topics) for page in _pages())
        assert [fault for faults in found for fault in faults] == []

    def test_planted_wrong_ones_are_found(self) -> None:
        page = Page("x.md", "`core/gone.py` `core/db.py` `core.gone` `core.db.gone` `core.db.transaction` `core.topic`")
        assert file_faults(page, ROOT) == ["x.md: no file core/gone.py"]
        assert name_faults(page, ["core"], ["core.topic"]) == ["x.md: no core.db.gone", "x.md: no core.gone"]


class TestGlossary:
    def test_names_every_model(self) -> None:
        models = {mapper.class_.__name__ for mapper in Base.registry.mappers}
        classes = {name for path in tree_files(".py") for name in classes_of(read(path) or "")}
        assert glossary_faults(_page("docs/glossary.md"), models, classes, EXCUSED) == []

    def test_planted_faults_are_found(self) -> None:
        page = Page("x.md", "| bàn | table | `Table`, `Chair.leg`, `place` |\n")
        assert glossary_faults(page, {"Table", "Lamp", "Shade"}, {"Table", "Lamp", "Shade"}, {"Shade": "x"}) == [
            "Chair: in x.md, but no class",
            "Lamp: not in x.md",
        ]
        assert glossary_faults(page, {"Table"}, {"Table", "Chair"}, {"Table": "x"}) == ["Table: excused without need"]
