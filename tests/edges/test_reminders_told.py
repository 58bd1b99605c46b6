"""Reminders over a real store, sender and receiver: once over restarts, withdrawn when a date moves (G10, G11, G1, G2)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.news import AKUDAMA, channel, config, evidence
from tests.support.receivers import Hook
from tests.support.web import Answer
from watcher.config.settings import Config, Digest, QuietHours
from watcher.fuzzydate import FuzzyDate
from watcher.known import Existence, Fact, Known, SeasonKnown
from watcher.memory import DeliveryState, Knowledge, PollOutcome, SourceState
from watcher.notify.outbox import Sender
from watcher.reminders import remind
from watcher.store import Store

BEGIN = datetime(2026, 9, 1, 12, tzinfo=UTC)
AIRS = FuzzyDate.day(2026, 10, 3, slot="25:30", zone="Asia/Tokyo")
START = datetime(2026, 10, 3, 16, 30, tzinfo=UTC)
LEADS = (timedelta(days=7), timedelta(days=1), timedelta(0))


class Machine:
    """A database that lives through many processes."""

    def __init__(self, folder: Path, hook: Hook, **changes: object) -> None:
        self.path = folder / "watcher.db"
        self.hook = hook
        self.settings: Config = config(channel(url=hook.url, health=False, **changes), reminders=LEADS)
        with self.open(BEGIN) as store:
            store.watch(self.settings.titles, BEGIN)

    def open(self, now: datetime) -> Store:
        return Store.open(self.path, now=now)

    def learn(self, date: FuzzyDate | None, now: datetime) -> None:
        with self.open(now) as store:
            version = store.knowledge(AKUDAMA.id).version
            dates = {} if date is None else {1: Fact(date=date, evidence=(evidence(),))}
            season = SeasonKnown(season=2, existence=Existence.CONFIRMED, dates=dates)
            new = Knowledge(title_id=AKUDAMA.id, known=Known(title_id=AKUDAMA.id, seasons=(season,)), version=version)
            store.commit(PollOutcome(source=SourceState(source_id="press"), knowledge=(new,)))

    def live(self, *moments: datetime) -> None:
        """Be started anew at each moment, remind and send."""

        async def once(now: datetime, store: Store) -> None:
            remind(self.settings, store, now)
            async with Sender(config=self.settings, store=store, now=Clock(now), jitter=lambda: 0.0) as sender:
                await sender.drain(now)

        for now in moments:
            with self.open(now) as store:
                asyncio.run(once(now, store))

    @property
    def told(self) -> list[str]:
        return [one["subject"] for one in self.hook.accepted]


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


def every(start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    return [start + n * step for n in range(int((end - start) / step) + 1)]


def test_three_reminders_come_once_each_over_many_restarts(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    machine.live(*every(START - timedelta(days=9), START + timedelta(days=9), timedelta(hours=9)))
    assert machine.told == ["Reminder: Akudama Drive – season 2 starts Saturday 3 October 2026"] * 3
    assert len({one["key"] for one in hook.accepted}) == 3
    assert [one["items"][0]["type"] for one in hook.accepted] == ["reminder"] * 3


def test_g2_a_clock_set_back_tells_nothing_twice(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    machine.live(START, START - timedelta(days=1), START - timedelta(days=7), START, START + timedelta(hours=1))
    assert len(machine.told) == 3


def test_nobody_is_reminded_who_did_not_ask(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    machine.settings = replace(machine.settings, titles=(replace(AKUDAMA, reminders=()),))
    machine.live(START)
    assert machine.told == []
    machine.settings = replace(
        machine.settings, reminders=(), titles=(replace(AKUDAMA, reminders=(timedelta(days=1),)),)
    )
    machine.live(START - timedelta(hours=3))
    assert len(machine.told) == 1


def test_g10_a_waiting_reminder_is_withdrawn_when_its_date_moves_and_comes_again_for_the_new_one(
    tmp_path: Path, hook: Hook
) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    hook.answers(Answer(status=503))
    machine.live(START - timedelta(days=7))
    machine.learn(
        replace(AIRS, earliest=AIRS.earliest + timedelta(days=90), latest=AIRS.latest + timedelta(days=90)), BEGIN
    )
    hook.answers(Answer())
    machine.live(*every(START - timedelta(days=6), START + timedelta(days=2), timedelta(days=1)))
    assert machine.told == []
    machine.live(START + timedelta(days=83, hours=1))
    assert machine.told == ["Reminder: Akudama Drive – season 2 starts Friday 1 January 2027"]


def test_g10_a_date_that_goes_and_returns_is_reminded_of_if_nothing_was_sent(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    hook.answers(Answer(status=503))
    machine.live(START - timedelta(days=7))
    hook.answers(Answer())
    machine.learn(None, BEGIN)
    machine.live(START - timedelta(days=6))
    machine.learn(AIRS, BEGIN)
    machine.live(START - timedelta(days=5), START - timedelta(days=5))
    assert len(machine.told) == 1


def test_g11_asleep_over_the_start_it_is_told_once_and_after_a_week_not_at_all(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    machine.live(START + timedelta(days=3), START + timedelta(days=4))
    assert len(machine.told) == 1
    machine.learn(FuzzyDate.day(2026, 11, 1), BEGIN)
    machine.live(datetime(2026, 11, 20, tzinfo=UTC))
    assert len(machine.told) == 1


def test_quiet_hours_hold_and_a_digest_takes_only_what_is_far(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(
        tmp_path, hook, quiet=QuietHours(start=time(17), end=time(19)), digest=Digest(at=time(8), weekday=None)
    )
    machine.learn(AIRS, BEGIN)
    machine.live(START - timedelta(days=7))  # half past six: quiet
    with machine.open(START) as store:
        assert [one.slot for one in store.pending()] == ["daily@2026-09-27"]
    machine.live(
        START - timedelta(days=6, hours=8), START - timedelta(days=1), START - timedelta(days=1) + timedelta(hours=1)
    )
    assert len(machine.told) == 2
    with machine.open(START) as store:
        assert {one.state for one in store.deliveries()} == {DeliveryState.SENT}


def test_a_title_that_rests_is_not_reminded_of(tmp_path: Path, hook: Hook) -> None:
    machine = Machine(tmp_path, hook)
    machine.learn(AIRS, BEGIN)
    with machine.open(BEGIN) as store:
        store.snooze(AKUDAMA.id, START - timedelta(days=2))
    machine.live(START - timedelta(days=7), START - timedelta(days=3))
    assert machine.told == []
    machine.live(START - timedelta(hours=2))
    assert len(machine.told) == 1
