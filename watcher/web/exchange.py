"""One request and one answer over one connection, by the rules of h11.

In:    bytes of whoever connects.
Out:   the head of their request; bytes of our answer, with the headers that let a browser only show it.
Never: a second request on one connection, a body, anything taken from the request in the answer.
"""

from __future__ import annotations

from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

import h11

from watcher.web.gate import METHODS, Asked

HEAD: Final = 16 * 1024
"""Bytes that a request line with its headers may have."""
PIECE: Final = 4096
LEFT: Final = 256 * 1024
"""Bytes that are still taken from somebody refused, so that they see the answer and not a broken line."""
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
GUARDS: Final = (
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    body: bytes
    kind: str = "text/html; charset=utf-8"


class BadRequestError(Exception):
    """What came is no request of HTTP/1; *status* says in which way."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Exchange:
    """The server's side of one connection; it takes one request and is then at its end."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._rules = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD)
        writer.transport.set_write_buffer_limits(high=0)  # a drained answer is one that has left

    async def asked(self) -> Asked | None:
        """Read the head of a request; None where they leave without one. Raises `BadRequestError`."""
        try:
            while (event := self._rules.next_event()) is h11.NEED_DATA:
                self._rules.receive_data(await self._reader.read(PIECE))
        except h11.RemoteProtocolError as error:
            raise BadRequestError(HTTPStatus(error.error_status_hint)) from None
        if not isinstance(event, h11.Request):
            return None
        return Asked(method=event.method, target=event.target, headers=[(name, value) for name, value in event.headers])

    async def answer(self, answer: Answer, *, head_only: bool = False) -> None:
        """Send *answer* and end the conversation."""
        if self._rules.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        self._send(
            h11.Response(status_code=answer.status, reason=answer.status.phrase.encode(), headers=_heads(answer))
        )
        if not head_only and answer.body:
            self._send(h11.Data(data=answer.body))
        self._send(h11.EndOfMessage())
        await self._writer.drain()
        self._writer.write_eof()
        await self._let_finish()

    def _send(self, event: h11.Event) -> None:
        self._writer.write(self._rules.send(event) or b"")

    async def _let_finish(self) -> None:
        """Take what they still send, up to a bound: who is cut off while sending may not see the answer."""
        left = LEFT
        while left > 0 and (piece := await self._reader.read(PIECE)):
            left -= len(piece)


def _heads(answer: Answer) -> list[tuple[str, str]]:
    heads = [
        ("Date", formatdate(usegmt=True)),
        ("Content-Type", answer.kind),
        ("Content-Length", str(len(answer.body))),
        ("Connection", "close"),
        *GUARDS,
    ]
    if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
        heads.append(("Allow", b", ".join(METHODS).decode()))
    if answer.status is HTTPStatus.UNAUTHORIZED:
        heads.append(("WWW-Authenticate", 'Basic realm="Season Watcher", charset="UTF-8"'))
    return heads
