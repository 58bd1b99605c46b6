"""The server: a thread and an event loop of its own, so that nothing asked here delays a look or a message.

Whoever connects has `DEADLINE` seconds for everything. There are `MOST` places; when they are taken, who has been
silent longest makes room for who comes. Answers are made one at a time, beside the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from typing import Final

from watcher.config.settings import Config, WebConfig
from watcher.situation import Life
from watcher.web.answers import Answers
from watcher.web.exchange import Answer, BadRequestError, Exchange
from watcher.web.gate import Asked, Refused, decide

log = logging.getLogger(__name__)

DEADLINE: Final = 10.0
"""Seconds for one connection, from its first byte to our last."""
HASTE: Final = 5.0
"""Seconds of these in which the request must have come whole."""
MOST: Final = 64
BACKLOG: Final = 64
AGAIN: Final = 2.0
"""Seconds until it is tried again to listen where that was not possible."""
PATIENCE: Final = 3.0
"""Seconds that the end of the service waits for the thread."""
COMPLAIN: Final = 60.0
"""Seconds between two lines in the log about refused tokens."""


class StatusPage:
    """The page of one configuration, from `start` to `close`."""

    def __init__(self, config: Config, *, life: Callable[[], Life], now: Callable[[], datetime]) -> None:
        assert config.web is not None
        self._web: WebConfig = config.web
        self._answers = Answers(config, life=life, now=now)
        self._desk = ThreadPoolExecutor(1, thread_name_prefix="web desk")
        self._thread = threading.Thread(target=self._run, daemon=True, name="web")
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._silent: dict[StreamWriter, None] = {}
        """Connections whose request has not come whole, the oldest first."""
        self._open = 0
        self._strangers = 0
        self._complained = -COMPLAIN

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop listening and let go of everybody; waits a moment, not for ever."""
        with contextlib.suppress(RuntimeError):  # the thread has ended by itself
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(PATIENCE)
        self._desk.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())
        self._answers.close()

    async def _serve(self) -> None:
        """Listen until the end; where that cannot be, try again from time to time."""
        place, said = self._web.place, ""
        while not self._ended.is_set():
            try:
                server = await asyncio.start_server(
                    self._connected, self._web.host, self._web.port, limit=2**16, backlog=BACKLOG
                )
            except OSError as error:
                if str(error) != said:
                    said = str(error)
                    log.error("the status page cannot listen at=%s error=%s", place, error.strerror or error)
                await self._wait(AGAIN)
                continue
            log.info("status page at=http://%s/", place)
            await self._ended.wait()
            server.close()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return

    # -- one connection ---------------------------------------------------------------------------------

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        if not self._make_room():
            writer.transport.abort()
            return
        self._open += 1
        self._silent[writer] = None
        try:
            async with asyncio.timeout(DEADLINE):
                await self._exchange(Exchange(reader, writer), writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            return  # cancelled: the service ends, and asyncio would call that an error
        finally:
            self._silent.pop(writer, None)
            self._open -= 1
            writer.transport.abort()

    def _make_room(self) -> bool:
        """Say whether there is a place; send away whoever has been silent longest, if that makes one."""
        if self._open < MOST:
            return True
        oldest = next(iter(self._silent), None)
        if oldest is None:
            return False
        del self._silent[oldest]
        oldest.transport.abort()
        return True

    async def _exchange(self, exchange: Exchange, writer: StreamWriter) -> None:
        try:
            async with asyncio.timeout(HASTE):
                asked = await exchange.asked()
        except BadRequestError as error:
            await exchange.answer(self._answers.refusal(error.status))
            return
        self._silent.pop(writer, None)
        if asked is not None:
            await exchange.answer(await self._answer(asked), head_only=asked.method == b"HEAD")

    async def _answer(self, asked: Asked) -> Answer:
        found = decide(asked, self._web)
        if isinstance(found, Refused):
            if found.status is HTTPStatus.UNAUTHORIZED and asked.of(b"authorization"):
                self._note_stranger()
            return self._answers.refusal(found.status)
        return await asyncio.get_running_loop().run_in_executor(self._desk, self._answers.to, found)

    def _note_stranger(self) -> None:
        """Say now and then that somebody tries tokens; never which."""
        self._strangers += 1
        if time.monotonic() - self._complained >= COMPLAIN:
            log.warning("status page: wrong token times=%d", self._strangers)
            self._strangers, self._complained = 0, time.monotonic()
