"""Event windows: the packaged yearly events, and the user's own.

In:    `watcher/data/windows.toml`; raw ``[[window]]`` tables.
Out:   `Event`s with a rule for their days; `WindowConfig`s.
Never: the network; only the packaged data file is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from watcher.config.blocks import read_block
from watcher.config.door import WindowBlock
from watcher.config.names import Directory
from watcher.config.settings import WindowConfig
from watcher.config.values import local_moment
from watcher.config.wrong import Findings, KeyPath, one_of

FINAL_EPISODE = "final-episode"
"""The preset that no date is written for: it follows from what is known of a running season."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A yearly event and the rule for its days."""

    id: str
    name: str
    zone: str
    month: int
    weekday: int
    """0 is Monday."""
    nth: int
    days: int
    opens: time
    closes: time
    known: tuple[date, ...]
    """First days that are known; they go before the rule."""

    def first_day(self, year: int) -> date:
        """Say on which day it begins."""
        told = next((day for day in self.known if day.year == year), None)
        return told or nth_weekday(year, self.month, self.weekday, self.nth)


@cache
def events() -> dict[str, Event]:
    """Return the packaged events by id."""
    table = tomllib.loads((files("watcher") / "data" / "windows.toml").read_text(encoding="utf-8"))
    return {row["id"]: _event(row) for row in table["window"]}


def window_names() -> tuple[str, ...]:
    """List what `windows` may name: the events, and the final episode of a running season."""
    return (*events(), FINAL_EPISODE)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Find the *nth* given weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _event(row: dict[str, Any]) -> Event:
    opens, closes = map(time.fromisoformat, row["hours"].split("-"))
    return Event(
        id=row["id"],
        name=row["name"],
        zone=row["zone"],
        month=row["month"],
        weekday=_WEEKDAYS.index(row["weekday"]),
        nth=row["nth"],
        days=row["days"],
        opens=opens,
        closes=closes,
        known=tuple(row["years"]),
    )


def choose_windows(written: Sequence[str] | None, findings: Findings) -> tuple[str, ...]:
    """Take the written presets; all of them where none is written."""
    known = window_names()
    if written is None:
        return known
    for index, name in enumerate(written):
        if name not in known:
            message = f'there is no event window "{name}"'
            findings.error(("watcher", "windows", index), message, one_of(known, name))
    return tuple(dict.fromkeys(name for name in written if name in known))


def build_windows(
    tables: list[tuple[KeyPath, Any]], zone: ZoneInfo, titles: Directory, findings: Findings
) -> tuple[WindowConfig, ...]:
    """Judge every ``[[window]]``; broken ones are left out, their problems noted."""
    found = []
    for path, table in tables:
        block = read_block(WindowBlock, table, path, findings, vital={"start", "end"})
        if block is None:
            continue
        start, end = local_moment(block.start, zone), _end(block.end, zone)
        if end <= start:
            findings.error(
                (*path, "end"), "is not after the start", "a day is meant whole: start and end may be the same"
            )
        wanted = titles.refer(block.titles, (*path, "titles"), findings)
        found.append(WindowConfig(name=block.name, start=start, end=end, titles=wanted))
    return tuple(found)


def _end(value: date | datetime, zone: ZoneInfo) -> datetime:
    """A day ends with itself."""
    if isinstance(value, datetime):
        return local_moment(value, zone)
    return local_moment(value + timedelta(days=1), zone)
