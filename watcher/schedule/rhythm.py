"""Learn a source's rhythm from its posts, and place the next look where one is likely.

In:    when posts appeared, now, how long to wait on the average.
Out:   the remembered `Rhythm`; the moment of the next look; a silence that is longer than usual.
Never: clock, disk, random numbers.

A post that waits an hour to be found costs an hour. For posts that come with the density p(t) the waiting is least, at
the same number of looks, where each look's catch times the time until the following one is largest (`place`): right
behind the hours in which posts come, rarely at night, just after the full hour where posts come on the hour.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from watcher.memory import Rhythm
from watcher.model import Entry

POSTS = 24
"""How many are remembered for their gaps."""
COUNTED = 512
"""When so many posts are counted by hour and day, all counts are halved: the old fade."""
ENOUGH = 4
"""Fewer posts than this are no rhythm."""
TOGETHER = 10
"""Minutes within which posts count as one."""
WHOLE = 12
"""A post is counted in twelfths, so that one of unknown hour can be spread over some."""
BLURRED = timedelta(hours=12)
"""Of an undated post between two looks further apart than this only the fact is remembered."""
OLD = timedelta(days=7)
"""What claims to be older than this when we first see it was filled in later, and says nothing about the rhythm."""
HISTORY = timedelta(days=800)
HOURS_AFTER = timedelta(days=3)
DAYS_AFTER = timedelta(days=14)
"""So long must have been counted before it says something about hours and weekdays: two days show no week."""
RECENT_GAPS = 8
WEEK = 7 * 24 * 60
"""Minutes."""
SILENT_TIMES = 2.0
SILENT_LEAST = timedelta(days=2)
SILENT_GAPS = 5

_OFFICE_HOURS = range(10, 21)
_OFFICE_SHARE = 0.85
_WEEKDAY_SHARE = 0.92
# Japanese companies post on working days between about 10 and 20 h ; the shares are a cautious guess, which
# some ten posts of the source itself outweigh.
_HABIT_OF_HOURS, _HABIT_OF_DAYS, _HABIT_OF_SLOTS = 4.0, 3.0, 12.0
"""A habit counts as much as so many posts."""
_LEAST = 0.04
"""No hour is ever quite without posts."""
_CLEAR = 24
"""Posts from which on neighbouring hours are told apart better and better."""
_SLOTS = 12
"""Parts of an hour."""
_SHARP_SLOT = 3.0
"""From this weight of one part of the hour on it is worth planning to the five minutes."""
_HORIZON = 48.0
"""Hours that are planned ahead: two looks at the longest wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """A time in which posts are more likely than by habit."""

    start: datetime
    end: datetime
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How likely posts are by hour, weekday and part of the hour, each 1 on the average; local to the source."""

    hours: tuple[float, ...]
    days: tuple[float, ...]
    slots: tuple[float, ...]
    offset: timedelta


# -- learning ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Appeared:
    """When a post appeared: between two moments, which are the same where it is known to the minute."""

    first: datetime
    last: datetime

    @property
    def middle(self) -> datetime:
        return self.first + (self.last - self.first) / 2


def learn(rhythm: Rhythm, entries: Iterable[Entry], *, before: datetime | None, now: datetime, zone: str) -> Rhythm:
    """Add what a look found new. *before* is the last good look, None for the first one of all."""
    place = ZoneInfo(zone)
    # A catalogue's records are no posts.
    found = [one for entry in entries if not entry.data and (one := _appeared(entry, before, now, place))]
    if not found:
        return rhythm
    counted = _counted(rhythm, [one for one in found if one.last - one.first <= BLURRED], place)
    return replace(counted, posts=_apart((*rhythm.posts, *(_minute(one.middle) for one in found)))[-POSTS:])


def _appeared(entry: Entry, before: datetime | None, now: datetime, zone: ZoneInfo) -> _Appeared | None:
    """Say when an entry appeared; None where it says nothing about that."""
    said = entry.published
    if before is None:
        if said is None or not now - HISTORY < said <= now:
            return None
        return _Appeared(first=said, last=said if _has_time(entry, zone) else said + timedelta(days=1))
    if said is not None and said < now - OLD:
        return None
    if said is not None and before <= said <= now and _has_time(entry, zone):
        return _Appeared(first=said, last=said)
    # A stamp before our last look was not true to the minute: the post was not there then.
    return _Appeared(first=min(before, now), last=now)


def _counted(rhythm: Rhythm, found: Sequence[_Appeared], zone: ZoneInfo) -> Rhythm:
    """Count posts by hour, weekday and part of an hour."""
    if not found:
        return rhythm
    fade = 2 if sum(rhythm.hours) >= COUNTED * WHOLE else 1
    first = min(_minute(one.first) for one in found)
    since = first if rhythm.since is None else min(rhythm.since, first)
    if fade > 1:
        since += (max(_minute(one.last) for one in found) - since) // fade  # half the posts, in half the time
    hours, days, slots = Counter[int](), Counter[int](), Counter[int]()
    for one in found:
        spread = _hours(one, zone)
        for hour in spread:
            hours[hour] += WHOLE // len(spread)
        days[one.middle.astimezone(zone).weekday()] += WHOLE
        if one.first == one.last:
            slots[one.first.minute * _SLOTS // 60] += WHOLE
    return Rhythm(
        posts=rhythm.posts,
        since=since,
        hours=_added(rhythm.hours, hours, 24, fade),
        days=_added(rhythm.days, days, 7, fade),
        slots=_added(rhythm.slots, slots, _SLOTS, fade),
    )


def _hours(one: _Appeared, zone: ZoneInfo) -> set[int]:
    """List the hours in which a post may have appeared."""
    length = int((one.last - one.first) / timedelta(hours=1))
    return {(one.first + timedelta(hours=step)).astimezone(zone).hour for step in range(max(length, 1))}


def _added(counts: Sequence[int], new: Counter[int], size: int, fade: int) -> tuple[int, ...]:
    return tuple(count // fade + new[number] for number, count in enumerate(counts or (0,) * size))


def _has_time(entry: Entry, zone: ZoneInfo) -> bool:
    """Midnight sharp is how a day without a time is often written."""
    said = entry.published
    if said is None or entry.date_only:
        return False
    if said.second:
        return True  # whatever the zone
    return all((at.hour, at.minute, at.second) != (0, 0, 0) for at in (said.astimezone(UTC), said.astimezone(zone)))


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _apart(minutes: Iterable[int]) -> tuple[int, ...]:
    kept: list[int] = []
    for minute in sorted(minutes):
        if not kept or minute - kept[-1] >= TOGETHER:
            kept.append(minute)
    return tuple(kept)


# -- what was learned -------------------------------------------------------------------------------------------------


def gap(rhythm: Rhythm, now: datetime) -> timedelta | None:
    """Say how far apart its posts are lately, the silence since the last one included; None where too few are known.

    Lately means a week at least: a busy day or a quiet night is for the profile to know.
    """
    if len(rhythm.posts) < ENOUGH:
        return None
    recent = rhythm.posts[-RECENT_GAPS:]
    passed = max(_minute(now) - recent[0], 1)
    if rhythm.since is not None and passed < WEEK <= (long := _minute(now) - rhythm.since):
        return timedelta(minutes=long * WHOLE / max(sum(rhythm.hours), WHOLE))
    return timedelta(minutes=passed / len(recent))


def last_post(rhythm: Rhythm) -> datetime | None:
    """Say when the last post appeared."""
    return datetime.fromtimestamp(rhythm.posts[-1] * 60, tz=UTC) if rhythm.posts else None


def silence(rhythm: Rhythm, now: datetime) -> timedelta | None:
    """Say how long a source has been silent, where that is longer than it ever was; None where it is usual."""
    gaps = [later - earlier for earlier, later in pairwise(rhythm.posts)]
    if len(gaps) < SILENT_GAPS:
        return None
    silent = timedelta(minutes=_minute(now) - rhythm.posts[-1])
    usual = timedelta(minutes=max(gaps))
    return silent if silent > max(SILENT_TIMES * usual, SILENT_LEAST) else None


def longest_gap(rhythm: Rhythm) -> timedelta:
    """Say how long the longest remembered pause between two posts was."""
    return timedelta(minutes=max((b - a for a, b in pairwise(rhythm.posts)), default=0))


def profile(rhythm: Rhythm, *, zone: str, now: datetime) -> Profile:
    """Weigh hours, weekdays and parts of an hour by the posts seen there, a habit of the country first."""
    office = zone == "Asia/Tokyo"
    long = timedelta(0) if rhythm.since is None else timedelta(minutes=_minute(now) - rhythm.since)
    hours = rhythm.hours if rhythm.hours and long >= HOURS_AFTER else (0,) * 24
    days = rhythm.days if rhythm.days and long >= DAYS_AFTER else (0,) * 7
    # Few posts say little about single hours.
    side = 0.25 * min(1, _CLEAR * WHOLE / max(sum(hours), 1))
    blurred = [(1 - 2 * side) * hours[hour] + side * (hours[hour - 1] + hours[(hour + 1) % 24]) for hour in range(24)]
    return Profile(
        hours=_weights(blurred, _HOUR_HABIT if office else _EVEN_HOURS, _HABIT_OF_HOURS),
        days=_weights(days, _DAY_HABIT if office else _EVEN_DAYS, _HABIT_OF_DAYS),
        slots=_weights(rhythm.slots or (0,) * _SLOTS, _EVEN_SLOTS, _HABIT_OF_SLOTS),
        offset=now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0),
    )


def _share(inside: Sequence[bool], share: float) -> tuple[float, ...]:
    count = sum(inside)
    return tuple(share / count if one else (1 - share) / (len(inside) - count) for one in inside)


_EVEN_HOURS = (1 / 24,) * 24
_EVEN_DAYS = (1 / 7,) * 7
_EVEN_SLOTS = (1 / _SLOTS,) * _SLOTS
_HOUR_HABIT = _share([hour in _OFFICE_HOURS for hour in range(24)], _OFFICE_SHARE)
_DAY_HABIT = _share([day < 5 for day in range(7)], _WEEKDAY_SHARE)


def _weights(counts: Sequence[float], habit: Sequence[float], weight: float) -> tuple[float, ...]:
    """Weigh counts against a habit that counts as much as *weight* posts; 1 on the average."""
    posts = [count / WHOLE for count in counts]
    total = sum(posts) + weight
    return tuple(
        max((count + weight * part) / total * len(posts), _LEAST) for count, part in zip(posts, habit, strict=True)
    )


# -- placing ----------------------------------------------------------------------------------------------------------


def place(
    likely: Profile,
    *,
    now: datetime,
    mean: timedelta,
    earliest: timedelta,
    latest: timedelta,
    boosts: Sequence[Boost] = (),
) -> datetime:
    """Place the next look, which would be *mean* after *now* if posts came evenly.

    Two looks ahead are planned: the second is due when the waiting of all posts, unlooked at, would amount to what two
    even looks allow; the first stands where (posts it catches) times (time until the second) is largest.
    """
    hours = mean.total_seconds() / 3600
    step = 1 / 12 if hours <= 2 or max(likely.slots) > _SHARP_SLOT else 1 / 4
    limit = 2 * hours * hours  # of the waiting until two mean waits have passed at a density of 1
    caught, waiting, sums = 0.0, 0.0, [0.0]
    for density in _densities(likely, now, step, boosts):
        waiting += (caught + density * step / 2) * step
        caught += density * step
        sums.append(caught)
        if waiting >= limit:
            break
    end = (len(sums) - 1) * step
    first = max(math.ceil(earliest.total_seconds() / 3600 / step), 1)
    last = max(int(latest.total_seconds() / 3600 / step), first)
    candidates = range(first, min(last, len(sums) - 1) + 1)
    best = max(candidates, key=lambda at: sums[at] * (end - at * step), default=first)
    return now + timedelta(hours=best * step)


def _densities(likely: Profile, now: datetime, step: float, boosts: Sequence[Boost]) -> Iterable[float]:
    """Yield how likely posts are in each step from *now* on."""
    local = now + likely.offset
    minute = local.hour * 60 + local.minute
    weekday, width = local.weekday(), round(step * 60)
    slots = likely.slots if width == 5 else [sum(likely.slots[i : i + 3]) / 3 for i in range(0, _SLOTS, 3)]
    per_slot = 60 // len(slots)
    spans = [((b.start - now) / timedelta(minutes=1), (b.end - now) / timedelta(minutes=1), b.factor) for b in boosts]
    for number in range(int(_HORIZON / step)):
        passed = number * width
        at = minute + passed
        density = likely.hours[at // 60 % 24] * likely.days[(weekday + at // 1440) % 7] * slots[at % 60 // per_slot]
        for start, stop, factor in spans:
            if start <= passed < stop:
                density *= factor
        yield density


# -- words ------------------------------------------------------------------------------------------------------------


def described(rhythm: Rhythm, *, zone: str, now: datetime) -> str:
    """Say a rhythm in words: ``about every 3 h, mostly 09–19 h, Mon–Fri (Asia/Tokyo)``; empty where none is known."""
    apart = gap(rhythm, now)
    if apart is None:
        return ""
    words = [f"about every {spell(apart)}"]
    if sum(rhythm.hours) < 2 * ENOUGH * WHOLE or rhythm.since is None:
        return words[0]
    long = timedelta(minutes=_minute(now) - rhythm.since)
    words += [_mostly(rhythm.hours)] if long >= HOURS_AFTER else []
    words += ["Mon–Fri"] if long >= DAYS_AFTER and sum(rhythm.days[:5]) >= 0.95 * sum(rhythm.days) else []
    words += ["on the hour"] if rhythm.slots[0] >= max(0.6 * sum(rhythm.slots), WHOLE) else []
    told = ", ".join(word for word in words if word)
    return told if told == words[0] else f"{told} ({zone})"


def spell(span: timedelta) -> str:
    """Say a span roughly: ``40 min``, ``3 h``, ``5 days``."""
    minutes = span.total_seconds() / 60
    if minutes < 90:
        return f"{max(round(minutes), 1)} min"
    return f"{round(minutes / 60)} h" if minutes < 36 * 60 else f"{round(minutes / 1440)} days"


def _mostly(hours: Sequence[int]) -> str:
    """Name the shortest run of hours that holds four posts in five; nothing where that is most of the day."""
    enough = 0.8 * sum(hours)
    for length in range(1, 15):
        for start in range(24):
            if sum(hours[(start + step) % 24] for step in range(length)) >= enough:
                return f"mostly {start:02}–{(start + length) % 24:02} h"
    return ""
