"""Kind ``thetvdb``: a series and its seasons (``https://api4.thetvdb.com/v4/series/ID/extended``).

In:    bytes and `ParseContext`; the token goes into ``headers``.
Out:   `Parsed`: one record per season of the default order.
Never: network, disk, clock. Other orders (DVD, absolute) and season 0 are left out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import Parts, Record, answered, begun, entry_of, listed, loaded, partial, parts_of, texts


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the series without its episodes."""
    more = "" if urlsplit(source.url).query else "?short=true"
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url + more, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a series' seasons."""
    series = answered(loaded(body, context, "TheTVDB"), "TheTVDB", "data")
    order = series.get("defaultSeasonType") or 1
    rows = [
        row for row in listed(series, "seasons") if _order(row) in {order, None} and isinstance(row.get("number"), int)
    ]
    wanted = [row for row in rows if row["number"] > 0]
    last = max((row["number"] for row in wanted), default=0)
    entries = tuple(entry_of(_record(row, series, last, context)) for row in wanted)
    return Parsed(entries=entries, kind="thetvdb", title=str(series.get("name") or ""), closed=False)


def _order(row: dict[str, Any]) -> object:
    kind = row.get("type")
    return kind.get("id") if isinstance(kind, dict) else None


def _record(row: dict[str, Any], series: dict[str, Any], last: int, context: ParseContext) -> Record:
    season, start = row["number"], _start(row, series, last)
    status = series.get("status")
    ended = isinstance(status, dict) and status.get("name") == "Ended"
    past = season < last or ended or begun(partial(series.get("lastAired")), context.now.date())
    begins = season < last or begun(start, context.now.date())
    return Record(
        catalogue="thetvdb",
        id=str(row.get("id")),
        name=f"Season {season}",
        show=str(series.get("name") or ""),
        season=season,
        status="finished" if begins and past else "releasing" if begins else "not_yet_released",
        start=start,
        ids={"thetvdb": series["id"]} if isinstance(series.get("id"), int) else {},
        aliases=texts([one.get("name") for one in listed(series, "aliases")]),
        link=f"https://thetvdb.com/series/{series.get('slug')}" if series.get("slug") else None,
    )


def _start(row: dict[str, Any], series: dict[str, Any], last: int) -> Parts:
    """Give when a season begins: the first day of the series for the first, the next episode for a last one to come."""
    if row["number"] == 1:
        return partial(series.get("firstAired"))
    year = row.get("year")
    coming = partial(series.get("nextAired"))
    if row["number"] == last and coming["year"] is not None and str(coming["year"]) == str(year or coming["year"]):
        return coming
    return partial(year) if isinstance(year, str) else parts_of(year)
