"""Connections that only reach addresses which may be reached.

The check is made on the address that is connected to, after the one resolution of its name, so a name that changes
its mind between check and connection (rebinding) gains nothing. Leaves redirects, limits and deadlines of whole
exchanges to `watcher.fetch.client`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import httpcore

from watcher.fetch.address import Network, check_address

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to IP addresses, best first; raises OSError where the name has none."""

CONNECT_SECONDS = 10.0
"""Longest wait for one address of a host, where it has several."""

_PIECE = 16 * 1024
# Small pieces keep one read's worth of protocol events short: a flood of 1-byte chunks must not hold up the loop.


class UnresolvedError(httpcore.ConnectError):
    """A name has no address."""


class HandshakeError(httpcore.ConnectError):
    """The line stood, but TLS did not come about."""


class FloodError(httpcore.ReadError):
    """More bytes came over the line than any answer within the limits can take."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes over the line")


class SystemResolver:
    """Ask the operating system, on threads of its own: a stuck name server must not block anything else."""

    def __init__(self, threads: int = 16) -> None:
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        look_up = asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(found[4][0]) for found in await look_up))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection whose bytes are counted between two requests, headers and framing included."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, limit: int) -> None:
        self._inner = inner
        self._limit = limit
        self._left = limit

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        data = await self._inner.read(min(max_bytes, _PIECE), timeout)
        self._left -= len(data)
        if self._left < 0:
            raise FloodError(self._limit)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._left = self._limit
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except httpcore.ConnectError as error:
            raise HandshakeError(str(error)) from error
        except BaseException:  # a cancelled handshake must not leave its socket open
            await self._inner.aclose()
            raise
        return _Stream(inner, self._limit)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves once, checks every address, connects to a checked one."""

    def __init__(
        self,
        *,
        resolve: Resolver,
        allow: Sequence[Network] = (),
        limit: int = 1 << 30,
        trusted: Iterable[str] = (),
    ) -> None:
        self._resolve = resolve
        self._allow = tuple(allow)
        self._limit = limit
        self._trusted = frozenset(trusted)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self.addresses(host, port)
        wait = CONNECT_SECONDS if timeout is None and len(addresses) > 1 else timeout
        for last, address in enumerate(addresses, 1):
            try:
                stream = await self._inner.connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == len(addresses):
                    raise
            else:
                return _Stream(stream, self._limit)
        raise httpcore.ConnectError(f"{host} has no address")

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Resolve *host*; raise `AddressError` if any of its addresses must not be reached."""
        addresses = [host] if _is_ip(host) else await self._look_up(host, port)
        if host not in self._trusted:
            for address in addresses:
                check_address(address, self._allow)
        return addresses

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            return await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise UnresolvedError(f"cannot resolve {host}: {error}") from error

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
