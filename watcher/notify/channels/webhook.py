"""A JSON webhook: ``webhook+https://host/path``. The body's shape is documented in docs/notify.md and stays.

In:    a `Message`.
Out:   one POST; the status code decides (RFC 9110): 2xx taken, 408/425/429/5xx later, other 4xx refused, 3xx refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import httpx

from watcher import __version__
from watcher.config.settings import ChannelConfig, Config
from watcher.errors import DeliveryError
from watcher.fetch.address import AddressError, check_url
from watcher.fetch.connections import guarded_transport
from watcher.fetch.network import SystemResolver
from watcher.notify.channels.answers import LATER, begins_page, retry_after, says_html
from watcher.notify.channels.base import DEADLINE, RefusedError
from watcher.notify.dialects import Form, compose
from watcher.notify.message import Message
from watcher.notify.timing import Pace

PREFIX: Final = "webhook+"
VERSION: Final = 1
_FIRST: Final = 1024
"""Bytes of an answer that are looked at."""
_GLANCE: Final = 2.0
"""Seconds that may take: the status has come, which is a yes for all who send no page."""
_GONE: Final = frozenset({401, 403, 404, 405, 407, 410})


class WebhookChannel:
    """Posts messages as JSON; a repeat carries the same ``Idempotency-Key``."""

    keyed = True
    pace = Pace(burst=300, per_minute=240, fold=300)

    def __init__(
        self,
        channel: ChannelConfig,
        *,
        config: Config,
        now: Callable[[], datetime],
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._id = channel.id
        self._url = channel.url.removeprefix(PREFIX)
        self._config = config
        self._now = now
        self._deadline = deadline
        self._resolve = SystemResolver(2)

    async def send(self, message: Message) -> None:
        """Post the message once."""
        try:
            check_url(self._url, allow=self._config.allow_networks)
        except AddressError as error:
            raise DeliveryError(f"refused: {error}", channel=self._id, permanent=True) from error
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                status, headers = await self._post(message)
        except (
            TimeoutError,
            httpx.ReadTimeout,
            httpx.WriteTimeout,
            httpx.ReadError,
            httpx.RemoteProtocolError,
        ) as error:
            # It may have been taken just before the line broke.
            raise DeliveryError(f"no answer: {_name(error)}", channel=self._id, uncertain=True) from error
        except httpx.HTTPError as error:
            raise self._unreached(error) from error
        self._judge(status, headers)

    async def _post(self, message: Message) -> tuple[int, httpx.Headers]:
        transport = guarded_transport(self._config, resolve=self._resolve)
        async with httpx.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False, timeout=self._deadline.total_seconds()
        ) as client:
            request = client.build_request(
                "POST", self._url, content=body(message, channel=self._id), headers=self._headers(message)
            )
            response = await client.send(request, stream=True)
            try:
                if self._url.startswith("http:") and response.is_success and await _is_page(response):
                    raise DeliveryError(
                        "a web page answered, as the log-in of a network does", channel=self._id, uncertain=True
                    )
                return response.status_code, response.headers
            finally:
                await response.aclose()  # what it says beyond the status is of no use, and may be endless

    def _headers(self, message: Message) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"season-watcher/{__version__}",
            "Idempotency-Key": idempotency_key(message, channel=self._id),
        }

    def _unreached(self, error: httpx.HTTPError) -> DeliveryError:
        refused = isinstance(error.__cause__, AddressError)
        return DeliveryError(f"not reached: {_name(error)}", channel=self._id, permanent=refused)

    def _judge(self, status: int, headers: Mapping[str, str]) -> None:
        if 200 <= status < 300:
            return
        wish = retry_after(headers.get("retry-after", ""), now=self._now())
        if status in LATER:
            raise DeliveryError(f"HTTP {status}", channel=self._id, retry_after=wish)
        if status in _GONE or 300 <= status < 400:
            hint = " (redirects are not followed: write the final address)" if status < 400 else ""
            raise DeliveryError(f"HTTP {status}{hint}", channel=self._id, permanent=True, retry_after=wish)
        raise RefusedError(f"HTTP {status}", channel=self._id, permanent=status < 500, retry_after=wish)


async def _is_page(response: httpx.Response) -> bool:
    """Say whether an answer is a whole web page. Over https nobody else can answer; over http any network can."""
    if not says_html(response.headers.get("content-type", "")):
        return False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GLANCE):
            async for piece in response.aiter_raw(_FIRST):
                return bool(response.headers.get("content-encoding")) or begins_page(piece)
    return False


def body(message: Message, *, channel: str) -> bytes:
    """Write the JSON document that a webhook gets."""
    return json.dumps(document(message, channel=channel), ensure_ascii=False).encode("utf-8", "replace")


def document(message: Message, *, channel: str) -> dict[str, Any]:
    """Tell a message as JSON-able values."""
    return {
        "version": VERSION,
        "key": idempotency_key(message, channel=channel),
        "kind": message.kind.value,
        "refs": list(message.refs),
        "subject": message.subject,
        "text": compose(message, Form()),
        "link": message.link,
        "repeat": message.repeat,
        "late": message.late,
        "at": message.at.isoformat(),
        "channel": channel,
        "items": list(message.facts),
    }


def idempotency_key(message: Message, *, channel: str) -> str:
    """Make the key that a repeat of this message on this channel shares, and no other message has."""
    return f"{message.key}-{sha256(channel.encode()).hexdigest()[:8]}"


def _name(error: Exception) -> str:
    # The text of a network error may hold the address with its secrets; its kind does not.
    return type(error).__name__
