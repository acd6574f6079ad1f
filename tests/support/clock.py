"""A clock that stands until a test moves it."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from core import clock


class FrozenClock:
    """Stands at a moment (9 in the morning in Vietnam, Monday 2 March 2026, unless told otherwise)."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.set(datetime(2026, 3, 2, 2, tzinfo=UTC))

    def set(self, moment: datetime) -> None:
        self._stack.close()
        self._stack.enter_context(clock.frozen(moment))

    def move(self, **delta: float) -> None:
        """Forward: ``move(days=1)``; back with a negative number."""
        self.set(clock.now() + timedelta(**delta))

    def now(self) -> datetime:
        return clock.now()
