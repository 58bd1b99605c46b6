"""Parse untrusted bytes where they can do no harm: in worker processes with limits (`worker.py`).

`ParserPool` keeps a worker, and a second one where a document has to wait, so that a hostile one delays no other source
for more than a second. It starts them when there is something to parse, replaces them after a number of tasks and lets
them go when idle. A worker that runs too long, takes too much memory or dies costs one look at one source
(`ParseError`, "hostile"); the pool and the event loop live on. Workers share nothing, each has a line of its own:
whatever one dies of, no lock is left behind (decision 19).
`InlineParser` has the same interface and parses in this process: for tools and tests.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast
from zoneinfo import ZoneInfo

from watcher.config.settings import Limits
from watcher.errors import ParseError
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.worker import BEGUN, HEAD, framed, parse_here

_TASKS_PER_WORKER = 2000
_STOPPED_AT = 0.9
"""Share of the allowed time after which a worker is stopped: stopping takes some, too."""
_START = timedelta(seconds=60)
"""How long a worker may take until it begins with its first task, on a machine that has much else to do."""
_PATIENCE = timedelta(seconds=1)
"""How long a document waits for a worker at work before another one is started: most are read in some milliseconds."""
_END = timedelta(seconds=2)
"""How long a worker may take to end by itself."""
_BUFFER = 1 << 20
_LONGEST = 1 << 28
"""Bytes of the longest answer that is read."""
_MAKERS = {("watcher.model", "_entry"), ("watcher.model", "_block")}
"""Functions that values of this package are put together with."""
_INHERITED = ("PATH", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
"""What a worker sees of the environment, beside Python's own settings: no passwords."""
_PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop()); from watcher.sources.worker import main; main()"
_HOME = Path(__file__).parents[2]
"""Where this package lies: a worker must run the same code."""


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
        self._most = workers
        self._tasks, self._idle_seconds = tasks, idle
        self._numbers = count()
        self._running = 0
        self._asked = 0
        self._reaper: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._begin()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def running(self) -> bool:
        """Whether there are worker processes at the moment."""
        return bool(self._running)

    async def parse(self, kind: str, body: bytes, context: ParseContext) -> Parsed:
        """Parse in a worker; raise `ParseError` for whatever becomes of it."""
        task = framed((kind, body, context))
        self._cancel_reaper()
        self._asked += 1
        try:
            while True:
                try:
                    return await self._ask(task)
                except _DiedIdleError:  # no document's doing, so once more with another
                    continue
        finally:
            self._asked -= 1
            if not self._asked:
                self._reaper = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    async def aclose(self) -> None:
        """Stop all workers."""
        self._cancel_reaper()
        self._let_go()
        while self._ending:
            await asyncio.gather(*self._ending)

    async def _ask(self, task: bytes) -> Parsed:
        worker = await self._place()
        try:
            if worker is None:
                worker = await _Worker.started(self._limits)
                self._running += 1
            answer = await worker.ask(task)
        except BaseException:
            if worker is not None:
                worker.kill()
                self._end(worker)
            self._free_place(None)
            raise
        hostile = not isinstance(answer, Parsed) and answer[0] == "hostile"
        if hostile or worker.tasks >= self._tasks:  # a document may have filled its memory
            self._end(worker)
            worker = None
        self._free_place(worker)
        if isinstance(answer, Parsed):
            return answer
        reason, message = answer
        raise ParseError(message, reason=reason)

    def _begin(self) -> None:
        self._places: asyncio.PriorityQueue[tuple[bool, int, _Worker | None]] = asyncio.PriorityQueue()
        """Workers that are idle, the last used first; after them places without a worker."""
        self._further = self._most - 1
        """Places that are opened only when all others have been taken for a while."""
        self._free_place(None)

    def _free_place(self, worker: _Worker | None) -> None:
        self._places.put_nowait((worker is None, -next(self._numbers), worker))

    async def _place(self) -> _Worker | None:
        """Wait for a worker; None where one is to be started."""
        if self._further:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE.total_seconds()):
                    return (await self._places.get())[2]
            if self._further:
                self._further -= 1
                return None
        return (await self._places.get())[2]

    def _cancel_reaper(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
            self._reaper = None

    def _let_go(self) -> None:
        """End all workers; none of them is at work."""
        while not self._places.empty():
            if (worker := self._places.get_nowait()[2]) is not None:
                self._end(worker)
        self._begin()

    def _end(self, worker: _Worker) -> None:
        self._running -= 1
        task = asyncio.ensure_future(worker.aclose())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class _DiedIdleError(Exception):
    """A worker that had worked before was gone when it was asked again."""


class _Worker:
    """One process and the line to it; does one task at a time."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        limits: Limits,
    ) -> None:
        self._process = process
        self._from, self._to = line
        self._seconds = limits.parse_seconds
        self.tasks = 0
        """How many it has been given."""

    @classmethod
    async def started(cls, limits: Limits) -> Self:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = _process(theirs.fileno(), limits)
        except OSError as error:  # no memory, too many processes
            ours.close()
            what = f"no process to parse in could be started ({error.strerror})"
            raise ParseError(what, reason="hostile") from error
        return cls(process, await asyncio.open_connection(sock=ours, limit=_BUFFER), limits)

    async def ask(self, task: bytes) -> Parsed | tuple[str, str]:
        """Give a frame with a task; return what the worker answers, or raise `ParseError` or `_DiedIdleError`."""
        self.tasks += 1
        try:
            async with asyncio.timeout(_START.total_seconds()):
                self._to.write(task)
                await self._to.drain()
                begun = await self._from.readexactly(HEAD)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if self.tasks > 1:
                raise _DiedIdleError from error
            raise await self._dead() from error
        except TimeoutError as error:
            raise ParseError("no process to parse in has started in time", reason="hostile") from error
        try:
            async with asyncio.timeout(_STOPPED_AT * self._seconds):
                length = int.from_bytes(await self._from.readexactly(HEAD))
                if begun != BEGUN or length > _LONGEST:
                    raise ParseError("the document made the process that parsed it talk nonsense", reason="hostile")
                return unpacked(await self._from.readexactly(length))
        except TimeoutError as error:
            raise ParseError("the document took too long to parse", reason="hostile") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._dead() from error

    def kill(self) -> None:
        self._process.kill()

    async def aclose(self) -> None:
        """Close the line, which ends the worker, and see it end."""
        self._to.close()
        await asyncio.to_thread(self._wait)

    async def _dead(self) -> ParseError:
        code = await asyncio.to_thread(self._wait)
        what = f"the document killed the process that parsed it (exit code {code})"
        return ParseError(what, reason="hostile")

    def _wait(self) -> int:
        try:
            return self._process.wait(_END.total_seconds())
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _process(line: int, limits: Limits) -> subprocess.Popen[bytes]:
    limit = (str(line), str(limits.parse_memory), str(limits.parse_seconds))
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-P", "-c", _PROGRAM, *limit, str(_HOME)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(line,),
        env=_environment(os.environ),
        process_group=0,  # a terminal's Ctrl-C is for the program alone
    )


def _environment(whole: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in whole.items() if key in _INHERITED or key.startswith(("PYTHON", "LC_"))}


def unpacked(packed: bytes) -> Parsed | tuple[str, str]:
    """Give the answer of a worker, or raise `ParseError` for one that no worker of ours gives."""
    try:
        return cast("Parsed | tuple[str, str]", _Values(BytesIO(packed)).load())
    except Exception as error:  # a worker that a document has taken over may answer with anything
        raise ParseError(f"the document was answered with nonsense ({error})", reason="hostile") from error


class _Values(pickle.Unpickler):
    """Read values of this package and of time, nothing that could be called: a worker has read what strangers wrote."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ("builtins", "getattr"):  # how a ZoneInfo says what makes it
            return _zone_maker
        ours = module.partition(".")[0] == "watcher"
        if ours or module in {"datetime", "zoneinfo"}:
            found: object = super().find_class(module, name)
            if isinstance(found, type) or (module, name) in _MAKERS:
                return found
        raise pickle.UnpicklingError(f"a parser worker may not answer with {module}.{name}")


def _zone_maker(owner: object, name: str) -> object:
    if owner is ZoneInfo and name == "_unpickle":
        return lambda key, _known: ZoneInfo(key)
    raise pickle.UnpicklingError(f"a parser worker may not answer with {name} of {owner!r}")
