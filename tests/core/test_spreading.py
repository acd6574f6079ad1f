"""Work shared out to processes: the same results in the same order, few items on their way, no process left behind."""

import multiprocessing
import os
from concurrent.futures.process import BrokenProcessPool

import pytest

from core.spreading import spread


def square(number: int) -> int:
    return number * number


def process_of(_number: int) -> int:
    return os.getpid()


def die(_number: int) -> int:
    os._exit(1)


def refuse(number: int) -> int:
    raise ValueError(number)


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.parametrize("several", [False, True])
def test_gives_what_the_work_gives_in_order(several: bool) -> None:
    with spread(square, several=several) as begin:
        waiting = [begin(number) for number in range(20)]
        assert [done() for done in waiting] == [number * number for number in range(20)]


def test_runs_elsewhere_only_where_it_pays() -> None:
    with spread(process_of, several=False) as begin:
        assert begin(1)() == os.getpid()
    with spread(process_of, several=True) as begin:
        assert begin(1)() != os.getpid()
    assert multiprocessing.active_children() == []


def test_what_was_raised_there_is_raised_here() -> None:
    with pytest.raises(ValueError, match="3"), spread(refuse, several=True) as begin:
        begin(3)()
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_noticed() -> None:
    with pytest.raises(BrokenProcessPool), spread(die, several=True) as begin:
        begin(1)()
