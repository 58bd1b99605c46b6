"""Drain the outbox: what was written down is sent until it has arrived.

A delivery is claimed, sent, marked; a crash in between repeats one message, labelled, and loses none. Channels are
drained side by side, each in its own order, at its own pace. Leaves *when* to the daemon or the command, what is
told to whom to `route`, and the words to `render`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, ParamSpec, Self, TypeVar

from watcher.config.settings import ChannelConfig, Config
from watcher.errors import DeliveryError
from watcher.failpoint import reach
from watcher.memory import Delivery, DeliveryState
from watcher.model import Event, Notice
from watcher.notify import outage
from watcher.notify.batches import FOLDED, Batch, plan, write
from watcher.notify.channels import Channel, RefusedError, open_channel
from watcher.notify.lanes import Lane, Load, Sent
from watcher.notify.message import Message
from watcher.notify.ports import OutboxStore
from watcher.notify.render import Circumstances
from watcher.notify.slots import quiet_until
from watcher.store.errors import TransientError
from watcher.store.values import ChannelState

__all__ = ["DrainReport", "Sender", "Sent"]

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Opener = Callable[[ChannelConfig], Channel]

WAIT: Final = timedelta(seconds=15)
"""How long a drain waits for slow channels; the watchdog wants to see drains end."""
GRACE: Final = timedelta(seconds=5)
ROUNDS: Final = 2_000
"""Messages that one channel may send in one drain, so that a drain ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainReport:
    """What one drain did."""

    deliveries: tuple[Sent, ...] = ()
    waiting: int = 0
    """Deliveries still waiting, due or not."""
    elsewhere: bool = False
    """Another process sends; nothing was done here."""

    @property
    def sent(self) -> int:
        """Messages that arrived."""
        return sum(one.state == "sent" for one in self.deliveries)

    @property
    def failed(self) -> int:
        """Messages that did not."""
        return len(self.deliveries) - self.sent


class Sender:
    """Sends what is due. One per process and configuration; an async context manager."""

    def __init__(
        self,
        *,
        config: Config,
        store: OutboxStore,
        now: Callable[[], datetime],
        open_: Opener | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        self._store = store
        self._jitter = jitter
        self._open: Opener = open_ or (lambda channel: open_channel(channel, config=config, now=now))
        self._titles = {title.id: title for title in config.titles}
        self._lanes: dict[str, Lane] = {}
        self._busy: dict[str, asyncio.Task[list[Sent]]] = {}
        """Channels that are being drained; a slow one goes on while others are drained again."""
        self._unusable: set[str] = set()
        self._mine = ExitStack()
        self._locked = False
        self._owed: list[Callable[[], object]] = []
        """What the store could not write down yet; it must before anything else is sent."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give what is being sent a moment; what is still open then is sent again, labelled, by the next sender."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=GRACE.total_seconds())
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)
        self._busy.clear()
        self._mine.close()
        self._locked = False

    async def drain(self, now: datetime, *, wait: timedelta = WAIT) -> DrainReport:
        """Send what is due on every channel; a message that fails is rescheduled, never lost.

        Returns when every channel is done, or after *wait*: a slow channel then goes on by itself, and its results
        are in a later report. Raises `StoreError` where the database is unusable for good.
        """
        try:
            if not await self._take_turn(now):
                return DrainReport(elsewhere=True, waiting=await self._waiting())
            await self._pay()
        except TransientError as error:
            log.warning("drain postponed error=%s", error)
            return DrainReport()
        for channel in self._config.channels:
            if channel.id not in self._busy:
                self._busy[channel.id] = asyncio.create_task(self._drain_channel(channel, now))
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=wait.total_seconds())
        return DrainReport(deliveries=tuple(self._finished()), waiting=await self._waiting())

    def _finished(self) -> list[Sent]:
        done = [id_ for id_, task in self._busy.items() if task.done()]
        return [one for id_ in done for one in self._busy.pop(id_).result()]

    # -- whose turn it is ----------------------------------------------------------------------------

    async def _take_turn(self, now: datetime) -> bool:
        """Become the process that sends; stay it until the end."""
        if self._locked:
            return True
        lock: AbstractContextManager[bool] = self._store.drain_lock()
        self._locked = self._mine.enter_context(lock)
        if not self._locked:
            self._mine.close()
            return False
        if repeats := await _aside(self._store.recover, now):
            log.warning("interrupted while sending deliveries=%d", repeats)
        known = [channel.id for channel in self._config.channels]
        await _aside(self._store.drop_channels_except, known)
        return True

    async def _pay(self) -> None:
        """Write down what could not be written when it happened."""
        while self._owed:
            await _aside(self._owed[0])
            del self._owed[0]

    async def _surely(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Ask the store for what must happen, now or as soon as it can."""
        try:
            await _aside(work, *args, **kwargs)
        except TransientError:
            self._owed.append(partial(work, *args, **kwargs))
            raise

    async def _waiting(self) -> int:
        try:
            return await _aside(self._store.count_waiting)
        except TransientError:
            return 0

    # -- one channel ---------------------------------------------------------------------------------

    async def _drain_channel(self, channel: ChannelConfig, now: datetime) -> list[Sent]:
        if quiet_until(channel.quiet, now, self._config.timezone) is not None:
            return []
        try:
            lane = self._lane(channel, now)
            lane.bucket = lane.bucket.filled(now)
            lane.outcomes = []
            for _ in range(ROUNDS):
                if not lane.bucket.ready or not await self._send_next(lane, now):
                    break
        except DeliveryError as error:
            return self._unusable_once(channel, error)
        except TransientError as error:
            log.warning("drain postponed channel=%s error=%s", channel.id, error)
        return lane.outcomes

    def _unusable_once(self, channel: ChannelConfig, error: DeliveryError) -> list[Sent]:
        """Say once that a channel's address makes no sense; what waits for it goes on waiting."""
        if channel.id in self._unusable:
            return []
        self._unusable.add(channel.id)
        log.error("channel unusable channel=%s error=%s", channel.id, error)
        return [Sent(channel=channel.id, refs=(), state="retry", error=str(error))]

    def _lane(self, channel: ChannelConfig, now: datetime) -> Lane:
        if channel.id not in self._lanes:
            opened = self._open(channel)
            self._lanes[channel.id] = Lane.begin(channel, opened, now)
        return self._lanes[channel.id]

    async def _send_next(self, lane: Lane, now: datetime) -> bool:
        """Send the next message of a channel; say whether there may be another one now."""
        batch = await _aside(self._plan, lane, now)
        if batch is None:
            return False
        claimed = await _aside(self._store.claim, now, lane.config.id, limit=batch.size)
        if not claimed:
            return False  # the channel rests
        ids = [delivery.id or 0 for delivery in claimed]
        try:
            items = await _aside(self._items, claimed)
        except TransientError:
            self._owed.append(partial(self._store.release, ids))
            raise
        if not items:
            return True
        load = Load(kind=batch.kind, deliveries=claimed, items=items)
        until = lane.fuse.held_until(load.title_id, now)
        if until is not None:
            lane.held.update(ids)
            await self._surely(self._collect, load, until)
            return True
        way = Circumstances(timezone=self._config.timezone, repeat=load.repeat, now=load.lateness(now))
        return await self._attempt(lane, load, lambda: write(load.kind, items, titles=self._titles, way=way), now)

    def _collect(self, load: Load, until: datetime) -> None:
        for id_ in load.ids:
            self._store.reschedule(id_, due=until, error="collected: too many about one title within an hour")

    def _plan(self, lane: Lane, now: datetime) -> Batch | None:
        few = lane.channel.pace.fold + 50
        waiting = self._store.deliveries(DeliveryState.NEW, channel_id=lane.config.id, limit=few)
        if len(waiting) == few:  # a flood, perhaps
            waiting = self._store.deliveries(DeliveryState.NEW, channel_id=lane.config.id, limit=2 * FOLDED)
        return plan(waiting, now=now, aside=lane.aside, pace=lane.channel.pace, look_up=self._store.item)

    def _items(self, claimed: Sequence[Delivery]) -> list[Event | Notice]:
        """Look up what deliveries carry; one that carries nothing any more is given up."""
        found = self._store.items(delivery.ref for delivery in claimed)
        for delivery in claimed:
            if delivery.ref not in found:
                self._store.bury(delivery.id or 0, "what it was to tell is gone")
        return [found[delivery.ref] for delivery in claimed if delivery.ref in found]

    async def _attempt(self, lane: Lane, load: Load, make: Callable[[], Message], now: datetime) -> bool:
        lane.bucket = lane.bucket.taken()
        reach("send.before")
        try:
            message = make()
            await lane.channel.send(message)
        except DeliveryError as error:
            await self._failed(lane, load, error, now)
        except Exception as error:  # the boundary around a delivery: a bug must cost one message, not the daemon
            log.exception("delivery failed channel=%s", lane.config.id)
            await self._failed(
                lane, load, RefusedError(f"internal error: {type(error).__name__}", channel=lane.config.id), now
            )
        else:
            reach("send.after")
            lane.note_outcome(load, "sent", subject=message.subject)
            await self._arrived(lane, load, now)
            return True
        return True  # others may still go; a channel that rests gives nothing out

    # -- what follows --------------------------------------------------------------------------------

    async def _arrived(self, lane: Lane, load: Load, now: datetime) -> None:
        lane.note_arrival(load, now)
        await self._surely(self._store.mark_sent, load.ids, now)
        state = await _aside(self._store.channel, lane.config.id)
        if state.broken_since is not None:
            await _aside(self._tell_recovered, lane, state, now)

    def _tell_recovered(self, lane: Lane, state: ChannelState, now: datetime) -> None:
        notice = outage.recovered_notice(lane.config, now)
        told = outage.notice_deliveries(notice, lane.config, config=self._config, now=now)
        self._store.tell(notices=(notice,), deliveries=told, channel=replace(state, broken_since=None))
        log.info("channel works again channel=%s", lane.config.id)

    async def _failed(self, lane: Lane, load: Load, error: DeliveryError, now: datetime) -> None:
        first = load.ids[0]
        if isinstance(error, RefusedError):
            lane.note_refusal(first)
        failure = outage.Failure(
            error=error,
            state=await _aside(self._store.channel, lane.config.id),
            keyed=lane.channel.keyed,
            refusals=lane.refusals.get(first, 0),
            passed=first in lane.passed,
            now=now,
            jitter=self._jitter(),
        )
        rulings = [outage.judge_delivery(delivery, failure) for delivery in load.deliveries]
        await self._surely(self._settle, lane, failure, rulings)
        dead = any(ruling.fate is outage.Fate.DEAD for ruling in rulings)
        lane.note_outcome(load, "dead" if dead else "retry", error=rulings[0].error)
        log.warning("delivery failed channel=%s refs=%d error=%s", lane.config.id, len(rulings), error)

    def _settle(self, lane: Lane, failure: outage.Failure, rulings: Sequence[outage.Ruling]) -> None:
        for ruling in rulings:
            id_ = ruling.delivery.id or 0
            if ruling.fate is outage.Fate.DEAD:
                self._store.bury(id_, ruling.error)
                lane.refusals.pop(id_, None)
            else:
                uncertain = failure.error.uncertain
                self._store.reschedule(id_, due=ruling.due, error=ruling.error, uncertain=uncertain)
        state = outage.judge_channel(failure)
        if state.broken_since is None or failure.state.broken_since is not None:
            self._store.tell(channel=state)
            return
        log.error("channel broken channel=%s error=%s", lane.config.id, failure.error)
        notice = outage.broken_notice(lane.config, str(failure.error), failure.now)
        told = outage.notice_deliveries(notice, lane.config, config=self._config, now=failure.now)
        self._store.tell(notices=(notice,), deliveries=told, channel=state)


async def _aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the store on another thread: a transaction waits for the disk, the event loop must not."""
    return await asyncio.to_thread(work, *args, **kwargs)
