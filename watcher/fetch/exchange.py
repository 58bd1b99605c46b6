"""What is asked of a server and what it answered, as values.

In:    nothing.
Out:   `Request` and `Response`.
Never: the network; that is `watcher.fetch.client`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from watcher.memory import Validators

FEED_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.1"
)
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One look at one address."""

    url: str
    method: str = "GET"
    accept: str = FEED_ACCEPT
    headers: tuple[tuple[str, str], ...] = ()
    """Extra headers, which may be secret: they are sent to the URL's own origin only."""
    content: bytes | None = None
    validators: Validators = field(default_factory=Validators)
    robots: bool = False
    """Obey robots.txt (pages; feeds are made for programs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole, decoded answer. A broken or cut one is a `FetchError` instead."""

    url: str
    """Where it came from after redirects."""
    status: int
    """200 (or another 2xx), or 304."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    """Content-decoded bytes; empty for 304."""
    body_hash: str = ""
    """SHA-256 in hex; empty for 304."""
    validators: Validators = field(default_factory=Validators)
    """To be sent next time: the new ones, or for 304 the old ones refreshed."""
    max_age: timedelta | None = None
    retry_after: timedelta | None = None
    moved_to: str = ""
    """The final URL, where every redirect on the way was permanent."""
    complete: bool = True
    """False where the end of the body cannot be proven (HTTP/1.0 closed without a length)."""
    at: datetime
    """When the answer was whole; aware, UTC."""

    @property
    def delta(self) -> bool:
        """Say whether the body has only what is new (RFC 3229), which a source asks for with the header ``A-IM``."""
        return self.status == HTTPStatus.IM_USED

    @property
    def not_modified(self) -> bool:
        return self.status == 304
