"""Works as imported alias data lists them, watched or not.

In:    nothing; `watcher.aliases` reads them from files, `watcher.store.works` keeps them.
Out:   `Work` and `DataInfo`.
Never: a judgement about news: a list of names says nothing of a season to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MOST_NAMES = 60
"""Names of one work that are kept; beyond that a list is junk."""


class WorkKind(StrEnum):
    """What a work is."""

    SERIES = "series"
    FILM = "film"
    OVA = "ova"
    """Sold on discs, or a special: no season."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work, or one season of one, as a data set lists it."""

    names: tuple[str, ...]
    """In every script; the first is the one it is listed under."""
    kind: WorkKind = WorkKind.UNKNOWN
    format: str = ""
    """In the data set's words: TV, web, film."""
    begin: str = ""
    """``2020-10-08``, or its beginning as far as it is known: ``2020``."""
    status: str = ""
    studios: tuple[str, ...] = ()
    country: str = ""
    ids: Mapping[str, int | str] = field(default_factory=dict)
    """As titles carry them: ``anilist``, ``mal``, ``bangumi``, …"""
    season: int | None = None
    """The season's number where the data set says it apart from the name."""
    part_of: str = ""
    """What all seasons of one series share, like ``tmdb:tv/100436``."""
    related: tuple[str, ...] = ()
    """Other works of the franchise, as ``anilist:116566``; of what kind the relation is, nobody says."""
    site: str = ""
    services: tuple[str, ...] = ()
    """Where it streams."""

    @property
    def year(self) -> int | None:
        return int(self.begin[:4]) if self.begin[:4].isdigit() else None

    @property
    def refs(self) -> tuple[str, ...]:
        """Its ids, written as relations name them."""
        return tuple(f"{name}:{number}" for name, number in self.ids.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class DataInfo:
    """A data set that was imported."""

    name: str
    """``bangumi-data`` or ``anime-offline-database``."""
    version: str
    """As the publisher counts it; a date where it is counted in dates."""
    licence: str
    attribution: str
    """What its licence wants said."""
    origin: str
    """The address or file it was read from."""
    imported: datetime
    works: int
    skipped: int = 0
    """Records that could not be read."""
