"""Kind ``animeschedule``: a work with its delays (``https://animeschedule.net/api/v3/anime/ROUTE``).

In:    bytes and `ParseContext`; the token goes into ``headers``.
Out:   `Parsed`: a record of the work, and a stub of each sequel, whose own page is to be read further. Its "zero times"
       (year 1 or 2) mean unknown.
Never: network, disk, clock.
"""

from __future__ import annotations

from typing import Any

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import (
    Parts,
    Record,
    answered,
    entry_of,
    is_other,
    is_part,
    listed,
    loaded,
    number,
    partial,
    parts_of,
    season_in,
    sequels_of,
    texts,
)

_STATUS = {
    "Finished": "finished",
    "Ongoing": "releasing",
    "Upcoming": "not_yet_released",
    "Delayed": "not_yet_released",
}
_SERVICES = {"crunchyroll": "Crunchyroll", "hidive": "HIDIVE", "netflix": "Netflix"}
_FILM_MINUTES = 45
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the work as the address says."""
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work and the sequels it names."""
    work = answered(loaded(body, context, "AnimeSchedule"), "AnimeSchedule")
    if not isinstance(work.get("route"), str):
        raise ParseError("AnimeSchedule answered without a work", reason="unreadable")
    own = _own(work)
    sequels = [slug for slug in _related(work, "sequels") if not is_part(slug.replace("-", " "))]
    return Parsed(
        entries=tuple(map(entry_of, [own, *(_stub(slug, work, own.season) for slug in sequels)])),
        kind="animeschedule",
        title=own.name,
        closed=False,
        further=tuple(_beside(context.asked, slug) for slug in sequels if "/anime/" in context.asked),
    )


def _beside(address: str, slug: str) -> str:
    return f"{address.split('/anime/', 1)[0]}/anime/{slug}"


def _related(work: dict[str, Any], how: str) -> list[str]:
    relations = work.get("relations")
    return texts((relations.get(how) or []) if isinstance(relations, dict) else [])


def _season(work: dict[str, Any], names: list[str]) -> int | None:
    """Number a work by its name; the service does not say what is a film, but how long an episode is."""
    film = (number(work.get("lengthMin")) or 0) >= _FILM_MINUTES and (number(work.get("episodes")) or 1) <= 1
    if film or is_other(*names):
        return 0
    return season_in(*names) or (None if _related(work, "prequels") else 1)


def _own(work: dict[str, Any]) -> Record:
    names, sites = _names(work), work.get("websites")
    sites = sites if isinstance(sites, dict) else {}
    return Record(
        catalogue="animeschedule",
        id=work["route"],
        name=names[0],
        season=_season(work, names),
        status=_STATUS.get(str(work.get("status"))),
        start=_start(work),
        platforms=[shown for key, shown in _SERVICES.items() if sites.get(key)],
        studios=texts(one.get("name") for one in listed(work, "studios")),
        ids={"animeschedule": work["route"]},
        aliases=names[1:],
        link=f"https://animeschedule.net/anime/{work['route']}",
        relations=sequels_of(_related(work, "sequels")),
    )


def _stub(slug: str, work: dict[str, Any], season: int | None) -> Record:
    name = slug.replace("-", " ").title()
    return Record(
        catalogue="animeschedule",
        id=slug,
        name=name,
        season=season_in(name) or (season + 1 if season else None),
        ids={"animeschedule": work["route"]},
        aliases=_names(work),
        link=f"https://animeschedule.net/anime/{slug}",
        stub=True,
    )


def _names(work: dict[str, Any]) -> list[str]:
    names = work.get("names")
    names = names if isinstance(names, dict) else {}
    stated = [names.get(name) for name in ("romaji", "english", "native", "abbreviation")]
    return texts([work.get("title"), *stated, *(names.get("synonyms") or [])]) or [str(work["route"])]


def _start(work: dict[str, Any]) -> Parts:
    """Give the first day; where the first episode itself is put off, the day it is put off to."""
    start = partial(work.get("premier"))
    since, until = partial(work.get("delayedFrom")), partial(work.get("delayedUntil"))
    if start["year"] is not None:
        return until if until["year"] is not None and since == start else start
    month = work.get("month")
    return parts_of(work.get("year"), _MONTHS.index(month) + 1 if month in _MONTHS else None)
