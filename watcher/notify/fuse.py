"""A fuse for each title: what says too much in an hour is collected and told at once when the hour is over.

In:    when something was told about which title.
Out:   until when further news about it is held back.
Never: the clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class Fuse:
    """Counts the messages of one channel by title."""

    most: int
    """How many messages about one title are told one by one within an hour."""
    told: dict[str, deque[datetime]] = field(default_factory=dict)
    blown: dict[str, datetime] = field(default_factory=dict)

    def count(self, title_id: str, now: datetime) -> None:
        """Note that a message about a title was sent."""
        recent = self.told.setdefault(title_id, deque(maxlen=self.most))
        recent.append(now)
        if len(recent) == self.most and timedelta(0) <= now - recent[0] < HOUR:
            self.blown[title_id] = recent[0] + HOUR

    def held_until(self, title_id: str, now: datetime) -> datetime | None:
        """Tell until when news about a title is collected; None while the fuse holds."""
        until = self.blown.get(title_id)
        if until is None or until <= now or until - now > HOUR:  # over, or the clock was set back
            self.blown.pop(title_id, None)
            return None
        return until
