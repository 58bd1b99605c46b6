"""When to try again, how fast to send, and when to give up.

In:    counts, moments, a random number in [0, 1).
Out:   moments and verdicts.
Never: the clock, chance of its own, sleeping.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from watcher.memory import Delivery

FIRST: Final = timedelta(seconds=10)
CAP: Final = timedelta(hours=1)
PATIENCE: Final = timedelta(days=7)
SLOT_PATIENCE: Final = timedelta(days=15)
"""For digests, which may have waited a week before their first try."""
SUSPECT: Final = 5
"""Refusals after which a message lets later ones pass: perhaps it is the message, not the channel."""
HOPELESS: Final = 8
"""Refusals after which it is given up, once later ones have passed."""
LONGEST_WISH: Final = timedelta(days=1)
"""A service's Retry-After is obeyed up to this."""


def backoff(failures: int, *, jitter: float) -> timedelta:
    """Tell how long to wait after the n-th failure in a row: doubling, capped at an hour, for ever.

    Jitter only shortens, by up to a fifth, so the cap holds and more failures never mean less waiting on average.
    """
    doubled: timedelta = FIRST * (1 << min(max(failures, 1) - 1, 16))
    return min(doubled, CAP) * (1 - 0.2 * jitter)


def next_attempt(failures: int, *, now: datetime, jitter: float, retry_after: timedelta | None = None) -> datetime:
    """Tell when to try again; a service's own wish counts where it is later."""
    wait = backoff(failures, jitter=jitter)
    return now + max(wait, min(retry_after or timedelta(0), LONGEST_WISH))


def expired(delivery: Delivery, now: datetime) -> bool:
    """Say whether a delivery has been failing for so long that it is given up."""
    since = delivery.due if delivery.attempts == 0 else delivery.created
    return now - since > (SLOT_PATIENCE if delivery.slot else PATIENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a channel may be used."""

    burst: int
    per_minute: float
    fold: int
    """More messages than this waiting at once travel folded into a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A token bucket as a value: each message takes one token."""

    pace: Pace
    tokens: float
    at: datetime

    @classmethod
    def full(cls, pace: Pace, now: datetime) -> Bucket:
        return cls(pace=pace, tokens=pace.burst, at=now)

    def filled(self, now: datetime) -> Bucket:
        """Add what has dripped in since; a clock set back adds nothing and takes nothing."""
        seconds = max((now - self.at).total_seconds(), 0.0)
        tokens = min(self.tokens + seconds * self.pace.per_minute / 60, self.pace.burst)
        return replace(self, tokens=tokens, at=now)

    @property
    def ready(self) -> bool:
        return self.tokens >= 1

    def taken(self) -> Bucket:
        return replace(self, tokens=self.tokens - 1)
