"""The real program as a child process: started, signalled, killed, its log read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class WatcherProcess:
    """`watcher …` as a process of its own; ended by its own id at the end of the context.

    *within* is a program that puts restrictions on itself and becomes ours.
    """

    def __init__(
        self, *arguments: str, log: Path, env: Mapping[str, str] | None = None, within: Sequence[str] = ()
    ) -> None:
        self._log = log
        self._out = log.open("ab")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("WATCHER_", "COV"))}
        self.process = subprocess.Popen(
            [*within, sys.executable, "-m", "watcher", *arguments],
            stdout=self._out,
            stderr=subprocess.STDOUT,
            env={**clean, "PYTHONUNBUFFERED": "1", **(env or {})},
        )

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text: str, *, seconds: float = 60) -> None:
        """Wait until *text* stands in the log; fail with the log where it does not come."""
        deadline = time.monotonic() + seconds
        while text not in self.log():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"{text!r} did not come (exit {self.process.poll()}):\n{self.log()[-3000:]}")
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def exit_code(self, *, seconds: float = 60) -> int:
        return self.process.wait(timeout=seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._out.close()
