"""The dead man's switch (I22): told while everything moves, silent when something is stuck, never in the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.waiting import until
from tests.support.web import HANG, Answer
from tests.support.whole import Whole
from watcher.config.load import parse_config
from watcher.config.settings import Config, Secret
from watcher.daemon import service
from watcher.daemon.heartbeat import Heartbeat
from watcher.daemon.service import Daemon
from watcher.errors import ConfigError
from watcher.store import BusyError, ChannelState

KEY = "5f1e-secret"


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whole]:
    monkeypatch.setattr(service, "TICK", timedelta(seconds=0.05))
    monkeypatch.setattr(service, "DRAIN", timedelta(seconds=0.05))
    monkeypatch.setattr(service, "FIRST_BEAT", timedelta(seconds=0.2))
    with Whole(tmp_path) as whole:
        for sign in ("", "/start", "/fail"):
            whole.web.answers(f"/{KEY}{sign}", Answer(b"OK"))
        whole.config = replace(
            whole.config,
            heartbeat=Secret(whole.web.url(f"/{KEY}")),
            heartbeat_every=timedelta(seconds=0.2),
            host_gap=timedelta(0),
        )
        yield whole


def beats(whole: Whole, sign: str = "") -> int:
    return len(whole.web.asked(f"/{KEY}{sign}"))


def live(whole: Whole, what: Callable[[Daemon], Awaitable[object]]) -> None:
    async def play() -> None:
        daemon = Daemon(whole.config, whole.store, reload=lambda: whole.config, now=whole.clock)
        running = asyncio.create_task(daemon.run())
        try:
            await what(daemon)
        finally:
            daemon.stop()
            await running

    asyncio.run(play())


def test_i22_it_begins_and_beats_while_everything_moves(whole: Whole) -> None:
    async def happens(_: Daemon) -> None:
        await until(lambda: beats(whole) > 2)

    live(whole, happens)
    assert beats(whole, "/start") == 1
    assert beats(whole, "/fail") == 0
    [begun] = whole.web.asked(f"/{KEY}/start")
    assert begun.method == "POST"
    assert begun.body.startswith(b"season-watcher ")
    assert b"watching 3 titles" in whole.web.asked(f"/{KEY}")[0].body


@pytest.mark.parametrize("stuck", ["scheduler", "sender", "database"])
def test_i22_no_beat_while_something_is_stuck(whole: Whole, stuck: str) -> None:
    async def happens(daemon: Daemon) -> None:
        await until(lambda: beats(whole))
        asked = 0
        moved = daemon._pulse.moved_since_told

        def counted() -> bool:
            nonlocal asked
            asked += 1
            return moved()

        daemon._pulse = _Counting(daemon._pulse, counted)  # type: ignore[assignment]
        if stuck == "scheduler":
            daemon._scheduler.pause_job("tick")
        elif stuck == "sender":
            daemon._scheduler.pause_job("drain")
        else:
            whole.store.channel_states = _busy  # type: ignore[method-assign]
        await until(lambda: asked > 2)
        before = beats(whole)
        await until(lambda: asked > 6)
        assert beats(whole) == before

    live(whole, happens)


class _Counting:
    """A pulse that tells when it is asked."""

    def __init__(self, pulse: service.Pulse, asked: Callable[[], bool]) -> None:
        self.__dict__.update(_pulse=pulse, moved_since_told=asked)

    def __getattr__(self, name: str) -> object:
        return getattr(self.__dict__["_pulse"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__dict__["_pulse"], name, value)


def _busy() -> dict[str, ChannelState]:
    raise BusyError("locked")


def test_i22_with_no_channel_working_it_says_so(whole: Whole) -> None:
    whole.store.tell(channel=ChannelState(channel_id="hook", broken_since=whole.clock(), failures=9))

    async def happens(_: Daemon) -> None:
        await until(lambda: beats(whole, "/fail"))

    live(whole, happens)
    assert beats(whole) == 0


@pytest.mark.parametrize("trouble", ["refused", "hangs", "status", "private"])
def test_i22_a_checker_in_trouble_disturbs_nothing_and_its_address_is_never_written(
    whole: Whole, trouble: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.daemon.heartbeat.DEADLINE", timedelta(seconds=0.2))
    address = {"refused": f"http://127.0.0.1:9/{KEY}", "private": f"http://10.0.0.1/{KEY}"}.get(trouble)
    whole.config = replace(whole.config, heartbeat=Secret(address or whole.web.url(f"/{KEY}")))
    if trouble == "hangs":
        for sign in ("", "/start"):
            whole.web.raw(f"/{KEY}{sign}", HANG)
    if trouble == "status":
        for sign in ("", "/start"):
            whole.web.answers(f"/{KEY}{sign}", Answer(b"gone", 404))

    async def happens(daemon: Daemon) -> None:
        await until(lambda: caplog.text.count("heartbeat not taken") > 1)
        drains = daemon._pulse.drains
        await until(lambda: daemon._pulse.drains > drains + 2)

    with caplog.at_level(logging.DEBUG, logger="watcher"):
        live(whole, happens)
    assert KEY not in caplog.text


def test_without_an_address_nobody_is_asked(whole: Whole) -> None:
    async def say(config: Config) -> bool:
        async with Heartbeat(config, now=lambda: datetime.now(UTC)) as heart:
            return await heart.well("fine")

    assert not asyncio.run(say(replace(whole.config, heartbeat=None)))
    assert asyncio.run(say(whole.config))


@pytest.mark.parametrize("address", ["hc-ping.com/x", "ftp://hc-ping.com/x", "https://hc-ping.com/a b"])
def test_an_address_that_is_none_is_a_clear_error(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(f'[watcher]\nheartbeat = "{address}"\n', env={})
    assert caught.value.problems[0].path == "watcher.heartbeat"
