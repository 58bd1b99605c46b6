"""Whatever fails, in whatever order: every recorded event arrives, and no repeat is without its label.

A state machine drives the real store and the real sender; the channel is a small class that does as it is told.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.news import NOW, channel, config, event, put
from watcher.config.settings import ChannelConfig
from watcher.errors import DeliveryError
from watcher.memory import DeliveryState
from watcher.notify.channels import RefusedError
from watcher.notify.message import Message
from watcher.notify.outbox import Sender
from watcher.notify.timing import Pace
from watcher.store import Store

T = TypeVar("T")
MOODS = (
    "fine",
    "down",
    "later",
    "refuses",
    "broken",
    "takes and hangs up",
    "hangs up",
    "dies sending",
    "dies sent",
    "bug",
)


class PowerCutError(BaseException):
    """The process ends here."""


class MoodyChannel:
    """Behaves as its mood says and remembers what it took."""

    pace = Pace(burst=1000, per_minute=60_000, fold=6)

    def __init__(self, *, keyed: bool) -> None:
        self.keyed = keyed
        self.mood = "fine"
        self.taken: list[Message] = []

    async def send(self, message: Message) -> None:
        match self.mood:
            case "fine":
                self.taken.append(message)
            case "down":
                raise DeliveryError("down", channel="c")
            case "later":
                raise DeliveryError("later", channel="c", retry_after=timedelta(minutes=3))
            case "refuses":
                raise RefusedError("HTTP 500", channel="c")
            case "broken":
                raise DeliveryError("HTTP 401", channel="c", permanent=True)
            case "takes and hangs up":
                self.taken.append(message)
                raise DeliveryError("hung up", channel="c", uncertain=True)
            case "hangs up":
                raise DeliveryError("hung up", channel="c", uncertain=True)
            case "dies sending":
                raise PowerCutError
            case "dies sent":
                self.taken.append(message)
                raise PowerCutError
            case "bug":
                raise ZeroDivisionError


class OutboxMachine(RuleBasedStateMachine):
    """The outbox under any sequence of failures."""

    @initialize(keyed=st.booleans())
    def begin(self, keyed: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.now = NOW
        self.numbers = itertools.count()
        self.channel = MoodyChannel(keyed=keyed)
        self.config = config(channel("c", "console:", health=False))
        self.promised: list[str] = []
        self.loop = asyncio.new_event_loop()
        self.start()

    def start(self) -> None:
        self.store = Store.open(Path(self.folder.name) / "watcher.db", now=self.now)
        self.sender = Sender(
            config=self.config, store=self.store, now=lambda: self.now, open_=self.open, jitter=lambda: 0.0
        )

    def open(self, _: ChannelConfig) -> MoodyChannel:
        return self.channel

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(count=st.integers(1, 9))
    def news(self, count: int) -> None:
        refs = [f"r{next(self.numbers):05}" for _ in range(count)]
        put(self.store, self.config, *(event(ref) for ref in refs), now=self.now)
        self.promised += refs

    @rule(minutes=st.sampled_from([1, 5, 61]), mood=st.sampled_from(MOODS))
    def drain(self, minutes: int, mood: str) -> None:
        self.channel.mood = mood
        self.now += timedelta(minutes=minutes)
        try:
            self.wait_for(self.sender.drain(self.now))
        except PowerCutError:
            self.restart()

    @rule()
    def restart(self) -> None:
        self.sender._mine.close()  # the kernel lets go of the lock
        self.store.close()
        self.start()

    @invariant()
    def no_repeat_is_without_its_label(self) -> None:
        seen: set[str] = set()
        for message in self.channel.taken:
            assert message.repeat or not seen & set(message.refs)
            seen |= set(message.refs)

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            self.settle()
        finally:
            self.wait_for(self.sender.__aexit__())
            self.store.close()
            self.loop.close()
            self.folder.cleanup()

    def settle(self) -> None:
        """In the end everything works again, and then everything has arrived."""
        self.channel.mood = "fine"
        for _ in range(30):
            self.now += timedelta(minutes=70)
            if self.wait_for(self.sender.drain(self.now)).waiting == 0:
                break
        self.no_repeat_is_without_its_label()
        arrived = {ref for message in self.channel.taken for ref in message.refs}
        dead = {one.ref for one in self.store.deliveries(DeliveryState.DEAD)}
        assert self.store.deliveries(DeliveryState.NEW, DeliveryState.SENDING) == ()
        assert set(self.promised) <= arrived | dead
        for ref in dead - arrived:  # given up only where it may have arrived, never in silence
            assert not self.channel.keyed, ref


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
