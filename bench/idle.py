"""What the program costs when nothing happens: `python bench/idle.py`.

In:    nginx.
Out:   processor time of `watcher --help` beside that of `python -c "import argparse"`; memory (PSS of the process
       tree) of a daemon that has looked at all its sources and waits.
Never: anything beyond loopback; the user's files.
"""

# ruff: noqa: INP001, S603, T201 - a script that prints and starts programs

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from polls import compiled, timed
from rivals import RIVALS
from web import web

PATIENCE = 240.0
"""Seconds in which all sources must have been looked at, and the workers have gone."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--sources", type=int, default=200)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="watcher-idle-") as name:
        asked_for_help(Path(name), options.rounds)
        nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if nginx is None:
            print("idle: nginx is not installed; memory not measured (Debian: apt install nginx-light)")
        else:
            waiting(Path(name), options.sources, nginx)


def asked_for_help(folder: Path, rounds: int) -> None:
    """Run both commands in turns, once unmeasured."""
    commands = {
        "watcher --help": [sys.executable, "-m", "watcher", "--help"],
        "import argparse": [sys.executable, "-c", "import argparse"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cpu, _, _ = timed(command, folder / "output.log", own=True)
            if number:
                taken[name].append(cpu)
    medians = {name: statistics.median(values) for name, values in taken.items()}
    for name, median in medians.items():
        print(f"{name:18} {median * 1000:7.1f} ms of processor time")
    ratios = [one / other for one, other in zip(*taken.values(), strict=True)]
    ratio = medians["watcher --help"] / medians["import argparse"]
    print(f"ratio of medians {ratio:.1f}; median of the pairs' ratios {statistics.median(ratios):.1f}")


def waiting(folder: Path, sources: int, nginx: str) -> None:
    """Let a daemon look at everything once; tell its memory while it works and when it waits."""
    with web(folder / "web", sources, nginx) as served:
        RIVALS[0].prepare(folder, served.urls)
        command = [sys.executable, "-m", "watcher", "run", "--config", str(folder / "config.toml")]
        with (folder / "output.log").open("wb") as log:
            daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=compiled(own=True))
            try:
                follow(daemon.pid, served_all=lambda: served.seen()["200"], sources=sources)
            finally:
                daemon.terminate()
                daemon.wait(30)


def follow(pid: int, *, served_all: Callable[[], int], sources: int) -> None:
    """Watch the tree until its workers have gone."""
    until, answered, most = time.monotonic() + PATIENCE, 0, 0.0
    while time.monotonic() < until:
        time.sleep(1)
        answered += served_all()
        tree = [str(pid), *children(str(pid))]
        size = sum(pss(one) for one in tree) / 1024
        most = max(most, size)
        if answered >= sources and not any(parses(one) for one in tree):
            print(f"daemon, {sources} sources: {most:.0f} MB at most while looking, {size:.0f} MB idle (PSS)")
            return
    print(f"daemon: {answered} of {sources} sources answered within {PATIENCE:.0f} s, or its workers have stayed")


def children(pid: str) -> list[str]:
    """List the processes below one."""
    try:
        below = [one for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*below, *(further for one in below for further in children(one))]


def parses(pid: str) -> bool:
    """Say whether a process is a worker."""
    try:
        return b"sources.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def pss(pid: str) -> int:
    """Give the share of memory of a process, in kB; 0 for one that has just gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


if __name__ == "__main__":
    main()
