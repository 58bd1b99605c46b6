"""Blocking libraries on threads of their own, which the end of the program does not wait for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], *, seconds: float) -> T:
    """Run *work* on a new daemon thread; raise TimeoutError after *seconds*, leaving the thread to itself."""
    future: Future[T] = Future()

    def run() -> None:
        with suppress(InvalidStateError):  # nobody waits any more
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - handed over, whatever it is
                future.set_exception(error)
            else:
                future.set_result(result)

    threading.Thread(target=run, daemon=True, name="send").start()
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(future)
