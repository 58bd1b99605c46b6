"""When to look at a source again.

In:    what is remembered about the source, its configuration, how the look went, now, and a random number.
Out:   the new state with its next look; health, and whether its trouble has lasted long enough to be told.
Never: clock, random numbers of its own, sleeping.

A source is never given up: the longest wait after a failure is a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.config.settings import SourceConfig
from watcher.errors import SourceError
from watcher.memory import Health, SourceState

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
"""Bounds of the schedule that is learnt; an `every` in the configuration may go below or above them."""

FIRST_RETRY = timedelta(minutes=5)
FIRST_RETRY_BLOCKED = timedelta(hours=1)

TELL_FAILURES = 3
TELL_AFTER = timedelta(hours=24)
_TELL_LATER: Mapping[str, timedelta] = {"youtube": timedelta(hours=72)}
# YouTube's feeds fail for hours on most days, for everybody.

_DEFAULTS: Mapping[str, timedelta] = {"feed": timedelta(hours=1), "page": timedelta(hours=6)}
_DEFAULT = timedelta(hours=6)
_FEED_WITHOUT_VALIDATORS = timedelta(hours=3)
_SPREAD = timedelta(minutes=5)


def after_success(state: SourceState, *, source: SourceConfig, now: datetime, jitter: float) -> SourceState:
    """Note a look that went well; *state* has the new hints and validators already. *jitter* is in [0, 1)."""
    fine = replace(
        state,
        health=Health.OK,
        failures=0,
        failing_since=None,
        told_failing=False,
        last_error="",
        last_reason="",
        last_look=now,
        last_ok=now,
        not_before=None,
        polls=state.polls + 1,
    )
    return replace(fine, next_look=next_look(fine, source, now=now, jitter=jitter))


def after_failure(
    state: SourceState, error: SourceError, *, source: SourceConfig, now: datetime, jitter: float
) -> SourceState:
    """Note a look that failed. Validators, hints and everything else that was learnt stay. *jitter* is in [0, 1)."""
    wait: timedelta | None = getattr(error, "retry_after", None)
    failed = replace(
        state,
        health=_health(error),
        failures=state.failures + 1,
        failing_since=state.failing_since or now,
        last_error=str(error),
        last_reason=getattr(error, "reason", "internal"),
        last_look=now,
        not_before=None if wait is None else now + min(wait, LONGEST),
        polls=state.polls + 1,
    )
    return replace(
        failed,
        told_failing=state.told_failing or lasts(failed, source, now=now),
        next_look=next_look(failed, source, now=now, jitter=jitter),
    )


def next_look(state: SourceState, source: SourceConfig, *, now: datetime, jitter: float) -> datetime:
    """Say when to look again, after the look that led to *state*."""
    if state.failures:
        return now + _retry(state, source, now=now, jitter=jitter)
    if source.every is not None:
        # The user's word; a little later, never earlier, since it may be the least that is allowed.
        return _allowed(now + source.every * (1 + 0.1 * jitter), state, latest=now + max(source.every, LONGEST))
    learnt = _learnt(state, source) * (0.9 + 0.2 * jitter)
    return _allowed(now + min(max(learnt, SHORTEST), LONGEST), state, latest=now + LONGEST)


def lasts(state: SourceState, source: SourceConfig, *, now: datetime) -> bool:
    """Say whether a source's trouble has lasted long enough to tell the user."""
    if state.failing_since is None or state.failures < TELL_FAILURES:
        return False
    return now - state.failing_since >= _TELL_LATER.get(source.kind, TELL_AFTER)


def _health(error: SourceError) -> Health:
    if getattr(error, "permanent", False):
        return Health.GONE
    return Health.BLOCKED if getattr(error, "reason", "") in {"blocked", "challenge", "robots"} else Health.FAILING


def _retry(state: SourceState, source: SourceConfig, *, now: datetime, jitter: float) -> timedelta:
    """Wait longer with each failure, at random so that many sources do not come back at once."""
    first = FIRST_RETRY if source.every is None else min(FIRST_RETRY, source.every)
    if state.not_before is not None:
        asked = max(state.not_before - now, first)
        return max(asked, min(asked + min(asked * 0.1, _SPREAD) * jitter, LONGEST))
    if state.health is Health.GONE:
        return LONGEST * (1 - 0.1 * jitter)
    doublings = state.failures - 1
    if state.health is Health.BLOCKED:
        first, doublings = FIRST_RETRY_BLOCKED, 2 * doublings
    most = min(first * (1 << min(doublings, 20)), LONGEST)
    return first + (most - first) * jitter


def _learnt(state: SourceState, source: SourceConfig) -> timedelta:
    """Take the best hint: freshness, then what the feed says about itself, then the habit of its kind."""
    hints = state.hints
    if hints.max_age is not None and hints.max_age >= SHORTEST:  # shorter ones are about caches, not about news
        return hints.max_age
    if hints.ttl or hints.period:
        return hints.ttl or hints.period or _DEFAULT
    known = state.validators
    if source.kind == "feed" and not (known.etag or known.last_modified):
        return _FEED_WITHOUT_VALIDATORS
    return _DEFAULTS.get(source.kind, _DEFAULT)


def _allowed(at: datetime, state: SourceState, *, latest: datetime) -> datetime:
    """Move *at* out of the hours and days in which the feed asks not to be read, but not past *latest*."""
    hours, days = state.hints.skip_hours, state.hints.skip_days
    moved = at.astimezone(UTC)
    for _ in range(24 * 8):
        if moved.hour not in hours and moved.weekday() not in days:
            return min(moved, max(latest, at))
        moved += timedelta(hours=1)
    return at  # every hour is skipped: that cannot be meant
