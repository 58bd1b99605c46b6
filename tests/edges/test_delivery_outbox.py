"""The sender against the real store and a real receiver. Case numbers are those of the fault catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.news import DOROHEDORO, NOW, channel, config, event, evidence, notice, put
from tests.support.receivers import Hook
from tests.support.web import Answer, Raw, Seen, free_port
from watcher.config.settings import Config
from watcher.memory import DeliveryState
from watcher.model import EventType, NoticeType
from watcher.notify.outbox import DrainReport, Sender
from watcher.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "watcher.db", now=NOW) as opened:
        yield opened


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


class Machine:
    """A sender that lives through several drains, with a clock moved by hand."""

    def __init__(self, settings: Config, store: Store) -> None:
        self.clock = Clock(NOW)
        self.store = store
        self.sender = Sender(config=settings, store=store, now=self.clock, jitter=lambda: 0.0)

    async def drain(self, **passed: float) -> DrainReport:
        return await self.sender.drain(self.clock.pass_(**passed))

    async def drain_until(self, end: datetime, **step: float) -> list[DrainReport]:
        reports = []
        while self.clock.now < end:
            reports.append(await self.drain(**step))
        return reports


def states(store: Store) -> dict[str, DeliveryState]:
    return {one.ref: one.state for one in store.deliveries(limit=20_000)}


def refs(hook: Hook) -> list[str]:
    return [ref for one in hook.accepted for ref in one["refs"]]


def test_an_event_arrives_once_and_is_marked(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url))
    put(store, settings, event())

    async def play() -> None:
        machine = Machine(settings, store)
        first = await machine.drain()
        second = await machine.drain(minutes=5)
        assert (first.sent, first.failed, first.waiting) == (1, 0, 0)
        assert second.deliveries == ()

    asyncio.run(play())
    assert refs(hook) == ["k3f9a2"]
    assert states(store) == {"k3f9a2": DeliveryState.SENT}


def test_one_post_about_two_titles_is_one_message(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url))
    same = (evidence(entry="press/1"),)
    put(
        store,
        settings,
        event("aaaaaa", evidence=same),
        event("bbbbbb", evidence=same, title_id=DOROHEDORO.id, season=3),
    )
    asyncio.run(Machine(settings, store).drain())
    [message] = hook.accepted
    assert message["refs"] == ["aaaaaa", "bbbbbb"]
    assert "Akudama Drive – season 2" in message["subject"]
    assert "Dorohedoro – season 3" in message["subject"]


def test_i1_three_days_of_outage_lose_nothing_and_keep_the_order(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url, health=False))
    wanted = [f"r{number:05}" for number in range(200)]
    put(store, settings, *(event(ref) for ref in wanted))
    hook.answers(Answer(status=503))

    async def play() -> int:
        machine = Machine(settings, store)
        await machine.drain_until(NOW + timedelta(days=3), minutes=30)
        tries = len(hook.seen)
        hook.answers(Answer())
        await machine.drain(hours=1)
        for _ in range(60):
            await machine.drain(seconds=5)
        return tries

    tries = asyncio.run(play())
    assert tries < 3 * 24 + 20
    assert refs(hook) == wanted
    assert all(one["late"] for one in hook.accepted)
    assert set(states(store).values()) == {DeliveryState.SENT}


def test_i2_a_taken_message_whose_answer_is_lost_repeats_with_its_key_and_a_label(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url))
    put(store, settings, event())
    hook.answers(Raw(lambda: ()), Answer())

    async def play() -> None:
        machine = Machine(settings, store)
        report = await machine.drain()
        assert report.deliveries[0].state == "retry"
        await machine.drain(minutes=1)

    asyncio.run(play())
    first, second = hook.seen
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert [one["repeat"] for one in hook.messages] == [False, True]
    assert "Possible repeat" in hook.messages[1]["text"]


@pytest.mark.parametrize(("wish", "early", "late"), [("3", 2, 11), ("3600", 3599, 3601)])
def test_i4_retry_after_is_obeyed_for_that_channel_only(
    store: Store, hook: Hook, wish: str, early: int, late: int
) -> None:
    with Hook() as other:
        settings = config(channel("slow", hook.url), channel("quick", other.url))
        put(store, settings, event())
        hook.answers(Answer(status=429, headers={"Retry-After": wish}), Answer())

        async def play() -> None:
            machine = Machine(settings, store)
            await machine.drain()
            assert refs(other) == ["k3f9a2"]
            await machine.drain(seconds=early)
            assert refs(hook) == []
            await machine.drain(seconds=late - early)

        asyncio.run(play())
        assert refs(hook) == ["k3f9a2"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_i5_a_permanent_error_breaks_the_channel_tells_another_and_keeps_the_rows(
    store: Store, hook: Hook, status: int
) -> None:
    with Hook() as other:
        settings = config(channel("broken", hook.url), channel("fine", other.url))
        put(store, settings, event())
        hook.answers(Answer(status=status))

        async def play() -> None:
            machine = Machine(settings, store)
            await machine.drain()
            await machine.drain(seconds=1)
            told = [one for one in other.accepted if one["kind"] == "notice"]
            assert [one["items"][0]["type"] for one in told] == [NoticeType.CHANNEL_BROKEN]
            await machine.drain_until(NOW + timedelta(hours=6), minutes=5)
            assert len([one for one in other.accepted if one["kind"] == "notice"]) == 1
            hook.answers(Answer())
            await machine.drain(hours=1)
            await machine.drain(minutes=1)

        asyncio.run(play())
        assert len(hook.seen) < 30
        assert refs(hook)[0] == "k3f9a2"
        types = [one["items"][0]["type"] for one in other.accepted]
        assert types == ["announced", "channel_broken", "channel_recovered"]


def test_i5_the_fallback_channel_is_told_even_if_it_wants_no_health(store: Store, hook: Hook) -> None:
    with Hook() as other, Hook() as third:
        settings = config(
            channel("broken", hook.url, fallback="plan-b"),
            channel("plan-b", other.url, health=False, titles=("dorohedoro",)),
            channel("third", third.url, titles=("dorohedoro",)),
        )
        put(store, settings, event())
        hook.answers(Answer(status=401))

        async def play() -> None:
            machine = Machine(settings, store)
            await machine.drain()
            await machine.drain(seconds=1)

        asyncio.run(play())
        assert [one["items"][0]["type"] for one in other.accepted] == ["channel_broken"]
        assert third.accepted == []


def test_i6_a_poisoned_message_becomes_a_dead_letter_and_the_rest_passes(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url, health=False))
    put(store, settings, event("bad000"), *(event(f"ok{number:04}") for number in range(5)))

    def poison(seen: Seen) -> Answer | None:
        return Answer(status=500) if b"bad000" in seen.body else None

    hook.decide(poison)

    async def play() -> None:
        machine = Machine(settings, store)
        await machine.drain_until(NOW + timedelta(hours=12), minutes=2)

    asyncio.run(play())
    assert refs(hook) == [f"ok{number:04}" for number in range(5)]
    [dead] = store.dead()
    assert dead.ref == "bad000"
    assert "later messages pass" in dead.last_error
    assert store.retry(dead.id or 0, NOW)


def test_i7_only_the_channels_that_failed_are_tried_again(store: Store) -> None:
    with Hook() as a, Hook() as b, Hook() as c:
        settings = config(*(channel(f"c{n}", one.url) for n, one in enumerate((a, b, c))))
        put(store, settings, event())
        b.answers(Answer(status=503), Answer())

        async def play() -> None:
            machine = Machine(settings, store)
            report = await machine.drain()
            assert (report.sent, report.failed) == (2, 1)
            await machine.drain(minutes=1)

        asyncio.run(play())
        assert [len(one.seen) for one in (a, b, c)] == [1, 2, 1]


def test_i8_rows_left_mid_send_by_a_crash_repeat_labelled_on_that_channel_only(store: Store) -> None:
    with Hook() as a, Hook() as b:
        settings = config(channel("a", a.url), channel("b", b.url))
        put(store, settings, event("one111"), event("two222"))
        store.claim(NOW, "b", limit=1)  # and then the power fails
        asyncio.run(Machine(settings, store).drain())
        assert [one["repeat"] for one in a.accepted] == [False, False]
        assert [(one["refs"], one["repeat"]) for one in b.accepted] == [(["one111"], True), (["two222"], False)]


def test_i9_with_every_channel_down_nothing_is_dropped_and_the_report_says_so(store: Store) -> None:
    with free_port() as port:
        settings = config(
            channel("a", f"webhook+http://127.0.0.1:{port}/a"), channel("b", f"webhook+http://127.0.0.1:{port}/b")
        )
        put(store, settings, event())
        report = asyncio.run(Machine(settings, store).drain())
    assert (report.sent, report.failed) == (0, 2)
    assert {one.state for one in store.deliveries()} == {DeliveryState.NEW}


def test_i13_rows_of_a_removed_channel_are_closed_and_not_sent_elsewhere(store: Store, hook: Hook) -> None:
    put(store, config(channel("gone", hook.url)), event())
    settings = config(channel("new", hook.url))
    report = asyncio.run(Machine(settings, store).drain())
    assert report.deliveries == ()
    assert hook.seen == []
    assert [one.state for one in store.deliveries()] == [DeliveryState.DROPPED]


def test_i14_an_added_channel_gets_no_history(store: Store, hook: Hook) -> None:
    with Hook() as late:
        first = config(channel("old", hook.url))
        put(store, first, event())
        asyncio.run(Machine(first, store).drain())
        second = config(channel("old", hook.url), channel("new", late.url))
        asyncio.run(Machine(second, store).drain(minutes=1))
        assert late.seen == []


def test_e20_ten_thousand_items_make_at_most_five_messages_and_none_is_lost(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url, health=False))
    wanted = [f"r{number:05}" for number in range(10_000)]
    put(store, settings, *(event(ref) for ref in wanted))

    async def play() -> None:
        machine = Machine(settings, store)
        for _ in range(6):
            await machine.drain(seconds=10)

    asyncio.run(play())
    assert len(hook.accepted) <= 5
    assert refs(hook) == wanted
    assert "2,500 messages at once" in hook.accepted[0]["subject"]
    assert set(states(store).values()) == {DeliveryState.SENT}


def test_giving_up_takes_a_week(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url, health=False))
    put(store, settings, event())
    hook.answers(Answer(status=503))

    async def play() -> None:
        machine = Machine(settings, store)
        await machine.drain_until(NOW + timedelta(days=6, hours=23), minutes=30)
        assert store.dead() == ()
        await machine.drain_until(NOW + timedelta(days=7, hours=2), minutes=30)

    asyncio.run(play())
    [dead] = store.dead()
    assert "a week" in dead.last_error


def test_another_process_that_sends_is_left_to_it(store: Store, hook: Hook, tmp_path: Path) -> None:
    settings = config(channel(url=hook.url))
    put(store, settings, event())
    with store.drain_lock() as mine:
        assert mine
        report = asyncio.run(Machine(settings, store).drain())
    assert report.elsewhere
    assert report.waiting == 1
    assert hook.seen == []


def test_corrections_go_out_after_what_they_correct(store: Store, hook: Hook) -> None:
    settings = config(channel(url=hook.url))
    put(store, settings, event("first1"), event("second", type=EventType.RETRACTED, takes_back=EventType.ANNOUNCED))
    asyncio.run(Machine(settings, store).drain())
    assert [one["subject"] for one in hook.accepted] == [
        "Akudama Drive – season 2: announced",
        "Akudama Drive – season 2: the announcement taken back",
    ]


def test_notices_go_only_where_health_is_wanted(store: Store, hook: Hook) -> None:
    with Hook() as other:
        settings = config(channel("a", hook.url, health=False), channel("b", other.url))
        put(store, settings, notice())
        asyncio.run(Machine(settings, store).drain())
        assert hook.seen == []
        assert [one["kind"] for one in other.accepted] == ["notice"]
