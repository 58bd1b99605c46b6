"""Asking the status page as a browser, a program or an attacker does: over a socket, byte by byte.

::

    with status_page(whole) as page:          # the real server over the database of `whole`, on a port of its own
        page.get("/").status == 200
        page.send(b"POST / HTTP/1.1\\r\\n…")     # whatever one likes
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.support.waiting import wait_until
from tests.support.whole import Whole
from watcher.config.settings import Secret, WebConfig
from watcher.situation import Life
from watcher.web.server import StatusPage


@dataclass(frozen=True)
class Reply:
    """An answer, taken apart."""

    raw: bytes

    @property
    def status(self) -> int:
        return int(self.raw.split(b" ", 2)[1]) if self.raw else 0

    @property
    def headers(self) -> dict[str, str]:
        lines = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    @property
    def text(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[2].decode()


@dataclass(frozen=True)
class Asker:
    """Asks the page at one port of 127.0.0.1."""

    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def send(self, request: bytes) -> Reply:
        """Send bytes and take everything that comes back until the line is closed."""
        with self.connect() as line:
            with suppress(OSError):  # it may be closed while we still send
                line.sendall(request)
            return Reply(received(line))

    def ask(self, method: str, path: str, *, host: str | None = None, **headers: str) -> Reply:
        """Ask for a path; *host* is sent as given, headers with ``_`` for ``-``."""
        heads = {"Host": host or f"127.0.0.1:{self.port}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in heads.items())]
        return self.send("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, **headers)

    def answers(self) -> bool:
        """Say whether anybody listens there."""
        try:
            self.connect().close()
        except OSError:
            return False
        return True


def received(line: socket.socket) -> bytes:
    """Take what comes until the line is closed or broken."""
    pieces = []
    with suppress(OSError):
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def basic(token: str) -> str:
    """Write a token as a browser sends it."""
    return "Basic " + base64.b64encode(f"me:{token}".encode()).decode()


def unused_port() -> int:
    """Find a port on which nothing listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(whole: Whole) -> Life:
    """Say that the service moves."""
    return Life(scheduler=timedelta(0), sender=timedelta(0), begun=whole.clock())


@contextmanager
def status_page(
    whole: Whole,
    *,
    token: str | None = None,
    names: tuple[tuple[str, int], ...] = (),
    life: Callable[[], Life] | None = None,
) -> Iterator[Asker]:
    """Run the status page over the database of *whole*."""
    port = unused_port()
    web = WebConfig(host="127.0.0.1", port=port, token=Secret(token) if token else None, names=names)
    assert whole.store  # the database is there
    page = StatusPage(replace(whole.config, web=web), life=life or (lambda: alive(whole)), now=whole.clock)
    page.start()
    try:
        asker = Asker(port)
        wait_until(asker.answers)
        yield asker
    finally:
        page.close()
