"""Turn what a pattern matched into the date that is meant.

In:    the named groups of a match, a `Grammar`, the day of publication, the date named just before.
Out:   `Meaning`: the date, its other readings.
Never: network, disk, clock; a guess where nothing in the text or its day decides.

A day or month without a year is the nearest such one on or after the day of publication; the reading before it is
kept too, for a text that speaks of the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from watcher.fuzzydate import FuzzyDate
from watcher.read.dates.numbers import number
from watcher.read.dates.patterns import ERAS, Grammar

Groups = Mapping[str, str]
_YEARS = range(1900, 2101)
_NEAREST = 10
"""In the tables: the next such season, as "in the fall" means it."""
_NEXT = 11
"""In the tables: the season that has not begun yet, as "next summer" means it outside English."""
_JUST = 8
_SEASON_START = {"winter": 1, "spring": 4, "summer": 7, "fall": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a match says."""

    date: FuzzyDate | None = None
    also: tuple[FuzzyDate, ...] = ()
    relative: bool = False
    before: FuzzyDate | None = None
    """The reading as a past date, where the text names no year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What surrounds a match."""

    grammar: Grammar
    published: date | None
    previous: FuzzyDate | None
    """The date named just before."""
    month: FuzzyDate | None = None
    """The month named just before in the same sentence: "in April, on the 27th"."""


def meaning(groups: Groups, setting: Setting) -> Meaning:
    """Return what *groups* mean; a date that no calendar has means nothing."""
    try:
        return _meaning(groups, setting)
    except (ValueError, OverflowError):
        return Meaning()


def _meaning(groups: Groups, setting: Setting) -> Meaning:
    if "a" in groups:
        return _numeric(groups, setting)
    if "same" in groups:
        return _same_day(setting)
    for name, read in _RELATIVE.items():
        if name in groups:
            return read(groups, setting) if setting.published is not None else Meaning(relative=True)
    year, relative = _year(groups, setting)
    if _has_day_or_month(groups):
        return _calendar(groups, setting, year, relative=relative)
    return Meaning(relative=True) if year is None else _coarse(groups, setting, year, relative=relative)


def _has_day_or_month(groups: Groups) -> bool:
    return "month" in groups or "mon" in groups or "day" in groups


def _year(groups: Groups, setting: Setting) -> tuple[int | None, bool]:
    """Return the year named and whether it was named relative to the day of publication."""
    if "year" in groups or "kyear" in groups:
        return _checked(number(groups.get("year") or groups["kyear"])), False
    if "yy" in groups:
        return 2000 + int(groups["yy"]), False
    if "era" in groups:
        in_era = number(groups["eyear"])
        return (None if in_era is None else _checked(ERAS[groups["era"]] + in_era)), False
    for name, table in (("yrel", "year"), ("frel", "fiscal")):
        if name in groups and setting.published is not None:
            return setting.published.year + setting.grammar.relative[table][groups[name]], True
    if "prev" in groups:
        base = _before(setting)
        offset = setting.grammar.relative["previous"][groups["prev"]]
        return (None if base is None else base + offset), True
    return None, False


def _before(setting: Setting) -> int | None:
    """Return the year that is being talked of."""
    if setting.previous is not None:
        return setting.previous.earliest.year
    return setting.published.year if setting.published else None


def _checked(year: int | None) -> int:
    if year is None or year not in _YEARS:
        raise ValueError(f"not a year of broadcasting: {year}")
    return year


def _calendar(groups: Groups, setting: Setting, year: int | None, *, relative: bool) -> Meaning:
    month = _month(groups, setting)
    day = number(groups["day"]) if "day" in groups else None
    if month is None:
        return _bare_day(groups, setting, day)
    if year is not None:
        return Meaning(date=_date(year, month, day), relative=relative)
    weekday = _weekday(groups, setting.grammar) if day is not None else None
    found = _nearest(lambda when: _date(when, month, day), setting, weekday)
    gone = not {"last", "ago", "back"}.isdisjoint(groups)
    return replace(found, date=found.before, before=None) if gone and setting.published is not None else found


def _month(groups: Groups, setting: Setting) -> int | None:
    if "month" in groups:
        return setting.grammar.months[groups["month"]]
    return number(groups["mon"]) if "mon" in groups else None


def _weekday(groups: Groups, grammar: Grammar) -> int | None:
    return grammar.weekdays[groups["weekday"]] if "weekday" in groups else None


def _date(year: int, month: int, day: int | None) -> FuzzyDate:
    if not 1 <= month <= 12:
        raise ValueError(f"not a month: {month}")
    return FuzzyDate.month(year, month) if day is None else FuzzyDate.day(year, month, day)


def _nearest(make: Callable[[int], FuzzyDate], setting: Setting, weekday: int | None) -> Meaning:
    """Choose the year of a date printed without one."""
    if setting.published is None:
        if setting.previous is None:
            return Meaning(relative=True)
        return Meaning(date=make(setting.previous.earliest.year), relative=True)
    dates = list(_years_around(make, setting.published.year))
    if weekday is not None:
        dates = [one for one in dates if one.earliest.weekday() == weekday] or dates
    after = [one for one in dates if one.latest >= setting.published]
    before = [one for one in dates if one.earliest <= setting.published]
    if weekday is not None and before and (not after or (after[0].earliest - setting.published).days > 400):
        return Meaning(date=before[-1], relative=True, before=before[-1])
    if not after:
        return Meaning(date=None, relative=True, before=before[-1] if before else None)
    return Meaning(date=after[0], relative=True, before=before[-1] if before else None)


def _years_around(make: Callable[[int], FuzzyDate], year: int) -> Iterator[FuzzyDate]:
    for candidate in range(year - 2, year + 5):
        try:
            yield make(candidate)
        except ValueError:  # 29 February
            continue


def _bare_day(groups: Groups, setting: Setting, day: int | None) -> Meaning:
    """A day alone is of this month or the next."""
    if setting.published is None or day is None:
        return Meaning(relative=True)
    if setting.month is not None:
        return Meaning(date=_date(setting.month.earliest.year, setting.month.earliest.month, day), relative=True)
    first = setting.published.replace(day=1)
    months = [_shift(first, offset) for offset in (-1, 0, 1)]
    dates = [FuzzyDate.day(one.year, one.month, day) for one in months if day <= _length(one)]
    weekday = _weekday(groups, setting.grammar)
    if weekday is not None:
        dates = [one for one in dates if one.earliest.weekday() == weekday] or dates
    after = next((one for one in dates if one.earliest >= setting.published), None)
    before = next((one for one in reversed(dates) if one.earliest <= setting.published), None)
    # News of the fifth is told on the fifth or the sixth: a day just gone is nearer than its like next month.
    just = before is not None and (setting.published - before.earliest).days <= _JUST
    return Meaning(date=before if just else after or before, relative=True, before=before)


def _same_day(setting: Setting) -> Meaning:
    """Read 同日: the day named just before."""
    previous = setting.previous
    if previous is None or not previous.is_day:
        return Meaning(relative=True)
    return Meaning(date=replace(previous, slot=None, zone=None), relative=True)


def _shift(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _length(first: date) -> int:
    return (_shift(first, 1) - first).days


def _relative_day(groups: Groups, setting: Setting) -> Meaning:
    assert setting.published is not None
    if "drel" in groups:
        day = setting.published + timedelta(days=setting.grammar.relative["day"][groups["drel"]])
    else:
        weekday = setting.grammar.weekdays[groups["weekday"]]
        weeks = setting.grammar.relative["weekday"][groups["wrel"]]
        ahead = (weekday - setting.published.weekday()) % 7
        day = setting.published + timedelta(days=ahead + (7 * weeks if ahead <= 1 else 0))
    return Meaning(date=FuzzyDate.day(day.year, day.month, day.day), relative=True)


def _coming_day(groups: Groups, setting: Setting) -> Meaning:
    """Read "premieres on Monday": the next such day, today included."""
    assert setting.published is not None
    ahead = (setting.grammar.weekdays[groups["weekday"]] - setting.published.weekday()) % 7
    day = setting.published + timedelta(days=ahead)
    return Meaning(date=FuzzyDate.day(day.year, day.month, day.day), relative=True)


def _relative_month(groups: Groups, setting: Setting) -> Meaning:
    assert setting.published is not None
    first = _shift(setting.published.replace(day=1), setting.grammar.relative["month"][groups["mrel"]])
    day = number(groups["day"]) if "day" in groups else None
    return Meaning(date=_date(first.year, first.month, day), relative=True)


def _relative_season(groups: Groups, setting: Setting) -> Meaning:
    """Read "this fall", 来春: seasons are broadcast cours, and winter begins a year."""
    published = setting.published
    assert published is not None
    name = setting.grammar.seasons[groups["season"]]
    start = _SEASON_START[name]
    offset = _NEXT if "next" in groups else setting.grammar.relative["season"][groups["srel"]]
    if offset == _NEAREST:
        year = published.year + (start + 2 < published.month)
        return Meaning(date=FuzzyDate.season(year, name), relative=True)
    if offset == _NEXT:
        return Meaning(date=FuzzyDate.season(published.year + (start <= published.month), name), relative=True)
    year = published.year + offset
    # In autumn "this winter" is the one that the next year begins with, and "last fall" is told in January too.
    if name == "winter" and offset == 0 and published.month >= 7:
        year += 1
    elif offset < 0 and start + 2 < published.month:
        year = published.year
    return Meaning(date=FuzzyDate.season(year, name), relative=True)


def _coarse(groups: Groups, setting: Setting, year: int, *, relative: bool) -> Meaning:
    if "season" in groups:
        year += 1 if "year_to" in groups and setting.grammar.seasons[groups["season"]] == "winter" else 0
        return Meaning(date=FuzzyDate.season(year, setting.grammar.seasons[groups["season"]]), relative=relative)
    if "fiscal" in groups or "frel" in groups:
        return Meaning(date=FuzzyDate.fiscal_year(year), also=(FuzzyDate.year(year + 1),), relative=relative)
    if (quarter := _quarter(groups, setting.grammar)) is not None:
        return Meaning(date=FuzzyDate.quarter(year, quarter), relative=relative)
    if (half := _half(groups, setting.grammar)) is not None:
        return Meaning(date=FuzzyDate.half(year, half), relative=relative)
    return Meaning(date=FuzzyDate.year(year), relative=relative)


def _quarter(groups: Groups, known: Grammar) -> int | None:
    if "quarter" in groups:
        return number(groups["quarter"])
    return _ordinal(groups["nth"], known) if "nth" in groups else None


def _half(groups: Groups, known: Grammar) -> int | None:
    if "half1" in groups or "half2" in groups:
        return 1 if "half1" in groups else 2
    if "half" in groups:
        return int(groups["half"])
    return min(2, _ordinal(groups["nth2"], known)) if "nth2" in groups else None


def _ordinal(word: str, known: Grammar) -> int:
    return next(index for index, words in enumerate(known.ordinals, 1) if words.fullmatch(word))


def _numeric(groups: Groups, setting: Setting) -> Meaning:
    """Read day and month in numbers; what English prints may be either order."""
    first, second = int(groups["a"]), int(groups["b"])
    year, _ = _year(groups, setting)
    order = setting.grammar.numeric
    readings = {"dmy": [(second, first)], "mdy": [(first, second)]}.get(order, [(first, second), (second, first)])
    dates = {_printed(year, month, day, setting) for month, day in readings if 1 <= month <= 12}
    dates = {one for one in dates if one.date is not None}
    return dates.pop() if len(dates) == 1 else Meaning()


def _printed(year: int | None, month: int, day: int, setting: Setting) -> Meaning:
    try:
        if year is not None:
            return Meaning(date=_date(year, month, day))
        return _nearest(lambda when: _date(when, month, day), setting, None)
    except ValueError:
        return Meaning()


_RELATIVE: Mapping[str, Callable[[Groups, Setting], Meaning]] = {
    "next": _relative_season,
    "drel": _relative_day,
    "wrel": _relative_day,
    "ahead": _coming_day,
    "mrel": _relative_month,
    "srel": _relative_season,
}
