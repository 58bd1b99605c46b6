"""Kill the real daemon again and again while the studio publishes; then count what was lost or doubled.

    KILLS=1000 SEED=1 make chaos

Every life of the daemon ends by SIGKILL: at a random moment, or at a named point between commit, claim, send and mark.
A universe (database, receivers, titles) lasts for `LIVES` kills; the next one begins with a fresh one.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos.world import World
from tests.chaos.zygote import Zygote

POINTS = (
    *("store.commit.before", "store.commit.after", "outbox.claimed", "send.before", "send.after", "outbox.marked"),
    *("migrate.middle", "prune.middle"),
)
RUNNING = POINTS[:6]
LIVES = 200
LONGEST_LIFE = 1.2
"""The longest life at random, in times of what it takes here and now from the start to the end of the first look."""
LONGEST_WAIT = 3.0
"""The same for lives that are to end at a named point."""
WITH_WORKERS = 0.1
"""The share of lives that parse in worker processes, as a daemon does; the others save the time to start them."""
AT_A_POINT = 0.4
"""The share of lives that are to end at a named point."""
PATIENCE = 180.0


def universe(zygote: Zygote, world: World, kills: int, done: Counter[str], *, shown: bool) -> None:
    """Live and die *kills* times, then let one daemon finish the work."""
    (world.folder / "daemon.log").touch()
    look = 1.0
    for number in range(kills):
        world.life += 1
        point = _point(world.chance, first=number == 0)
        world.publish(world.chance.choice((1, 2, 3) if point else (0, 1, 1, 2, 3)))
        if number == 1:
            look = _life_until_first_look(zygote, world)
            done["after a look"] += 1
        else:
            done[_one_life(zygote, world, point, look=look)] += 1
        world.look_at_database()
        if shown and sum(done.values()) % 20 == 0:
            sys.stderr.write(f"\r{sum(done.values())} kills, {len(world.published)} posts")
            sys.stderr.flush()
    world.life += 1
    before = _written(world)
    pid = zygote.start("run", "--config", str(world.config))
    deadline = time.monotonic() + PATIENCE
    while any(world.missing().values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    _wait_for(b" ready ", world, before, deadline)  # before that it has no ear for signals
    os.kill(pid, signal.SIGTERM)
    if (code := zygote.wait()) != 0:
        world.faults.append(f"the last daemon ended with {code}")
    world.look_at_database()


def _point(chance: random.Random, *, first: bool) -> str:
    if first:
        return "migrate.middle"
    if chance.random() >= AT_A_POINT:
        return ""
    return f"{chance.choice(RUNNING)}:{chance.choice((1, 1, 2, 3))}"


def _written(world: World) -> int:
    return (world.folder / "daemon.log").stat().st_size


def _wait_for(said: bytes, world: World, before: int, deadline: float) -> None:
    log = world.folder / "daemon.log"
    while said not in log.read_bytes()[before:] and time.monotonic() < deadline:
        time.sleep(0.01)


def _life_until_first_look(zygote: Zygote, world: World) -> float:
    """Let a daemon live until it has looked; return how long it took: the measure of time on a machine as busy as this."""
    before, begun = _written(world), time.monotonic()
    pid = zygote.start("run", "--config", str(world.config), inline=True)
    _wait_for(b" polled ", world, before, begun + PATIENCE)
    took = time.monotonic() - begun
    _kill(pid)
    zygote.wait()
    return took


def _one_life(zygote: Zygote, world: World, point: str, *, look: float) -> str:
    """Start a daemon and see it die; return how."""
    env = {"WATCHER_FAILPOINT": point}
    workers = world.chance.random() < WITH_WORKERS
    longest = look * (world.chance.uniform(0.0, LONGEST_LIFE) if not point else LONGEST_WAIT) * (3 if workers else 1)
    pid = zygote.start("run", "--config", str(world.config), env=env, inline=not workers)
    timer = threading.Timer(longest, _kill, (pid,))
    begun = time.monotonic()
    timer.start()
    code = zygote.wait()
    timer.cancel()
    if code != -signal.SIGKILL:
        world.faults.append(f"life {world.life}: ended with {code} instead of being killed")
    return point.partition(":")[0] if point and time.monotonic() - begun < longest else "at random"


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def run(kills: int, seed: int, *, shown: bool = False) -> dict[str, Any]:
    """Kill *kills* times, in as many universes as it takes; return the sums."""
    begun, done, verdicts = time.monotonic(), Counter[str](), list[dict[str, Any]]()
    chance = random.Random(seed)
    while (left := kills - sum(done.values())) > 0:
        with (
            tempfile.TemporaryDirectory(prefix="chaos-") as name,
            Zygote(Path(name)) as zygote,
            World(Path(name), random.Random(chance.random())) as world,
        ):
            universe(zygote, world, min(left, LIVES), done, shown=shown)
            verdicts.append(world.verdict())
            sys.stderr.write(f"\n{json.dumps(verdicts[-1])}\n")
    return {
        "kills": sum(done.values()),
        "seed": seed,
        "seconds": round(time.monotonic() - begun, 1),
        "killed": dict(sorted(done.items())),
        **_sums(verdicts),
    }


def _sums(verdicts: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = ("published", "lost", "in_folded_mails_unnamed", "unlabelled_repeats", "repeats_with_another_key")
    return {
        "universes": len(verdicts),
        **{name: sum(one[name] for one in verdicts) for name in numbers},
        **{
            name: dict(sum((Counter(one[name]) for one in verdicts), Counter()))
            for name in ("messages", "labelled_repeats")
        },
        "most_labelled_repeats_a_life": max(one["most_labelled_repeats_a_life"] for one in verdicts),
        "faults": [fault for one in verdicts for fault in one["faults"]],
    }


def passed(summary: dict[str, Any]) -> bool:
    """Say whether the promise held."""
    return (
        summary["lost"] == summary["unlabelled_repeats"] == summary["repeats_with_another_key"] == 0
        and summary["most_labelled_repeats_a_life"] <= 1
        and not summary["faults"]
    )


def main() -> None:
    """Read KILLS and SEED from the environment; write the summary to standard output."""
    summary = run(int(os.environ.get("KILLS", "1000")), int(os.environ.get("SEED", "1")), shown=sys.stderr.isatty())
    sys.stdout.write(json.dumps(summary, indent=2) + "\n")
    sys.exit(0 if passed(summary) else 1)


if __name__ == "__main__":
    main()
