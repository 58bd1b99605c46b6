"""Parse untrusted bytes where they can do no harm: in worker processes with limits.

`ParserPool` keeps two workers, so that one hostile document delays no other source. It starts them when there is
something to parse, replaces them after a number of tasks and lets them go when idle. A worker that runs too long,
takes too much memory or dies costs one look at one source (`ParseError`, "hostile"); the pool and the event loop live
on. `InlineParser` has the same interface and parses in this process: for tools and tests.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import threading
import time
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from watcher.config.settings import Limits
from watcher.errors import ParseError
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed

if TYPE_CHECKING:  # most looks parse nothing: whoever parses loads it
    from pebble import ProcessPool

_TASKS_PER_WORKER = 2000
_CPU_GRACE = 2
_GARBAGE = 20_000
"""After so many new objects rubbish that refers to itself is looked for: parsed entries hardly ever do."""
_STOPPED_AT = 0.9
"""Share of the allowed time after which a worker is stopped: stopping takes some, too."""


class Parser(Protocol):
    """Whoever turns bytes into entries."""

    async def parse(self, kind: str, body: bytes, context: ParseContext) -> Parsed: ...


class InlineParser:
    """Parse in this process: no limits, no isolation."""

    async def parse(self, kind: str, body: bytes, context: ParseContext) -> Parsed:
        return parse_here(kind, body, context)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


class ParserPool:
    """Worker processes for parsing; an async context manager."""

    def __init__(
        self, *, limits: Limits | None = None, workers: int = 2, tasks: int = _TASKS_PER_WORKER, idle: float = 60.0
    ) -> None:
        self._limits = limits or Limits()
        self._workers, self._tasks, self._idle = workers, tasks, idle
        self._pool: ProcessPool | None = None
        self._busy = 0
        self._reaper: asyncio.TimerHandle | None = None
        self._stopping: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def running(self) -> bool:
        """Whether there are worker processes at the moment."""
        return self._pool is not None

    async def parse(self, kind: str, body: bytes, context: ParseContext) -> Parsed:
        """Parse in a worker; raise `ParseError` for whatever becomes of it."""
        try:
            try:
                return await self._in_worker(kind, body, context)
            except BrokenExecutor:  # an idle worker died: no document's doing, so once more with fresh ones
                return await self._in_worker(kind, body, context)
        except (ParseError, asyncio.CancelledError):
            raise
        except Exception as error:  # around a parser worker: whatever it died of is the document's doing
            raise _hostile(error) from error

    async def _in_worker(self, kind: str, body: bytes, context: ParseContext) -> Parsed:
        self._cancel_reaper()
        pool = self._pool = self._pool or self._started()
        self._busy += 1
        try:
            future = pool.schedule(
                parse_here, args=(kind, body, context), timeout=_STOPPED_AT * self._limits.parse_seconds
            )
            return await asyncio.wrap_future(future)
        finally:
            self._busy -= 1
            self._retire(pool)

    async def aclose(self) -> None:
        """Stop all workers."""
        self._cancel_reaper()
        if self._pool is not None:
            self._let_go()
        while self._stopping:
            await asyncio.gather(*self._stopping)

    def _started(self) -> ProcessPool:
        import multiprocessing  # noqa: PLC0415

        from pebble import ProcessPool  # noqa: PLC0415

        limits = (self._limits.parse_memory, self._limits.parse_seconds)
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=self._tasks,
            initializer=limit_worker,
            initargs=limits,
            context=multiprocessing.get_context("spawn"),
        )

    def _retire(self, pool: ProcessPool) -> None:
        """Replace a pool that broke; let an idle one go after a while."""
        if self._pool is pool and not pool.active:
            self._let_go()
        elif self._busy == 0 and self._pool is not None:
            self._reaper = asyncio.get_running_loop().call_later(self._idle, self._let_go)

    def _cancel_reaper(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
            self._reaper = None

    def _let_go(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            task = asyncio.ensure_future(asyncio.to_thread(_stop, pool))
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)


def parse_here(kind: str, body: bytes, context: ParseContext) -> Parsed:
    """Parse in this process."""
    if kind not in KINDS:
        raise ParseError(f"there is no kind of source called {kind!r}", reason="unreadable")
    _renew_cpu()
    try:
        return KINDS[kind].parse(body, context)
    except (MemoryError, RecursionError) as error:
        raise _hostile(error) from error


def _hostile(error: BaseException) -> ParseError:
    """Name what became of a worker."""
    from pebble import ProcessExpired  # noqa: PLC0415

    match error:
        case FutureTimeoutError():
            what = "took too long to parse"
        case ProcessExpired():
            what = f"killed the process that parsed it (exit code {error.exitcode})"
        case MemoryError():
            what = "took too much memory to parse"
        case RecursionError():
            what = "is nested too deeply"
        case _:
            what = f"could not be parsed ({type(error).__name__}: {str(error)[:200]})"
    return ParseError(f"the document {what}", reason="hostile")


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


_cpu_seconds = 0.0


def _end_with_parent() -> None:
    """End when the program does, however it does: a killed one cannot stop its workers."""
    from multiprocessing import parent_process  # noqa: PLC0415

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def limit_worker(memory: int, seconds: float) -> None:
    """Bound a fresh worker: address space, processor time, no core dumps, no interest in the terminal."""
    global _cpu_seconds  # noqa: PLW0603 (a worker process has one job and one limit)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    _cpu_seconds = seconds
    gc.set_threshold(_GARBAGE)
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()


def _renew_cpu() -> None:
    """Give each task its own processor time: the limit counts the life of a process."""
    if _cpu_seconds:
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + _cpu_seconds + _CPU_GRACE), hard))
