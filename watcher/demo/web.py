"""A small web on loopback whose pages change as the demo's story goes on.

Every host name ends in ``.example`` and is led to 127.0.0.1 by the resolver that the demo hands to the fetcher;
pages carry an ETag, so that an unchanged one is answered 304 as real servers do.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(slots=True)
class Site:
    """What the web holds now: (host, path) → (content type, text)."""

    pages: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    """Status of every answer given, for the story's closing figures."""

    def put(self, host: str, path: str, text: str, content_type: str = "text/html; charset=utf-8") -> None:
        self.pages[host, path] = (content_type, text)


class DemoWeb:
    """Serves a `Site` on a free loopback port while the context lasts."""

    def __init__(self) -> None:
        self.site = Site()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.site))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers.get("Host", "").split(":")[0]
            kind, text = site.pages.get((host, self.path), ("", ""))
            body = text.encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if not kind:
                self._answer(404, "text/plain", b"not found")
            elif self.headers.get("If-None-Match") == etag:
                self._answer(304, kind, b"", etag)
            else:
                self._answer(200, kind, body, etag)

        def _answer(self, status: int, kind: str, body: bytes, etag: str = "") -> None:
            site.answers.append(status)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the terminal for the story."""

    return Handler
