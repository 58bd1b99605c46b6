"""Turns: how many requests may be under way, and how soon the next one to the same host may begin.

A host that says "too many requests" is left alone by all its sources, not only by the one that was told.

Leaves when a source is due at all to `watcher.schedule`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.config.settings import Config
from watcher.fetch.address import is_allowed

_LONGEST_GAP = 60.0
_LONGEST_HOLD = timedelta(hours=1)
_FORGET_ABOVE = 2048


@dataclass(slots=True)
class _Host:
    turns: asyncio.Semaphore
    gap: float
    next_start: float = 0.0
    users: int = 0
    hold_until: datetime | None = None


class Politeness:
    """Hands out turns, first come first served: per host in series with a gap, overall up to a limit."""

    def __init__(self, config: Config) -> None:
        self._gap = config.host_gap.total_seconds()
        self._per_host = config.limits.per_host
        self._all = asyncio.Semaphore(config.limits.concurrency)
        self._hosts: dict[str, _Host] = {}
        self._own = config.allow_networks

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until *host* may be asked; its turn lasts until the block ends.

        A host's own queue comes first, so that a slow host with many sources does not take up everybody's places.
        """
        state = self._host(host)
        state.users += 1
        try:
            async with state.turns:
                await self._wait(state)
                async with self._all:
                    yield
        finally:
            state.users -= 1

    def slow_down(self, host: str, gap: float) -> None:
        """Keep a longer gap at *host*, as its robots.txt asks; not longer than a minute."""
        state = self._host(host)
        state.gap = max(state.gap, min(gap, _LONGEST_GAP))

    def hold(self, host: str, wait: timedelta, *, now: datetime) -> None:
        """Let nobody ask *host* for a while; not longer than an hour, and never a host of the user's own network."""
        if not self._is_own(host):
            self._host(host).hold_until = now + min(wait, _LONGEST_HOLD)

    def held(self, host: str, *, now: datetime) -> timedelta | None:
        """Say how long *host* still wants to be left alone."""
        state = self._host(host)
        # A clock that was set back must not turn an hour into a year.
        if state.hold_until is None or not now < state.hold_until <= now + _LONGEST_HOLD:
            state.hold_until = None
            return None
        return state.hold_until - now

    def _is_own(self, host: str) -> bool:
        try:
            return host == "localhost" or is_allowed(host.strip("[]"), self._own)
        except ValueError:
            return False

    def _host(self, host: str) -> _Host:
        if len(self._hosts) > _FORGET_ABOVE:
            self._forget()
        return self._hosts.setdefault(host, _Host(turns=asyncio.Semaphore(self._per_host), gap=self._gap))

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        self._hosts = {
            name: one for name, one in self._hosts.items() if one.users or one.next_start > now or one.hold_until
        }

    @staticmethod
    async def _wait(state: _Host) -> None:
        loop = asyncio.get_running_loop()
        start = max(loop.time(), state.next_start)
        state.next_start = start + state.gap
        if start > loop.time():
            await asyncio.sleep(start - loop.time())
