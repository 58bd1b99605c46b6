"""Event windows: days on which seasons are announced, and the last episode of one that runs.

In:    the chosen events, the user's own windows, what is known of a title, now.
Out:   `Span`s of time in which to look more often.
Never: network, clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.config.settings import WindowConfig
from watcher.config.windows import Event, events
from watcher.known import Known, SeasonKnown

AHEAD = timedelta(days=2)
"""How far ahead windows matter: two looks at the longest wait."""
BEFORE_FINAL, AFTER_FINAL = timedelta(hours=12), timedelta(days=2)
"""A next season is mostly announced right behind the last episode, at midnight in Japan, or at an event days later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which looking is more frequent."""

    name: str
    start: datetime
    end: datetime


def event_spans(chosen: Iterable[str], own: Sequence[WindowConfig], now: datetime) -> tuple[Span, ...]:
    """List the event windows that are open or open soon, of the chosen presets and the user's own."""
    known = events()
    years = {now.year, (now + AHEAD).year}
    found = [span for id_ in chosen if id_ in known for year in years for span in _days(known[id_], year)]
    found += [Span(name=one.name, start=one.start, end=one.end) for one in own]
    return tuple(sorted((span for span in found if _matters(span, now)), key=lambda span: span.start))


def _days(event: Event, year: int) -> Iterator[Span]:
    """Yield the hours of each day of an event."""
    zone = ZoneInfo(event.zone)
    for number in range(event.days):
        day = event.first_day(year) + timedelta(days=number)
        start = datetime.combine(day, event.opens, zone).astimezone(UTC)
        yield Span(name=event.name, start=start, end=datetime.combine(day, event.closes, zone).astimezone(UTC))


def final_spans(known: Known, name: str, now: datetime) -> tuple[Span, ...]:
    """List the windows around the last episodes of a title's running seasons, where their day is known."""
    days = {day for season in known.seasons for day in _last_days(season) if abs(day.year - now.year) <= 1}
    spans = [
        Span(
            name=f"final episode of {name}",
            start=datetime.combine(day, time(), UTC) - BEFORE_FINAL,
            end=datetime.combine(day, time(), UTC) + AFTER_FINAL,
        )
        for day in sorted(days)
    ]
    return tuple(span for span in spans if _matters(span, now))


def _last_days(season: SeasonKnown) -> Iterator[date]:
    """Yield the days on which the season ends, as announced or as catalogues list it."""
    if season.cancelled is not None:
        return
    if season.finished is not None and season.finished.date is not None and season.finished.date.is_day:
        yield season.finished.date.calendar_day
    for record in season.record.values():
        if isinstance(record, dict) and isinstance(end := record.get("end_date"), dict):
            try:
                yield date(end["year"], end["month"], end["day"])
            except (KeyError, TypeError, ValueError):
                continue


def _matters(span: Span, now: datetime) -> bool:
    return span.start < now + AHEAD and now < span.end
