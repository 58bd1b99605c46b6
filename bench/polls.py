"""What a poll costs beside others: `make bench`, or `python bench/polls.py --feeds 1000 --rounds 3`.

In:    nginx, the package index for the rivals' environments (once).
Out:   medians of processor time and peak memory, their ratio to bare httpx; requests and 304s from the server's log.
Never: anything beyond loopback while measuring; the user's files.

Rivals take turns, so that what else the machine does hits all alike. A figure means something only beside the others
of the same run.
"""

# ruff: noqa: INP001, S603, T201 - a script that prints and starts programs

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rivals import RIVALS, Rival, environment
from web import ECHO, Web, web

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / "build" / "bench"
LIMIT = 300.0
"""Seconds for one command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One poll of one rival."""

    rival: str
    phase: str
    cpu: float
    wall: float
    peak: float
    """MB."""
    answers: Counter[str]


def main() -> None:
    """Measure and print."""
    options = _options()
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        print("bench: nginx is not installed; nothing measured (Debian: apt install nginx-light)")
        return
    if options.latency and not ECHO.exists():
        print(f"bench: late answers need {ECHO} (Debian: apt install libnginx-mod-http-echo); nothing measured")
        return
    wanted = [rival for rival in RIVALS if not options.rivals or rival.name in options.rivals]
    here = {rival.name: environment(rival, ENVIRONMENTS) for rival in wanted}
    rivals = [rival for rival in wanted if here[rival.name] is not None]
    for rival in wanted:
        if rival not in rivals:
            print(f"bench: {rival.name} is left out: its environment could not be made")
    with (
        TemporaryDirectory(prefix="watcher-bench-") as folder,
        web(Path(folder) / "web", options.feeds, nginx, pages=options.pages, latency=options.latency) as served,
    ):
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", str(ROOT / "watcher")], env=compiled(own=True), check=True
        )
        contest = Contest(served, Path(folder), {name: path for name, path in here.items() if path is not None})
        runs = list(contest.play(rivals, options.rounds, time.monotonic() + options.budget))
    report(runs, options.feeds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget", type=float, default=600, help="seconds in all; what is left then is left out")
    parser.add_argument("--pages", action="store_true", help="news lists in place of feeds")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds by which each answer is late")
    parser.add_argument(
        "--rivals", type=lambda text: text.split("; "), default=[], help="only these; 'watcher; httpx GET'"
    )
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class Contest:
    """All rivals over one web."""

    served: Web
    folder: Path
    environments: dict[str, Path]

    def play(self, rivals: list[Rival], rounds: int, until: float) -> Iterator[Run]:
        """Poll cold once, then unchanged and with one feed in a hundred changed, in turns."""
        for rival in rivals:
            self._state(rival).mkdir()
            rival.prepare(self._state(rival), self.served.urls)
        phases = ["cold", *(["unchanged"] * rounds), *(["changed"] * rounds)]
        for phase in phases:
            if phase == "changed":
                self.served.publish(max(1, self.served.feeds // 100))
            for rival in rivals:
                if time.monotonic() < until:
                    yield self._run(rival, phase)

    def _state(self, rival: Rival) -> Path:
        return self.folder / rival.name.replace(" ", "-").replace(",", "")

    def _run(self, rival: Rival, phase: str) -> Run:
        command = rival.command(self.environments[rival.name], self._state(rival))
        self.served.seen()
        cpu, wall, peak = timed(command, self._state(rival) / "output.log", own=not rival.needs)
        run = Run(rival=rival.name, phase=phase, cpu=cpu, wall=wall, peak=peak, answers=self.served.seen())
        print(
            f"  {phase:10} {rival.name:24} {cpu:7.2f} s  {wall:7.2f} s  {peak:6.0f} MB  {dict(run.answers)}", flush=True
        )
        return run


def compiled(*, own: bool) -> dict[str, str]:
    """Let all run compiled, as what is installed does, whatever this shell says; this program's lies apart."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | ({"PYTHONPYCACHEPREFIX": str(ENVIRONMENTS / "compiled")} if own else {})


def timed(command: list[str], log: Path, *, own: bool) -> tuple[float, float, float]:
    """Run a command; give processor seconds, wall seconds and peak MB, as the kernel counts them."""
    begin = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, env=compiled(own=own)
        )
        while True:
            pid, _, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begin > LIMIT:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.005)
    process.returncode = 0
    return used.ru_utime + used.ru_stime, time.monotonic() - begin, used.ru_maxrss / 1024


def report(runs: list[Run], feeds: int) -> None:
    """Print medians and ratios."""
    cpu: dict[tuple[str, str], list[float]] = defaultdict(list)
    peak: dict[tuple[str, str], list[float]] = defaultdict(list)
    wall: dict[tuple[str, str], list[float]] = defaultdict(list)
    for run in runs:
        cpu[run.phase, run.rival].append(run.cpu)
        peak[run.phase, run.rival].append(run.peak)
        wall[run.phase, run.rival].append(run.wall)
    print(f"\n{feeds} feeds, medians; × is the ratio to bare httpx of this run")
    print(f"{'':10} {'':24} {'CPU s':>8} {'×':>7} {'peak MB':>8} {'×':>6} {'wall s':>8}")
    for (phase, rival), values in cpu.items():
        base, memory = cpu.get((phase, "httpx GET")), peak.get((phase, "httpx GET"))
        ratio = statistics.median(values) / statistics.median(base) if base else float("nan")
        size = statistics.median(peak[phase, rival])
        sizes = size / statistics.median(memory) if memory else float("nan")
        took = statistics.median(wall[phase, rival])
        print(
            f"{phase:10} {rival:24} {statistics.median(values):8.2f} {ratio:7.2f} {size:8.0f} {sizes:6.2f} {took:8.2f}"
        )
    polite = all(run.answers["304"] == feeds == run.answers.total() for run in runs if _ours(run, "unchanged"))
    print(f"requests of an unchanged poll: {'exactly one a feed, all 304' if polite else 'NOT one 304 a feed'}")


def _ours(run: Run, phase: str) -> bool:
    return run.phase == phase and run.rival.startswith("watcher")


if __name__ == "__main__":
    sys.exit(main())
