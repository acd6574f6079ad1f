"""Work for all processors: items are handed to forked processes, which touch neither the database nor the network."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from core import memory

T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def spread(work: Callable[[T], R], *, several: bool) -> Iterator[Callable[[T], Callable[[], R]]]:
    """``begin(item)`` has the item worked on and returns what waits for the result and gives it.

    It lets one item more than there are processes be on its way, so that memory stays flat. ``several`` False: here,
    at once. Raises BrokenProcessPool when a process was killed.
    """
    count = os.cpu_count() or 1
    if not several or count < 2:
        yield lambda item: _known(work(item))
        return
    memory.settle()  # the processes share what is here
    forked = multiprocessing.get_context("fork")
    waiting: deque[Future[R]] = deque()
    with ProcessPoolExecutor(count, mp_context=forked, initializer=_end_with_parent) as pool:

        def begin(item: T) -> Callable[[], R]:
            if len(waiting) > count:
                waiting.popleft().result()
            waiting.append(pool.submit(work, item))
            return waiting[-1].result

        try:
            yield begin
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _known(result: R) -> Callable[[], R]:
    return lambda: result


def _end_with_parent() -> None:
    """What the parent does about signals is not for its forks."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
