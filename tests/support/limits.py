"""Limits of time, held only in the long run (``make soak``).

A machine of continuous integration is as slow as its neighbours make it, so ``make test`` asserts nothing about
seconds: there a blow-up ends at the time limit of the test (``timeout`` in setup.cfg).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

SOAK = bool(os.environ.get("DANBAN_SOAK"))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done inside takes less than so many seconds of our own processor time."""
    started = time.process_time()
    yield
    taken = time.process_time() - started
    assert not SOAK or taken < seconds, f"{taken:.1f} s, where {seconds} s are allowed"
