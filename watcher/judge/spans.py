"""Compare two dates as spans of days.

In:    two `FuzzyDate`s.
Out:   a `Relation`.
Never: who said them, or when.

A late-night slot (3 October 25:30) and the calendar day after are one date, and so are one moment's days in two
time zones. A broadcast season has a month of slack at its start: "fall" may mean September.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from watcher.fuzzydate import FuzzyDate, Precision

_DEFAULT_ZONE = "Asia/Tokyo"  # slots in hours past 24 are a habit of Japanese broadcasters
_ELSEWHERE = (ZoneInfo("America/Los_Angeles"), ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo"))
_SAME_MOMENT = timedelta(hours=3)  # a simulcast follows the broadcast within hours
_SMALL_HOURS = 5


class Relation(StrEnum):
    """How a claimed date stands to a known one."""

    SAME = "same"
    FINER = "finer"
    COARSER = "coarser"
    OVERLAPS = "overlaps"
    LATER = "later"
    EARLIER = "earlier"


def relation(known: FuzzyDate, claimed: FuzzyDate) -> Relation:
    """Say how *claimed* stands to *known*."""
    if same(known, claimed):
        return Relation.SAME
    if _inside(claimed, known):
        return Relation.FINER
    if _inside(known, claimed):
        return Relation.COARSER
    if known.overlaps(claimed):
        return Relation.OVERLAPS
    return Relation.LATER if claimed.earliest > known.earliest else Relation.EARLIER


def agree(one: FuzzyDate, other: FuzzyDate) -> bool:
    """Say whether both can be true."""
    return relation(one, other) not in {Relation.LATER, Relation.EARLIER}


def same(one: FuzzyDate, other: FuzzyDate) -> bool:
    """Say whether both name one span, or one night."""
    if (one.earliest, one.latest) == (other.earliest, other.latest):
        return True
    return one.is_day and other.is_day and _same_night(one, other)


def moment(day: FuzzyDate) -> datetime | None:
    """Return the instant of a day with a slot, else None."""
    if day.slot is None or not day.is_day:
        return None
    hours, minutes = (int(part) for part in day.slot.split(":", 1))
    start = datetime.combine(day.earliest, time(), tzinfo=_zone(day))
    return start + timedelta(hours=hours, minutes=minutes)


def _zone(day: FuzzyDate) -> ZoneInfo:
    return ZoneInfo(day.zone or _DEFAULT_ZONE)


def _same_night(one: FuzzyDate, other: FuzzyDate) -> bool:
    first, second = moment(one), moment(other)
    if first is not None and second is not None:
        return abs(first - second) <= _SAME_MOMENT
    return bool(_days(one) & _days(other))


def _days(day: FuzzyDate) -> set[date]:
    """List the days by which people may call this night."""
    when = moment(day)
    if when is None:
        return {day.earliest}
    days = {day.earliest, day.calendar_day, *(when.astimezone(zone).date() for zone in _ELSEWHERE)}
    if when.hour < _SMALL_HOURS:
        days.add(when.date() - timedelta(days=1))
    return days


def _inside(inner: FuzzyDate, outer: FuzzyDate) -> bool:
    if _width(inner) >= _width(outer):
        return False
    first = _slack_start(outer)
    if inner.is_day:
        return any(first <= day <= outer.latest for day in _days(inner))
    return first <= inner.earliest and inner.latest <= outer.latest


def _width(span: FuzzyDate) -> int:
    return (span.latest - span.earliest).days


def _slack_start(span: FuzzyDate) -> date:
    if span.precision is not Precision.SEASON:
        return span.earliest
    return (span.earliest - timedelta(days=1)).replace(day=1)
