"""Who may ask for what: settled before anything looks at the database.

In:    the head of a request, where the page listens.
Out:   `Granted` or `Refused`.
Never: a path on the disk, a word of the request in an answer or in the log.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from watcher.config.settings import WebConfig

METHODS: Final = (b"GET", b"HEAD")
_OWN: Final = ("localhost", "127.0.0.1", "[::1]")
_UNSAID: Final = (80, 443)
"""Ports that browsers leave out."""


class Route(StrEnum):
    """All that can be asked for; every other path is not there."""

    HOME = "/"
    NEWS = "/news"
    SOURCES = "/sources"
    MESSAGES = "/messages"
    STYLE = "/style.css"
    HEALTH = "/health"


_ROUTES: Final = {route.value.encode(): route for route in Route}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The head of a request; header names in lower case."""

    method: bytes
    target: bytes
    headers: Sequence[tuple[bytes, bytes]]

    def of(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """It may be answered."""

    route: Route
    trusted: bool
    """Whoever asks may know details, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It is not answered."""

    status: HTTPStatus


def decide(asked: Asked, web: WebConfig) -> Granted | Refused:
    """Settle a request: the name it came by, then the method, then the token, then what it asks for."""
    if not _by_our_name(asked, web):
        return Refused(status=HTTPStatus.MISDIRECTED_REQUEST)
    if asked.method not in METHODS:
        return Refused(status=HTTPStatus.METHOD_NOT_ALLOWED)
    route = _ROUTES.get(asked.target.partition(b"?")[0])
    trusted = web.token is None or _has_token(asked, web.token)
    if not trusted and route is not Route.HEALTH:
        return Refused(status=HTTPStatus.UNAUTHORIZED)
    return Refused(status=HTTPStatus.NOT_FOUND) if route is None else Granted(route=route, trusted=trusted)


def _by_our_name(asked: Asked, web: WebConfig) -> bool:
    """Say whether they mean us: a page elsewhere whose name was turned to our address does not."""
    named = asked.of(b"host")
    return len(named) == 1 and named[0].lower() in _names(web)


def _names(web: WebConfig) -> set[bytes]:
    pairs = [*((name, web.port) for name in _OWN), *web.names]
    with_port = {web.place, *(f"{name}:{port}" for name, port in pairs)}
    without = {name for name, port in pairs if port in _UNSAID}
    return {name.encode() for name in with_port | without}


def _has_token(asked: Asked, token: str) -> bool:
    """Compare in constant time; a browser sends the token as a password, a program as a bearer token."""
    given = asked.of(b"authorization")
    return len(given) == 1 and hmac.compare_digest(_token_of(given[0]), token.encode())


def _token_of(value: bytes) -> bytes:
    scheme, _, rest = value.partition(b" ")
    if scheme.lower() == b"bearer":
        return rest.strip()
    if scheme.lower() != b"basic":
        return b""
    try:
        return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
