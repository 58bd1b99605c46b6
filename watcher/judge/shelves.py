"""The facets of which there can be several: where they stand in `SeasonKnown`.

In:    a season, the type of facet.
Out:   its facts, or the season with others in their place.
Never: decisions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from watcher.known import Fact, SeasonKnown
from watcher.model import EventType

_FIELDS = {
    EventType.TRAILER: "trailers",
    EventType.VISUAL: "visuals",
    EventType.CAST: "cast",
    EventType.STAFF: "staff",
    EventType.DUB: "dub",
}
_SINGLE = {EventType.CANCELLED: "cancelled", EventType.FINISHED: "finished"}
SHELVED = frozenset(_FIELDS)


def shelf(season: SeasonKnown, type_: EventType) -> tuple[Fact, ...]:
    """Return the facts of one facet, the oldest first."""
    if single := _SINGLE.get(type_):
        fact: Fact | None = getattr(season, single)
        return () if fact is None else (fact,)
    facts: tuple[Fact, ...] = getattr(season, _FIELDS[type_])
    return facts


def reshelve(season: SeasonKnown, type_: EventType, facts: tuple[Fact, ...]) -> SeasonKnown:
    """Return *season* with *facts* in the place of those it has."""
    changed: dict[str, Any] = {_FIELDS[type_]: facts} if type_ in _FIELDS else {_SINGLE[type_]: next(iter(facts), None)}
    return replace(season, **changed)
