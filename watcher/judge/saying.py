"""What goes into judging and what comes out, as values.

In:    nothing.
Out:   `Saying`, `Verdict`, and `Hearing`, which the rules pass around.
Never: network, disk, clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from watcher.memory import Knowledge, Outcome
from watcher.model import Claim, Event, EventType, Evidence, Policy, Reading, Speaker, Tier, Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One entry as read for one title, and who says it when."""

    evidence: Evidence
    reading: Reading
    domain: str
    """Registrable domain of the outlet: its subdomains are no second voice."""
    baseline: bool
    """Older than the watch: knowledge, never an alert."""
    said: datetime
    """`published` of the entry, else when we looked; an edited entry says its new text when we looked."""
    text_digest: str
    """Similarity digest (`sameness`): copies of one text count once."""
    kind: str
    """Kind of the source."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """A catalogue's record; empty for texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What judging one saying decided."""

    events: tuple[Event, ...]
    confirmations: tuple[tuple[str, Evidence], ...]
    """(reference of an event told earlier, further evidence for it)"""
    knowledge: Knowledge
    outcome: Outcome
    reasons: tuple[str, ...]
    """One for each claim, also the silent ones."""
    held: bool
    """Something new in the entry waits for a better or a second source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A saying before the rules: who speaks, for which title, under which policy, when."""

    saying: Saying
    title: Title
    policy: Policy
    now: datetime

    @property
    def tier(self) -> Tier:
        return self.saying.evidence.tier

    @property
    def day(self) -> date:
        """The day it was said. Feeds that give only a day must not look older than a look at noon of it."""
        return self.saying.said.date()

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def since(self) -> date:
        """The first day of the watch."""
        return (self.title.since or self.now).date()

    @property
    def record(self) -> bool:
        """Say whether a catalogue's record speaks, not a text."""
        return bool(self.saying.data)

    def names_official(self, claim: Claim) -> bool:
        return self.saying.reading.names_official or claim.speaker is Speaker.OFFICIAL

    def weight(self, claim: Claim) -> Tier:
        """Weigh the word: press that reports a change and names its official source counts as that source."""
        moved = claim.type in {EventType.DELAYED, EventType.ADVANCED} and self.names_official(claim)
        return Tier.OFFICIAL if self.tier is Tier.PRESS and (claim.change or moved) else self.tier
