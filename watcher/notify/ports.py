"""What the sender needs from the store, and nothing else.

`watcher.store.Store` is one; tests may bring a smaller one. Each method is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from watcher.memory import Delivery, DeliveryState
from watcher.model import Event, Notice
from watcher.store.values import ChannelState


class OutboxStore(Protocol):
    """The outbox as the sender sees it."""

    def drain_lock(self) -> AbstractContextManager[bool]:
        """Be the one process that sends; yields False where another one is."""
        ...

    def recover(self, now: datetime) -> int:
        """Put deliveries that were interrupted mid-send back, labelled as possible repeats."""
        ...

    def drop_channels_except(self, known: Collection[str]) -> int:
        """Close what waits for channels that are no longer configured."""
        ...

    def deliveries(
        self, *states: DeliveryState, channel_id: str | None = None, ref: str | None = None, limit: int = 1000
    ) -> tuple[Delivery, ...]:
        """List deliveries in one of *states*, oldest first."""
        ...

    def claim(self, now: datetime, channel_id: str | None = None, *, limit: int = 50) -> tuple[Delivery, ...]:
        """Take due deliveries for sending, oldest first, counting the attempt; a digest's slot comes whole."""
        ...

    def mark_sent(self, ids: Iterable[int], now: datetime) -> int:
        """Note that claimed deliveries have arrived."""
        ...

    def reschedule(self, id_: int, *, due: datetime, error: str = "", uncertain: bool = False) -> bool:
        """Put a claimed delivery back for a later time; *uncertain* labels the next try."""
        ...

    def release(self, ids: Iterable[int]) -> int:
        """Give claimed deliveries back that were certainly not sent."""
        ...

    def bury(self, id_: int, error: str) -> bool:
        """Give a delivery up: a dead letter."""
        ...

    def item(self, ref: str) -> Event | Notice | None:
        """Look up what a delivery carries."""
        ...

    def items(self, refs: Iterable[str]) -> dict[str, Event | Notice]:
        """Look up what many deliveries carry, by reference; what is gone is left out."""
        ...

    def count_waiting(self) -> int:
        """Count what waits to be sent, due or not."""
        ...

    def channel(self, channel_id: str) -> ChannelState:
        """Look up how a channel is doing."""
        ...

    def tell(
        self,
        *,
        notices: Sequence[Notice] = (),
        deliveries: Sequence[Delivery] = (),
        channel: ChannelState | None = None,
    ) -> None:
        """Keep notices and the state of a channel; a notice that is open already is not told again."""
        ...
