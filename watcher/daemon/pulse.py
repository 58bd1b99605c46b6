"""Proof of life: what has moved, and since when not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(slots=True)
class Pulse:
    """Counts what moves; the watchdog is fed and the outside checker told only after something did."""

    ticks: int = 0
    drains: int = 0
    fed: tuple[int, int] = (-1, -1)
    told: tuple[int, int] = (-1, -1)
    """The same for the outside checker."""
    tick_at: float = field(default_factory=time.monotonic)
    drain_at: float = field(default_factory=time.monotonic)

    def ticked(self) -> None:
        """Note that the scheduler has moved."""
        self.ticks, self.tick_at = self.ticks + 1, time.monotonic()

    def drained(self) -> None:
        """Note that the sender has moved."""
        self.drains, self.drain_at = self.drains + 1, time.monotonic()

    def stillness(self) -> tuple[timedelta, timedelta]:
        """Tell for how long the scheduler and the sender have not moved."""
        now = time.monotonic()
        return timedelta(seconds=now - self.tick_at), timedelta(seconds=now - self.drain_at)

    def moved(self) -> bool:
        """Say whether scheduler and sender both moved since the last time this said yes."""
        if self.ticks == self.fed[0] or self.drains == self.fed[1]:
            return False
        self.fed = (self.ticks, self.drains)
        return True

    def moved_since_told(self) -> bool:
        """Say the same for the outside checker, who asks less often."""
        if self.ticks == self.told[0] or self.drains == self.told[1]:
            return False
        self.told = (self.ticks, self.drains)
        return True
