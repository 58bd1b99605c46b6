"""The daemon is killed between commit, send and mark; nothing is lost and what repeats says so.

A short form of `make chaos`, which kills a thousand times; the machinery is the same.
"""

from __future__ import annotations

import json
import os
import random
import signal
from pathlib import Path

from tests.chaos.kills import RUNNING, passed, run
from tests.chaos.storage import sweep
from tests.chaos.world import World
from tests.chaos.zygote import Zygote
from tests.support.daemon import WatcherProcess
from tests.support.newsroom import SHOWS, Newsroom
from tests.support.waiting import wait_until
from tests.support.web import Web

CERTAIN_REPEAT = "send.after"


def test_h1_h2_a_kill_at_each_step_loses_nothing_and_labels_what_repeats(tmp_path: Path) -> None:
    with Zygote(tmp_path) as zygote, World(tmp_path, random.Random(1)) as world:
        command = ("run", "--config", str(world.config))
        for point in RUNNING:
            world.publish(2)
            world.life += 1
            zygote.start(*command, env={"WATCHER_FAILPOINT": point}, inline=True)
            assert zygote.wait() == -signal.SIGKILL, point
            world.look_at_database()
            world.life += 1
            before = len(world.arrivals)
            pid = zygote.start(*command, inline=True)
            wait_until(lambda: not any(world.missing().values()))
            os.kill(pid, signal.SIGTERM)
            assert zygote.wait() == 0, (tmp_path / "daemon.log").read_text()
            world.collect_mail()
            if point == CERTAIN_REPEAT:
                assert any(one.labelled for one in world.arrivals[before:]), "sent before the kill, so it comes again"
        verdict = world.verdict()
    assert verdict["lost"] == verdict["unlabelled_repeats"] == verdict["repeats_with_another_key"] == 0, verdict
    assert verdict["most_labelled_repeats_a_life"] == 1
    assert verdict["faults"] == []


def test_h1_random_kills_lose_nothing() -> None:
    summary = run(5, seed=int.from_bytes(os.urandom(4)))
    assert passed(summary), json.dumps(summary, indent=1)


def test_h2_the_program_as_it_is_started_survives_a_kill_right_after_sending(tmp_path: Path) -> None:
    """The same with a fresh interpreter and parser workers, as a service manager starts it."""
    with Web() as web:
        room = Newsroom(web)
        config = room.configuration(tmp_path)
        room.announce(SHOWS[0])
        env = {"WATCHER_FAILPOINT": "send.after"}
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "killed.log", env=env) as daemon:
            assert daemon.exit_code() == -signal.SIGKILL, daemon.log()
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "again.log") as daemon:
            wait_until(lambda: len(room.received) == 2)
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0, daemon.log()
    assert [message["repeat"] for message in room.received] == [False, True]
    assert len(set(room.keys)) == 1


def test_h3_storage_calls_that_fail_lose_nothing(tmp_path: Path) -> None:
    """Every 19th call here, all of them in `make chaos`."""
    for name, error, sticky in (("once", "disk I/O error", False), ("all", "database or disk is full", True)):
        found = sweep(tmp_path / name, error, sticky=sticky, step=19)
        assert found["calls"] > 50
        assert found["wrong"] == []


def test_l9_the_workers_of_a_killed_daemon_end_with_it(tmp_path: Path) -> None:
    with Web() as web:
        config = Newsroom(web).configuration(tmp_path)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for("polled")
            workers = children(daemon.process.pid)
            daemon.signal(signal.SIGKILL)
            daemon.exit_code()
        assert workers
        wait_until(lambda: not any(alive(pid) for pid in workers))


def children(pid: int) -> set[int]:
    """List the processes that *pid* or its threads have started."""
    found = set[int]()
    for task in Path(f"/proc/{pid}/task").iterdir():
        found |= {int(child) for child in (task / "children").read_text().split()}
    return found


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(") ")[2][0] != "Z"
