"""The one place from which this program asks the web.

`Fetcher.fetch` gives a whole, decoded answer or raises a `FetchError`; nothing in between. Leaves *when* to look to
`watcher.schedule`, and what an answer means to `watcher.sources`.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Self, cast

import httpx

from watcher import __version__
from watcher.config.settings import Config, Limits
from watcher.errors import FetchError
from watcher.fetch.address import AddressError, Network, check_url, redirect_target, without
from watcher.fetch.connections import GuardedTransport, guarded_transport
from watcher.fetch.content import ContentError, Decoder, read_body
from watcher.fetch.exchange import Request, Response
from watcher.fetch.faults import fault, is_challenge, status_fault
from watcher.fetch.freshness import max_age, retry_after, spent, validators
from watcher.fetch.network import Resolver
from watcher.fetch.politeness import Politeness
from watcher.fetch.robots import AGENT, MAX_BYTES, Robots

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WHOLE = frozenset({200, 201, 202, 203, 204, 205, 207})
_ERROR_BODY = 64 * 1024
_SECRET = 6
"""Length from which a header's value may be a key."""
_OWN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "cookie"})

Headers = list[tuple[bytes, bytes]]


def user_agent(config: Config) -> str:
    """Say honestly who asks, and where to complain."""
    contact = "".join(char for char in config.contact if char.isascii() and char.isprintable() and char not in "()")
    return f"{AGENT}/{__version__}" + (f" (+{contact.strip()})" if contact.strip() else "")


class Fetcher:
    """Asks servers, one exchange at a time per host; an async context manager, one per process.

    *context* is for tests that bring their own certificates.
    """

    def __init__(
        self,
        *,
        config: Config,
        now: Callable[[], datetime],
        resolve: Resolver | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._config = config
        self._now = now
        self._agent = user_agent(config).encode("ascii")
        self._transport = guarded_transport(config, resolve=resolve, context=context)
        self._politeness = Politeness(config)
        self._robots = Robots(ask=self._ask_robots, now=now, slow_down=self._politeness.slow_down)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def fetch(self, request: Request) -> Response:
        """Ask, follow redirects, check and decode; raise `FetchError` for anything but a whole answer or a 304."""
        return await self._fetch(request, self._config.limits)

    async def _fetch(self, request: Request, limits: Limits, *, cut: bool = False) -> Response:
        url = _checked(request.url, self._config.allow_networks)
        if request.robots:
            await self._robots.check(url)
        exchange = _Exchange(
            request=request,
            transport=self._transport,
            limits=limits,
            allow=self._config.allow_networks,
            agent=self._agent,
            now=self._now,
            cut=cut,
            host=_host(url),
        )
        return await self._in_turn(exchange, url)

    async def _in_turn(self, exchange: _Exchange, url: httpx.URL) -> Response:
        host = url.raw_host.decode("ascii")
        async with self._politeness.turn(host):
            if left := self._politeness.held(host, now=self._now()):
                text = f"{host}: wants to be left alone (its rate limit is used up), {left} are left"
                raise FetchError(text, reason="status", status=429, retry_after=left)
            try:
                response = await exchange.run(url)
            except FetchError as error:
                if error.status == HTTPStatus.TOO_MANY_REQUESTS and error.retry_after:
                    self._politeness.hold(host, error.retry_after, now=self._now())
                raise
            if wait := spent(response.headers, now=self._now()):
                self._politeness.hold(host, wait, now=self._now())
            return response

    async def _ask_robots(self, url: str) -> bytes:
        limits = replace(self._config.limits, raw_bytes=MAX_BYTES, decoded_bytes=MAX_BYTES)
        response = await self._fetch(Request(url=url, accept="text/plain, */*;q=0.1"), limits, cut=True)
        return response.body


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """One request with its redirects."""

    request: Request
    transport: GuardedTransport
    limits: Limits
    allow: tuple[Network, ...]
    agent: bytes
    now: Callable[[], datetime]
    cut: bool
    """Take the beginning of a body that is too large, instead of refusing it."""
    host: str
    """Who is being asked, for messages."""
    stage: str = "connecting"
    """What is going on, for the message of a deadline."""
    reading: bool = False
    redirects: list[int] = field(default_factory=list)

    async def run(self, url: httpx.URL) -> Response:
        """Do it all within the deadline."""
        seconds = self.limits.deadline.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(url)
        except TimeoutError:
            text = f"{self.host}: no whole answer within {seconds:g} s (gave up while {self.stage})"
            raise FetchError(text, reason="timeout") from None
        except (httpx.HTTPError, ContentError) as error:
            raise fault(error, self.host, reading=self.reading) from error

    async def _follow(self, url: httpx.URL) -> Response:
        secret = True  # extra headers are for the first origin only, and stay away once it was left
        asked = without(url, credentials=True)
        while True:
            answer = await self._send(asked, self._headers(url if secret else None))
            try:
                if answer.status_code not in _REDIRECTS:
                    return await self._take(answer, asked)
                target = self._target(answer, asked)
            finally:
                await answer.aclose()
            secret = secret and _origin(target) == _origin(url)
            asked, self.host = target, _host(target)

    async def _send(self, url: httpx.URL, headers: Headers) -> httpx.Response:
        self.stage, self.reading = "waiting for its answer", False
        request = httpx.Request(self.request.method, url, headers=headers, content=self.request.content)
        return await self.transport.handle_async_request(request)

    def _headers(self, first: httpx.URL | None) -> Headers:
        """Build the request's headers; those that may be secret only while still at the origin of *first*."""
        known = self.request.validators
        headers: Headers = [
            (b"Accept", self.request.accept.encode("latin-1")),
            (b"Accept-Encoding", b"gzip, deflate"),
            (b"User-Agent", self.agent),
        ]
        if known.etag:
            headers.append((b"If-None-Match", known.etag.encode("latin-1")))
        if known.last_modified:
            headers.append((b"If-Modified-Since", known.last_modified.encode("latin-1")))
        return headers if first is None else _with_extra(headers, self.request, first)

    def _target(self, answer: httpx.Response, asked: httpx.URL) -> httpx.URL:
        """Check where a redirect leads. Its body is never read."""
        self.redirects.append(answer.status_code)
        location = _text(next((value for name, value in answer.headers.raw if name.lower() == b"location"), b""))
        refuse = self._redirect_fault
        if not location:
            raise refuse(f"a redirect (HTTP {answer.status_code}) to nowhere")
        if self.request.method not in {"GET", "HEAD"}:
            raise refuse(f"a redirect (HTTP {answer.status_code}) of a {self.request.method}, which is not followed")
        if len(self.redirects) > self.limits.redirects:
            raise refuse(f"more than {self.limits.redirects} redirects")
        try:
            target = redirect_target(asked, location, allow=self.allow)
        except AddressError as error:
            raise FetchError(f"{self.host}: redirects to what is not asked: {error}", reason=error.reason) from None
        if asked.scheme == "https" and target.scheme != "https":
            raise refuse(f"redirects from https to plain http ({_host(target)})")
        return target

    def _redirect_fault(self, text: str) -> FetchError:
        return FetchError(f"{self.host}: {text}", reason="redirect")

    async def _take(self, answer: httpx.Response, url: httpx.URL) -> Response:
        """Turn a final answer into a `Response`, or raise."""
        self.stage, self.reading = "reading its body", True
        headers = _lower(answer)
        status = answer.status_code
        if status == 304:
            return await self._unchanged(answer, headers, url)
        if status not in _WHOLE and not (status == HTTPStatus.IM_USED and self._asked_for_a_delta()):
            beginning = await self._beginning(answer, headers)
            secrets = [value for _, value in self.request.headers if len(value) >= _SECRET]
            raise status_fault(status, headers, beginning, host=self.host, now=self.now(), secrets=secrets)
        body, proven = await self._body(answer, headers)
        if is_challenge(headers, body, ok=True):
            raise status_fault(status, headers, body, host=self.host, now=self.now())
        return replace(
            self._response(headers, url, status),
            body=body,
            body_hash=hashlib.sha256(body).hexdigest(),
            validators=validators(headers),
            complete=proven or _delimited(answer, headers),
        )

    def _asked_for_a_delta(self) -> bool:
        return any(name.lower() == "a-im" for name, _ in self.request.headers)

    async def _unchanged(self, answer: httpx.Response, headers: dict[str, str], url: httpx.URL) -> Response:
        known = self.request.validators
        if not (known.etag or known.last_modified):
            text = f"{self.host}: says that nothing changed (HTTP 304), but was not asked that"
            raise FetchError(text, reason="protocol", status=304)
        async for _ in answer.aiter_raw():
            pass  # nothing comes; the connection is fit for the next request afterwards
        return replace(self._response(headers, url, 304), validators=validators(headers, old=known))

    def _response(self, headers: dict[str, str], url: httpx.URL, status: int) -> Response:
        now = self.now()
        final = str(url)
        moved = bool(self.redirects) and all(status in _PERMANENT for status in self.redirects)
        return Response(
            url=final,
            status=status,
            headers=headers,
            max_age=max_age(headers, now=now),
            retry_after=retry_after(headers, now=now),
            moved_to=final if moved else "",
            at=now,
        )

    async def _body(self, answer: httpx.Response, headers: dict[str, str]) -> tuple[bytes, bool]:
        """Read and decode the body; also say whether the encoding itself proves its end."""
        decoder = Decoder(headers.get("content-encoding", ""), limit=self.limits.decoded_bytes)
        said = headers.get("content-length", "")
        if said.isdecimal() and int(said) > self.limits.raw_bytes and not self.cut:
            raise ContentError(f"its body is larger than {self.limits.raw_bytes:,} bytes", reason="too_large")
        try:
            async with aclosing(_pieces(answer)) as pieces:
                await read_body(pieces, decoder, limit=self.limits.raw_bytes)
        except ContentError as error:
            if self.cut and error.reason == "too_large":
                return decoder.so_far(), True
            raise
        return decoder.finish(), decoder.proven

    async def _beginning(self, answer: httpx.Response, headers: dict[str, str]) -> bytes:
        """Read a little of an error page: a challenge, or what the service says; failing at that is no matter."""
        if not any(kind in headers.get("content-type", "") for kind in ("html", "json")):
            return b""
        try:
            decoder = Decoder(headers.get("content-encoding", ""), limit=_ERROR_BODY)
        except ContentError:
            return b""
        try:
            async with aclosing(_pieces(answer)) as pieces:
                await read_body(pieces, decoder, limit=_ERROR_BODY)
        except (ContentError, httpx.HTTPError):
            pass
        return decoder.so_far()


def _checked(url: str, allow: tuple[Network, ...]) -> httpx.URL:
    try:
        return without(check_url(url, allow=allow))
    except AddressError as error:
        raise FetchError(str(error), reason=error.reason) from None


def _with_extra(headers: Headers, request: Request, url: httpx.URL) -> Headers:
    extra = {name.lower(): value for name, value in request.headers if name.lower() not in _OWN_HEADERS}
    if url.userinfo and "authorization" not in extra:
        credentials = f"{url.username}:{url.password}".encode()
        extra["authorization"] = f"Basic {b64encode(credentials).decode('ascii')}"
    kept = [(name, value) for name, value in headers if name.decode("ascii").lower() not in extra]
    return kept + [(name.encode(), value.encode()) for name, value in extra.items()]


def _pieces(answer: httpx.Response) -> AsyncGenerator[bytes, None]:
    return cast("AsyncGenerator[bytes, None]", answer.aiter_raw())


def _lower(answer: httpx.Response) -> dict[str, str]:
    """Give the headers lower-case names and lossless text; cookies are forgotten at once."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in {"set-cookie", "set-cookie2"}:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _delimited(answer: httpx.Response, headers: dict[str, str]) -> bool:
    """Say whether the protocol proves that the body is whole; closing the line proves nothing."""
    if answer.extensions.get("http_version") == b"HTTP/2" or answer.status_code in {204, 205}:
        return True
    return "content-length" in headers or "chunked" in headers.get("transfer-encoding", "").lower()


def _origin(url: httpx.URL) -> tuple[str, bytes, int]:
    return url.scheme, url.raw_host, url.port or (443 if url.scheme == "https" else 80)


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode("ascii")
    return f"{host}:{url.port}" if url.port else host


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
