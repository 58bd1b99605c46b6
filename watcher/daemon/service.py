"""The daemon: when things run, and how it starts, reloads and stops.

APScheduler is only the ticker (memory store, UTC intervals, nothing persisted there); *what* is due stands in the
database, so a missed tick, a restart or a clock that jumps loses no look.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher.config.settings import Config, SourceConfig
from watcher.daemon.systemd import ServiceManager
from watcher.desk import PollReport
from watcher.engine import Engine, engine
from watcher.errors import ConfigError, StoreError
from watcher.store import Store

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
DRAIN = timedelta(seconds=2)
HOUSEKEEPING = timedelta(hours=1)
GRACE = timedelta(seconds=10)
RETRY = timedelta(hours=1)
"""When to look again at a source whose report does not say."""
FOREVER = datetime.max.replace(tzinfo=UTC)
CLOCK_STEP = timedelta(seconds=30)
"""Wall and monotonic time may drift apart by this much between two ticks before we call it a step."""


@dataclass(slots=True)
class Pulse:
    """Proof of life: what has moved since the watchdog was last fed."""

    ticks: int = 0
    drains: int = 0
    fed: tuple[int, int] = (-1, -1)

    def moved(self) -> bool:
        """Say whether scheduler and sender both moved since the last time this said yes."""
        if self.ticks == self.fed[0] or self.drains == self.fed[1]:
            return False
        self.fed = (self.ticks, self.drains)
        return True


@dataclass(slots=True)
class _Clock:
    """Notices when the wall clock is set: the scheduler sleeps by it and would stall as long as the step."""

    wall: datetime
    monotonic: float = field(default_factory=time.monotonic)

    def step(self, now: datetime) -> timedelta:
        """Return how far the wall clock moved beyond the time that really passed."""
        passed = time.monotonic() - self.monotonic
        step = now - self.wall - timedelta(seconds=passed)
        self.wall, self.monotonic = now, time.monotonic()
        return step


class Daemon:
    """Polls what is due and delivers what is waiting, until told to stop."""

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        reload: Callable[[], Config],
        manager: ServiceManager | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._config = config
        self._store = store
        self._reload = reload
        self._manager = manager or ServiceManager()
        self._now = now
        self._pulse = Pulse()
        self._clock = _Clock(wall=now())
        self._stop = asyncio.Event()
        self._polls: dict[str, asyncio.Task[PollReport]] = {}
        self._draining: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._next: dict[str, datetime] = {}
        self._engine: Engine
        self._engine_stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; raise StoreError where the database cannot go on."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self._reload_config()))
        try:
            await self._take(self._config)
            self._schedule()
            self._manager.ready(self._summary())
            log.info("ready titles=%d sources=%d channels=%d", *self._sizes())
            await self._stop.wait()
            await self._wind_down()
        finally:
            await self._engine_stack.aclose()
        if self._failure is not None:
            raise self._failure

    async def _take(self, config: Config) -> None:
        """Put the machine together for *config* and put it in place of the one before."""
        stack = AsyncExitStack()
        fresh = await stack.enter_async_context(engine(config, self._store, now=self._now))
        before, self._engine_stack = self._engine_stack, stack
        self._config, self._engine = config, fresh
        self._next = self._first_looks(config)
        await self._settle(GRACE)
        await before.aclose()
        await fresh.poller.catch_up()

    def _first_looks(self, config: Config) -> dict[str, datetime]:
        """Read from the store when each source is next; a new one comes soon, spread so that not all come at once."""
        states = {state.source_id: state for state in self._store.all_source_states()}
        now, spread = self._now(), min(60.0, 0.2 * len(config.sources))
        return {
            source.id: (states[source.id].next_look if source.id in states else None)
            or now + timedelta(seconds=random.uniform(0, spread))
            for source in config.sources
            if source.enabled
        }

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run *work* in the background, holding on to it as long as it lives."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _sizes(self) -> tuple[int, int, int]:
        return len(self._config.titles), len(self._config.sources), len(self._config.channels)

    def _summary(self) -> str:
        titles, sources, channels = self._sizes()
        return f"watching {titles} titles at {sources} sources, {channels} channels"

    def _schedule(self) -> None:
        add = self._scheduler.add_job
        add(self._tick, "interval", seconds=TICK.total_seconds(), id="tick", next_run_time=self._now())
        add(self._drain_tick, "interval", seconds=DRAIN.total_seconds(), id="drain", next_run_time=self._now())
        add(self._housekeep, "interval", seconds=HOUSEKEEPING.total_seconds(), id="housekeep")
        if self._manager.watchdog is not None:
            add(self._feed, "interval", seconds=self._manager.watchdog.total_seconds() / 3, id="watchdog")
        self._scheduler.start()
        # The scheduler's own timer follows the wall clock; this one does not.
        self._guard = self._spawn(self._watch_clock())

    async def _watch_clock(self) -> None:
        """Wake the scheduler after the wall clock was set, by a monotonic timer."""
        while True:
            await asyncio.sleep(5)
            step = self._clock.step(self._now())
            if abs(step) < CLOCK_STEP:
                continue
            log.warning("clock stepped by=%s", step)
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
            if step < timedelta(0):
                self._next = {id_: due + step for id_, due in self._next.items()}
            self._scheduler.wakeup()

    # -- looking ----------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        self._pulse.ticks += 1
        if self._stop.is_set():
            return
        free = self._config.limits.concurrency - len(self._polls)
        for source in self._due()[: max(free, 0)]:
            task = asyncio.get_running_loop().create_task(self._engine.poller.poll(source), name=f"poll {source.id}")
            self._polls[source.id] = task
            task.add_done_callback(partial(self._polled, source))

    def _due(self) -> list[SourceConfig]:
        """List the sources whose time has come and that are not being looked at, longest waiting first."""
        now = self._now()
        ready = [s for s in self._config.sources if s.id not in self._polls and self._next.get(s.id, FOREVER) <= now]
        return sorted(ready, key=lambda source: self._next[source.id])

    def _polled(self, source: SourceConfig, task: asyncio.Task[PollReport]) -> None:
        self._polls.pop(source.id, None)
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            self._fail(error)
            return
        report = task.result()
        if source.id in self._next:
            self._next[source.id] = report.next_look or self._now() + RETRY
        if report.deliveries:
            self._start_drain()
        log.info(
            "polled source=%s status=%s http=%s new=%d events=%d",
            *(source.id, report.status, report.http, len(report.new), len(report.events)),
        )

    def _fail(self, error: BaseException) -> None:
        """Stop because the database cannot go on; the service manager restarts us."""
        log.error("stopping error=%s", error)
        self._failure = self._failure or error
        self._manager.status(f"stopping: {error}")
        self._stop.set()

    # -- telling ----------------------------------------------------------------------------------------

    async def _drain_tick(self) -> None:
        self._start_drain()

    def _start_drain(self) -> None:
        if self._draining is None or self._draining.done():
            self._draining = self._spawn(self._drain())

    async def _drain(self) -> None:
        try:
            report = await self._engine.drain(self._now())
        except StoreError as error:
            self._fail(error)
            return
        self._pulse.drains += 1
        if report.sent or report.failed:
            log.info("drained sent=%d failed=%d waiting=%d", report.sent, report.failed, report.waiting)

    # -- keeping house ----------------------------------------------------------------------------------

    async def _housekeep(self) -> None:
        try:
            await asyncio.to_thread(self._store.prune, self._now())
        except StoreError as error:
            self._fail(error)

    async def _feed(self) -> None:
        """Feed the watchdog only after scheduler and sender moved and the database answered."""
        if not self._pulse.moved():
            return
        try:
            await asyncio.to_thread(self._store.ping)
        except StoreError as error:
            self._fail(error)
            return
        self._manager.alive()

    async def _reload_config(self) -> None:
        """Take the new configuration, or keep the old one loudly when the new one is broken."""
        self._manager.reloading()
        try:
            config = await asyncio.to_thread(self._reload)
        except ConfigError as error:
            for problem in error.problems:
                log.error("reload failed problem=%s", problem)
            self._manager.ready(f"RELOAD FAILED, old configuration kept: {error.problems[0]}")
            return
        await self._take(config)
        self._manager.ready(self._summary())
        log.info("reloaded titles=%d sources=%d channels=%d", *self._sizes())

    async def _settle(self, patience: timedelta) -> None:
        """Wait for what is in flight; cancel what is still open after *patience*."""
        tasks: set[asyncio.Task[object]] = {*self._polls.values()}
        if self._draining is not None:
            tasks.add(self._draining)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=patience.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _wind_down(self) -> None:
        self._manager.stopping()
        log.info("stopping polls=%d", len(self._polls))
        self._scheduler.shutdown(wait=False)
        self._guard.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._guard
        await self._settle(GRACE)
