"""Quiet hours and digests, over restarts and over the nights on which the clock is changed (I15, G2, G4)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.news import channel, config, event, put
from tests.support.receivers import Hook
from tests.support.web import Answer
from watcher.config.settings import Config, Digest, QuietHours
from watcher.memory import DeliveryState
from watcher.notify.outbox import DrainReport, Sender
from watcher.store import Store

NIGHT = QuietHours(start=time(23), end=time(7))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watcher.db"


def run(path: Path, settings: Config, *moments: datetime) -> list[DrainReport]:
    """Drain at each moment, each time as a new process."""

    async def once(now: datetime) -> DrainReport:
        clock = Clock(now)
        with Store.open(path, now=now) as store:
            async with Sender(config=settings, store=store, now=clock, jitter=lambda: 0.0) as sender:
                return await sender.drain(now)

    return [asyncio.run(once(now)) for now in moments]


def every(start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    return [start + n * step for n in range(int((end - start) / step) + 1)]


def note(path: Path, settings: Config, ref: str, at: datetime) -> None:
    with Store.open(path, now=at) as store:
        put(store, settings, event(ref, at=at), now=at)


def test_i15_quiet_hours_hold_delivery_over_a_restart(path: Path, hook: Hook) -> None:
    settings = config(channel(url=hook.url, quiet=NIGHT))
    note(path, settings, "k3f9a2", utc(2026, 11, 21, 23))
    run(path, settings, utc(2026, 11, 21, 23, 30), utc(2026, 11, 22, 5, 59))
    assert hook.seen == []
    run(path, settings, utc(2026, 11, 22, 6, 0), utc(2026, 11, 22, 6, 30))
    assert [one["refs"] for one in hook.accepted] == [["k3f9a2"]]
    assert not hook.accepted[0]["late"]


def test_a_retry_that_falls_into_quiet_hours_waits_too(path: Path, hook: Hook) -> None:
    settings = config(channel(url=hook.url, quiet=NIGHT))
    hook.answers(Answer(status=503), Answer())
    note(path, settings, "k3f9a2", utc(2026, 11, 21, 21, 59))
    run(path, settings, *every(utc(2026, 11, 21, 21, 59, 55), utc(2026, 11, 22, 5, 55), timedelta(minutes=20)))
    assert len(hook.seen) == 1
    run(path, settings, utc(2026, 11, 22, 6, 1))
    assert len(hook.accepted) == 1


@pytest.mark.parametrize("night", [utc(2026, 10, 24, 12), utc(2027, 3, 27, 12), utc(2026, 11, 21, 12)])
def test_g4_a_daily_digest_at_half_past_two_comes_once_a_day(path: Path, hook: Hook, night: datetime) -> None:
    settings = config(channel(url=hook.url, digest=Digest(at=time(2, 30))))
    for number, at in enumerate(every(night, night + timedelta(days=2), timedelta(hours=3))):
        note(path, settings, f"r{number:05}", at)
        run(path, settings, at, at + timedelta(hours=1), at + timedelta(hours=2))
    assert len(hook.accepted) == 2
    assert [one["kind"] for one in hook.accepted] == ["digest", "digest"]
    refs = [ref for one in hook.accepted for ref in one["refs"]]
    assert len(refs) == len(set(refs))


def test_i15_a_digest_cut_off_by_a_crash_comes_again_whole_and_labelled(path: Path, hook: Hook) -> None:
    settings = config(channel(url=hook.url, digest=Digest(at=time(8))))
    for ref in ("aaaaaa", "bbbbbb", "cccccc"):
        note(path, settings, ref, utc(2026, 11, 21, 12))
    due = utc(2026, 11, 22, 7)
    with Store.open(path, now=due) as store:
        assert len(store.claim(due, "hook", limit=1)) == 3  # and then the power fails
    run(path, settings, due + timedelta(minutes=1), due + timedelta(minutes=2))
    assert [(one["refs"], one["repeat"]) for one in hook.accepted] == [(["aaaaaa", "bbbbbb", "cccccc"], True)]


def test_a_digest_of_one_looks_like_a_message(path: Path, hook: Hook) -> None:
    settings = config(channel(url=hook.url, digest=Digest(at=time(8), weekday=0)))
    note(path, settings, "k3f9a2", utc(2026, 11, 21, 12))
    run(path, settings, utc(2026, 11, 22, 12), utc(2026, 11, 23, 7), utc(2026, 11, 30, 7))
    assert [(one["kind"], one["subject"]) for one in hook.accepted] == [
        ("event", "Akudama Drive – season 2: announced")
    ]


def test_g2_a_clock_set_back_sends_nothing_twice(path: Path, hook: Hook) -> None:
    settings = config(channel(url=hook.url, digest=Digest(at=time(8))))
    note(path, settings, "aaaaaa", utc(2026, 11, 21, 12))
    run(path, settings, utc(2026, 11, 22, 7), utc(2026, 11, 21, 7), utc(2025, 11, 22, 7), utc(2026, 11, 22, 7))
    assert len(hook.accepted) == 1
    with Store.open(path, now=utc(2026, 11, 22, 7)) as store:
        assert [one.state for one in store.deliveries()] == [DeliveryState.SENT]


def test_g1_a_clock_far_ahead_gives_nothing_up_that_was_not_tried(path: Path, hook: Hook) -> None:
    settings = config(channel(url=hook.url))
    note(path, settings, "aaaaaa", utc(2026, 11, 21, 12))
    run(path, settings, utc(2027, 11, 21, 12))
    assert [one["late"] for one in hook.accepted] == [True]
