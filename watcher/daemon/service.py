"""The daemon: when things run, and how it starts, reloads and stops.

APScheduler is only the ticker (memory store, UTC intervals, nothing persisted there); *what* is due stands in the
database, so a missed tick, a restart or a clock that jumps loses no look.

Stopping never waits for long: whatever is cut off is in the database as it was before, or as "being sent".
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher.config.settings import Config, SourceConfig
from watcher.daemon.clock import Doubt, StepMeter, soon_enough
from watcher.daemon.ending import end_within, leave
from watcher.daemon.heartbeat import Heartbeat
from watcher.daemon.pulse import Pulse
from watcher.daemon.systemd import ServiceManager
from watcher.engine import Engine, engine
from watcher.errors import ConfigError, Problem, StoreError, WatcherError
from watcher.looks import PollReport
from watcher.notify.outbox import WAIT
from watcher.schedule import LONGEST
from watcher.situation import Life
from watcher.store import Store, TransientError

if TYPE_CHECKING:
    from watcher.web.server import StatusPage

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
DRAIN = timedelta(seconds=2)
HOUSEKEEPING = timedelta(hours=1)
FIRST_HOUSEKEEPING = timedelta(minutes=1)
GRACE = timedelta(seconds=2)
"""How long looks and messages under way may take to end; the sender then takes a few seconds of its own."""
LAST_RESORT = timedelta(seconds=9)
"""After this the process ends, whatever still hangs (a name server, a library on a thread)."""
RETRY = timedelta(hours=1)
"""When to look again at a source whose report does not say."""
REMIND = timedelta(seconds=30)
FIRST_BEAT = timedelta(seconds=10)
CLOCK_STEP = timedelta(seconds=30)
"""Wall and monotonic time may drift apart by this much between two ticks before we call it a step."""


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
        self._clock = StepMeter(wall=now())
        self._doubt = Doubt(latest=store.latest_look())
        self._doubted = False
        self._stop = asyncio.Event()
        self._polls: dict[str, asyncio.Task[PollReport]] = {}
        self._draining: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._next: dict[str, datetime] = {}
        self._sources: dict[str, SourceConfig] = {}
        self._engine: Engine
        self._heartbeat: Heartbeat
        self._page: StatusPage | None = None
        self._begun = now()
        self._engine_stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reloading = asyncio.Lock()
        self._deadline = threading.Timer(0, lambda: None)
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})

    async def run(self) -> None:
        """Run until told to stop; raise StoreError where the database cannot go on."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self._reload_config()))
        try:
            await self._take(self._config)
            self._clock_is_right()
            self._schedule()
            self._spawn(self._catch_up())
            self._spawn(self._say_begun())
            self._manager.ready(self._summary())
            log.info("ready titles=%d sources=%d channels=%d", *self._sizes())
            await self._stop.wait()
            await self._wind_down()
        finally:
            await self._engine_stack.aclose()
            if self._page is not None:
                await asyncio.to_thread(self._page.close)
            self._deadline.cancel()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop gently; told twice, at once. That is safe: a kill is, too."""
        if self._stop.is_set():
            log.warning("stopping at once")
            leave(1 if self._failure else 0)
        self._stop.set()

    async def _take(self, config: Config) -> None:
        """Put the machine together for *config* and put it in place of the one before."""
        stack = AsyncExitStack()
        fresh = await stack.enter_async_context(engine(config, self._store, now=self._now))
        self._heartbeat = await stack.enter_async_context(Heartbeat(config, now=self._now))
        before, self._engine_stack = self._engine_stack, stack
        self._config, self._engine = config, fresh
        self._sources = {source.id: source for source in config.sources}
        self._next = self._first_looks(config)
        await self._settle(GRACE)
        await before.aclose()
        await self._show()

    async def _show(self) -> None:
        """Put the status page that the configuration wants in place of the one before; it has a thread of its own."""
        before, self._page = self._page, None
        if before is not None:
            await asyncio.to_thread(before.close)
        if self._config.web is not None:
            self._page = await asyncio.to_thread(self._page_of, self._config)
            self._page.start()

    def _page_of(self, config: Config) -> StatusPage:
        from watcher.web.server import StatusPage  # noqa: PLC0415 - not loaded where nobody wants it

        return StatusPage(config, life=self._life, now=self._now)

    def _life(self) -> Life:
        """Say how we are; asked by the status page, from its thread."""
        scheduler, sender = self._pulse.stillness()
        waits = "the clock is not believed yet" if self._doubted else ""
        return Life(scheduler=scheduler, sender=sender, begun=self._begun, waits=waits)

    async def _catch_up(self) -> None:
        """Read for titles that are new what was seen before; again later, where the database is busy."""
        try:
            await self._engine.poller.catch_up()
        except TransientError as error:
            log.warning("catching up later error=%s", error)
            later = datetime.now(UTC) + FIRST_HOUSEKEEPING
            self._scheduler.add_job(self._catch_up, "date", run_date=later, id="catch up", replace_existing=True)
        except StoreError as error:
            self._fail(error)

    def _first_looks(self, config: Config) -> dict[str, datetime]:
        """Read from the store when each source is next; a new one comes soon, spread so that not all come at once."""
        planned = {state.source_id: state.next_look for state in self._store.all_source_states()}
        now, spread = self._now(), min(60.0, 0.2 * len(config.sources))
        return {
            source.id: soon_enough(due, now, longest=max(LONGEST, 2 * (source.every or LONGEST)))
            if (due := planned.get(source.id)) is not None
            else now + timedelta(seconds=random.uniform(0, spread))
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
        add(self._tick, "interval", seconds=TICK.total_seconds(), id="tick", next_run_time=datetime.now(UTC))
        add(self._drain_tick, "interval", seconds=DRAIN.total_seconds(), id="drain", next_run_time=datetime.now(UTC))
        first = datetime.now(UTC) + FIRST_HOUSEKEEPING
        add(self._housekeep, "interval", seconds=HOUSEKEEPING.total_seconds(), id="housekeep", next_run_time=first)
        if self._manager.watchdog is not None:
            add(self._feed, "interval", seconds=self._manager.watchdog.total_seconds() / 3, id="watchdog")
        add(self._remind, "interval", seconds=REMIND.total_seconds(), id="remind", next_run_time=datetime.now(UTC))
        self._schedule_heartbeat()
        self._scheduler.start()
        # The scheduler's own timer follows the wall clock; this one does not.
        self._guard = self._spawn(self._watch_clock())

    def _schedule_heartbeat(self) -> None:
        """Beat as often as the configuration says, from now on."""
        seconds, first = self._config.heartbeat_every.total_seconds(), datetime.now(UTC) + FIRST_BEAT
        self._scheduler.add_job(
            self._beat, "interval", seconds=seconds, id="heartbeat", next_run_time=first, replace_existing=True
        )

    async def _watch_clock(self) -> None:
        """Wake the scheduler after the wall clock was set, by a monotonic timer."""
        while True:
            await asyncio.sleep(5)
            step = self._clock.step(self._now())
            if abs(step) >= CLOCK_STEP:
                await self._clock_stepped(step)

    async def _clock_stepped(self, step: timedelta) -> None:
        log.warning("clock stepped by=%s", step)
        if step < timedelta(0):
            self._next = {id_: due + step for id_, due in self._next.items()}
            try:
                await asyncio.to_thread(self._store.clock_was_set_back, self._now())
            except TransientError as error:
                log.warning("waiting messages keep their time error=%s", error)
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        self._scheduler.wakeup()

    def _clock_is_right(self) -> bool:
        """Say whether looks may begin; what is found under a wrong date would be judged wrongly."""
        reason = self._doubt.reason(self._now())
        if bool(reason) != self._doubted:
            self._doubted = bool(reason)
            log.warning("waiting for the clock: %s", reason) if reason else log.warning("the clock is believed")
            self._manager.status(f"waiting for the clock: {reason}" if reason else self._summary())
        return not reason

    # -- looking ----------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        if not self._stop.is_set() and self._clock_is_right():
            self._begin_looks()
        self._pulse.ticked()

    def _begin_looks(self) -> None:
        free = self._config.limits.concurrency - len(self._polls)
        for source in self._due()[:free] if free > 0 else ():
            task = asyncio.get_running_loop().create_task(self._engine.poller.poll(source), name=f"poll {source.id}")
            self._polls[source.id] = task
            task.add_done_callback(partial(self._polled, source))

    def _due(self) -> list[SourceConfig]:
        """List the sources whose time has come and that are not being looked at, longest waiting first."""
        now, polls = self._now(), self._polls
        # Every second, of perhaps ten thousand: nothing is worked out for those that are not due.
        ready = [id_ for id_, due in self._next.items() if due <= now and id_ not in polls]
        return [self._sources[id_] for id_ in sorted(ready, key=self._next.__getitem__)]

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
        self._next |= {id_: min(at, self._next[id_]) for id_, at in report.sooner.items() if id_ in self._next}
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
        if self._doubted:
            self._pulse.drained()  # nothing is sent under a wrong date; the sender is not stuck
        else:
            self._start_drain()

    def _start_drain(self) -> None:
        if self._draining is None or self._draining.done():
            self._draining = self._spawn(self._drain())

    async def _drain(self) -> None:
        try:
            report = await self._engine.sender.drain(self._now(), wait=self._patience())
        except StoreError as error:
            self._fail(error)
            return
        self._pulse.drained()
        if report.sent or report.failed:
            log.info("drained sent=%d failed=%d waiting=%d", report.sent, report.failed, report.waiting)

    async def _remind(self) -> None:
        if self._doubted or self._stop.is_set():
            return
        try:
            if found := await self._engine.remind(self._now()):
                log.info("reminders count=%d", found)
                self._start_drain()
        except TransientError as error:
            log.warning("reminders postponed error=%s", error)
        except StoreError as error:
            self._fail(error)

    def _patience(self) -> timedelta:
        """How long a drain waits for slow channels, which go on by themselves: the watchdog must see drains end."""
        return WAIT if self._manager.watchdog is None else min(WAIT, self._manager.watchdog / 4)

    # -- keeping house ----------------------------------------------------------------------------------

    async def _housekeep(self) -> None:
        try:
            await asyncio.to_thread(self._store.prune, self._now())
        except TransientError as error:
            log.warning("housekeeping postponed error=%s", error)
        except StoreError as error:
            self._fail(error)

    async def _feed(self) -> None:
        """Feed the watchdog only after scheduler and sender moved and the database answered."""
        if not self._pulse.moved():
            return
        try:
            await asyncio.to_thread(self._store.ping)
        except TransientError as error:
            log.warning("the database does not answer error=%s", error)
            return
        except StoreError as error:
            self._fail(error)
            return
        self._manager.alive()

    async def _say_begun(self) -> None:
        await self._heartbeat.begun()

    async def _beat(self) -> None:
        """Tell the outside checker that all is well, after scheduler and sender moved and the database answered."""
        if self._config.heartbeat is None or not self._pulse.moved_since_told():
            return
        try:
            states = await asyncio.to_thread(self._store.channel_states)
        except StoreError as error:
            log.warning("no heartbeat error=%s", error)
            return
        broken = [states[one.id].broken_since for one in self._config.channels if one.id in states]
        if broken and len(broken) == len(self._config.channels) and all(broken):
            await self._heartbeat.failed("no channel works: nothing can be told")
        else:
            await self._heartbeat.well(self._summary())

    async def _reload_config(self) -> None:
        """Take the new configuration, or keep the old one loudly when the new one cannot be used."""
        async with self._reloading:
            self._manager.reloading()
            try:
                config = await asyncio.to_thread(self._reload)
                self._refuse_other_database(config)
                await self._take(config)
            except (ConfigError, TransientError) as error:
                self._keep(error)
            except StoreError as error:
                self._fail(error)
            else:
                self._schedule_heartbeat()
                self._manager.ready(self._summary())
                log.info("reloaded titles=%d sources=%d channels=%d", *self._sizes())
                await self._catch_up()

    def _refuse_other_database(self, config: Config) -> None:
        if config.database != self._config.database:
            message = f"the state folder cannot change while running: it is {self._config.state}"
            problem = Problem(file=str(config.path), path="watcher.state", message=message, hint="restart the service")
            raise ConfigError([problem])

    def _keep(self, error: WatcherError) -> None:
        problems = error.problems if isinstance(error, ConfigError) else [error]
        for problem in problems:
            log.error("reload failed problem=%s", problem)
        self._manager.ready(f"RELOAD FAILED, old configuration kept: {problems[0]}")

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
        self._deadline = end_within(LAST_RESORT, code=1 if self._failure else 0)
        self._scheduler.shutdown(wait=False)
        self._guard.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._guard
        await self._settle(GRACE)
        if self._failure is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GRACE.total_seconds()):
                    await self._heartbeat.failed(f"stopping: {type(self._failure).__name__}")
