"""Every dependency is explained, pinned, and imported only at its door."""

from configparser import ConfigParser

from tests.architecture.checks.dependencies import read_page, strays, undocumented, unpinned
from tests.architecture.checks.tree import ROOT, read, tree_files

PAGE = (ROOT / "docs" / "dependencies.md").read_text()
PLANTED = (
    "| `Word-Kit` | `wordkit` | `legal/reader.py` `tests/*` | Reads Word. |\n| `Runner` | `runner` | none | Runs. |\n"
)


def _requirements() -> list[str]:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return "\n".join([config["options"]["install_requires"], *config["options.extras_require"].values()]).splitlines()


class TestPage:
    def test_explains_every_dependency_and_no_other(self) -> None:
        assert undocumented(_requirements(), read_page(PAGE)) == []

    def test_planted_gaps_are_found(self) -> None:
        page = read_page(PLANTED + "| `Mute` | `mute` | any |  |\n")
        assert undocumented(["word_kit[all]>=3", "mute", "More"], page) == [
            "more: not in docs/dependencies.md",
            "mute: no reason",
            "runner: in docs/dependencies.md only",
        ]


class TestPins:
    def test_pin_every_dependency(self) -> None:
        assert unpinned(_requirements(), (ROOT / "constraints.txt").read_text()) == []

    def test_a_planted_loose_one_is_found(self) -> None:
        assert unpinned(["A", "b-c"], "# a==1\nB_C==2\n") == ["a"]


class TestDoors:
    def test_are_kept(self) -> None:
        page = read_page(PAGE)
        files = [path.as_posix() for path in tree_files(".py")]
        assert [stray for name in files for stray in strays(name, read(ROOT / name) or "", page)] == []

    def test_a_planted_stray_import_is_found(self) -> None:
        page = read_page(PLANTED)
        assert strays("legal/reader.py", "import wordkit.text", page) == []
        assert strays("tests/legal/test_x.py", "import wordkit", page) == []
        assert strays("legal/parser.py", "from wordkit.text import x", page) == [
            "legal/parser.py: imports wordkit.text, whose door is legal/reader.py, tests/*"
        ]
        assert len(strays("core/db.py", "import runner, wordkits", page)) == 1
