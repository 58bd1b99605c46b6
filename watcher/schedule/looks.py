"""When to look at a source again.

In:    what is remembered about the source, its configuration, how the look went, what makes it urgent, now, and a
       random number.
Out:   the new state with its next look; health, and whether its trouble has lasted long enough to be told.
Never: clock, random numbers of its own, sleeping.

A source is never given up: the longest wait after a failure is a day.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.config.settings import SourceConfig
from watcher.errors import SourceError
from watcher.memory import Health, Rhythm, SourceState
from watcher.model import Tier
from watcher.schedule import heat, rhythm
from watcher.schedule.outlook import PLAIN, Outlook
from watcher.schedule.rhythm import Boost

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
"""Bounds of the schedule that is learnt; an `every` in the configuration may go below or above them."""

LONGEST_OFFICIAL = timedelta(hours=12)
"""An official source is looked at even where its rhythm says that nothing comes: at weekends, at night."""

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
_UNLEARNED = Rhythm()
_PRICE = timedelta(hours=1)
"""Posts that come every hour are worth a look an hour; the wait grows with the root of the gap between posts, which
costs least waiting for a given number of looks over many sources."""
_STRETCH, _SQUEEZE = 4, 2
"""How far what was learned may leave the habit of the kind: to four times, or to half."""
_WINDOW_FACTOR = 4
"""So much more often in an event window. Posts are taken for the square of it more likely there."""
_LEAST_SHARE = 4
"""Heat and windows shorten a written interval to a quarter at most: it is the user's word."""
LINE_RETRY = timedelta(minutes=5)
LINE_RETRY_LATEST = timedelta(minutes=15)
"""While our own line is down: soon, since a look costs no server anything."""


def after_success(
    state: SourceState, *, source: SourceConfig, now: datetime, jitter: float, outlook: Outlook = PLAIN
) -> SourceState:
    """Note a look that went well; *state* has the new hints, validators and rhythm already. *jitter* is in [0, 1)."""
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
    return replace(fine, next_look=next_look(fine, source, now=now, jitter=jitter, outlook=outlook))


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


def after_outage(
    state: SourceState, error: SourceError, *, since: datetime, now: datetime, jitter: float
) -> SourceState:
    """Note a look that failed while our own line is down *since* then: the source is not to blame.

    What it was blamed for since the line went down, before that was noticed, is taken back.
    """
    mine = state.failing_since is not None and state.failing_since >= since
    blameless = replace(
        state,
        health=(Health.OK if state.last_ok else Health.NEW) if mine else state.health,
        failures=0 if mine else state.failures,
        failing_since=None if mine else state.failing_since,
    )
    return replace(
        blameless,
        last_error=str(error),
        last_reason="line",
        last_look=now,
        next_look=now + LINE_RETRY + (LINE_RETRY_LATEST - LINE_RETRY) * jitter,
        polls=state.polls + 1,
    )


def next_look(
    state: SourceState, source: SourceConfig, *, now: datetime, jitter: float, outlook: Outlook = PLAIN
) -> datetime:
    """Say when to look again, after the look that led to *state*."""
    if state.failures:
        return now + _retry(state, source, now=now, jitter=jitter)
    if source.every is not None:
        # The user's word; a little later, never earlier, since it may be the least that is allowed.
        planned = now + source.every * (1 + 0.1 * jitter)
        hurried = min(planned, *_hurried(source.every, outlook, now))
        return _allowed(hurried, state, latest=now + max(source.every, LONGEST))
    planned = _planned(state, source, outlook, now=now, jitter=jitter)
    at = min(max(planned, now + SHORTEST), now + LONGEST)
    return _allowed(at, state, latest=now + LONGEST)


def brought_forward(
    state: SourceState, source: SourceConfig, *, now: datetime, jitter: float, outlook: Outlook
) -> datetime | None:
    """Say when to look now that a title has become hot; None where that is no sooner than planned, or must not be."""
    if state.failures or state.next_look is None or state.last_look is None or outlook.hot is None:
        return None
    least = max(_floor(state), source.every / _LEAST_SHARE if source.every else SHORTEST)
    hot = heat.wait(outlook.hot, now, bound=outlook.bound, soonest=least)
    # Spread over some minutes: many sources are called at once.
    at = max(now, state.last_look + hot, state.not_before or now) + _SPREAD * jitter
    at = _allowed(at, state, latest=state.next_look)
    return at if at < state.next_look else None


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


def _planned(state: SourceState, source: SourceConfig, outlook: Outlook, *, now: datetime, jitter: float) -> datetime:
    usual = _usual(state, source, outlook, now)
    boosts = [Boost(start=one.start, end=one.end, factor=_WINDOW_FACTOR**2) for one in outlook.spans]
    known = outlook.learned and (source.zone == "Asia/Tokyo" or rhythm.gap(state.rhythm, now) is not None)
    if not known and not boosts:
        planned = now + usual * (0.9 + 0.2 * jitter)
    else:
        likely = rhythm.profile(state.rhythm if outlook.learned else _UNLEARNED, zone=source.zone, now=now)
        floor = max(_floor(state), SHORTEST)
        latest = LONGEST if outlook.tier is not Tier.OFFICIAL else max(LONGEST_OFFICIAL, usual)
        at = rhythm.place(likely, now=now, mean=usual, earliest=floor, latest=latest, boosts=boosts)
        planned = at + min((at - now) / 10, _SPREAD) * jitter
    if outlook.hot is None:
        return planned
    return min(planned, now + _warm(state, outlook, now) * (1 + 0.1 * jitter))


def _usual(state: SourceState, source: SourceConfig, outlook: Outlook, now: datetime) -> timedelta:
    """Say how long to wait on the average, from the server's hints or the kind's habit and the gap between posts."""
    habit = min(max(_habit(state, source), SHORTEST), LONGEST)
    apart = rhythm.gap(state.rhythm, now) if outlook.learned else None
    if apart is None:
        return habit
    wished = _PRICE * math.sqrt(apart / _PRICE)
    # An official source that sleeps is the one that will wake: it is never left alone for longer than usual.
    most = habit if outlook.tier is Tier.OFFICIAL else habit * _STRETCH
    least = max(habit / _SQUEEZE, _floor(state), SHORTEST)
    return min(max(wished, least), max(most, least), LONGEST)


def _floor(state: SourceState) -> timedelta:
    """Say what no hurry may undercut: the time for which the server or its feed calls an answer fresh."""
    hints = state.hints
    fresh = hints.max_age if hints.max_age is not None and hints.max_age >= SHORTEST else timedelta(0)
    return min(max(fresh, hints.ttl or timedelta(0)), LONGEST)


def _warm(state: SourceState, outlook: Outlook, now: datetime) -> timedelta:
    assert outlook.hot is not None
    return heat.wait(outlook.hot, now, bound=outlook.bound, soonest=max(_floor(state), SHORTEST))


def _hurried(every: timedelta, outlook: Outlook, now: datetime) -> list[datetime]:
    """List the moments before a written interval is over at which heat or a window ask for a look."""
    least = max(every / _LEAST_SHARE, min(every, SHORTEST))
    found = [now + every * 2]
    if outlook.hot is not None:
        found.append(now + heat.wait(outlook.hot, now, bound=outlook.bound, soonest=least))
    found += [max(now + least, one.start) for one in outlook.spans if max(now + least, one.start) < one.end]
    return found


def _habit(state: SourceState, source: SourceConfig) -> timedelta:
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
