"""The tree names no package registry, no foreign host that serves code, no path of the machine it was written on."""

import pytest

from tests.architecture.checks.addresses import faults
from tests.architecture.checks.tree import read, tree_files


def test_the_tree_is_free_of_them() -> None:
    texts = ((path.as_posix(), read(path)) for path in tree_files())
    assert [fault for name, text in texts if text for fault in faults(name, text)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "https://files.python" + "hosted.org/packages/x.whl",
        "https://py" + "pi.org/simple",
        '<script src="https://cd' + 'n.example/x.js">',
        "pip install --index" + "-url http://x",
        'open("/wo' + 'rk/main/x")',
        "cd /ro" + "ot",
        "see /ho" + "me/lan/danban",
        "file:///t" + "mp/probe.sqlite3",
        "PATH=/opt/whe" + "els:x",
    ],
)
def test_a_planted_one_is_found(planted: str) -> None:
    assert len(faults("x.txt", planted)) == 1


@pytest.mark.parametrize(
    "good",
    [
        "/usr/bin/chromium",
        "https://danban.example/du-thao/",
        "/network/",
        "templates/work.html",
        "{{ base }}/root-cause",
        "/srv/danban",
    ],
)
def test_what_is_no_such_thing_passes(good: str) -> None:
    assert faults("x.txt", good) == []
