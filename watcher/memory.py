"""What the program remembers between two looks, as values.

`watcher.store` keeps these; the pure rooms take and return them. No SQL and no clock here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from watcher.known import Held, Known
from watcher.model import Block, Event, Evidence, Notice, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave us to ask "has it changed?", verbatim (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed says about when to look again."""

    ttl: timedelta | None = None
    max_age: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    """Hours in GMT."""
    skip_days: frozenset[int] = frozenset()
    """0 is Monday, GMT."""
    period: timedelta | None = None
    """RSS syndication module: updatePeriod / updateFrequency."""
    hub: str = ""
    """The WebSub hub that a feed names. It is only noted: pushes need an address that the web can reach."""


class Health(StrEnum):
    """How a source is doing."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source's posts appear; see `watcher.schedule.rhythm`."""

    posts: tuple[int, ...] = ()
    """The last ones, in minutes since 1970 (UTC), for the gaps between them; what came within minutes counts once."""
    since: int | None = None
    """The first post that was counted below, in minutes since 1970."""
    hours: tuple[int, ...] = ()
    """Posts by hour of day, local to the source, in twelfths of a post; old ones weigh less. Empty or 24."""
    days: tuple[int, ...] = ()
    """The same by weekday, Monday first. Empty or 7."""
    slots: tuple[int, ...] = ()
    """The same by the twelfth of an hour, of posts known to the minute. Empty or 12."""


class IdentityBy(StrEnum):
    """Which property tells the entries of a source apart; a ladder, from best to worst."""

    ID = "id"
    LINK = "link"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMarks:
    """By what an official site is known again, as far as it was seen."""

    title: str = ""
    owner: str = ""
    """Who its © line names, without years."""
    japanese: float | None = None
    """Share of its letters that are Japanese."""
    links: int = 0
    away: int = 0
    """Links that lead to other sites."""
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    """Words of casinos that stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """Everything remembered about a source."""

    source_id: str
    url: str = ""
    """The URL these validators belong to; another URL starts afresh."""
    validators: Validators = field(default_factory=Validators)
    body_hash: str = ""
    hints: Hints = field(default_factory=Hints)
    identity_by: IdentityBy = IdentityBy.ID
    first_look: datetime | None = None
    """When the baseline was taken: the first successful look."""
    last_look: datetime | None = None
    last_ok: datetime | None = None
    last_full: datetime | None = None
    """The last look that was answered with a body (a 304 is not); refreshed without validators at least daily."""
    next_look: datetime | None = None
    not_before: datetime | None = None
    """The server asked us to wait until then."""
    health: Health = Health.NEW
    failures: int = 0
    failing_since: datetime | None = None
    told_failing: bool = False
    last_status: int | None = None
    last_error: str = ""
    last_reason: str = ""
    entries_last: int = 0
    moved_to: str = ""
    moved_count: int = 0
    polls: int = 0
    account: str = ""
    """The account that spoke here first, where the address does not pin it."""
    marks: SiteMarks | None = None
    """An official site's marks, as they were when it was first trusted."""
    doubts: tuple[str, ...] = ()
    """Why it is not trusted any more: somebody else may sit there."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    rebuilt: datetime | None = None
    """When nothing of what it listed was known any more: a new layout that could be read."""
    listed: tuple[str, ...] = ()
    """A sample of what the last look listed; see `watcher.sources.variants`."""
    listed_before: tuple[str, ...] = ()
    """The same of the last list of which nothing is in this one."""
    flips: int = 0
    """How often a list came back after quite another one, lately."""
    flipped: datetime | None = None
    """When it did so last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """An entry as remembered: enough to know it again, and to read it again for a title added later."""

    source_id: str
    key: str
    """Our identity for it within its source; stays when the GUID, the link or the text changes."""
    entry_id: str
    link: str
    """Canonical: no tracking parameters, no fragment, https and http alike."""
    fingerprint: str
    """Digest of the normalised title and publication day."""
    digest: str
    """Digest of everything the source says: a different one means the entry was edited. A ``+`` behind it says that
    the blocks are those of the article it links to."""
    title: str
    url: str | None
    published: datetime | None
    first_seen: datetime
    last_seen: datetime
    blocks: Sequence[Block] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    """The record of a catalogue."""


class Outcome(StrEnum):
    """What became of one entry with respect to one title."""

    EVENT = "event"
    KNOWN = "known"
    HELD = "held"
    CONFLICT = "conflict"
    BASELINE = "baseline"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One entry read and judged for one title, with the reasons; the material of `explain`."""

    source_id: str
    entry_key: str
    title_id: str
    at: datetime
    outcome: Outcome
    reading: Reading
    reasons: tuple[str, ...]
    refs: tuple[str, ...] = ()
    """The events it led to."""
    url: str | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known and held about one title."""

    title_id: str
    known: Known
    held: tuple[Held, ...] = ()
    version: int = 0
    """Counts its changes in the store, which refuses one made from an older version: pass it on (`replace`)."""

    @classmethod
    def empty(cls, title_id: str) -> Self:
        return cls(title_id=title_id, known=Known(title_id=title_id))


class DeliveryState(StrEnum):
    """The life of a delivery: ``new → sending → sent | new again at a later time | dead``."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way to one channel."""

    id: int | None = None
    channel_id: str
    ref: str
    """Reference of the event or notice it carries; unique together with the channel."""
    state: DeliveryState = DeliveryState.NEW
    created: datetime
    due: datetime
    slot: str = ""
    """Digest slot (``daily@2026-11-21``); deliveries of one slot travel in one message."""
    attempts: int = 0
    repeat: bool = False
    """A crash left it mid-send: the next message says that it may be a repeat."""
    last_error: str = ""
    sent: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """All that one look changes; the store writes it in one transaction or not at all."""

    source: SourceState
    entries: tuple[SeenEntry, ...] = ()
    judged: tuple[Judged, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    events: tuple[Event, ...] = ()
    confirmations: tuple[tuple[str, Evidence], ...] = ()
    """(event reference, further evidence) for events told earlier."""
    notices: tuple[Notice, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
