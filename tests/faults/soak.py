"""Look and fail for long, and see what stays behind: memory, descriptors, threads.

LOOKS=100000 FAILURES=10000 make soak
"""

from __future__ import annotations

import gc
import json
import logging
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.faults.changes import FAULTS
from tests.support.whole import Whole, post
from watcher.engine import Engine

WARM_UP = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


def soak(folder: Path, *, looks: int, failures: int, seed: int = 1) -> dict[str, Any]:
    """Look *looks* times, *failures* of them badly; compare the process after a warm-up with the end."""
    chance = random.Random(seed)
    with Whole(folder) as whole:

        async def play(machine: Engine) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
            source = whole.config.sources[0]
            warm = _measure()
            for number in range(looks):
                if chance.random() < failures / looks:
                    whole.web.answers("/feed.xml", chance.choice(list(FAULTS.values())))
                elif chance.random() < 0.1:
                    whole.feed(*(post(f"Post {number + place}") for place in range(20)))
                whole.clock.pass_(hours=2)
                await machine.poller.poll(source)
                if number % 10 == 0:
                    await machine.drain(whole.clock())
                    for kept in (whole.web.seen, whole.hook.web.seen, whole.hook.accepted):
                        kept.clear()  # the receivers live in this process, too
                if number == int(looks * WARM_UP):
                    warm = _measure()
            return warm, _measure()

        begun = time.monotonic()
        warm, end = whole.during(play)
        grown = [after - before for before, after in zip(warm, end, strict=True)]
        return {
            "looks": looks,
            "failures": failures,
            "seconds": round(time.monotonic() - begun, 1),
            "memory_grown_mb": round(grown[0] / 1e6, 2),
            "descriptors_grown": grown[1],
            "threads_grown": grown[2],
        }


def _measure() -> tuple[int, int, int]:
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
    return resident, len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def main() -> None:
    logging.disable(logging.CRITICAL)
    looks, failures = (
        int(os.environ.get(name, number)) for name, number in (("LOOKS", "100000"), ("FAILURES", "10000"))
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        found = soak(Path(name), looks=looks, failures=failures)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    sys.exit(1 if found["memory_grown_mb"] > 5 or found["descriptors_grown"] > 2 or found["threads_grown"] > 1 else 0)


if __name__ == "__main__":
    main()
