"""A day of very many sources and titles, its time compressed: `make scale`, or `python bench/scale.py --sources 2000`.

In:    nginx.
Out:   for each simulated hour: looks, answers, processor time and memory of the process tree, lag behind schedule, size
       of the database; what a second costs in which nothing is due.
Never: anything beyond loopback; the user's files.

All is the real thing: the daemon's own looks, due times, housekeeping and sender, requests to a real nginx over
loopback, parser workers, a database on disk with `synchronous=FULL`. Only the clock is ours. While work is under way
it runs as fast as the real one; when there is nothing to do it jumps to the second in which the next source is due. So
lag is what a machine of this speed would show.
"""

# ruff: noqa: INP001, T201 - a script that prints; it takes the place of the daemon's ticker

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import web
from web import Web, name_of

from watcher.config.load import load_config
from watcher.daemon.service import DRAIN, HOUSEKEEPING, REMIND, TICK, Daemon
from watcher.store import Store

START = datetime(2026, 11, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOLD_OF = 1000
"""Watched titles that posts tell of: one post in a hundred names one."""
NAMES = 10
"""Names of one title, its aliases counted."""
SYLLABLES = "bel cor dra fen gol hal jor kel lum mor nal pel quo ras sol tur vel wex yar zin".split()  # noqa: SIM905
_LINE = "{:>5} {:>7} {:>24} {:>7} {:>7} {:>26} {:>5} {:>12}"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class CompressedClock:
    """Runs with the real one, and can be moved ahead."""

    def __init__(self) -> None:
        self._ahead = START - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def skip_to(self, moment: datetime) -> None:
        """Let the time until *moment* pass at once."""
        self._ahead += max(moment - self(), timedelta(0))


@dataclass(slots=True)
class Hour:
    """What one simulated hour took."""

    number: int
    looks: int = 0
    lags: list[float] = field(default_factory=list)
    cpu: float = 0.0
    wall: float = 0.0


class Day(Daemon):
    """The daemon, driven by a clock of ours in place of its ticker."""

    clock: CompressedClock
    served: Web

    async def live(self, hours: int, budget: float) -> None:
        """Live for *hours*, or until the *budget* of real seconds is used up."""
        await self._take(self._config)
        begun, first = time.monotonic(), Hour(number=0)
        await self._engine.poller.catch_up()
        caught_up, paid = time.monotonic() - begun, used_by_tree()
        print(f"the machine put together, titles caught up: {caught_up:.1f} s")
        print(
            _LINE.format(
                "hour", "looks", "answers", "CPU s", "wall s", "lag s: median, 95 %, most", "MB", "database MB"
            )
        )
        for number in range(hours):
            hour = Hour(number=number) if number else first
            await self._hour(hour, paid, begun, budget)
            self._tell(hour)
            paid = used_by_tree()
            if time.monotonic() - begun > budget:
                print(f"the budget of {budget:.0f} s is used up")
                break
        await self._quiet()
        await self._settle(timedelta(seconds=30))
        await self._engine_stack.aclose()

    async def _hour(self, hour: Hour, paid: float, begun: float, budget: float) -> None:
        end, wall = START + (hour.number + 1) * HOUR, time.monotonic()
        aside = time.process_time()
        if hour.number:
            self.served.publish(max(1, self.served.feeds // 100))
        aside = time.process_time() - aside
        while self._now() < end and time.monotonic() - begun < budget:
            before = set(self._polls)
            self._begin_looks()
            now = self._now()
            fresh = self._polls.keys() - before
            hour.lags += [(now - self._next[id_]).total_seconds() for id_ in fresh]
            hour.looks += len(fresh)
            await self._until_next_tick(end)
        await self._housekeep()
        await self._remind()
        hour.cpu, hour.wall = used_by_tree() - paid - aside, time.monotonic() - wall

    async def _until_next_tick(self, end: datetime) -> None:
        """Wait for the looks under way, at most until the next tick; where there are none, jump ahead."""
        tick = self._now() + TICK
        if self._polls:
            await asyncio.wait(self._polls.values(), timeout=TICK.total_seconds())
        if not self._polls:
            due = min(self._next.values())
            self.clock.skip_to(min(end, max(tick, due + timedelta(microseconds=1_000_000 - due.microsecond))))

    def _tell(self, hour: Hour) -> None:
        lags = sorted(hour.lags) or [0.0]
        late = f"{statistics.median(lags):.1f} {lags[int(len(lags) * 0.95)]:.1f} {lags[-1]:.1f}"
        answers = " ".join(f"{status}: {count}" for status, count in sorted(self.served.seen().items()))
        size = sum(path.stat().st_size for path in self._store.path.parent.glob(f"{self._store.path.name}*")) / 1e6
        cpu, wall, memory = f"{hour.cpu:.1f}", f"{hour.wall:.1f}", f"{memory_of_tree():.0f}"
        print(_LINE.format(hour.number, hour.looks, answers, cpu, wall, late, memory, f"{size:.1f}"), flush=True)

    async def _quiet(self) -> None:
        """Measure what a second costs in which nothing is due: the ticks that this run has jumped over."""
        kept, self._next = self._next, {id_: START + timedelta(days=999) for id_ in self._next}
        costs: dict[str, float] = {}
        for name, times in (("tick", 50), ("drain", 50), ("remind", 5)):
            begin = time.process_time()
            for _ in range(times):
                if name == "tick":
                    self._begin_looks()
                else:
                    await (self._drain() if name == "drain" else self._remind())
            costs[name] = (time.process_time() - begin) / times
        self._next = kept
        hourly = sum(
            costs[name] * (HOUR / every) for name, every in (("tick", TICK), ("drain", DRAIN), ("remind", REMIND))
        )
        told = ", ".join(f"{name} {cost * 1000:.2f} ms" for name, cost in costs.items())
        print(f"nothing due: {told}; {hourly:.1f} s of processor time an hour beside what stands above")
        print(f"housekeeping every {HOUSEKEEPING} is counted in each hour")


def used_by_tree() -> float:
    """Give the processor seconds of this process and its workers, the web server's left out."""
    return sum(os.times()[:4]) + sum(_used(pid) for pid in _workers())


def memory_of_tree() -> float:
    """Give the PSS of this process and its workers, in MB."""
    return sum(_pss(pid) for pid in ("self", *_workers())) / 1024


def _workers() -> Iterator[str]:
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            if "nginx" not in Path(f"/proc/{pid}/comm").read_text():
                yield pid


def _used(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _pss(pid: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def write_config(folder: Path, served: Web, titles: int) -> Path:
    """Write a configuration of all sources, and of titles with ten names each."""
    head = (
        f'[watcher]\nstate = "{folder}/state"\ntimezone = "UTC"\nallow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\n'
        'packs = []\ncontact = "https://example.org/bench"\n'
    )
    rows = [head]
    rows += [
        f'[[title]]\nname = "{names[0]}"\nseason = 2\naliases = [{", ".join(map(repr, names[1:]))}]\n'.replace("'", '"')
        for names in map(names_of, range(titles))
    ]
    rows += [
        f'[[source]]\nname = "s{number}"\nkind = "feed"\nurl = "{url}"\ntier = 3\n'
        for number, url in enumerate(served.urls)
    ]
    path = folder / "config.toml"
    path.write_text("\n".join(rows))
    return path


def names_of(title: int) -> list[str]:
    """Make the names of a title; the first titles are those that posts tell of."""
    numbers = range(title * NAMES, (title + 1) * NAMES)
    made = [f"{_word(number)} {_word(13 * (number // 8000) + 401)}" for number in numbers]
    return [name_of(title), *made[1:]] if title < TOLD_OF else made


def _word(number: int) -> str:
    return "".join(SYLLABLES[number // 20**place % 20] for place in range(3)).capitalize()


def main() -> None:
    """Live the day and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--titles", type=int, default=10_000, help=f"each of {NAMES} names")
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--items", type=int, default=10, help="posts that a feed shows")
    parser.add_argument(
        "--budget", type=float, default=560, help="real seconds for the day; what is left then is left out"
    )
    options = parser.parse_args()
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        print("scale: nginx is not installed; nothing measured (Debian: apt install nginx-light)")
        return
    logging.disable(logging.CRITICAL)
    web.ITEMS, web.SHARE = options.items, 0.0
    with (
        TemporaryDirectory(prefix="watcher-scale-") as name,
        web.web(Path(name) / "web", options.sources, nginx) as served,
    ):
        folder = Path(name)
        path = write_config(folder, served, options.titles)
        begin = time.process_time()
        config = load_config(path).config
        print(f"{options.sources:,} sources, {options.titles * NAMES:,} names of {options.titles:,} titles")
        print(f"configuration read in {time.process_time() - begin:.1f} s of processor time")
        clock = CompressedClock()
        store = Store.open(config.database, now=clock())
        day = Day(config, store, reload=lambda: config, now=clock)
        day.clock, day.served = clock, served
        asyncio.run(day.live(options.hours, options.budget))
        store.close()


if __name__ == "__main__":
    main()
