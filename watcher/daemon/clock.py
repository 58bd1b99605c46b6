"""The wall clock as something that can be wrong: set while we run, or not yet set when we start.

In:    moments of the wall clock, the last moment the database knows of.
Out:   how far the clock was set; whether it can be believed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock is right that says less: this program did not exist. Moved forward with each release."""
TOLERATED = timedelta(minutes=5)
"""How far behind the database the clock may be, before it counts as wrong."""
PATIENCE = timedelta(hours=1)
"""How long a clock that is only behind the database is doubted: perhaps it was ahead when that was written."""


@dataclass(slots=True)
class StepMeter:
    """Notices when the wall clock is set: the scheduler sleeps by it and would stall as long as the step."""

    wall: datetime
    monotonic: float = field(default_factory=time.monotonic)

    def step(self, now: datetime) -> timedelta:
        """Return how far the wall clock moved beyond the time that really passed."""
        monotonic = time.monotonic()
        step = now - self.wall - timedelta(seconds=monotonic - self.monotonic)
        self.wall, self.monotonic = now, monotonic
        return step


@dataclass(slots=True)
class Doubt:
    """Whether to wait for the clock to be set, as on a machine without a battery before it has heard of the time."""

    latest: datetime | None
    """The latest moment that the database knows of, when we started."""
    since: float = field(default_factory=time.monotonic)

    def reason(self, now: datetime) -> str:
        """Say why *now* cannot be believed; empty where it can."""
        if now < BUILT:
            return f"the clock says {now:%Y-%m-%d %H:%M} UTC, before this program was made"
        behind = self.latest is not None and now < self.latest - TOLERATED
        if behind and time.monotonic() - self.since < PATIENCE.total_seconds():
            return f"the clock says {now:%Y-%m-%d %H:%M} UTC, but the last look was at {self.latest:%Y-%m-%d %H:%M} UTC"
        return ""


def soon_enough(due: datetime, now: datetime, *, longest: timedelta) -> datetime:
    """Believe a planned moment only as far as anybody plans: further ahead, the clock was wrong when it was written."""
    return due if due <= now + longest else now
