"""A work that a catalogue offers for a name, and how offers of several catalogues become one list.

In:    what the catalogues' parsers read, the words that were searched.
Out:   `Candidate`s: one for each work, exact matches first.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from watcher.sources.plain import comparable, tidy
from watcher.sources.records import season_in

MOST_ALIASES = 12
_LONGEST = 150
_DAY = re.compile(r"(?:19|20)\d{2}(?:-\d{2}(?:-\d{2})?)?")
_LETTERS = re.compile(r"[^\w]+")
_ADDRESS = re.compile(r"https?://[^\s\"<>\\]{1,1000}", re.IGNORECASE)


SHARED_IDS = ("anilist", "mal", "anidb", "kitsu", "bangumi")
"""Ids that each season has for itself; those of other catalogues are a whole series'."""
_ANIME_LISTS = frozenset({"AniList", "bangumi-data", "anime-offline-database"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A season that there is."""

    number: int
    begin: str = ""
    """``2020-10-08``, as far as it is known."""

    def had_begun(self, today: date) -> bool:
        """Say whether it is no season to come; a beginning nobody knows is one to come."""
        return bool(self.begin) and self.begin <= today.isoformat()[: len(self.begin)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One work, as one or several catalogues list it."""

    catalogues: tuple[str, ...]
    """Who lists it: ``AniList``, ``TVmaze``."""
    name: str
    names: tuple[str, ...] = ()
    """All its names, in every script; `name` is the first."""
    year: int | None = None
    format: str = ""
    status: str = ""
    maker: str = ""
    """The studio or network."""
    country: str = ""
    """Two letters, in capitals, where the catalogue says it."""
    ids: Mapping[str, int | str] = field(default_factory=dict)
    site: str = ""
    """The work's official page, as the catalogue names it."""
    services: tuple[str, ...] = ()
    """Where it streams."""
    link: str = ""
    """Its page in the catalogue."""
    seasons: tuple[Season, ...] = ()
    """Those of its series, as far as they were looked up."""

    @property
    def season(self) -> int | None:
        """The season that its name carries; None for a work's first, and for a whole series."""
        return season_in(self.name)

    @property
    def is_anime(self) -> bool:
        return not _ANIME_LISTS.isdisjoint(self.catalogues) or self.country == "JP"

    def is_called(self, words: str) -> bool:
        """Say whether *words* are exactly one of its names, whatever the case and punctuation."""
        return plain(words) in {plain(name) for name in (self.name, *self.names)}

    def aliases(self, name: str) -> tuple[str, ...]:
        """Give its names besides *name* that news may use; those of a single later season are left out."""
        wanted = [other for other in (self.name, *self.names) if season_in(other) is None and _is_telling(other)]
        distinct = {plain(other): other for other in reversed(wanted)}
        distinct.pop(plain(name), None)
        kept = [other for other in dict.fromkeys(wanted) if distinct.get(plain(other)) == other]
        return tuple(kept[:MOST_ALIASES])


def cleaned(candidate: Candidate) -> Candidate:
    """Make a stranger's words safe for a terminal and a file: one line, no control characters, no novels."""
    return replace(
        candidate,
        name=_line(candidate.name),
        names=tuple(dict.fromkeys(filter(None, map(_line, candidate.names)))),
        format=_line(candidate.format),
        status=_line(candidate.status),
        maker=_line(candidate.maker),
        country=_line(candidate.country),
        ids={name: number for name, value in candidate.ids.items() if (number := _id(value))},
        site=_address(candidate.site),
        services=tuple(map(_line, candidate.services)),
        link=_address(candidate.link),
    )


def _line(text: str) -> str:
    line = tidy(text)
    return line if len(line) <= _LONGEST else ""


def _id(value: object) -> int | str | None:
    if isinstance(value, str):
        return _line(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _address(text: str) -> str:
    try:
        host = urlsplit(text).hostname
    except ValueError:
        return ""
    return text if host and _ADDRESS.fullmatch(text) and tidy(text) == text else ""


def day_of(text: object) -> str:
    """Keep a date as far as it is written: ``2020-10-08``, ``2020``."""
    found = _DAY.match(text) if isinstance(text, str) else None
    return found[0] if found else ""


def plain(text: str) -> str:
    """Reduce a name to its letters and digits."""
    return _LETTERS.sub("", comparable(text)) or comparable(text)


def _is_telling(name: str) -> bool:
    """Say whether a name is long enough to be found in a text: three letters, or two signs of a script of words."""
    width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in plain(name))
    return width > 3


def merged(offers: Iterable[Sequence[Candidate]], words: str) -> tuple[Candidate, ...]:
    """Make one list of every catalogue's offers, each work once, exact matches first."""
    works: list[Candidate] = []
    for offer in offers:
        for candidate in offer:
            place = next((i for i, known in enumerate(works) if _is_same(known, candidate)), None)
            if place is None:
                works.append(candidate)
            else:
                works[place] = _joined(works[place], candidate)
    return tuple(sorted(works, key=lambda work: not work.is_called(words)))


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Say whether two catalogues mean one work: a name in common, begun within a year."""
    if set(one.catalogues) & set(other.catalogues):
        return False
    if any(one.ids.get(name) == other.ids[name] for name in SHARED_IDS if name in other.ids):
        return True
    if any(name in one.ids and name in other.ids for name in SHARED_IDS):
        return False
    shared = {plain(name) for name in (one.name, *one.names)} & {plain(name) for name in (other.name, *other.names)}
    years = (one.year, other.year)
    near = None in years or abs((one.year or 0) - (other.year or 0)) <= 1
    return bool(shared) and near


def _joined(one: Candidate, other: Candidate) -> Candidate:
    return replace(
        one,
        catalogues=(*one.catalogues, *other.catalogues),
        names=tuple(dict.fromkeys((*one.names, other.name, *other.names))),
        year=one.year or other.year,
        format=one.format or other.format,
        status=one.status or other.status,
        maker=one.maker or other.maker,
        country=one.country or other.country,
        ids={**other.ids, **one.ids},
        site=one.site or other.site,
        services=tuple(dict.fromkeys((*one.services, *other.services))),
        link=one.link or other.link,
        seasons=seasons_of((*one.seasons, *other.seasons)),
    )


def seasons_of(found: Iterable[Season]) -> tuple[Season, ...]:
    """Keep each season once, with the first beginning that is known."""
    seasons: dict[int, Season] = {}
    for season in found:
        known = seasons.get(season.number)
        if known is None or (season.begin and not known.begin):
            seasons[season.number] = season
    return tuple(seasons[number] for number in sorted(seasons))
