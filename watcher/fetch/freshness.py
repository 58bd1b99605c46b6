"""What a server says about time: when to come back, and how long an answer stays good.

In:    response headers (names in lower case) and now.
Out:   durations, bounded; None where nothing usable was said.
Never: the clock; exceptions, whatever the header holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from watcher.memory import Validators

LONGEST_WAIT = timedelta(hours=24)
"""The most that a server can make us wait by Retry-After."""

_SECONDS = re.compile(r"\d{1,18}(\.\d{1,9})?", re.ASCII)
_MAX_AGE = re.compile(r"(?:^|[\s,;])max-age\s*=\s*\"?(\d{1,18})", re.ASCII | re.IGNORECASE)
_NO_STORE = re.compile(r"(?:^|[\s,;])(no-store|no-cache)\b", re.ASCII | re.IGNORECASE)
_LIMIT_SPAN = timedelta(minutes=1)
_EPOCHS = 1e9
"""Larger numbers are moments, smaller ones durations."""
_LONGEST_AGE = timedelta(days=366)
_MAX_VALIDATOR = 1024


def http_date(text: str | None) -> datetime | None:
    """Read an HTTP date in any of its three forms."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Read Retry-After, at most `LONGEST_WAIT`; None where it is absent, past or garbage.

    A date is measured against the server's own clock, if it tells that.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return _between(float(text), LONGEST_WAIT)
    until = http_date(text)
    if until is None:
        return None
    return _between((until - (http_date(headers.get("date")) or now)).total_seconds(), LONGEST_WAIT)


def spent(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Say how long to leave a server alone whose rate limit is used up; None while something of it remains.

    ``X-RateLimit-Remaining`` and ``X-RateLimit-Reset`` (seconds since 1970, or from now) as AniList and others send
    them; without a reset a minute, which is the span such limits count in.
    """
    left = headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining", "")).strip()
    if not _SECONDS.fullmatch(left) or float(left) > 0:
        return None
    reset = headers.get("x-ratelimit-reset", headers.get("ratelimit-reset", "")).strip()
    if not _SECONDS.fullmatch(reset):
        return _LIMIT_SPAN
    seconds = float(reset)
    return _between(seconds - now.timestamp() if seconds > _EPOCHS else seconds, LONGEST_WAIT)


def max_age(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Say for how long the answer stays good: Cache-Control max-age less Age, else Expires."""
    control = headers.get("cache-control", "")
    if _NO_STORE.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = float(age) if _SECONDS.fullmatch(age) else 0.0
        return _between(float(found[1]) - spent, _LONGEST_AGE)
    expires = http_date(headers.get("expires"))
    if expires is None:
        return None
    return _between((expires - (http_date(headers.get("date")) or now)).total_seconds(), _LONGEST_AGE)


def _between(seconds: float, most: timedelta) -> timedelta | None:
    return timedelta(seconds=min(seconds, most.total_seconds())) if seconds > 0 else None


def validators(headers: Mapping[str, str], *, old: Validators | None = None) -> Validators:
    """Take the validators verbatim; *old* ones stay where a 304 does not name new ones."""
    before = old or Validators()
    return Validators(
        etag=_short(headers.get("etag")) or before.etag,
        last_modified=_short(headers.get("last-modified")) or before.last_modified,
    )


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= _MAX_VALIDATOR else None
