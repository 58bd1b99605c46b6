"""The format of anime-offline-database: names, ids in many catalogues, studios, and which works belong together.

In:    its head (``license``, ``lastUpdate``, …) and one of its records.
Out:   a `Work`, or None where a record is none.
Never: network, disk, clock. The format does not say *how* works are related.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from watcher.aliases.records import kind_in, names_in, number_in
from watcher.sources.plain import tidy
from watcher.works import Work

NAME = "anime-offline-database"
LICENCE = "ODbL 1.0 + DbCL 1.0, https://opendatacommons.org/licenses/odbl/1-0/"
ATTRIBUTION = "anime-offline-database, https://github.com/manami-project/anime-offline-database"

_PLACES = (
    ("anilist", re.compile(r"https://anilist\.co/anime/(\d+)")),
    ("mal", re.compile(r"https://myanimelist\.net/anime/(\d+)")),
    ("kitsu", re.compile(r"https://kitsu\.(?:app|io)/anime/(\d+)")),
    ("anidb", re.compile(r"https://anidb\.net/(?:anime/|a)(\d+)")),
    ("livechart", re.compile(r"https://(?:www\.)?livechart\.me/anime/(\d+)")),
    ("ann", re.compile(r"https://(?:www\.)?animenewsnetwork\.com/encyclopedia/anime\.php\?id=(\d+)")),
)
_STATES = {"FINISHED": "finished", "ONGOING": "airing", "UPCOMING": "not yet aired"}
_MONTHS = {"WINTER": "01", "SPRING": "04", "SUMMER": "07", "FALL": "10"}
_MOST_RELATED = 200
_MOST_STUDIOS = 4


def version_in(head: Mapping[str, Any]) -> str:
    """Say how old the data is, as it says itself."""
    said = head.get("lastUpdate")
    return tidy(said)[:40] if isinstance(said, str) else ""


def licence_in(head: Mapping[str, Any]) -> str:
    """Give the licence as the data itself names it."""
    said = head.get("license")
    parts = [said.get("name"), said.get("url")] if isinstance(said, dict) else [said]
    return ", ".join(tidy(part)[:150] for part in parts if isinstance(part, str) and part) or LICENCE


def work_in(record: object) -> Work | None:
    """Read one record."""
    if not isinstance(record, dict) or not isinstance(record.get("sources"), list):
        return None
    if not (names := names_in([record.get("title"), *_list(record.get("synonyms"))])):
        return None
    kind, shape = kind_in(record.get("type"))
    own = dict(_refs(record["sources"]))
    related = _refs(_list(record.get("relatedAnime")))
    return Work(
        names=names,
        kind=kind,
        format=shape,
        begin=_begin(record.get("animeSeason")),
        status=_STATES.get(str(record.get("status")), ""),
        studios=names_in(_list(record.get("studios")))[:_MOST_STUDIOS],
        ids=own,
        related=tuple(dict.fromkeys(f"{name}:{number}" for name, number in related if name in _WIDE))[:_MOST_RELATED],
    )


_WIDE = {"anilist", "mal", "anidb", "kitsu"}
"""Catalogues that list nearly everything: relations are followed through these."""


def _refs(addresses: list[Any]) -> Iterator[tuple[str, int]]:
    for address in addresses[: 4 * _MOST_RELATED]:
        for name, pattern in _PLACES:
            found = pattern.fullmatch(address) if isinstance(address, str) else None
            if found and (number := number_in(found[1])):
                yield name, number


def _begin(season: object) -> str:
    """Write a cour as the month in which it begins."""
    if not isinstance(season, dict) or (year := number_in(season.get("year"))) is None or not 1900 < year < 2200:
        return ""
    month = _MONTHS.get(str(season.get("season")))
    return f"{year}-{month}" if month else str(year)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
