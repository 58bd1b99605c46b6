"""From dates as written to days: missing years, open orders of numbers, "3 hours ago".

In:    the `Spot`s of one list in its order, year headings, now, zone, language.
Out:   one `Moment` or None per spot. Never a guess between two possible days.
Never: the clock (`now` is an argument).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from watcher.sources.feeddates import Moment, a_day, parse_date, zone_of
from watcher.sources.pagedates import Label, whole
from watcher.sources.runs import Spot

_AHEAD = timedelta(days=45)
"""A date without a year may lie this far ahead; beyond, last year's is meant."""
_YEAR_FIRST = ("ja", "zh", "ko", "hu", "sv", "lt")
_MONTH_FIRST = ("en-us",)
_DAY_FIRST = (
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "tr",
    "id",
    "cs",
    "da",
    "fi",
    "nb",
    "no",
    "en-gb",
    "en-au",
    "en-in",
    "en-ie",
    "en-nz",
)
_ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A date of a list and the year that a heading above it names."""

    spot: Spot | None
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What dates are relative to."""

    now: datetime
    zone: str
    language: str = ""

    @property
    def today(self) -> date:
        return self.now.astimezone(zone_of(self.zone)).date()


def resolve(written: Sequence[Written], setting: Setting) -> list[Moment | None]:
    """Give the day (or moment) of each date."""
    shown = _paired([None if one.spot is None else one.spot.label for one in written], setting.language)
    order = _order([label.numbers for label in shown if label is not None and label.numbers], setting)
    days = [_shown_day(label, one, order) for label, one in zip(shown, written, strict=True)]
    days = _with_years(days, shown, written, setting)
    constant = len({one.spot.raw for one in written if one.spot and one.spot.raw}) == 1 and len({*days} - {None}) > 1
    return [
        _either(one.spot, label, day, setting, trust=not constant)
        for one, label, day in zip(written, shown, days, strict=True)
    ]


def _paired(labels: Sequence[Label | None], language: str) -> list[Label | None]:
    """Say which number of "11/20" is the month: the one way in which all of a list are dates, else the language's."""
    pairs = [label.pair for label in labels if label is not None and label.pair]
    month_first = all(one <= 12 for one, _ in pairs)
    day_first = all(two <= 12 for _, two in pairs)
    swap = day_first and (not month_first or language.startswith(_DAY_FIRST))
    return [_with_pair(label, swap=swap) if label is not None and label.pair else label for label in labels]


def _with_pair(label: Label, *, swap: bool) -> Label:
    one, two = label.pair or (0, 0)
    month, day = (two, one) if swap else (one, two)
    return replace(label, month=month, day=day)


def _either(
    spot: Spot | None, label: Label | None, day: date | None, setting: Setting, *, trust: bool
) -> Moment | None:
    """Choose between what a machine reads and what a person sees; they may differ by a time zone."""
    machine = _machine(spot.raw, setting) if spot is not None and spot.raw and trust else None
    if label is not None and label.ago is not None and day is None:
        return machine or _past(label, setting)
    if machine is None:
        return a_day(day, setting.zone) if day is not None else None
    if day is not None and abs(machine.at.date() - day) <= timedelta(days=1) and machine.at.date() != day:
        return a_day(day, setting.zone)
    return machine


def _machine(raw: str, setting: Setting) -> Moment | None:
    found = parse_date(raw, setting.zone)
    if found is not None:
        return found
    label = whole(raw)
    if label is None or label.year is None:
        return None
    day = _date(label.year, label.month, label.day)
    return a_day(day, setting.zone) if day else None


def _past(label: Label, setting: Setting) -> Moment | None:
    if label.ago is None:
        return None
    return a_day((setting.now - label.ago).astimezone(zone_of(setting.zone)).date(), setting.zone)


def _shown_day(label: Label | None, one: Written, order: str) -> date | None:
    if label is None:
        return None
    if label.numbers is not None:
        return _ordered(label.numbers, order)
    year = label.year if label.year is not None else one.year
    return _date(year, label.month or one.month, label.day) if year is not None else None


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _ordered(numbers: tuple[int, int, int], order: str) -> date | None:
    if not order:
        return None
    year, month, day = (numbers[place] for place in _ORDERS[order])
    return _date(year + 2000 if year < 100 else year, month, day)


def _order(all_numbers: Sequence[tuple[int, int, int]], setting: Setting) -> str:
    """Find the one order in which all dates of a list are possible; "" where two are and nothing decides."""
    if not all_numbers:
        return ""
    able = {name: days for name in _ORDERS if (days := _all_days(all_numbers, name, setting)) is not None}
    if len(able) <= 1:
        return next(iter(able), "")
    falling = {name: days for name, days in able.items() if all(one >= two for one, two in pairwise(days))}
    if len(falling) == 1 and len(all_numbers) > 2:
        return next(iter(falling))
    return _by_language(falling or able, setting.language)


def _all_days(all_numbers: Sequence[tuple[int, int, int]], order: str, setting: Setting) -> list[date] | None:
    days = [_ordered(numbers, order) for numbers in all_numbers]
    latest = setting.today + timedelta(days=7)
    known = [day for day in days if day is not None and day <= latest and day.year >= 1995]
    return known if len(known) == len(days) else None


def _by_language(able: dict[str, list[date]], language: str) -> str:
    tables = ((_MONTH_FIRST, "mdy"), (_DAY_FIRST, "dmy"), (_YEAR_FIRST, "ymd"))
    named = next((order for tongues, order in tables if language.startswith(tongues)), "")
    if named in able:
        return named
    same = len({tuple(days) for days in able.values()}) == 1
    return next(iter(able)) if same else ("ymd" if not language and "ymd" in able else "")


def _with_years(
    days: list[date | None], labels: list[Label | None], written: Sequence[Written], setting: Setting
) -> list[date | None]:
    """Fill in years that no heading names: the list goes back in time from now."""
    bare = [label is not None and label.month is not None and label.year is None and one.year is None
            for label, one in zip(labels, written, strict=True)]  # fmt: skip
    falling = _falls([label for label, is_bare in zip(labels, bare, strict=True) if label is not None and is_bare])
    filled, above = list(days), setting.today + _AHEAD
    for number, label in enumerate(labels):
        if bare[number] and label is not None:
            filled[number] = _latest(label, above)
        if filled[number] is not None and falling and (bare[number] or days[number] is not None):
            above = min(above, (filled[number] or above) + timedelta(days=1))
    return filled


def _falls(labels: list[Label]) -> bool:
    """Say whether a list without years runs back in time (with at most one turn of the year in a dozen)."""
    rises = sum(1 for one, two in pairwise(labels) if (one.month or 0, one.day or 0) < (two.month or 0, two.day or 0))
    return rises * 3 <= len(labels)


def _latest(label: Label, limit: date) -> date | None:
    """Give the last such day not after *limit*."""
    for year in range(limit.year, limit.year - 9, -1):
        day = _date(year, label.month, label.day)
        if day is not None and day <= limit:
            return day
    return None
