"""A scripted web server on loopback: what it answers is data, what it was asked is a list.

::

    with Web() as web:
        web.page("/feed.xml", b"<rss/>", headers={"ETag": '"1"'})     # answers 304 to a matching condition by itself
        web.answers("/flaky", Answer(status=503), Answer(b"<rss/>"))  # one after another; the last one stays
        web.raw("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")   # bytes as they are, then the line is cut
        web.raw("/drip", *(step for _ in range(99) for step in (b"x", 0.05)))  # numbers are pauses in seconds
        web.raw("/never", HANG)
        web.call("/hook", lambda seen: Answer(status=204))
        client.get(web.url("/feed.xml"))
        assert [seen.path for seen in web.seen] == ["/feed.xml"]

It runs in a thread of its own, so synchronous tests, asyncio tests and other processes can all talk to it. Everything
can be changed while it runs. Paths are compared without their query first; an unknown path is a 404.
`Web(tls=...)` speaks TLS, `Web(greeting=...)` sends steps on connect without reading a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

HANG = math.inf
"""A step that holds the line open until the other side, or the test, ends it."""

Step = bytes | float
Steps = Iterable[Step]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; Content-Length is added unless `headers` has one or Transfer-Encoding."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are on the line, and pauses; afterwards the line is closed."""

    steps: Callable[[], Steps]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Handler = Callable[[Seen], Answer | Raw]


class Web:
    """The server; a context manager."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        greeting: Sequence[Step] | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.seen: list[Seen] = []
        self.connections = 0
        """How many connections were opened, whether or not a request came over them."""
        self._tls = tls
        self._greeting = greeting
        self._handlers: dict[str, Handler] = {}
        self._lines: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="scripted-web")

    # What it answers

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    def page(
        self, path: str, body: bytes | str, *, headers: Mapping[str, str] | None = None, status: int = 200
    ) -> None:
        """Serve *body*; an ETag or Last-Modified in *headers* makes conditional requests work."""
        data = body.encode() if isinstance(body, str) else body
        answer = Answer(data, status, dict(headers or {}))
        self.call(path, lambda seen: _conditional(answer, seen))

    def answers(self, path: str, *answers: Answer | Raw) -> None:
        """Serve these one after another; the last one stays."""
        left = list(answers)
        self.call(path, lambda _: left.pop(0) if len(left) > 1 else left[0])

    def redirect(self, path: str, location: str, *, status: int = 302) -> None:
        self.answers(path, Answer(status=status, headers={"Location": location}))

    def raw(self, path: str, *steps: Step) -> None:
        self.answers(path, Raw(lambda: steps))

    def stream(self, path: str, steps: Callable[[], Steps]) -> None:
        """Serve what *steps* yields, which may be endless."""
        self.answers(path, Raw(steps))

    def call(self, path: str, handler: Handler) -> None:
        """Serve what *handler* makes of each request; it runs in the server's thread."""
        self._handlers[path] = handler

    def drop(self, path: str) -> None:
        """Serve 404 there again."""
        self._handlers.pop(path, None)

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if path in {seen.path, seen.target}]

    # How it runs

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()

    async def _serve(self) -> None:
        self._loop.set_exception_handler(lambda *_: None)  # broken handshakes are what tests are about
        server = await asyncio.start_server(
            self._accept, self.host, self.port, ssl=self._tls, backlog=1024, limit=1 << 20
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        self._loop.remove_reader(server.sockets[0].fileno())
        await asyncio.sleep(0)  # one that was accepted just now would not be closed with the server
        server.close()
        for _ in range(8):  # a connection may just be on its way in, a handshake may hang, a close takes a round
            await asyncio.sleep(0)
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        line = self._loop.create_task(self._line(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        line.add_done_callback(lambda _: writer.close())  # also where it was cancelled before it began

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                if self._greeting is not None:
                    await _play(self._greeting, reader, writer)
                    return
                while await self._exchange(reader, writer):
                    pass
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 0.2)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        seen = await _read(reader)
        self.seen.append(seen)
        handler = self._handlers.get(seen.target) or self._handlers.get(seen.path)
        answer = handler(seen) if handler else Answer(b"no such page", 404)
        if isinstance(answer, Raw):
            await _play(answer.steps(), reader, writer)
            return False
        if answer.delay:
            await asyncio.sleep(answer.delay)
        writer.write(_render(answer, head=seen.method == "HEAD"))
        await writer.drain()
        return seen.headers.get("connection", "").lower() != "close"


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)


async def _play(steps: Steps, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    gone = asyncio.ensure_future(reader.read())
    try:
        for step in steps:
            if writer.is_closing():
                return
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await asyncio.wait({gone}, timeout=None if math.isinf(step) else step)
    finally:
        gone.cancel()


def _conditional(answer: Answer, seen: Seen) -> Answer:
    given = {name.lower(): value for name, value in answer.headers.items()}
    etag, modified = given.get("etag"), given.get("last-modified")
    if "if-none-match" in seen.headers:
        fresh = etag is not None and seen.headers["if-none-match"] == etag
    else:
        fresh = modified is not None and seen.headers.get("if-modified-since") == modified
    return Answer(b"", 304, answer.headers) if fresh else answer


def _render(answer: Answer, *, head: bool) -> bytes:
    names = {name.lower() for name in answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{name}: {value}" for name, value in answer.headers.items())]
    if not names & {"content-length", "transfer-encoding"} and answer.status not in {204, 304}:
        lines.append(f"Content-Length: {len(answer.body)}")
    text = "\r\n".join(lines) + "\r\n\r\n"
    return text.encode("latin-1") + (b"" if head or answer.status in {204, 304} else answer.body)


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """Yield a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]
