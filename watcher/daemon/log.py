"""Logging that holds nothing up: lines are written by a thread, and dropped where nobody takes them.

A full pipe or a log service that restarts blocks whoever writes; that must not be the event loop.
"""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import suppress

KEPT = 10_000
PATIENCE = 1.0
"""How many seconds the end of the program waits for the last lines to be taken."""


class UnhurriedHandler(logging.Handler):
    """Passes records on to another handler, on a thread of its own."""

    def __init__(self, target: logging.Handler, *, kept: int = KEPT) -> None:
        super().__init__()
        self._target = target
        self._records: queue.Queue[logging.LogRecord | None] = queue.Queue(kept)
        self.dropped = 0
        self._writer = threading.Thread(target=self._write, daemon=True, name="log")
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._records.put_nowait(record)
        except queue.Full:
            self.dropped += 1

    def _write(self) -> None:
        while (record := self._records.get()) is not None:
            self._target.handle(record)

    def finish(self) -> None:
        """Let the last lines be written, but not at any price."""
        with suppress(queue.Full):
            self._records.put_nowait(None)
        self._writer.join(PATIENCE)

    def close(self) -> None:
        self.finish()
        super().close()


def finish_logs() -> None:
    """Write what waits. In place of `logging.shutdown`, which waits for whoever holds the lock of a stuck stream."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, UnhurriedHandler):
            handler.finish()
