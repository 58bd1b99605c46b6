"""Many small jobs for one thread, done together: what waits while one turn is under way makes the next turn.

Nobody waits for company: where there is only one job, its turn begins at once. A turn that fails over a bug (not a
`WatcherError`, which concerns them all) is done again, each job alone: so work must be all or nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

from watcher.errors import WatcherError

T = TypeVar("T")
R = TypeVar("R")

MOST = 64
"""Jobs in one turn."""


class Turns(Generic[T, R]):
    """Collects jobs of one sort. *work* does many at once, on *thread*; its `WatcherError`, all of its turn get."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], thread: Executor) -> None:
        self._work = work
        self._thread = thread
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._alone: list[tuple[T, asyncio.Future[R]]] = []
        """Jobs of a turn that failed: one of them has met a bug, which must not be the others' affair."""
        self._running = False

    async def do(self, job: T) -> R:
        """Do *job* in the next turn."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, future))
        self._begin()
        return await future

    def _begin(self) -> None:
        # Whoever gave up meanwhile wants nothing done.
        self._waiting = [(job, future) for job, future in self._waiting if not future.done()]
        self._alone = [(job, future) for job, future in self._alone if not future.done()]
        if self._running or not (self._alone or self._waiting):
            return
        if self._alone:
            turn, self._alone = self._alone[:1], self._alone[1:]
        else:
            turn, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        jobs = [job for job, _ in turn]
        self._running = True
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._work, jobs)
        running.add_done_callback(lambda done: self._end(done, turn))

    def _end(self, done: asyncio.Future[Sequence[R]], turn: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        self._running = False
        error = asyncio.CancelledError() if done.cancelled() else done.exception()
        if len(turn) > 1 and isinstance(error, Exception) and not isinstance(error, WatcherError):
            self._alone += turn
        else:
            results: Sequence[R | None] = [None] * len(turn) if error else done.result()
            for (_, future), result in zip(turn, results, strict=True):
                if not future.done():
                    _settle(future, result, error)
        self._begin()


def _settle(future: asyncio.Future[R], result: R | None, error: BaseException | None) -> None:
    if isinstance(error, asyncio.CancelledError):
        future.cancel()
    elif error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)  # type: ignore[arg-type]  # there is one where there is no error
