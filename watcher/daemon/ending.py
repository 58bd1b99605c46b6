"""How the process ends: on a signal, and never later than it should."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from watcher.daemon.log import finish_logs

EXIT = timedelta(seconds=0.5)
"""How long threads may take to end when all else has ended."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Call *stop* in the running loop at each SIGTERM or SIGINT, as long as that loop lives.

    The loop's own handlers would go with the loop, and a second signal that comes then would turn a clean end into
    a death by signal. These stay; once the loop is closed they do nothing, for the end is near by itself.
    """
    loop = asyncio.get_running_loop()

    def told(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(stop)

    for number in SIGNALS:
        signal.signal(number, told)


def ignore_signals() -> None:
    """Let nothing disturb the last steps, which are bounded by `end_within`."""
    for number in (*SIGNALS, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def end_within(time: timedelta, *, code: int) -> threading.Timer:
    """End the process after *time*, unless it has ended by itself or the timer is cancelled."""
    timer = threading.Timer(time.total_seconds(), leave, (code,))
    timer.daemon = True
    timer.start()
    return timer


def leave(code: int) -> None:
    """End without waiting for threads, as a kill would; the database is made for that."""
    finish_logs()
    os._exit(code)
