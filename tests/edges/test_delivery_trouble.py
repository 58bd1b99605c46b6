"""A flood about one title, a store in trouble, a slow channel, a bug: the rest goes on (I21, H4, A2, L1, L12)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.news import DOROHEDORO, NOW, channel, config, event, put
from tests.support.receivers import Hook
from tests.support.web import Answer
from watcher.config.settings import ChannelConfig
from watcher.errors import StoreError
from watcher.memory import DeliveryState
from watcher.notify.fuse import Fuse
from watcher.notify.message import Message
from watcher.notify.outbox import Sender
from watcher.notify.timing import Pace
from watcher.store import Store, TransientError


class FullError(TransientError):
    """The disk is full, says the test."""


class TroubledStore(Store):
    """The real store, which fails as often as it is told."""

    failing: dict[str, int]

    def _maybe(self, name: str) -> None:
        left = getattr(self, "failing", {}).get(name, 0)
        if left:
            self.failing[name] = left - 1
            raise FullError("disk full")

    def mark_sent(self, ids: Iterable[int], now: datetime) -> int:
        self._maybe("mark_sent")
        return super().mark_sent(ids, now)

    def item(self, ref: str) -> Any:
        self._maybe("item")
        return super().item(ref)

    def items(self, refs: Iterable[str]) -> Any:
        self._maybe("items")
        return super().items(refs)

    def reschedule(self, *args: Any, **kwargs: Any) -> bool:
        self._maybe("reschedule")
        return super().reschedule(*args, **kwargs)

    def claim(self, *args: Any, **kwargs: Any) -> Any:
        self._maybe("claim")
        return super().claim(*args, **kwargs)


class Recorder:
    """A channel that takes everything, when it is told."""

    keyed = False

    def __init__(self, *, fold: int = 1000, bug: bool = False) -> None:
        self.pace = Pace(burst=10_000, per_minute=60_000, fold=fold)
        self.taken: list[Message] = []
        self.begun = 0
        self.open: asyncio.Event | None = None
        """Takes nothing before this is set, where there is one."""
        self._bug = bug

    async def send(self, message: Message) -> None:
        self.begun += 1
        if self.open is not None:
            await self.open.wait()
        if self._bug:
            raise KeyError("a bug")
        self.taken.append(message)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TroubledStore]:
    with TroubledStore.open(tmp_path / "watcher.db", now=NOW) as opened:
        opened.failing = {}
        yield opened


def sender(store: Store, **channels: Recorder) -> Sender:
    settings = config(*(channel(name, f"console:{name}", health=False) for name in channels))

    def open_(one: ChannelConfig) -> Recorder:
        return channels[one.id]

    return Sender(config=settings, store=store, now=Clock(NOW), open_=open_, jitter=lambda: 0.0)


def tell(store: Store, *refs: str, names: tuple[str, ...] = ("a",), now: datetime = NOW, **changes: Any) -> None:
    settings = config(*(channel(name, f"console:{name}", health=False) for name in names))
    put(store, settings, *(event(ref, at=now, **changes) for ref in refs), now=now)


def refs(one: Recorder) -> list[str]:
    return [ref for message in one.taken for ref in message.refs]


def test_i21_a_hundred_changes_an_hour_about_one_title_are_collected(store: TroubledStore) -> None:
    channel_ = Recorder(fold=20)
    out = sender(store, a=channel_)

    async def play() -> None:
        for minute in range(0, 120, 2):
            now = NOW + timedelta(minutes=minute)
            tell(store, *(f"a{minute:03}{n}" for n in range(4)), now=now)
            if minute % 20 == 0:
                tell(store, f"b{minute:05}", now=now, title_id=DOROHEDORO.id, season=3)
            await out.drain(now)
        for minute in range(120, 240, 15):
            await out.drain(NOW + timedelta(minutes=minute))

    asyncio.run(play())
    singles = [message for message in channel_.taken if len(message.refs) == 1]
    about_a = [message for message in singles if message.refs[0].startswith("a")]
    about_b = [message for message in singles if message.refs[0].startswith("b")]
    assert len(about_a) <= 3 * 20
    assert len(about_b) >= 5
    assert len(refs(channel_)) == len(set(refs(channel_))) == 60 * 4 + 6
    assert len(channel_.taken) < 100


def test_the_fuse_holds_again_when_the_hour_is_over_or_the_clock_was_set_back() -> None:
    fuse = Fuse(most=3)
    for minute in range(3):
        assert fuse.held_until("t", NOW) is None
        fuse.count("t", NOW + timedelta(minutes=minute))
    assert fuse.held_until("t", NOW + timedelta(minutes=5)) == NOW + timedelta(hours=1)
    assert fuse.held_until("other", NOW) is None
    assert fuse.held_until("t", NOW + timedelta(hours=1)) is None
    fuse.count("t", NOW)
    assert fuse.held_until("t", NOW - timedelta(days=365)) is None


def test_slow_trickles_never_blow_the_fuse() -> None:
    fuse = Fuse(most=3)
    for n in range(20):
        now = NOW + n * timedelta(minutes=31)
        assert fuse.held_until("t", now) is None
        fuse.count("t", now)


@pytest.mark.parametrize("times", [1, 3])
def test_h4_what_arrived_but_could_not_be_marked_is_marked_later_and_not_sent_again(
    store: TroubledStore, times: int
) -> None:
    tell(store, "aaaaaa", "bbbbbb")
    channel_ = Recorder()
    out = sender(store, a=channel_)

    async def play() -> None:
        store.failing = {"mark_sent": times}
        for second in range(8):
            await out.drain(NOW + timedelta(seconds=second))

    asyncio.run(play())
    assert refs(channel_) == ["aaaaaa", "bbbbbb"]
    assert not any(message.repeat for message in channel_.taken)
    assert {one.state for one in store.deliveries()} == {DeliveryState.SENT}


@pytest.mark.parametrize("method", ["item", "items", "claim", "reschedule"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_h3_a_store_call_that_fails_loses_and_repeats_nothing(store: TroubledStore, method: str, nth: int) -> None:
    tell(store, "aaaaaa", "bbbbbb")
    channel_ = Recorder()
    out = sender(store, a=channel_)

    async def play() -> None:
        store.failing = {method: nth}
        for second in range(10):
            await out.drain(NOW + timedelta(seconds=second))

    asyncio.run(play())
    assert refs(channel_) == ["aaaaaa", "bbbbbb"]
    assert {one.state for one in store.deliveries()} == {DeliveryState.SENT}


def test_a_store_that_is_broken_for_good_stops_the_drain(store: TroubledStore) -> None:
    tell(store, "aaaaaa")
    out = sender(store, a=Recorder())

    def gone(*_: object, **__: object) -> None:
        raise StoreError("the database is gone")

    store.claim = gone  # type: ignore[method-assign,assignment]
    with pytest.raises(StoreError, match="gone"):
        asyncio.run(out.drain(NOW))


def test_a2_a_slow_channel_does_not_hold_up_the_others_nor_the_drain(store: TroubledStore) -> None:
    tell(store, "aaaaaa", "bbbbbb", names=("slow", "quick"))
    slow, quick = Recorder(), Recorder()

    async def play() -> None:
        slow.open = asyncio.Event()
        async with sender(store, slow=slow, quick=quick) as out:
            sent = 0
            while sent < 2:  # drains end although one channel does not
                sent += (await out.drain(NOW, wait=timedelta(milliseconds=20))).sent
            assert refs(quick) == ["aaaaaa", "bbbbbb"]
            assert refs(slow) == []
            slow.open.set()
            while sent < 4:
                sent += (await out.drain(NOW, wait=timedelta(milliseconds=20))).sent
            assert refs(slow) == ["aaaaaa", "bbbbbb"]

    asyncio.run(play())


def test_l1_a_send_that_is_open_at_the_end_is_repeated_labelled(store: TroubledStore) -> None:
    tell(store, "aaaaaa")
    hung, later = Recorder(), Recorder()

    async def play() -> None:
        hung.open = asyncio.Event()
        out = sender(store, a=hung)
        while not hung.begun:
            await out.drain(NOW, wait=timedelta(milliseconds=20))
        for task in out._busy.values():
            task.cancel()
        await out.__aexit__()
        async with sender(store, a=later) as again:
            await again.drain(NOW)

    asyncio.run(play())
    assert hung.taken == []
    assert [message.repeat for message in later.taken] == [True]


def test_a_bug_in_a_channel_costs_one_message_not_the_daemon(store: TroubledStore) -> None:
    tell(store, "aaaaaa", names=("buggy", "fine"))
    fine = Recorder()
    report = asyncio.run(sender(store, buggy=Recorder(bug=True), fine=fine).drain(NOW))
    assert refs(fine) == ["aaaaaa"]
    assert [one.error for one in report.deliveries if one.error] == ["internal error: KeyError"]


def test_a_channel_without_a_usable_address_is_reported_once(store: TroubledStore) -> None:
    settings = config(channel("bad", "nonsense://x", health=False))
    put(store, settings, event())
    out = Sender(config=settings, store=store, now=Clock(NOW))
    first = asyncio.run(out.drain(NOW))
    second = asyncio.run(out.drain(NOW + timedelta(minutes=1)))
    assert (first.failed, second.failed) == (1, 0)
    assert [one.state for one in store.deliveries()] == [DeliveryState.NEW]


def test_i17_a_channel_with_a_tight_limit_gets_no_more_than_its_pace(store: TroubledStore) -> None:
    tell(store, *(f"r{n:05}" for n in range(18)))
    channel_ = Recorder()
    channel_.pace = Pace(burst=5, per_minute=6, fold=100)
    out = sender(store, a=channel_)

    async def play() -> None:
        await out.drain(NOW)
        assert len(channel_.taken) == 5
        await out.drain(NOW + timedelta(seconds=20))
        assert len(channel_.taken) == 7
        for minute in range(1, 5):
            await out.drain(NOW + timedelta(minutes=minute))

    asyncio.run(play())
    assert refs(channel_) == [f"r{n:05}" for n in range(18)]


def test_l12_two_hundred_posts_leave_no_descriptor_and_no_thread(store: TroubledStore) -> None:
    def counts() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    with Hook() as hook:
        settings = config(channel("hook", hook.url, health=False))

        async def play() -> tuple[tuple[int, int], tuple[int, int]]:
            async with Sender(config=settings, store=store, now=Clock(NOW)) as out:
                measured = []
                for batch in range(4):
                    hook.answers(Answer(status=200 if batch % 2 else 503))
                    put(store, settings, *(event(f"r{batch}{n:04}") for n in range(50)), now=NOW)
                    for minute in range(3):
                        await out.drain(NOW + timedelta(hours=batch, minutes=minute))
                    measured.append(counts())
                return measured[1], measured[3]

        before, after = asyncio.run(play())
    assert len(hook.accepted) == 200
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1] + 1
