"""What every channel is: a thing that takes a message, or says why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from watcher.errors import DeliveryError
from watcher.notify.message import Message
from watcher.notify.timing import Pace

DEADLINE: Final = timedelta(seconds=45)
"""How long one send may take; slow services answer after ten seconds and more."""


class RefusedError(DeliveryError):
    """The service answered, but not with yes. It may be this very message that it cannot take."""


class Channel(Protocol):
    """One way to reach the user."""

    @property
    def keyed(self) -> bool:
        """Whether the receiver can tell a repeat by a key (idempotency key, Message-ID)."""
        ...

    @property
    def pace(self) -> Pace:
        """How fast it may be used, and from how many waiting messages on they are folded."""
        ...

    async def send(self, message: Message) -> None:
        """Deliver, or raise `DeliveryError`. Anything else that comes out of here is a bug."""
        ...
