"""Every way in which an exchange can fail, said in our words: which host, what happened, and a stable reason.

In:    a foreign error, or an answer that is not one.
Out:   a `FetchError`.
Never: secrets; a message names the host, never the path, the query or a header that was sent.
"""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

import httpx

from watcher.errors import FetchError
from watcher.fetch.address import AddressError
from watcher.fetch.content import ContentError
from watcher.fetch.freshness import retry_after, spent
from watcher.fetch.network import FloodError, HandshakeError, UnresolvedError

# Marks of pages that stand between us and the content. Not language knowledge: each is one vendor's template.
_CHALLENGES = tuple(
    mark.encode()
    for mark in (
        "<title>just a moment...</title>",
        "/cdn-cgi/challenge-platform/",
        "_cf_chl_opt",
        "cf-browser-verification",
        "ctype: 'managed'",
        "<title>attention required! | cloudflare</title>",
        "ddos-guard",
        "/_incapsula_resource",
        "sucuri website firewall",
        "px-captcha",
        "captcha-delivery.com",
        "<title>pardon our interruption",
        "<title>making sure you&#39;re not a bot!",
        "<title>making sure you're not a bot!",
        "awswafintegration",
    )
)
_TAGS = re.compile(r"<[^<>]{0,200}>")
_SAID = 160
"""Characters of a service's own words that are repeated."""
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]|bytearray\(|\\x[0-9a-f]{2}")


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and what led to it, nearest first."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        yield at
        seen.add(id(at))
        at = at.__cause__ or at.__context__


_E = TypeVar("_E", bound=BaseException)


def _cause(error: BaseException, kind: type[_E]) -> _E | None:
    return next((one for one in causes(error) if isinstance(one, kind)), None)


def fault(error: Exception, host: str, *, reading: bool = False) -> FetchError:
    """Translate what httpx raised while *host* was asked; *reading* says that its headers had come."""
    reason, text = _ours(error) or _connecting(error) or _exchanging(error, reading=reading)
    return FetchError(f"{host}: {text}", reason=reason)


def _ours(error: Exception) -> tuple[str, str] | None:
    """Errors that our own guards raised somewhere below."""
    if isinstance(error, ContentError):
        return error.reason, str(error)
    if refused := _cause(error, AddressError):
        return refused.reason, str(refused)
    flood = _cause(error, FloodError)
    return ("too_large", str(flood)) if flood else None


def _connecting(error: Exception) -> tuple[str, str] | None:
    if isinstance(error, httpx.TimeoutException):
        return "timeout", "no connection in time"
    if isinstance(error, httpx.ProxyError):
        return "refused", f"the proxy refused: {_plain(error)}"
    if not isinstance(error, httpx.ConnectError):
        return None
    if unresolved := _cause(error, UnresolvedError):
        return "dns", _dns(unresolved)
    if (tls := _cause(error, ssl.SSLError)) or _cause(error, HandshakeError):
        return "tls", _tls(tls)
    broken = [one for one in causes(error) if isinstance(one, OSError) and one.errno]
    why = os.strerror(broken[-1].errno or 0).lower() if broken else _plain(error)
    return "refused", f"cannot connect: {why}"


def _exchanging(error: Exception, *, reading: bool) -> tuple[str, str]:
    if reading:
        return _cut(error), f"the answer was cut short: {_plain(error)}"
    if isinstance(error, httpx.NetworkError):
        return "refused", "the connection broke before an answer came"
    return "protocol", f"not a proper HTTP answer: {_plain(error)}"


def _cut(error: Exception) -> str:
    bad_framing = isinstance(error, httpx.RemoteProtocolError) and "illegal chunk" in str(error)
    return "protocol" if bad_framing else "truncated"


def _dns(error: UnresolvedError) -> str:
    found = _cause(error, socket.gaierror)
    if found is not None and found.errno == socket.EAI_AGAIN:
        return "its name cannot be resolved just now (no answer from the name server)"
    return "its name cannot be resolved"


def _tls(error: ssl.SSLError | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its TLS certificate was refused: {error.verify_message.rstrip('.')}"
    if error is None or isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLWantReadError)):
        return "the connection broke during the TLS handshake"
    if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}:
        return "it does not speak TLS on this port"
    return f"the TLS handshake failed: {(error.reason or str(error)).replace('_', ' ').lower()}"


def _plain(error: BaseException) -> str:
    text = _UNPRINTABLE.sub("", str(error)) or type(error).__name__
    return text if len(text) <= 120 else text[:119] + "…"


def status_fault(
    status: int, headers: Mapping[str, str], body: bytes, *, host: str, now: datetime, secrets: Collection[str] = ()
) -> FetchError:
    """Say what an answer with an error *status* means; *body* may be its beginning only, *secrets* are not repeated."""
    wait = retry_after(headers, now=now)
    if wait is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = spent(headers, now=now)
    if is_challenge(headers, body):
        return FetchError(
            f"{host}: answers with a challenge page instead of its content (HTTP {status})",
            reason="blocked",
            status=status,
            retry_after=wait,
        )
    asked = f", asks to wait {wait}" if wait else ""
    return FetchError(
        f"{host}: HTTP {status} {_phrase(status)}".rstrip() + asked + _own_words(headers, body, secrets),
        reason="status",
        status=status,
        retry_after=wait,
        permanent=status == HTTPStatus.GONE,
    )


def _own_words(headers: Mapping[str, str], body: bytes, secrets: Collection[str]) -> str:
    """Repeat what a service says about its refusal in JSON: short, plain, without what was sent to it."""
    if "json" not in headers.get("content-type", "").lower():
        return ""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    words = _TAGS.sub(" ", " ".join(_complaints(answer)))
    for secret in secrets:
        words = words.replace(secret, "***")
    plain = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    return f" – “{plain if len(plain) <= _SAID else plain[: _SAID - 1] + '…'}”" if plain else ""


def _complaints(answer: object) -> list[str]:
    if isinstance(answer, list):
        return [words for one in answer[:3] for words in _complaints(one)]
    if not isinstance(answer, dict):
        return []
    errors = _complaints(answer.get("errors"))
    said = (answer.get(name) for name in ("message", "status_message", "detail", "title", "error"))
    return errors or next(([words] for words in said if isinstance(words, str) and words.strip()), [])


def is_challenge(headers: Mapping[str, str], body: bytes, *, ok: bool = False) -> bool:
    """Say whether this is a page that wants to see a browser or a person.

    With *ok* the status was fine, and only a title counts: real pages carry the vendors' scripts too.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if "html" not in headers.get("content-type", "text/html").lower():
        return False
    head = body[:65_536].lower()
    return any(mark in head for mark in _CHALLENGES if not ok or mark.startswith(b"<title>"))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
