"""What a claim would change in what we know, before asking whether its speaker may be believed.

In:    nothing.
Out:   `Finding`, and short ways to make one.
Never: network, disk, clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from watcher.fuzzydate import FuzzyDate
from watcher.known import Fact, SeasonKnown
from watcher.model import EventType

DATED = frozenset(
    {
        EventType.RELEASE_DATE,
        EventType.RELEASE_WINDOW,
        EventType.NARROWED,
        EventType.DELAYED,
        EventType.ADVANCED,
    }
)
"""Claims and events that move a date ladder."""
SAME_STORY = timedelta(days=5)
"""What another outlet reports within this time of a fact ("a new trailer", "postponed") is that fact."""

Put = Callable[[Fact], SeasonKnown]
"""Put a fact where it belongs and return the season with it."""


class Standing(StrEnum):
    """How a claim stands to what we know."""

    NEW = "new"
    LEARN = "learn"
    """New to us, yet not to be told: over before the watch began, or a mere detail."""
    KNOWN = "known"
    CONFLICT = "conflict"
    """It contradicts what a better source said."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one claim means for one season."""

    standing: Standing
    reason: str
    type: EventType | None = None
    """The event it would be."""
    fact: Fact | None = None
    """For NEW and LEARN a draft without evidence; for KNOWN the fact it repeats."""
    put: Put | None = None
    date: FuzzyDate | None = None
    before: FuzzyDate | None = None
    platform: str | None = None
    part: int | None = None
    names: tuple[str, ...] = ()
    takes_back: EventType | None = None


def nothing(reason: str) -> Finding:
    """Make a finding of what says nothing new, nor anything known."""
    return Finding(standing=Standing.NOTHING, reason=reason)


def known(reason: str, fact: Fact | None = None, put: Put | None = None) -> Finding:
    """Make a finding of what repeats *fact*."""
    return Finding(standing=Standing.KNOWN, reason=reason, fact=fact, put=put)


def conflict(reason: str, fact: Fact, put: Put) -> Finding:
    """Make a finding of what contradicts a better source."""
    return Finding(standing=Standing.CONFLICT, reason=reason, fact=fact, put=put)
