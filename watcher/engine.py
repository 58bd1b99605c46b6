"""The machine put together: configuration in, looks at sources and deliveries out.

`watcher check`, `watcher run` and the demo differ only in *when* they call this.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.config.settings import Config, SourceConfig
from watcher.fetch.client import Fetcher
from watcher.fetch.network import Resolver
from watcher.looks import PollReport
from watcher.notify.outbox import DrainReport, Sender
from watcher.poll import Poller
from watcher.reminders import remind
from watcher.sources.pool import Parser, ParserPool
from watcher.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One configuration's poller and sender over one store."""

    config: Config
    store: Store
    poller: Poller
    sender: Sender

    async def check(
        self,
        sources: Iterable[SourceConfig],
        *,
        done: Callable[[PollReport], None] = lambda _: None,
        listed: bool = True,
    ) -> list[PollReport]:
        """Look at every one of *sources* now, as many at once as the limits allow; *done* hears of each.

        The reports that are returned list what was new, without its texts; or only count it, if it is not to be
        *listed*: that of all sources at once would fill the memory.
        """
        await self.poller.catch_up()
        waiting = iter(enumerate(sources))
        reports: dict[int, PollReport] = {}

        async def look() -> None:
            for number, source in waiting:
                report = await self.poller.poll(source)
                done(report)
                reports[number] = without_texts(report if listed else replace(report, new=()))

        await asyncio.gather(*(look() for _ in range(self.config.limits.concurrency)))
        return [reports[number] for number in sorted(reports)]

    async def remind(self, now: datetime) -> int:
        """Queue the reminders whose moment has come; tell how many."""
        return await asyncio.to_thread(remind, self.config, self.store, now)

    async def drain(self, now: datetime) -> DrainReport:
        """Send what is due."""
        return await self.sender.drain(now)


def without_texts(report: PollReport) -> PollReport:
    """Let the texts of new entries go, and the notes on their sentences."""
    if not (report.new or report.judged):
        return report
    new = tuple(replace(entry, blocks=()) for entry in report.new)
    judged = tuple(replace(one, reading=replace(one.reading, notes=())) for one in report.judged)
    return replace(report, new=new, judged=judged)


@asynccontextmanager
async def engine(
    config: Config,
    store: Store,
    *,
    now: Callable[[], datetime],
    dry_run: bool = False,
    parser: Parser | None = None,
    resolve: Resolver | None = None,
) -> AsyncIterator[Engine]:
    """Put the machine together for *config*; everything but the store is closed at the end.

    *resolve* looks host names up in place of the system, for a web of one's own.
    """
    async with AsyncExitStack() as stack:
        if parser is None:
            parser = await stack.enter_async_context(ParserPool(limits=config.limits))
        fetcher = await stack.enter_async_context(Fetcher(config=config, now=now, resolve=resolve))
        sender = await stack.enter_async_context(Sender(config=config, store=store, now=now))
        outside = None
        if config.closer and config.allow_networks:  # what feeds link to has no business in the user's own network
            public = replace(config, allow_networks=())
            outside = await stack.enter_async_context(Fetcher(config=public, now=now, resolve=resolve))
        poller = Poller(
            config=config, store=store, fetcher=fetcher, parser=parser, now=now, dry_run=dry_run, outside=outside
        )
        stack.push_async_callback(asyncio.to_thread, poller.close)
        yield Engine(config=config, store=store, poller=poller, sender=sender)
