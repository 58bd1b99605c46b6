"""How real a season is, from what is known of it and today's date.

In:    a season, its held claims, now.
Out:   an `Existence`.
Never: events; a season that begins on its known day is no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from watcher.known import Existence, Fact, Held, SeasonKnown
from watcher.model import Tier

_BY_TIER = {Tier.OFFICIAL: Existence.CONFIRMED, Tier.CATALOGUE: Existence.LISTED}


def existence(season: SeasonKnown, now: datetime, held: Iterable[Held] = ()) -> Existence:
    """Say how real a season is."""
    if season.cancelled is not None:
        return Existence.CANCELLED
    if season.finished is not None:
        return Existence.FINISHED
    if season.exists is None:
        return Existence.RUMOURED if any(True for _ in held) else Existence.UNKNOWN
    if season.began or _day_has_come(season.dates.get(1), now):
        return Existence.AIRING
    return _BY_TIER.get(season.exists.weight, Existence.REPORTED)


def _day_has_come(fact: Fact | None, now: datetime) -> bool:
    return fact is not None and fact.date is not None and fact.date.is_day and fact.date.calendar_day <= now.date()
