"""Kind ``tvmaze``: a show and its seasons (``https://api.tvmaze.com/shows/ID``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per season; the season after the last one where the show ended is not made up.
Never: network, disk, clock (today is that of the context).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import Record, answered, begun, entry_of, listed, loaded, number, partial, texts


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the show with its seasons in one answer."""
    url = source.url if urlsplit(source.url).query else f"{source.url.rstrip('/')}?embed[]=seasons&embed[]=nextepisode"
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=url, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a show's seasons."""
    show = answered(loaded(body, context, "TVmaze"), "TVmaze")
    answered(show, "TVmaze", "_embedded")
    today = context.now.date()
    rows = [
        row for row in listed(show, "_embedded", "seasons") if isinstance(row.get("number"), int) and row["number"] > 0
    ]
    entries = tuple(entry_of(_record(row, show, today)) for row in rows)
    return Parsed(entries=entries, kind="tvmaze", title=str(show.get("name") or ""), closed=False)


def _record(row: dict[str, Any], show: dict[str, Any], today: date) -> Record:
    start, end = partial(row.get("premiereDate")), partial(row.get("endDate"))
    begins = begun(start, today)
    status = "finished" if begins and begun(end, today) else "releasing" if begins else "not_yet_released"
    channel = row.get("webChannel") or {}
    rating = show.get("rating")
    ids = {"tvmaze": show.get("id"), **(show.get("externals") or {})}
    return Record(
        catalogue="tvmaze",
        id=str(row.get("id")),
        name=f"Season {row['number']}",
        show=str(show.get("name") or ""),
        season=row["number"],
        status=status,
        start=start,
        end=end,
        score=number(rating.get("average")) if isinstance(rating, dict) and begins else None,
        platforms=texts([channel.get("name")] if isinstance(channel, dict) and row.get("network") else []),
        ids={name: value for name, value in ids.items() if isinstance(value, int | str) and value},
        link=row.get("url") if isinstance(row.get("url"), str) else show.get("url"),
    )
