"""What we hold true about a title, with the evidence, and what still waits.

In:    nothing; values only.
Out:   `Known` and its parts, which `judge` replaces and `store` keeps.
Never: network, disk, clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.fuzzydate import FuzzyDate
from watcher.model import Claim, Evidence, Medium, Tier


class Existence(StrEnum):
    """How real a season is."""

    UNKNOWN = "unknown"
    RUMOURED = "rumoured"
    REPORTED = "reported"
    LISTED = "listed"
    CONFIRMED = "confirmed"
    AIRING = "airing"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A vaguer date that a more precise one lies in: "October" around "4 October"."""

    date: FuzzyDate
    weight: Tier
    said: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing held true: its value, its best evidence first, and whether the user was told."""

    value: str = ""
    """A platform, a name, or empty where being known is all there is."""
    date: FuzzyDate | None = None
    open: bool = False
    """A date that was officially taken back without a new one."""
    evidence: tuple[Evidence, ...] = ()
    ref: str | None = None
    """The event that told it; None for baseline knowledge."""
    said: datetime | None = None
    """When its publisher said it: `published` of the entry, else when we looked."""
    weight: Tier = Tier.UNKNOWN
    """The best tier it rests on; a press report of an official change weighs as official."""
    domains: tuple[str, ...] = ()
    """Registrable domains that said it, the first one first."""
    before: FuzzyDate | None = None
    """For an open date: the one that was taken back."""
    within: tuple[Layer, ...] = ()
    """Vaguer dates, from others or earlier, that this one refines; a contradiction must beat these, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonKnown:
    """The facets of one season, or of another work of the name (`medium`)."""

    season: int | None
    medium: Medium = Medium.SEASON
    existence: Existence = Existence.UNKNOWN
    exists: Fact | None = None
    dates: Mapping[int, Fact] = field(default_factory=dict)
    """The date ladder per part: 1 is the season's premiere, 2 its second cour."""
    trailers: tuple[Fact, ...] = ()
    visuals: tuple[Fact, ...] = ()
    cast: tuple[Fact, ...] = ()
    staff: tuple[Fact, ...] = ()
    streaming: Mapping[str, Fact] = field(default_factory=dict)
    """By normalised platform name; the empty name is "a service, not named"."""
    dub: tuple[Fact, ...] = ()
    cancelled: Fact | None = None
    finished: Fact | None = None
    began: bool = False
    """It has begun, whatever the date ladder says now (a broadcast may be suspended)."""
    taken_back: tuple[Fact, ...] = ()
    """What a retraction removed; `value` names it: ``season``, ``date``, ``streaming:hulu``, ``trailer``…"""
    conflicts: tuple[Fact, ...] = ()
    """Dates that a worse source gave against a better one."""
    record: Mapping[str, object] = field(default_factory=dict)
    """The last state of catalogue records by source: status, score, votes, platforms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is held true about one watched title."""

    title_id: str
    seasons: tuple[SeasonKnown, ...] = ()
    told: int = 0
    """How many events were told: makes references unique and stable."""
    retrospective: int = 0
    speculative: int = 0
    """Pages silenced as guesses; `status` counts them."""
    last_official: Evidence | None = None
    asked_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A solid-looking claim that waits for a better or second source."""

    claim: Claim
    evidence: Evidence
    domain: str
    """Registrable domain of the outlet; two of them are needed."""
    text_digest: str
    """Similarity digest of the text: copies of one text count once."""
    since: datetime
    names_official: bool = False
    told_unconfirmed: bool = False
