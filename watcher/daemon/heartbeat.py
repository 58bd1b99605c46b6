"""A ping to an outside checker while everything moves: who falls silent is missed by somebody else.

The address has the shape of healthchecks.io: ``URL`` says all is well, ``URL/start`` that we begin, ``URL/fail`` that
something is wrong. Pings go through the guarded fetch; what becomes of them never disturbs anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

from watcher import __version__
from watcher.config.settings import Config
from watcher.errors import FetchError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Request, Response
from watcher.fetch.network import Resolver

log = logging.getLogger(__name__)

DEADLINE: Final = timedelta(seconds=10)
PATIENCE: Final = 1.0
"""Seconds that a ping under way may take when the service stops."""
ANSWER: Final = 64 * 1024


class Heartbeat:
    """Says how we are; an async context manager. Without an address it says nothing."""

    def __init__(self, config: Config, *, now: Callable[[], datetime], resolve: Resolver | None = None) -> None:
        limits = replace(config.limits, deadline=DEADLINE, redirects=0, raw_bytes=ANSWER, decoded_bytes=ANSWER)
        self._config, self._now, self._resolve = replace(config, limits=limits), now, resolve
        self._address = str(config.heartbeat or "")
        self._asking: set[asyncio.Task[Response]] = set()
        self._closed = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let what is being asked end, for a moment; no stop waits long for a checker that hangs."""
        self._closed.set()
        if self._asking:
            await asyncio.wait(self._asking, timeout=PATIENCE)
        for asking in self._asking:
            asking.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def begun(self) -> bool:
        """Say that the service begins; the checker expects a beat from now on."""
        return await self._ping("start", f"season-watcher {__version__} begins")

    async def well(self, summary: str) -> bool:
        """Say that everything moves."""
        return await self._ping("", summary)

    async def failed(self, why: str) -> bool:
        """Say that something is wrong that the user should hear of, whatever else still works."""
        return await self._ping("fail", why)

    async def _ping(self, sign: str, text: str) -> bool:
        if not self._address or self._closed.is_set():
            return False
        request = Request(
            url=_signed(self._address, sign),
            method="POST",
            accept="*/*",
            headers=(("Content-Type", "text/plain; charset=utf-8"),),
            content=text.encode("utf-8", "replace")[:1000],
        )
        asking = asyncio.ensure_future(self._ask(request))
        self._asking.add(asking)
        asking.add_done_callback(self._done)
        try:
            await asyncio.shield(asking)  # who is stopped meanwhile does not break it off
        except FetchError as error:
            log.warning("heartbeat not taken sign=%s error=%s", sign or "success", error)
            return False
        return True

    def _done(self, asking: asyncio.Task[Response]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # looked at here, too: whoever asked may have been stopped

    async def _ask(self, request: Request) -> Response:
        """Ask over a line of its own: one kept open for minutes may be closed, and a ping is sent once."""
        async with Fetcher(config=self._config, now=self._now, resolve=self._resolve) as fetcher:
            return await fetcher.fetch(request)


def _signed(address: str, sign: str) -> str:
    parts = urlsplit(address)
    path = f"{parts.path.rstrip('/')}/{sign}" if sign else parts.path
    return urlunsplit(parts._replace(path=path))
