"""Connections that are used again while they are sound, and dropped at the first doubt.

A connection belongs to one request at a time and to no shared pool: a request that is cancelled half-way takes its own
connection with it and nothing else (httpcore's pool can lose its slots that way, encode/httpcore#1093).
"""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Protocol

import httpcore
import httpx

from watcher.config.settings import Config
from watcher.fetch.address import AddressError
from watcher.fetch.network import GuardedBackend, Resolver, SystemResolver, UnresolvedError

IDLE_SECONDS = 15.0
MAX_IDLE = 256
"""Enough for the hosts of a round, so that the second source of a host finds its connection open."""
_SAFE = frozenset({b"GET", b"HEAD"})
"""Methods that change nothing (RFC 9110 §9.2.1)."""
_DOUBTFUL = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError, httpcore.ConnectionNotAvailable)
_FOREIGN = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    AddressError,
)

Origin = tuple[bytes, bytes, int]


@cache
def tls_context() -> ssl.SSLContext:
    """Build the one TLS context of this process; the environment has no say in it."""
    return httpx.create_ssl_context(trust_env=False)


class Line(Protocol):
    """A connection to one origin, or one way to it through a proxy."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response: ...
    async def aclose(self) -> None: ...
    def is_idle(self) -> bool: ...
    def has_expired(self) -> bool: ...


class _ProxyLine:
    """A way through the proxy; used once, since the proxy keeps its own connections."""

    def __init__(self, pool: httpcore.AsyncHTTPProxy) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        return await self._pool.handle_async_request(request)

    async def aclose(self) -> None:
        await self._pool.aclose()

    def is_idle(self) -> bool:
        return False

    def has_expired(self) -> bool:
        return True


class _IdleLines:
    """Connections that wait for their next request, found by where they lead, let go by how long they have waited."""

    def __init__(self) -> None:
        self._since: dict[Line, tuple[Origin, float]] = {}
        """Those that wait longest come first."""
        self._of: dict[Origin, list[Line]] = {}

    def __len__(self) -> int:
        return len(self._since)

    def take(self, origin: Origin) -> Line | None:
        """Take the one used last."""
        lines = self._of.get(origin)
        if not lines:
            return None
        line = lines[-1]
        self._forget(line)
        return line

    def keep(self, origin: Origin, line: Line, now: float) -> None:
        self._since[line] = origin, now
        self._of.setdefault(origin, []).append(line)

    def surplus(self, now: float) -> Line | None:
        """Take one that is too many, or has waited for too long."""
        line = next(iter(self._since), None)
        if line is None or (len(self._since) <= MAX_IDLE and now - self._since[line][1] <= IDLE_SECONDS):
            return None
        self._forget(line)
        return line

    def clear(self) -> list[Line]:
        """Take all."""
        lines = list(self._since)
        self._since.clear()
        self._of.clear()
        return lines

    def _forget(self, line: Line) -> None:
        origin, _ = self._since.pop(line)
        self._of[origin].remove(line)
        if not self._of[origin]:
            del self._of[origin]


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport that reaches public addresses only, and those that the user allowed.

    Give it to an `httpx.AsyncClient` with ``trust_env=False`` and ``follow_redirects=False``, or call it directly.
    Raises httpx errors; a refused address is an `httpx.ConnectError` caused by an `AddressError`.
    """

    def __init__(
        self,
        backend: GuardedBackend,
        *,
        proxy: httpx.URL | None = None,
        context: ssl.SSLContext | None = None,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._backend = backend
        self._proxy = proxy
        self._context = context
        self._on_close = on_close
        self._idle = _IdleLines()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = _to_core(request)
        origin = _origin(asked)
        try:
            line, response = await self._exchange(origin, asked)
        except _FOREIGN as error:
            raise _to_httpx(error) from error
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(self, origin, line, response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        for line in self._idle.clear():
            await line.aclose()
        self._on_close()

    async def _exchange(self, origin: Origin, asked: httpcore.Request) -> tuple[Line, httpcore.Response]:
        # The server may hang up just as we ask again. What changes nothing may then be asked twice; a POST may not,
        # so it has a connection of its own.
        line = self._idle.take(origin) if asked.method in _SAFE else None
        if line is not None:
            with contextlib.suppress(*_DOUBTFUL):
                return line, await _send(line, asked)
        line = await self._open(origin, asked)
        return line, await _send(line, asked)

    async def _open(self, origin: Origin, asked: httpcore.Request) -> Line:
        # Built at the first need: loading the authorities takes a while.
        context = self._context or (tls_context() if self._proxy or origin[0] == b"https" else None)
        if self._proxy is not None:
            await self._check_target(origin)
            return _ProxyLine(_proxy_pool(self._proxy, self._backend, context))
        return httpcore.AsyncHTTPConnection(
            asked.url.origin,
            ssl_context=context,
            keepalive_expiry=IDLE_SECONDS,
            http2=True,
            network_backend=self._backend,
        )

    async def _check_target(self, origin: Origin) -> None:
        # The proxy connects, so this check is the best there is; a name that only the proxy knows is its affair.
        try:
            await self._backend.addresses(origin[1].decode("ascii"), origin[2])
        except UnresolvedError:
            return

    async def release(self, origin: Origin, line: Line) -> None:
        """Keep *line* for the next request if it is sound, else close it."""
        now = time.monotonic()
        if not line.is_idle() or line.has_expired():
            await line.aclose()
            return
        self._idle.keep(origin, line, now)
        while (surplus := self._idle.surplus(now)) is not None:
            await surplus.aclose()


class _Body(httpx.AsyncByteStream):
    """The raw body of one answer; closing it gives the connection back or away."""

    def __init__(self, owner: GuardedTransport, origin: Origin, line: Line, response: httpcore.Response) -> None:
        self._owner = owner
        self._origin = origin
        self._line: Line | None = line
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._response.aiter_stream():
                yield piece
        except _FOREIGN as error:
            raise _to_httpx(error) from error

    async def aclose(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await self._response.aclose()
            await self._owner.release(self._origin, line)


def guarded_transport(
    config: Config, *, resolve: Resolver | None = None, context: ssl.SSLContext | None = None
) -> GuardedTransport:
    """Build a transport that obeys *config*: its allowed networks, its size limits, its proxy."""
    proxy = httpx.URL(str(config.proxy)) if config.proxy else None
    system = SystemResolver(config.limits.concurrency)
    backend = GuardedBackend(
        resolve=resolve or system,
        allow=config.allow_networks,
        limit=2 * config.limits.raw_bytes + (1 << 20),
        trusted=() if proxy is None else (proxy.raw_host.decode("ascii"),),
    )
    return GuardedTransport(backend, proxy=proxy, context=context, on_close=system.close)


async def _send(line: Line, asked: httpcore.Request) -> httpcore.Response:
    try:
        return await line.handle_async_request(asked)
    except BaseException:  # also a cancelled request: its connection is in an unknown state
        await line.aclose()
        raise


def _proxy_pool(proxy: httpx.URL, backend: GuardedBackend, context: ssl.SSLContext | None) -> httpcore.AsyncHTTPProxy:
    bare = proxy.copy_with(username=None, password=None)
    return httpcore.AsyncHTTPProxy(
        proxy_url=str(bare),
        proxy_auth=(proxy.username, proxy.password) if proxy.userinfo else None,
        ssl_context=context,
        max_connections=1,
        network_backend=backend,
    )


def _to_core(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _origin(asked: httpcore.Request) -> Origin:
    origin = asked.url.origin
    return origin.scheme, origin.host, origin.port


def _to_httpx(error: Exception) -> httpx.HTTPError:
    if isinstance(error, AddressError):
        return httpx.ConnectError(str(error))
    names = [kind.__name__ for kind in type(error).__mro__ if hasattr(httpx, kind.__name__)]
    kind: type[httpx.TransportError] = getattr(httpx, names[0]) if names else httpx.ReadError
    return kind(str(error))
