"""robots.txt: asked once a day per origin, obeyed for pages (RFC 9309).

Leaves the asking to the function it is given, and the decision whether a request cares to its caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx
from protego import Protego

from watcher.errors import FetchError

AGENT = "season-watcher"
"""Our name in robots.txt."""
MAX_BYTES = 512 * 1024
"""More of a robots.txt is not read (RFC 9309 §2.5 asks for at least 500 KiB)."""

_GOOD_FOR = timedelta(hours=24)
_UNREACHABLE_FOR = timedelta(hours=1)
_REMEMBER = 1024
_LARGE = 16 * 1024

Ask = Callable[[str], Awaitable[bytes]]
"""Fetch a robots.txt, or raise `FetchError`."""


@dataclass(frozen=True, slots=True)
class _Rules:
    until: datetime
    rules: Protego | None = None
    down: int | None = None
    """The status of a server that could not give them: nothing may be asked for now."""


class Robots:
    """What every origin's robots.txt says, remembered for a day."""

    def __init__(self, *, ask: Ask, now: Callable[[], datetime], slow_down: Callable[[str, float], None]) -> None:
        self._ask = ask
        self._now = now
        self._slow_down = slow_down
        self._known: dict[str, _Rules] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def check(self, url: httpx.URL) -> None:
        """Raise `FetchError` where robots.txt of the URL's origin keeps us out, or cannot be read just now."""
        host = url.raw_host.decode("ascii")
        found = await self._rules(f"{url.scheme}://{url.netloc.decode('ascii')}", host)
        if found.down is not None:
            raise FetchError(
                f"{host}: its robots.txt cannot be read (HTTP {found.down}), so its pages are left alone for now",
                reason="robots",
                status=found.down,
            )
        if found.rules is not None and not found.rules.can_fetch(str(url), AGENT):
            raise FetchError(f"{host}: its robots.txt asks programs not to read this page", reason="robots")

    async def _rules(self, origin: str, host: str) -> _Rules:
        async with self._asking.setdefault(origin, asyncio.Lock()):
            found = self._known.get(origin)
            if found is None or found.until <= self._now():
                if len(self._known) >= _REMEMBER:
                    self._known.clear()
                found = self._known[origin] = await self._fetch(origin, host, old=found)
        self._asking.pop(origin, None)
        return found

    async def _fetch(self, origin: str, host: str, *, old: _Rules | None) -> _Rules:
        try:
            body = await self._ask(f"{origin}/robots.txt")
        except FetchError as error:
            return self._without(error, old)
        text = body[:MAX_BYTES].decode("utf-8", "replace")
        # A large one takes a third of a second, which is too long to hold everybody up.
        rules = await asyncio.to_thread(Protego.parse, text) if len(text) > _LARGE else Protego.parse(text)
        if delay := rules.crawl_delay(AGENT):
            self._slow_down(host, float(delay))
        return _Rules(self._now() + _GOOD_FOR, rules=rules)

    def _without(self, error: FetchError, old: _Rules | None) -> _Rules:
        """Decide without an answer: 4xx means there are no rules, 5xx means not now (RFC 9309 §2.3.1).

        Rules known from before stay good a little longer. No connection at all is told as what it is.
        """
        if error.reason == "redirect" or (error.status is not None and 400 <= error.status < 500):
            return _Rules(self._now() + _GOOD_FOR)
        if old is not None and old.down is None:
            return replace(old, until=self._now() + _UNREACHABLE_FOR)
        if error.status is None:
            raise error
        return _Rules(self._now() + _UNREACHABLE_FOR, down=error.status)
