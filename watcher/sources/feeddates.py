"""Dates that machines write, read strictly: a date that could mean two days is unknown.

In:    the raw text of a date, the zone of the source.
Out:   `Moment` (aware, with its precision) or None.
Never: the clock, a locale; never raises; never a date that the text does not state.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1980, 2100
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_HOURS = {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6}
_HOURS |= {"pst": -8, "pdt": -7, "jst": 9, "cet": 1, "cest": 2, "bst": 1, "wet": 0, "west": 1, "kst": 9}
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})(?:(?:[T_]|\s+){_CLOCK}\s*{_ZONE})?"
)
_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{4})?)?"
)
_USUAL_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII)
_USUAL_RFC = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (GMT|UTC|[+-]\d{4})", re.ASCII
)
_WEEK = re.compile(r"(\d{4})-W(\d{2})-([1-7])")
_RFC = re.compile(
    rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<name>[A-Za-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s+{_CLOCK}\s*{_ZONE}(?:\s*\([^)]*\))?)?"
)
_ASC = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(?P<name>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+(?:{_CLOCK}\s*{_ZONE}\s+)?(?P<year>\d{{4}})"
)
_KANJI = re.compile(
    r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:\s*(?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)
_EURO = re.compile(r"(?P<one>\d{1,2})([/.])(?P<two>\d{1,2})\2(?P<year>\d{4})")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time, or a day."""

    at: datetime
    """Aware, in the zone in which its day is meant."""
    date_only: bool = False


def parse_date(raw: str | None, zone: str = "UTC") -> Moment | None:
    """Read a machine's date; None where it is missing, impossible or could mean two days."""
    text = (raw or "").strip()[:64]
    return _parsed(text, zone) if text else None


@lru_cache(maxsize=256)  # posts are mostly "updated" when they were published
def _parsed(text: str, zone: str) -> Moment | None:
    return _usual(text, zone) or _any(text, zone)


def _usual(text: str, zone: str) -> Moment | None:
    """Read the two ways in which nearly all feeds write; None for anything else about it."""
    try:
        if _USUAL_ISO.fullmatch(text):
            at = datetime.fromisoformat(text)
        elif (found := _USUAL_RFC.fullmatch(text)) is not None:
            day, name, year, hour, minute, second, named = found.groups()
            offset = _offset(named, zone)
            at = datetime(
                int(year), _MONTHS[name.lower()], int(day), int(hour), int(minute), int(second), tzinfo=offset
            )
        else:
            return None
    except (ValueError, KeyError):
        return None
    return _in_zone(at, zone) if _plausible(at.year) and at.tzinfo is not None else None


def _in_zone(at: datetime, zone: str) -> Moment:
    # "Z" is how servers write; the day is that of the source.
    return Moment(at=at if at.utcoffset() else at.astimezone(zone_of(zone)))


def _any(text: str, zone: str) -> Moment | None:
    if (found := _WEEK.fullmatch(text)) is not None:
        return _iso_week(*map(int, found.groups()), zone=zone)
    if _EPOCH.fullmatch(text):
        return from_epoch(float(text), zone)
    for pattern in (_ISO, _RFC, _BASIC, _KANJI, _ASC, _EURO):
        if (found := pattern.fullmatch(text)) is not None:
            return _build(found.groupdict(), zone)
    return None


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Give a zone by its IANA name."""
    return UTC if name.upper() == "UTC" else ZoneInfo(name)


def from_epoch(value: float, zone: str = "UTC") -> Moment | None:
    """Read seconds or milliseconds since 1970."""
    seconds = value / 1000 if value > 1e11 else value
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return Moment(at=at.astimezone(zone_of(zone))) if _plausible(at.year) else None


def a_day(day: date, zone: str) -> Moment:
    """Give a day without a time, as its midnight in *zone*."""
    return Moment(at=datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)), date_only=True)


def _iso_week(year: int, week: int, weekday: int, *, zone: str) -> Moment | None:
    try:
        return a_day(date.fromisocalendar(year, week, weekday), zone) if _plausible(year) else None
    except ValueError:
        return None


def _plausible(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def _build(parts: dict[str, str | None], zone: str) -> Moment | None:
    day = _day(parts)
    if day is None:
        return None
    if parts.get("hour") is None:
        return a_day(day, zone)
    return _clocked(day, parts, zone)


def _day(parts: dict[str, str | None]) -> date | None:
    year, month, number = int(parts["year"] or 0), _month(parts), int(parts.get("day") or 0)
    if parts.get("one"):
        month, number = _european(int(parts["one"] or 0), int(parts["two"] or 0))
    if len(parts["year"] or "") == 2:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, number) if _plausible(year) else None
    except ValueError:
        return None


def _month(parts: dict[str, str | None]) -> int:
    if parts.get("name"):
        return _MONTHS.get((parts["name"] or "")[:3].lower(), 0)
    return int(parts.get("month") or 0)


def _european(one: int, two: int) -> tuple[int, int]:
    """Give (month, day) where only one order is possible; (0, 0) else."""
    if one == two:
        return one, two
    if one > 12 >= two:
        return two, one
    return (one, two) if two > 12 >= one else (0, 0)


def _clocked(day: date, parts: dict[str, str | None], zone: str) -> Moment | None:
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    named = parts.get("zone") or ""
    offset = _offset(named, zone)
    if offset is None:  # a zone nobody knows: the day is all that is sure; an impossible one: nothing is
        return a_day(day, zone) if named.isalpha() else None
    at = datetime(day.year, day.month, day.day, tzinfo=offset) + timedelta(hours=hour, minutes=minute, seconds=second)
    return _in_zone(at, zone)


@lru_cache(maxsize=256)
def _offset(text: str | None, zone: str) -> tzinfo | None:
    if not text:
        return zone_of(zone)
    if text[0] in "+-":
        return _numeric(text)
    hours = _HOURS.get(text.lower())
    return None if hours is None else timezone(timedelta(hours=hours))


def _numeric(text: str) -> tzinfo | None:
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)
