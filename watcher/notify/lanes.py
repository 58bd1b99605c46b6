"""What a sender remembers about each channel while it runs; what must outlive it is in the store.

In:    what arrived and what was refused.
Out:   which deliveries stand aside, hold, or were overtaken.
Never: the clock, the store, sending.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from watcher.config.settings import ChannelConfig
from watcher.memory import Delivery
from watcher.model import Event, Notice
from watcher.notify.batches import BatchKind
from watcher.notify.channels.base import Channel
from watcher.notify.fuse import Fuse
from watcher.notify.timing import SUSPECT, Bucket

PATIENT: Final = timedelta(hours=1)
"""What was due for longer than this is late, tried before or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Claimed deliveries that make one message."""

    kind: BatchKind
    deliveries: tuple[Delivery, ...]
    items: Sequence[Event | Notice]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one.id for one in self.deliveries if one.id is not None)

    @property
    def repeat(self) -> bool:
        return any(one.repeat for one in self.deliveries)

    @property
    def title_id(self) -> str:
        """The title of a single story; empty for everything else."""
        first = self.items[0]
        return first.title_id if self.kind is BatchKind.STORY and isinstance(first, Event) else ""

    def lateness(self, now: datetime) -> datetime | None:
        """Tell the moment by which the message may be late; what waited as the user wished is not."""
        if self.kind is BatchKind.DIGEST:
            return None
        return now if any(one.attempts > 1 or now - one.due > PATIENT for one in self.deliveries) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message and what became of it, for tables and `--json`."""

    channel: str
    refs: tuple[str, ...]
    state: str
    """``sent``, ``retry`` or ``dead``."""
    error: str = ""
    subject: str = ""


@dataclass(slots=True, kw_only=True)
class Lane:
    """A channel, its pace, and what became of its messages since this sender began."""

    config: ChannelConfig
    channel: Channel
    bucket: Bucket
    fuse: Fuse
    refusals: dict[int, int] = field(default_factory=dict)
    """By delivery: how often it was refused in a row."""
    passed: set[int] = field(default_factory=set)
    """Refused deliveries that later ones have overtaken."""
    held: set[int] = field(default_factory=set)
    """Collected by the fuse."""
    outcomes: list[Sent] = field(default_factory=list)
    """Of the drain that is going on."""

    @classmethod
    def begin(cls, config: ChannelConfig, channel: Channel, now: datetime) -> Self:
        pace = channel.pace
        return cls(config=config, channel=channel, bucket=Bucket.full(pace, now), fuse=Fuse(most=pace.fold))

    @property
    def aside(self) -> set[int]:
        """Deliveries that hold up nothing although they failed."""
        return self.held | {id_ for id_, count in self.refusals.items() if count >= SUSPECT}

    def note_refusal(self, id_: int) -> None:
        """Count a refusal of this very message."""
        self.refusals[id_] = self.refusals.get(id_, 0) + 1

    def note_arrival(self, load: Load, now: datetime) -> None:
        """Remember what has arrived, and whom it has overtaken."""
        ids = load.ids
        self.passed |= {id_ for id_ in self.refusals if id_ < max(ids)} - set(ids)
        self.held.difference_update(ids)
        for id_ in ids:
            self.refusals.pop(id_, None)
        if load.title_id:
            self.fuse.count(load.title_id, now)

    def note_outcome(self, load: Load, state: str, *, error: str = "", subject: str = "") -> None:
        """Remember what became of a message, for the report."""
        refs = tuple(one.ref for one in load.deliveries)
        self.outcomes.append(Sent(channel=self.config.id, refs=refs, state=state, error=error, subject=subject))
