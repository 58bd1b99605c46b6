"""The service under strain: stuck parts, signals, reloads, a wrong clock, a full disk, secrets. Process or daemon."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import START
from tests.support.daemon import WatcherProcess
from tests.support.faulty_storage import FaultyStorage
from tests.support.newsroom import SHOWS, Newsroom
from tests.support.service_manager import NotifySocket
from tests.support.waiting import until, wait_until
from tests.support.web import HANG, Answer, Raw, Web
from tests.support.whole import Whole, announcement, post
from watcher.config.settings import Config
from watcher.daemon import service, systemd
from watcher.daemon.service import LAST_RESORT, Daemon
from watcher.daemon.systemd import ServiceManager
from watcher.notify.outbox import DrainReport
from watcher.store import BusyError


class Manager(ServiceManager):
    """Remembers what the service manager would have heard."""

    def __init__(self, *, watchdog: float = 0.3) -> None:
        super().__init__({})
        self.watchdog = timedelta(seconds=watchdog)
        self.heard: list[str] = []

    def _send(self, message: str) -> None:
        self.heard.append(message)

    def count(self, text: str) -> int:
        return sum(text in line for line in self.heard)


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whole]:
    monkeypatch.setattr(service, "TICK", timedelta(seconds=0.1))  # so that nothing waits long for its turn
    monkeypatch.setattr(service, "DRAIN", timedelta(seconds=0.2))
    with Whole(tmp_path) as whole:
        whole.config = replace(whole.config, sources=(whole.source(every=timedelta(seconds=1)),))
        yield whole


def live(
    whole: Whole, what: Callable[[Daemon, Manager], Any], *, reload: Callable[[], Config] | None = None
) -> Manager:
    """Run a daemon in this process while *what* happens, then stop it."""
    manager = Manager()

    async def play() -> None:
        daemon = Daemon(
            whole.config, whole.store, reload=reload or (lambda: whole.config), manager=manager, now=whole.clock
        )
        running = asyncio.create_task(daemon.run())
        try:
            await until(lambda: manager.count("READY=1") or running.done())
            whole.clock.pass_(seconds=2)  # a new source is looked at a little later than at once
            await what(daemon, manager)
        finally:
            daemon._stop.set()
            await running

    asyncio.run(play())
    return manager


# -- the watchdog ------------------------------------------------------------------------------------------


def test_l3_a_stuck_sender_starves_the_watchdog(whole: Whole) -> None:
    async def happens(daemon: Daemon, manager: Manager) -> None:
        await until(lambda: manager.count("WATCHDOG=1"))

        entered = asyncio.Event()

        async def stuck(*_: object, **__: object) -> DrainReport:
            entered.set()
            await asyncio.sleep(60)
            return DrainReport()

        daemon._engine.sender.drain = stuck  # type: ignore[method-assign]
        await until(entered.is_set)
        before, ticks = manager.count("WATCHDOG=1"), daemon._pulse.ticks
        await until(lambda: daemon._pulse.ticks > ticks + 5)
        assert manager.count("WATCHDOG=1") <= before + 1, "the drain before it may have fed it once"
        daemon._draining.cancel()  # type: ignore[union-attr]

    live(whole, happens)


def test_l3_a_stuck_scheduler_starves_the_watchdog(whole: Whole) -> None:
    async def happens(daemon: Daemon, manager: Manager) -> None:
        await until(lambda: manager.count("WATCHDOG=1"))
        daemon._scheduler.pause_job("tick")
        before, drains = manager.count("WATCHDOG=1"), daemon._pulse.drains
        await until(lambda: daemon._pulse.drains > drains + 3)
        assert manager.count("WATCHDOG=1") <= before + 1, "the tick before it may have fed it once"

    live(whole, happens)


def test_l3_a_database_that_does_not_answer_starves_the_watchdog_but_stops_nothing(whole: Whole) -> None:
    async def happens(_: Daemon, manager: Manager) -> None:
        await until(lambda: manager.count("WATCHDOG=1"))

        asked = 0

        def busy() -> None:
            nonlocal asked
            asked += 1
            raise BusyError("locked")

        whole.store.ping = busy  # type: ignore[method-assign]
        await until(lambda: asked)
        before = manager.count("WATCHDOG=1")
        await until(lambda: asked > 3)
        assert manager.count("WATCHDOG=1") == before
        del whole.store.ping
        await until(lambda: manager.count("WATCHDOG=1") > before)

    live(whole, happens)


def test_l3_a_loop_that_is_frozen_feeds_nothing(whole: Whole) -> None:
    async def happens(_: Daemon, manager: Manager) -> None:
        await until(lambda: manager.count("WATCHDOG=1"))
        before = manager.count("WATCHDOG=1")
        time.sleep(1.5)  # noqa: ASYNC251 - the loop is meant to freeze
        assert manager.count("WATCHDOG=1") == before
        await until(lambda: manager.count("WATCHDOG=1") > before)

    live(whole, happens)


def test_i3_a_slow_channel_does_not_starve_the_watchdog(whole: Whole) -> None:
    fed = threading.Event()

    def slowly() -> Iterator[bytes | float]:
        while not fed.is_set():
            yield 0.05
        yield b"HTTP/1.1 204 Taken\r\n\r\n"

    whole.hook.answers(Raw(slowly), Answer(status=204))
    whole.feed(post("An old post"))
    whole.look()
    whole.feed(announcement())

    async def happens(_: Daemon, manager: Manager) -> None:
        whole.clock.pass_(hours=2)
        await until(lambda: whole.hook.seen)
        before = manager.count("WATCHDOG=1")
        await until(lambda: manager.count("WATCHDOG=1") > before + 1)
        fed.set()

    live(whole, happens)


def test_a_service_manager_that_does_not_listen_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systemd, "PATIENCE", 0.01)
    with NotifySocket(tmp_path) as deaf:
        manager = ServiceManager({"NOTIFY_SOCKET": str(deaf.path)})
        for _ in range(1_000):  # far more than a queue holds
            manager.alive()
        assert 0 < len(deaf.listen()) < 1_000


# -- the clock ------------------------------------------------------------------------------------------------


def test_g3_with_a_clock_at_1970_it_is_ready_and_looks_when_the_clock_is_set(whole: Whole) -> None:
    right = whole.clock.pass_(hours=1)
    whole.clock.set(right.replace(year=1970))

    async def happens(_: Daemon, manager: Manager) -> None:
        await until(lambda: manager.count("WATCHDOG=1") > 1)
        assert whole.web.asked("/feed.xml") == []
        assert manager.count("waiting for the clock")
        whole.clock.set(right)
        await until(lambda: whole.web.asked("/feed.xml"))

    live(whole, happens)


def test_g2_looks_go_on_after_the_clock_was_set_back_by_a_year(whole: Whole) -> None:
    async def happens(daemon: Daemon, _: Manager) -> None:
        await until(lambda: whole.web.asked("/feed.xml"))
        whole.clock.pass_(days=-365)
        whole.clock.set(max(whole.clock(), START.replace(month=11, day=2)))
        await daemon._clock_stepped(whole.clock() - START)
        asked = len(whole.web.asked("/feed.xml"))
        whole.clock.pass_(seconds=5)
        await until(lambda: len(whole.web.asked("/feed.xml")) > asked)

    live(whole, happens)


def test_g8_one_source_is_never_looked_at_twice_at_once(whole: Whole) -> None:
    whole.web.raw("/feed.xml", HANG)

    async def happens(daemon: Daemon, _: Manager) -> None:
        await until(lambda: whole.web.asked("/feed.xml"))
        whole.clock.pass_(hours=5)
        ticks = daemon._pulse.ticks
        await until(lambda: daemon._pulse.ticks > ticks + 5)
        assert len(whole.web.asked("/feed.xml")) == 1

    live(whole, happens)


# -- reloading -------------------------------------------------------------------------------------------------


def test_k5_a_source_renamed_while_it_is_looked_at_is_not_told_again(whole: Whole) -> None:
    whole.feed(post("An old post"))
    whole.look()
    whole.feed(announcement())
    whole.look()
    renamed = replace(whole.config, sources=(replace(whole.source(every=timedelta(seconds=1)), name="Other"),))

    async def happens(daemon: Daemon, manager: Manager) -> None:
        whole.clock.pass_(hours=2)
        await daemon._reload_config()
        assert manager.count("READY=1") == 2
        asked = len(whole.web.asked("/feed.xml"))
        whole.clock.pass_(hours=2)
        await until(lambda: len(whole.web.asked("/feed.xml")) > asked)

    live(whole, happens, reload=lambda: renamed)
    assert whole.told == [("Copper Lanterns", "announced")]


def test_k4_a_reload_that_names_another_database_is_refused(whole: Whole, tmp_path: Path) -> None:
    other = replace(whole.config, state=tmp_path / "elsewhere", titles=())

    async def happens(daemon: Daemon, manager: Manager) -> None:
        await daemon._reload_config()
        assert manager.count("RELOAD FAILED")
        assert manager.count("restart the service") or manager.count("state folder")
        assert daemon._config is whole.config

    live(whole, happens, reload=lambda: other)
    assert not (tmp_path / "elsewhere").exists()


def test_k4_a_reload_while_the_disk_is_full_keeps_the_old_configuration(whole: Whole) -> None:
    fewer = replace(whole.config, titles=whole.config.titles[:1])

    async def happens(daemon: Daemon, manager: Manager) -> None:
        disk = FaultyStorage(whole.store, fail_at=1, sticky=True, error="database or disk is full")
        with disk.installed():
            await daemon._reload_config()
        assert manager.count("RELOAD FAILED")
        await daemon._reload_config()
        assert manager.count("watching 1 titles")

    live(whole, happens, reload=lambda: fewer)


def test_h4_a_full_disk_pauses_and_goes_on_by_itself(whole: Whole) -> None:
    whole.feed(post("An old post"))
    whole.look()
    whole.feed(announcement())

    async def happens(daemon: Daemon, _: Manager) -> None:
        disk = FaultyStorage(whole.store, fail_at=1, sticky=True, error="database or disk is full")
        with disk.installed():
            whole.clock.pass_(hours=2)
            await until(lambda: disk.calls)
            await daemon._housekeep()
        assert whole.told == []
        whole.clock.pass_(hours=2)
        await until(lambda: whole.told)

    live(whole, happens)
    assert whole.told == [("Copper Lanterns", "announced")]


# -- stopping --------------------------------------------------------------------------------------------------


def test_l1_sigterm_in_the_middle_of_sending_ends_in_ten_seconds_and_loses_nothing(tmp_path: Path) -> None:
    with Web() as web:
        room = Newsroom(web)
        config = room.configuration(tmp_path)
        room.announce(SHOWS[0])
        web.raw("/hook", HANG)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            wait_until(lambda: web.asked("/hook"), why=daemon.log)
            daemon.signal(signal.SIGTERM)  # a send that hangs ends with its grace, at the latest with LAST_RESORT
            assert daemon.exit_code() == 0, daemon.log()
            assert "Traceback" not in daemon.log()
        assert timedelta(seconds=10) > LAST_RESORT
        web.call("/hook", room._receive)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "again.log") as daemon:
            wait_until(lambda: room.received, why=daemon.log)
    assert [message["repeat"] for message in room.received] == [True]


def test_l2_sigterm_twice_ends_at_once_without_a_traceback(tmp_path: Path) -> None:
    with Web() as web:
        room = Newsroom(web)
        config = room.configuration(tmp_path)
        web.raw("/feed.xml", HANG)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            wait_until(lambda: web.asked("/feed.xml"), why=daemon.log)  # a look that hangs makes the gentle end last
            daemon.signal(signal.SIGTERM)
            daemon.wait_for("stopping polls")
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0
            assert "stopping at once" in daemon.log()
            assert "Traceback" not in daemon.log()


def test_l2_signals_that_come_while_the_process_ends_change_nothing(tmp_path: Path) -> None:
    with Web() as web:
        config = Newsroom(web).configuration(tmp_path)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for("ready")
            daemon.signal(signal.SIGTERM)
            while daemon.process.poll() is None:
                daemon.signal(signal.SIGTERM)
                time.sleep(0.001)
            assert daemon.exit_code() == 0, daemon.log()
            assert "Traceback" not in daemon.log()


def test_l6_a_database_that_is_gone_is_told_and_ends_the_service(tmp_path: Path) -> None:
    with Web() as web, NotifySocket(tmp_path) as manager:
        config = Newsroom(web).configuration(tmp_path)
        env = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "1500000"}
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log", env=env) as daemon:
            daemon.wait_for("polled")
            for name in ("watcher.db", "watcher.db-wal", "watcher.db-shm"):
                with suppress(FileNotFoundError):
                    (tmp_path / "state" / name).unlink()
            assert daemon.exit_code() == 1
            assert "vanished" in daemon.log()
            manager.wait_for("STATUS=stopping: ")


def test_l11_a_log_that_nobody_reads_does_not_stop_the_service(tmp_path: Path) -> None:
    """Standard error is a full pipe: news still arrives."""
    with Web() as web:
        room = Newsroom(web)
        config = room.configuration(tmp_path)
        reader, writer = os.pipe()
        daemon = WatcherProcess("run", "-v", "--config", str(config), log=Path(f"/proc/self/fd/{writer}"))
        try:
            arrives(room, SHOWS[0])
            os.set_blocking(writer, False)
            with suppress(BlockingIOError):
                while True:
                    os.write(writer, b"x")
            for show in SHOWS[1:3]:
                arrives(room, show)
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0
        finally:
            daemon.__exit__(None, None, None)
            os.close(reader)
            os.close(writer)


def arrives(room: Newsroom, show: str) -> None:
    before = len(room.received)
    room.announce(show)
    deadline = time.monotonic() + 40
    while len(room.received) == before:
        assert time.monotonic() < deadline, f"{show} was not told"
        time.sleep(0.02)


# -- secrets ------------------------------------------------------------------------------------------------------

CANARIES = tuple(f"canary{number:02}-5e1f" for number in range(12))


def test_k8_twelve_secrets_on_every_failing_way_are_never_written(tmp_path: Path) -> None:
    with Web() as web, Web() as elsewhere:
        config = tmp_path / "config.toml"
        config.write_text(_with_canaries(web, elsewhere, tmp_path), encoding="utf-8")
        config.chmod(0o600)
        web.answers("/redirect", Answer(status=302, headers={"Location": f"http://10.0.0.1/{CANARIES[0]}"}))
        web.answers("/cut", Answer(b"x", 200, {"Content-Encoding": "gzip"}))
        web.answers("/hook", Answer(b"no", 401))
        said = []
        for command in (
            ["check", "-vv"],
            ["test-alert", "-vv"],
            ["doctor"],
            ["config", "show"],
        ):
            with WatcherProcess(*command, "--config", str(config), log=tmp_path / f"{command[0]}.log") as process:
                process.exit_code(seconds=120)
                said.append(process.log())
        with WatcherProcess("run", "-v", "--config", str(config), log=tmp_path / "run.log") as process:
            process.wait_for("poll failed")
            arguments = Path(f"/proc/{process.process.pid}/cmdline").read_text()
            process.signal(signal.SIGTERM)
            process.exit_code()
            said += [process.log(), arguments]
        database = b"".join(one.read_bytes() for one in (tmp_path / "state").iterdir() if one.is_file())
        sent = "".join(f"{seen.target} {seen.headers.get('user-agent')} {seen.body!r}" for seen in elsewhere.seen)
    leaks = [
        canary for canary in CANARIES if any(canary in text for text in (*said, sent)) or canary.encode() in database
    ]
    assert leaks == []
    assert any("failed" in text for text in said)


def _with_canaries(web: Web, elsewhere: Web, folder: Path) -> str:
    """Hide a secret in every place that takes one, on ways that fail."""
    host, closed = f"127.0.0.1:{web.port}", "127.0.0.1:9"
    sources = (
        ("header", f"http://{host}/missing", CANARIES[1]),
        ("closed", f"http://{closed}/feed", CANARIES[2]),
        ("redirect", f"http://{host}/redirect", CANARIES[3]),
        ("cut", f"http://{host}/cut", CANARIES[4]),
    )
    channels = (
        f"webhook+http://user:{CANARIES[5]}@{host}/hook",
        f"webhook+http://{closed}/{CANARIES[6]}",
        f"mailto://me:{CANARIES[7]}@{closed}?from=a@example.org&to=b@example.org&mode=insecure",
        f"json://me:{CANARIES[8]}@{closed}/x",
        f"ntfy://{CANARIES[9]}@{closed}/topic",
        f"gotify://{closed}/{CANARIES[10]}",
    )
    parts = [
        f'[watcher]\nstate = "{folder / "state"}"\ntimezone = "UTC"\nallow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\npacks = []\nheartbeat = "http://{closed}/{CANARIES[11]}"\n',
        *(f'[[title]]\nname = "{show}"\n' for show in SHOWS[:2]),
        *(
            f'[[source]]\nname = "{name}"\nkind = "feed"\nurl = "{url}"\nevery = "1s"\nheaders = {{ "X-Api-Key" = "{key}" }}\n'
            for name, url, key in sources
        ),
        *(f'[[channel]]\nname = "c{number}"\nurl = "{url}"\n' for number, url in enumerate(channels)),
    ]
    assert elsewhere.port
    return "\n".join(parts)


def test_k8_the_oracle_would_see_a_leak(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="watcher"):
        logging.getLogger("watcher").debug("url=%s", CANARIES[0])
    assert CANARIES[0] in caplog.text
