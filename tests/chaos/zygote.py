"""Start the real program many times without paying for its imports each time.

`python -m tests.chaos.zygote` imports what `watcher run` needs and then forks: one process for each order it reads from
standard input, in which the command line runs as it would in a fresh interpreter. The process that is killed is a
process of its own, with its own threads, connections and parser workers.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from watcher.sources.pool import InlineParser

WANTED = (
    *("watcher.cli.run", "watcher.sources.feed", "watcher.notify.channels.email", "apscheduler.triggers.interval"),
    *("alembic.context", "sqlalchemy.dialects.sqlite.pysqlite", "anyio._backends._asyncio", "babel.dates"),
)


class Zygote:
    """Orders processes from a fork server. One at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.zygote"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        self._server.wait(10)
        assert self._server.stdout is not None
        self._server.stdout.close()

    @property
    def _input(self) -> IO[str]:
        assert self._server.stdin is not None
        return self._server.stdin

    def start(self, *arguments: str, env: Mapping[str, str] | None = None, inline: bool = False) -> int:
        """Start ``watcher ARGUMENTS`` and return the process id; *inline* saves the start of a parser worker."""
        log = str(self._folder / "daemon.log")
        order = {"argv": arguments, "env": dict(env or {}), "log": log, "inline": inline}
        self._input.write(json.dumps(order) + "\n")
        self._input.flush()
        return self._answer()

    def wait(self) -> int:
        """Wait for the process to end and return how it did, as `os.waitpid` says it."""
        return os.waitstatus_to_exitcode(self._answer())

    def _answer(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())


def serve() -> None:
    """Read orders, fork, tell the process id, wait, tell the status."""
    _end_with_parent()
    for name in WANTED:
        importlib.import_module(name)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_child(**order))
        print(pid, file=answers)
        print(os.waitpid(pid, 0)[1], file=answers)


def _end_with_parent() -> None:
    """Leave nothing behind when the harness itself is killed (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _child(argv: Sequence[str], env: Mapping[str, str], log: str, *, inline: bool) -> int:
    _end_with_parent()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, out), (2, out)):
        os.dup2(source, target)
    os.closerange(3, 64)
    os.environ.update(env)
    importlib.reload(importlib.import_module("watcher.failpoint"))
    if inline:
        engine = importlib.import_module("watcher.engine")
        engine.__dict__["ParserPool"] = lambda **_: InlineParser()
    from watcher.cli.app import run  # noqa: PLC0415 - only the child is the program

    try:
        return run(argv)
    except BaseException:  # noqa: BLE001 - whatever it is belongs into the log of the child
        traceback.print_exc()
        return 99


if __name__ == "__main__":
    serve()
