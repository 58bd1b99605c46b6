"""A clock that only moves when told.

::

    clock = Clock()
    thing = Thing(now=clock)
    clock.pass_(hours=3)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    """Call it for the time."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **amount: float) -> datetime:
        """Let time pass, as `timedelta` takes it; negative amounts set the clock back."""
        self.now += timedelta(**amount)
        return self.now

    def set(self, now: datetime) -> datetime:
        self.now = now
        return self.now
