"""A fetcher for tests: loopback allowed, no gaps, short deadline.

::

    response = fetch(web.url("/feed.xml"))                # or raises FetchError
    error = failing(web.url("/cut"))                      # the FetchError itself
    async with fetcher(deadline=0.3) as asking: ...
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.clock import Clock
from watcher.config.settings import Config, Limits
from watcher.errors import FetchError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Request, Response
from watcher.fetch.network import Resolver

CERTS = Path(__file__).parent / "certs"
LIMITS = Limits(deadline=timedelta(seconds=3), raw_bytes=256 * 1024, decoded_bytes=512 * 1024)


def loopback_config(*, allow: Sequence[str] = ("127.0.0.0/8",), deadline: float = 3.0, **changes: Any) -> Config:
    """Build a configuration; names of `Limits` and of `Config` both work."""
    limits = {name: changes.pop(name) for name in list(changes) if name in Limits.__slots__}
    base = Config(
        path=None,
        state=Path("/nonexistent"),
        timezone=ZoneInfo("UTC"),
        allow_networks=tuple(ip_network(network) for network in allow),
        host_gap=timedelta(0),
    )
    return replace(base, limits=replace(LIMITS, deadline=timedelta(seconds=deadline), **limits), **changes)


def fetcher(
    *,
    now: Callable[[], datetime] | None = None,
    resolve: Resolver | None = None,
    context: ssl.SSLContext | None = None,
    **changes: Any,
) -> Fetcher:
    return Fetcher(config=loopback_config(**changes), now=now or Clock(), resolve=resolve, context=context)


def fetch(request: Request | str, **changes: Any) -> Response:
    """Ask once with a fetcher of its own."""

    async def once() -> Response:
        async with fetcher(**changes) as asking:
            return await asking.fetch(Request(url=request) if isinstance(request, str) else request)

    return asyncio.run(once())


def failing(request: Request | str, **changes: Any) -> FetchError:
    """Ask once, which must fail; give the error."""
    with pytest.raises(FetchError) as caught:
        fetch(request, **changes)
    return caught.value


def resolver(**names: str | Sequence[str]) -> Resolver:
    """Resolve from a table, with ``_`` for dots: ``resolver(good_test="127.0.0.1")``."""
    table = {name.replace("_", "."): [to] if isinstance(to, str) else list(to) for name, to in names.items()}

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host not in table:
            raise OSError(f"unknown name {host}")
        return table[host]

    return resolve


def server_tls(name: str) -> ssl.SSLContext:
    """TLS for a scripted web: ``good``, ``expired`` or ``self_signed``; all for the name good.test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTS / f"{name}.pem")
    return context


def client_tls() -> ssl.SSLContext:
    """Trust the tests' own authority, and nothing else."""
    return ssl.create_default_context(cafile=CERTS / "ca.pem")
