"""What a catalogue's refusal means: paused, limited, no key. None of it says anything about a work.

In:    a source, the error of an exchange with it, how often it failed in a row.
Out:   the error in words that say what to do, with a wait where the service is known to want one.
Never: network, disk, clock; keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType

from watcher.config.keys import KEYS, missing_key
from watcher.config.settings import SourceConfig
from watcher.errors import FetchError

_PAUSES: Mapping[str, tuple[str, timedelta, timedelta]] = MappingProxyType(
    {
        # Switched off for all, for hours or weeks: nothing that a key or a later minute would change.
        "anilist": ("AniList is paused by its makers", timedelta(minutes=30), timedelta(hours=6)),
        # Its word for "too many requests".
        "mal": ("MyAnimeList refuses, as it does after too many requests", timedelta(hours=2), timedelta(hours=24)),
    }
)
"""By kind: what HTTP 403 means there, the first wait and the longest."""


def check_key(source: SourceConfig) -> None:
    """Raise where a source lacks the key without which its server need not be asked."""
    lacking = missing_key(source.kind, [name for name, _ in source.headers], source.url)
    if lacking:
        raise FetchError(lacking, reason="key", source=source.id)


def explained(error: FetchError, source: SourceConfig, *, failures: int = 0) -> FetchError:
    """Say what a refusal means at this kind of source; other errors stay as they are."""
    if error.reason != "status":
        return error
    if error.status == HTTPStatus.FORBIDDEN and source.kind in _PAUSES:
        meaning, first, longest = _PAUSES[source.kind]
        wait = error.retry_after or min(first * (1 << min(failures, 10)), longest)
        return _said(f"{meaning}: {error}", error, reason="paused", wait=wait)
    if error.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} and source.kind in KEYS:
        key = KEYS[source.kind]
        return _said(
            f"{key.service} does not take the key (wrong or expired): {error}; {key.needed}", error, reason="key"
        )
    return error


def _said(message: str, error: FetchError, *, reason: str, wait: timedelta | None = None) -> FetchError:
    return FetchError(
        message,
        reason=reason,
        source=error.source,
        status=error.status,
        retry_after=wait or error.retry_after,
        permanent=error.permanent,
    )
