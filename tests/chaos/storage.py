"""Fail every call to the database in turn, in a look with news and in its delivery: nothing is lost, nothing doubled.

    make chaos        (after the kills)

Each try begins with the same small database, lets call number N fail (that one, or all from there on), lets the
machine meet it, mends the disk, restarts and goes on until the outbox is empty. N runs until no call is left to fail.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.faulty_storage import FaultyStorage
from tests.support.whole import LANTERNS, ORBIT, TITLES, Whole, announcement, post
from watcher.errors import StoreError

ERRORS = ("disk I/O error", "database or disk is full", "database is locked")
WANTED = sorted((title.name, "announced") for title in (LANTERNS, ORBIT))


def sweep(folder: Path, error: str, *, sticky: bool, step: int = 1) -> dict[str, Any]:
    """Let call 1, 1 + *step*, … fail; return how many there were and what went wrong."""
    first = folder / "first"
    with Whole(first, titles=TITLES) as whole:
        whole.feed(post("An old post"))
        whole.look()
        whole.close()
        wrong: list[str] = []
        tries = 0
        for number in range(1, 10_000, step):
            tries += 1
            _again(whole, first, folder / f"{number}")
            calls = _meet(whole, number, error, sticky=sticky)
            wrong += [f"call {number}: {what}" for what in _outcome(whole)]
            whole.close()
            if calls < number:
                break
        return {"error": error, "sticky": sticky, "calls": calls, "tries": tries, "wrong": wrong}


def _again(whole: Whole, first: Path, folder: Path) -> None:
    """Begin again from the database after the first look, in the same world."""
    shutil.copytree(first, folder)
    whole.begin_again(folder)
    whole.feed(announcement(LANTERNS), announcement(ORBIT), post("An old post"))


def _meet(whole: Whole, number: int, error: str, *, sticky: bool) -> int:
    """Look and send while call *number* fails; the daemon would stop at a StoreError, and be started again."""
    disk = FaultyStorage(whole.store, fail_at=number, sticky=sticky, error=error, reads=True)
    with disk.installed(), contextlib.suppress(StoreError):
        whole.look()
        whole.look()
    return disk.calls


def _outcome(whole: Whole) -> Iterator[str]:
    """Mend the disk, go on, and say what is wrong in the end."""
    whole.close()
    for _ in range(3):
        whole.look(hours=3)
    told: list[tuple[str, str]] = []
    labelled = 0
    for message in whole.hook.accepted:
        said = [(item["title"], item["type"]) for item in message["items"] if item["kind"] == "event"]
        labelled += message["repeat"]
        if any(one in told for one in said) and not message["repeat"]:
            yield "an unlabelled repeat"
        told += [one for one in said if one not in told]
    if sorted(told) != WANTED:
        yield f"told {told}"
    if labelled > 1:
        yield f"{labelled} labelled repeats"
    if problems := whole.store.integrity():
        yield f"integrity: {problems[0]}"
    if waiting := whole.store.pending():
        yield f"{len(waiting)} still wait"


def run(step: int = 1, errors: tuple[str, ...] = ERRORS) -> list[dict[str, Any]]:
    """Sweep with every error, once and sticky."""
    found = []
    for error in errors:
        for sticky in (False, True):
            with tempfile.TemporaryDirectory(prefix="sweep-") as name:
                found.append(sweep(Path(name), error, sticky=sticky, step=step))
    return found


def main() -> None:
    logging.disable(logging.CRITICAL)
    begun = time.monotonic()
    found = run()
    summary = {"seconds": round(time.monotonic() - begun, 1), "sweeps": found}
    sys.stdout.write(json.dumps(summary, indent=2) + "\n")
    sys.exit(1 if any(one["wrong"] for one in found) else 0)


if __name__ == "__main__":
    main()
