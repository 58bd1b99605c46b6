"""Deadlines in real time, as the service has them: what drips ends after 30 seconds, and holds up nobody else.

make deadlines      # about two minutes; best on a machine that does nothing else
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.asking import Asker, unused_port
from tests.support.daemon import WatcherProcess
from tests.support.fetching import fetcher
from tests.support.waiting import until
from tests.support.web import HANG, Answer, Seen, Step, Web
from tests.support.whole import Whole, announcement, post
from watcher.config.settings import Limits, WebConfig
from watcher.daemon.heap import settle_heap
from watcher.daemon.service import Daemon
from watcher.daemon.systemd import ServiceManager
from watcher.errors import FetchError
from watcher.fetch.exchange import Request
from watcher.store import Store

DEADLINE, TOLERANCE, LATE, STALL = 30.0, 1.0, 2.0, 0.1
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/atom+xml\r\n"
PAUSE = 1.0
WATCHED = 75.0
COPIES = 5
FEED = b'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>f</title><updated>2026-11-01T00:00:00Z</updated></feed>'
ATTACK = """
import socket, sys, time
port, until = int(sys.argv[1]), time.time() + float(sys.argv[2])
head = f"Host: 127.0.0.1:{port}\\r\\n".encode()
lines = []
while time.time() < until:
    while len(lines) < 500:
        try:
            line = socket.create_connection(("127.0.0.1", port), timeout=1)
            line.sendall(b"GET / HTTP/1.1\\r\\nX-Slow: ")
            line.setblocking(False)
            lines.append(line)
        except OSError:
            break
    for first in (b"GET /" + b"a" * 10 * 2**20, b"GET / HTTP/1.1\\r\\n" + head + b"\\r\\n", b"GET /sources HTTP/1.1\\r\\n" + head + b"\\r\\n"):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.sendall(first)
                while line.recv(65536):
                    pass
        except OSError:
            pass
    for line in list(lines):
        try:
            line.send(b"a")
        except OSError:
            lines.remove(line)
            line.close()
"""


def drip(head: bytes, piece: bytes, pause: float = PAUSE) -> Callable[[], Iterator[Step]]:
    def steps() -> Iterator[Step]:
        yield head
        while True:
            yield piece
            yield pause

    return steps


def packed() -> Iterator[Step]:
    """Drip a whole gzip body, a byte at a time."""
    body = gzip.compress(os.urandom(4096))
    yield OK + f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for byte in body:
        yield bytes([byte])
        yield PAUSE


VARIANTS: dict[str, Callable[[], Iterator[Step]]] = {
    "A2 silent": lambda: iter([HANG]),
    "A3 a byte a second": drip(OK + b"Content-Length: 99999\r\n\r\n", b"x"),
    "A3 a packed byte a second": packed,
    "A4 a header line a second": drip(OK, b"X-Slow: 1\r\n"),
    "A4 a header byte a second": drip(OK + b"X-Slow: ", b"x"),
    "A5 103 without end": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.1),
    "A6 chunks of one byte": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "A21 slow hops": lambda: iter(
        [8.0, b"HTTP/1.1 302 Found\r\nLocation: /A21-slow-hops\r\nContent-Length: 0\r\n\r\n"]
    ),
}


def path_of(variant: str) -> str:
    return "/" + variant.replace(" ", "-")


def serve(web: Web) -> None:
    for variant, steps in VARIANTS.items():
        web.stream(path_of(variant), steps)


# -- how long one fetch takes ------------------------------------------------------------------------------------


def fetch_times() -> dict[str, float]:
    """Fetch each variant with the limits of the service, all at once; tell the seconds each took."""
    with Web() as web, Web(greeting=[HANG]) as stalled:
        serve(web)
        addresses = {variant: web.url(path_of(variant)) for variant in VARIANTS}
        addresses["A19 a handshake that stalls"] = f"https://127.0.0.1:{stalled.port}/"
        return asyncio.run(_fetch_all(addresses))


async def _fetch_all(addresses: dict[str, str]) -> dict[str, float]:
    limits = Limits()
    more = {"raw_bytes": limits.raw_bytes, "decoded_bytes": limits.decoded_bytes, "per_host": 16}
    async with fetcher(deadline=limits.deadline.total_seconds(), **more) as asking:

        async def one(url: str) -> float:
            begun = time.monotonic()
            with suppress(FetchError):
                await asking.fetch(Request(url=url))
            return round(time.monotonic() - begun, 2)

        return dict(zip(addresses, await asyncio.gather(*map(one, addresses.values())), strict=True))


# -- how late the others are -------------------------------------------------------------------------------------


def lateness(copies: int, seconds: float) -> dict[str, Any]:
    """Let the real service look at six sources that answer and *copies* of all that drip; how late are looks at the six?"""
    arrived: dict[str, list[float]] = defaultdict(list)
    planned: dict[str, set[float]] = defaultdict(set)

    def good(seen: Seen) -> Answer:
        arrived[seen.path.strip("/")].append(time.time())
        return Answer(FEED, headers={"Content-Type": "application/atom+xml"})

    with tempfile.TemporaryDirectory(prefix="deadlines-") as name, Web(host="0.0.0.0") as web:
        serve(web)
        for number in range(6):
            web.call(f"/good{number}", good)
        config = _configuration(Path(name), web, copies)
        log = Path(name) / "run.log"
        with WatcherProcess("run", "--config", str(config), log=log) as daemon:
            daemon.wait_for("ready")
            end = time.monotonic() + seconds
            with Store.open(Path(name) / "state" / "watcher.db", now=datetime.now(UTC), read_only=True) as store:
                while time.monotonic() < end:
                    for state in store.all_source_states():
                        if state.next_look is not None and state.source_id.startswith("good"):
                            planned[state.source_id].add(state.next_look.timestamp())
                    time.sleep(0.05)
            ended = daemon.log().count("poll failed")
    late = [
        arrival - plan for id_, plans in planned.items() for plan in plans if (arrival := _next(arrived[id_], plan))
    ]
    return {
        "looks": len(late),
        "latest": round(max(late), 2),
        "mean": round(sum(late) / len(late), 2),
        "drips_ended": ended,
    }


def _next(arrivals: list[float], plan: float) -> float | None:
    return min((one for one in arrivals if one >= plan - 0.01), default=None)


def _configuration(folder: Path, web: Web, copies: int) -> Path:
    addresses = iter(range(2, 250))
    sources = [(f"good{number}", f"/good{number}", "2s") for number in range(6)]
    sources += [
        (f"slow{copy}-{number}", path_of(one), "1m") for copy in range(copies) for number, one in enumerate(VARIANTS)
    ]
    blocks = [
        f'[[source]]\nname = "{name}"\nkind = "feed"\nevery = "{every}"\n'
        f'url = "{web.url(path, host=f"127.0.0.{next(addresses)}")}"\n'
        for name, path, every in sources
    ]
    top = f'[watcher]\nstate = "{folder / "state"}"\nallow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\npacks = []\n'
    path = folder / "config.toml"
    path.write_text(
        "\n".join(
            [top, '[[title]]\nname = "Copper Lanterns"\n', *blocks, '[[channel]]\nname = "c"\nurl = "console:"\n']
        )
    )
    return path


# -- how long the loop stands still ------------------------------------------------------------------------------


def page_stalls(seconds: float = 15.0) -> dict[str, float]:
    """Attack the status page of a service in this process, from another one; how long does the service's loop stand?"""
    port = unused_port()
    with tempfile.TemporaryDirectory(prefix="deadlines-") as name, Whole(Path(name)) as whole:
        whole.feed(announcement(), *(post(f"Post {number}") for number in range(50)))
        whole.look()
        every = replace(whole.config.sources[0], every=timedelta(seconds=1))
        whole.config = replace(whole.config, web=WebConfig(host="127.0.0.1", port=port), sources=(every,))
        return asyncio.run(_stalls(whole, port, seconds))


async def _stalls(whole: Whole, port: int, seconds: float) -> dict[str, float]:
    settle_heap()
    daemon = Daemon(whole.config, whole.store, reload=lambda: whole.config, manager=ServiceManager({}))
    running = asyncio.create_task(daemon.run())
    await until(Asker(port).answers)
    await asyncio.sleep(2)
    quiet = await _longest(seconds / 3)
    attacker = subprocess.Popen([sys.executable, "-c", ATTACK, str(port), str(seconds)])  # noqa: ASYNC220 - starts at once
    amid = await _longest(seconds)
    begun = time.monotonic()
    served = await asyncio.to_thread(Asker(port).get, "/health")
    took = time.monotonic() - begun
    await asyncio.to_thread(attacker.wait)
    daemon.stop()
    await running
    return {
        "quiet": round(quiet, 3),
        "amid": round(amid, 3),
        "health_status": served.status,
        "health_seconds": round(took, 2),
    }


async def _longest(seconds: float) -> float:
    """Measure the longest time in which this loop did not turn."""
    longest, until = 0.0, time.monotonic() + seconds
    before = time.monotonic()
    while before < until:
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, before = max(longest, now - before - 0.005), now
    return longest


def main() -> None:
    times, alone, late, stalls = fetch_times(), lateness(0, 25), lateness(COPIES, WATCHED), page_stalls()
    found = {"load": os.getloadavg(), "seconds": times, "alone": alone, "beside_drips": late, "loop_stalls": stalls}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    on_time = all(abs(took - DEADLINE) <= TOLERANCE for took in times.values())
    sys.exit(0 if on_time and late["latest"] <= LATE and stalls["amid"] <= STALL else 1)


if __name__ == "__main__":
    main()
