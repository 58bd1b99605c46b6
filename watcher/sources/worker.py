"""Parse in a process that may be lost: what runs in a parser worker (`pool.py` starts it and speaks with it).

A worker reads tasks from its line, answers each twice – "begun", then what became of it – and ends when the line is
closed, which the kernel sees to when the program dies. It has the program's code but not its environment, opens
nothing and knows no secrets.

A frame is eight bytes of length, big-endian, and so many bytes of pickle; length 0 says that a task has begun.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import socket
import sys
import threading
import time
from io import BufferedRWPair

from watcher.errors import ParseError
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed

HEAD = 8
"""Bytes of a frame's length."""
BEGUN = bytes(HEAD)

_CPU_GRACE = 2
_GARBAGE = 20_000
"""After so many new objects rubbish that refers to itself is looked for: parsed entries hardly ever do."""


def parse_here(kind: str, body: bytes, context: ParseContext) -> Parsed:
    """Parse in this process."""
    if kind not in KINDS:
        raise ParseError(f"there is no kind of source called {kind!r}", reason="unreadable")
    try:
        return KINDS[kind].parse(body, context)
    except MemoryError as error:
        raise ParseError("the document took too much memory to parse", reason="hostile") from error
    except RecursionError as error:
        raise ParseError("the document is nested too deeply", reason="hostile") from error


def framed(value: object) -> bytes:
    """Give *value* as it travels between the program and its workers."""
    packed = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return len(packed).to_bytes(HEAD) + packed


def main() -> None:
    """Work until the line is closed; its number, the bytes of memory and the seconds a task may take are arguments."""
    number, memory, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    line = socket.socket(fileno=number)
    _limit(memory)
    threading.Thread(target=_end_with, args=(line.fileno(),), daemon=True, name="line").start()
    with line.makefile("rwb") as stream:
        while head := stream.read(HEAD):
            kind, body, context = pickle.loads(stream.read(int.from_bytes(head)))  # noqa: S301 - from the program itself
            if kind in KINDS:
                KINDS[kind].load()
            _send(stream, BEGUN)
            _renew_cpu(seconds)
            _send(stream, framed(_outcome(kind, body, context)))
            del body


def _outcome(kind: str, body: bytes, context: ParseContext) -> Parsed | tuple[str, str]:
    """Give what was parsed, or reason and message of what went wrong."""
    try:
        return parse_here(kind, body, context)
    except ParseError as error:
        return error.reason, str(error)
    except Exception as error:  # noqa: BLE001 - the boundary around a parser worker: it is the document's doing
        return "hostile", f"the document could not be parsed ({type(error).__name__}: {str(error)[:200]})"


def _send(stream: BufferedRWPair, frame: bytes) -> None:
    stream.write(frame)
    stream.flush()


def _limit(memory: int) -> None:
    """Bound this process: address space, no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    gc.set_threshold(_GARBAGE)


def _renew_cpu(seconds: float) -> None:
    """Give each task its own processor time: the limit counts the life of a process."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds + _CPU_GRACE), hard))


def _end_with(line: int) -> None:
    """End when the other side does, however it does, in the middle of a document, too."""
    watch = select.poll()
    watch.register(line, 0)  # a hang-up is told unasked
    watch.poll()
    os._exit(1)
