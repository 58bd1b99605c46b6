"""The daemon is killed between commit, send and mark; nothing is lost and what repeats says so."""

from __future__ import annotations

import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.support.daemon import WatcherProcess
from tests.support.newsroom import SHOWS, Newsroom
from tests.support.web import Web

POINTS = ("store.commit.before", "store.commit.after", "outbox.claimed", "send.before", "send.after", "outbox.marked")
CERTAIN_REPEAT = "send.after"


def wait_until(condition: object, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def integrity(database: Path) -> str:
    with sqlite3.connect(database) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_each_step_loses_nothing_and_labels_what_repeats(point: str, tmp_path: Path) -> None:
    with Web() as web:
        room = Newsroom(web)
        config = room.configuration(tmp_path)
        # The first look is a baseline; the story happens afterwards.
        with WatcherProcess("check", "--config", str(config), log=tmp_path / "first.log") as first:
            assert first.exit_code() == 0, first.log()
        for show in SHOWS[:3]:
            room.announce(show)
        env = {"WATCHER_FAILPOINT": point}
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "killed.log", env=env) as daemon:
            assert daemon.exit_code() == -signal.SIGKILL, daemon.log()
        assert integrity(tmp_path / "state" / "watcher.db") == "ok"
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "again.log") as daemon:
            daemon.wait_for("ready")
            wait_until(lambda: set(SHOWS[:3]) <= told_names(room))
            time.sleep(1.5)  # a repeat that should not come would come now
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0, daemon.log()
    assert unlabelled_repeats(room) == []
    if point == CERTAIN_REPEAT:
        assert any(message["repeat"] for message in room.received), (
            "sent before the kill, so it must come again, labelled"
        )
    assert len(room.received) <= len(SHOWS[:3]) + 1


def told_names(room: Newsroom) -> set[str]:
    return {event["title"] for message in room.received for event in message["items"]}


def unlabelled_repeats(room: Newsroom) -> list[str]:
    seen: set[str] = set()
    wrong = []
    for message in room.received:
        refs = {event["ref"] for event in message["items"]}
        if refs & seen and not message["repeat"]:
            wrong.append(str(refs & seen))
        seen |= refs
    return wrong


def test_random_kills_lose_nothing(tmp_path: Path) -> None:
    """A short form of the long harness: the daemon dies at moments of its own while news keeps coming."""
    with Web() as web:
        room = Newsroom(web)
        config = room.configuration(tmp_path)
        with WatcherProcess("check", "--config", str(config), log=tmp_path / "first.log") as first:
            assert first.exit_code() == 0, first.log()
        for number, show in enumerate(SHOWS):
            with WatcherProcess("run", "--config", str(config), log=tmp_path / f"{number}.log") as daemon:
                daemon.wait_for("ready")
                room.announce(show)
                time.sleep(0.9 + 0.17 * number)
                daemon.signal(signal.SIGKILL)
                daemon.exit_code()
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "last.log") as daemon:
            wait_until(lambda: set(SHOWS) <= told_names(room))
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0
    assert unlabelled_repeats(room) == []
    assert integrity(tmp_path / "state" / "watcher.db") == "ok"
