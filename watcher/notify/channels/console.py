"""The terminal as a channel: what a person would get, printed."""

from __future__ import annotations

import sys
from typing import TextIO

from watcher.errors import DeliveryError
from watcher.notify.dialects import Form, compose
from watcher.notify.message import Message
from watcher.notify.timing import Pace


class ConsoleChannel:
    """Prints to standard output; escapes and control characters were removed when the message was made."""

    keyed = False
    pace = Pace(burst=1000, per_minute=60_000, fold=100)

    def __init__(self, channel_id: str, *, stream: TextIO | None = None) -> None:
        self._id = channel_id
        self._stream = stream

    async def send(self, message: Message) -> None:
        """Print the message between two rules."""
        stream = self._stream or sys.stdout
        rule = "─" * 72
        try:
            stream.write(f"{rule}\n{compose(message, Form())}\n{rule}\n")
            stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryError(f"cannot print: {error}", channel=self._id) from error
