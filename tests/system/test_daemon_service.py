"""The daemon as the service manager sees it: readiness, watchdog, reload, stop."""

from __future__ import annotations

import signal
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.daemon import WatcherProcess
from tests.support.newsroom import SHOWS, Newsroom
from tests.support.service_manager import NotifySocket
from tests.support.waiting import wait_until
from tests.support.web import HANG, Answer, Web
from watcher.store import Store


@pytest.fixture
def web() -> Web:
    with Web() as web:
        yield web


def daemon(config: Path, folder: Path, *, name: str = "run.log", **env: str) -> WatcherProcess:
    return WatcherProcess("run", "--config", str(config), log=folder / name, env=env)


def test_ready_is_said_once_database_and_schedule_stand_and_sigterm_ends_cleanly(web: Web, tmp_path: Path) -> None:
    config = Newsroom(web).configuration(tmp_path)
    with NotifySocket(tmp_path) as manager, daemon(config, tmp_path, NOTIFY_SOCKET=str(manager.path)) as process:
        manager.wait_for("READY=1")
        assert (tmp_path / "state" / "watcher.db").exists()
        process.signal(signal.SIGTERM)
        assert process.exit_code() == 0, process.log()
        manager.wait_for("STOPPING=1")


def test_the_manager_is_asked_to_wait_while_an_older_database_is_upgraded(web: Web, tmp_path: Path) -> None:
    config = Newsroom(web).configuration(tmp_path)
    path = tmp_path / "state" / "watcher.db"
    Store.open(path, now=datetime.now(UTC)).close()
    with sqlite3.connect(path) as plain:
        plain.execute("UPDATE alembic_version SET version_num = '0003'")
    with NotifySocket(tmp_path) as manager, daemon(config, tmp_path, NOTIFY_SOCKET=str(manager.path)) as process:
        manager.wait_for("READY=1")
        assert manager.said[0] == "EXTEND_TIMEOUT_USEC=1800000000"
        assert "bringing the database to this version" in process.log()
    with NotifySocket(tmp_path / "state") as manager, daemon(config, tmp_path, NOTIFY_SOCKET=str(manager.path)):
        manager.wait_for("READY=1")
        assert not any("EXTEND" in line for line in manager.said)


def test_the_watchdog_is_fed_while_things_move(web: Web, tmp_path: Path) -> None:
    config = Newsroom(web).configuration(tmp_path)
    with NotifySocket(tmp_path) as manager:
        env = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "6000000"}
        with daemon(config, tmp_path, **env):
            manager.wait_for("WATCHDOG=1", times=2)


def test_a_stopped_process_starves_the_watchdog_and_feeds_it_again(web: Web, tmp_path: Path) -> None:
    room = Newsroom(web)
    config = room.configuration(tmp_path, every="1s")
    with NotifySocket(tmp_path) as manager:
        env = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "3000000"}
        with daemon(config, tmp_path, **env) as process:
            stat = Path(f"/proc/{process.process.pid}/stat")
            manager.wait_for("READY=1")
            process.signal(signal.SIGSTOP)
            wait_until(lambda: stat.read_text().rpartition(") ")[2][0] == "T", why=process.log)
            manager.listen()
            heard = len(manager.said)
            time.sleep(1.5)
            assert len(manager.listen()) == heard
            process.signal(signal.SIGCONT)
            manager.wait_for("WATCHDOG=1")


def test_sighup_takes_a_new_configuration_and_keeps_the_old_one_when_the_new_is_broken(
    web: Web, tmp_path: Path
) -> None:
    room = Newsroom(web)
    config = room.configuration(tmp_path, shows=SHOWS[:1])
    with NotifySocket(tmp_path) as manager, daemon(config, tmp_path, NOTIFY_SOCKET=str(manager.path)) as process:
        manager.wait_for("READY=1")
        config.write_text(config.read_text() + "\n[[title]]\nnaem = 'typo'\n")
        process.signal(signal.SIGHUP)
        manager.wait_for("RELOAD FAILED")
        process.wait_for("naem")  # lines are written by a thread
        room.configuration(tmp_path, shows=SHOWS[:2])
        process.signal(signal.SIGHUP)
        manager.wait_for("watching 2 titles")
        process.signal(signal.SIGTERM)
        assert process.exit_code() == 0, process.log()


def test_a_second_daemon_on_one_database_is_refused_with_the_pid_of_the_first(web: Web, tmp_path: Path) -> None:
    config = Newsroom(web).configuration(tmp_path)
    with daemon(config, tmp_path) as first:
        first.wait_for("ready")
        with daemon(config, tmp_path, name="second.log") as second:
            assert second.exit_code() == 1
            assert str(first.process.pid) in second.log()


def test_a_broken_configuration_ends_with_78(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[watcher]\ntimezone = 'Mars/Olympus'\n")
    with daemon(config, tmp_path) as process:
        assert process.exit_code() == 78
        assert "timezone" in process.log()
        assert "Traceback" not in process.log()


def test_sigterm_in_the_middle_of_a_look_ends_within_the_grace(web: Web, tmp_path: Path) -> None:
    room = Newsroom(web)
    config = room.configuration(tmp_path)
    web.raw("/feed.xml", HANG)
    with daemon(config, tmp_path) as process:
        wait_until(lambda: web.asked("/feed.xml"), why=process.log)
        process.signal(signal.SIGTERM)
        assert process.exit_code() == 0, process.log()
        assert "Traceback" not in process.log()


def test_check_beside_a_running_daemon_looks_and_leaves_delivery_to_it(web: Web, tmp_path: Path) -> None:
    room = Newsroom(web)
    config = room.configuration(tmp_path, every="1h")
    with daemon(config, tmp_path) as process:
        process.wait_for("polled")
        room.announce(SHOWS[0])
        with WatcherProcess("check", "--config", str(config), log=tmp_path / "check.log") as check:
            assert check.exit_code() == 0, check.log()
        wait_until(lambda: room.received, why=process.log)
        assert len(room.received) == 1


def test_a_failing_source_does_not_hold_up_the_others(web: Web, tmp_path: Path) -> None:
    room = Newsroom(web)
    config = room.configuration(tmp_path)
    web.answers("/broken.xml", Answer(status=500))
    config.write_text(
        config.read_text()
        + f'\n[[source]]\nname = "Broken"\nkind = "feed"\nurl = "{web.url("/broken.xml")}"\nevery = "1s"\ntier = 3\n'
    )
    with daemon(config, tmp_path) as process:
        process.wait_for("poll failed source=broken")
        process.wait_for("polled source=studio")
