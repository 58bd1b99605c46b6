"""What the store answers, where no other room has a word for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.memory import DeliveryState, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleState:
    """What the store remembers about a watched title itself."""

    id: str
    name: str
    first_seen: datetime
    snoozed_until: datetime | None = None
    paused: bool = False
    unread: bool = False
    """Entries seen before the title was added (or renamed) have not been read for it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How a channel is doing."""

    channel_id: str
    hold_until: datetime | None = None
    """Nothing is claimed for it before."""
    broken_since: datetime | None = None
    failures: int = 0
    """Consecutive ones."""
    last_sent: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is of everything."""

    titles: int
    sources: int
    entries: int
    """Ever seen."""
    events: int
    judged: Mapping[Outcome, int]
    deliveries: Mapping[DeliveryState, int]
    bytes: int
    """Of the database and its WAL."""


class LogKind(StrEnum):
    """What a line of the log is about."""

    EVENT = "event"
    JUDGED = "judged"
    NOTICE = "notice"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One thing that happened."""

    at: datetime
    kind: LogKind
    what: str
    """The type of the event or notice, the outcome of judging, the channel of a message."""
    subject: str
    """The id of the title, source or channel."""
    text: str = ""
    ref: str = ""
