"""Kind ``animeschedule``: a work with its delays (``https://animeschedule.net/api/v3/anime/ROUTE``).

In:    bytes and `ParseContext`; the token goes into ``headers``.
Out:   `Parsed`: one record for the work. Its "zero times" (year 1 or 2) mean unknown.
Never: network, disk, clock.
"""

from __future__ import annotations

from typing import Any

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import Parts, Record, answered, entry_of, loaded, partial, parts_of, season_in, texts

_STATUS = {
    "Finished": "finished",
    "Ongoing": "releasing",
    "Upcoming": "not_yet_released",
    "Delayed": "not_yet_released",
}
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the work as the address says."""
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work."""
    work = answered(loaded(body, context, "AnimeSchedule"), "AnimeSchedule")
    if not isinstance(work.get("route"), str):
        raise ParseError("AnimeSchedule answered without a work", reason="unreadable")
    names = _names(work)
    sites = work.get("websites") if isinstance(work.get("websites"), dict) else {}
    relations = work.get("relations") if isinstance(work.get("relations"), dict) else {}
    record = Record(
        catalogue="animeschedule",
        id=work["route"],
        name=names[0],
        season=season_in(*names) or 1,
        status=_STATUS.get(str(work.get("status"))),
        start=_start(work),
        ids={"animeschedule": work["route"]},
        aliases=names[1:],
        link=f"https://animeschedule.net/anime/{work['route']}",
        relations=[{"type": "SEQUEL", "id": slug} for slug in texts((relations or {}).get("sequels") or [])],
        platforms=[name for name in ("crunchyroll", "hidive", "netflix") if (sites or {}).get(name)],
    )
    return Parsed(entries=(entry_of(record),), kind="animeschedule", title=names[0], closed=False)


def _names(work: dict[str, Any]) -> list[str]:
    names = work.get("names")
    names = names if isinstance(names, dict) else {}
    stated = [names.get(name) for name in ("romaji", "english", "native", "abbreviation")]
    return texts([work.get("title"), *stated, *(names.get("synonyms") or [])]) or [str(work["route"])]


def _start(work: dict[str, Any]) -> Parts:
    start = partial(work.get("premier"))
    if start["year"] is not None:
        return start
    month = work.get("month")
    return parts_of(work.get("year"), _MONTHS.index(month) + 1 if month in _MONTHS else None)
