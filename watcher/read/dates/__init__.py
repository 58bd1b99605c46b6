"""Find the dates that a text names.

In:    a text, its language, the day it was published.
Out:   `FoundDate`s in order, with exact positions in the text.
Never: network, clock; an exception, whatever the text; more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from watcher.fuzzydate import FuzzyDate
from watcher.read.dates.patterns import Grammar, grammar
from watcher.read.dates.resolve import Meaning, Setting, meaning
from watcher.read.dates.slots import slot_behind
from watcher.read.fold import fold

__all__ = ["FoundDate", "find_dates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date as a text names it."""

    start: int
    end: int
    date: FuzzyDate | None
    """None where it has several readings, no calendar has it, or its year is not known."""
    past: bool
    """It ended before the text was published."""
    text: str
    relative: bool
    """It was resolved by the day of publication."""
    also: tuple[FuzzyDate, ...] = ()
    """Dates that are equally right, such as the real day of a late-night slot."""
    before: FuzzyDate | None = None
    """For a date without a year: the nearest such one on or before the day of publication."""


class _Match(NamedTuple):
    start: int
    end: int
    groups: dict[str, str]


def find_dates(
    text: str, *, language: str, published: date | None, previous: FuzzyDate | None = None
) -> tuple[FoundDate, ...]:
    """Return the dates in *text*; *previous* is the date named just before it, for 同年, 同日 and the like."""
    known = grammar(language)
    folded = fold(text)
    found: list[FoundDate] = []
    month = None
    for match in _longest(_matches(folded, text, known)):
        setting = Setting(grammar=known, published=published, previous=previous, month=month)
        said = meaning(match.groups, setting)
        found.append(_found(text, folded, match, said, setting))
        if said.date is not None and (said.date.is_day or not said.relative):
            previous = said.date
        month = said.date if "month" in match.groups and said.date is not None and not said.date.is_day else None
    return tuple(found)


def _matches(folded: str, text: str, known: Grammar) -> Iterator[_Match]:
    for pattern in known.likely(folded):
        for found in pattern.regex.finditer(folded):
            groups = {name: value for name, value in found.groupdict().items() if value}
            if _printed_as_name(found, text, known):
                span = "span" if "span" in groups else 0
                yield _Match(found.start(span), found.end(span), groups)


def _printed_as_name(found: re.Match[str], text: str, known: Grammar) -> bool:
    """Say whether a word such as "may" or "march" has its capital."""
    for name in ("month", "weekday"):
        if name in found.re.groupindex and found[name] in known.capital and text[found.start(name)].islower():
            return False
    return True


def _longest(matches: Iterator[_Match]) -> list[_Match]:
    """Of overlapping matches keep the longest, of equally long ones the first."""
    chosen: list[_Match] = []
    for match in sorted(matches, key=lambda match: (match.start, -match.end)):
        if not chosen or match.start >= chosen[-1].end:
            chosen.append(match)
        elif match.end - match.start > chosen[-1].end - chosen[-1].start:
            chosen[-1] = match
    return chosen


def _found(text: str, folded: str, match: _Match, said: Meaning, setting: Setting) -> FoundDate:
    end, when, also = match.end, said.date, said.also
    if when is not None and when.is_day and (slot := slot_behind(folded, end, language=setting.grammar.language)):
        when = replace(when, slot=slot.text, zone=setting.grammar.zone)
        end = slot.end
        if slot.hours >= 24:
            real = when.calendar_day
            also = (*also, FuzzyDate.day(real.year, real.month, real.day))
    past = when is not None and setting.published is not None and when.latest < setting.published
    return FoundDate(
        start=match.start,
        end=end,
        date=when,
        past=past,
        text=text[match.start : end],
        relative=said.relative,
        also=also,
        before=said.before,
    )
