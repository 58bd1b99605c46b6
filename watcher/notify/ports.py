"""What the sender needs from the store, and nothing else.

`watcher.store` provides it; tests have a small one in memory. Each method is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watcher.memory import Delivery
from watcher.model import Event, Notice, NoticeType


class OutboxStore(Protocol):
    """The outbox as the sender sees it."""

    def due(self, channel_id: str, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """List deliveries in state `new` that are due, oldest first (by id)."""
        ...

    def waiting(self, channel_id: str) -> datetime | None:
        """Tell when the next delivery in state `new` is due, also one that is due already."""
        ...

    def claim(self, ids: Sequence[int], *, now: datetime) -> tuple[int, ...]:
        """Move deliveries `new → sending`, counting an attempt; return those that were still `new`."""
        ...

    def mark_sent(self, ids: Sequence[int], *, now: datetime) -> None:
        """Move deliveries `sending → sent`."""
        ...

    def reschedule(self, ids: Sequence[int], *, due: datetime, error: str, repeat: bool = False) -> None:
        """Move deliveries `sending → new` at a later time; *repeat* also labels them."""
        ...

    def bury(self, ids: Sequence[int], *, error: str) -> None:
        """Move deliveries to `dead`."""
        ...

    def items(self, refs: Collection[str]) -> Mapping[str, Event | Notice]:
        """Fetch what deliveries carry, by reference."""
        ...

    def raise_notice(self, notice: Notice, deliveries: Sequence[Delivery]) -> bool:
        """Store a notice and its deliveries, unless one of its type and subject is open; say whether it was new."""
        ...

    def settle_notice(self, type_: NoticeType, subject: str, *, now: datetime) -> bool:
        """Close the open notice of this type and subject; say whether there was one."""
        ...

    def close_channels(self, known: Collection[str], *, note: str) -> int:
        """Move what waits for channels that are not *known* any more to `dropped`; return how many."""
        ...
