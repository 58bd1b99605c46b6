"""Waiting for what must happen: by condition, with a limit that only a hang reaches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LONG = 60.0
"""Seconds; even a machine that is busy with much else does not need as long for what a test waits for."""


def wait_until(
    condition: Callable[[], object],
    *,
    seconds: float = LONG,
    why: Callable[[], object] = lambda: "it did not happen in time",
) -> None:
    """Block until *condition* holds; fail with what *why* says where it does not come to that."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


async def until(condition: Callable[[], object], *, seconds: float = LONG) -> None:
    """Let the loop turn until *condition* holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)
