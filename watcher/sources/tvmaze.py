"""Kind ``tvmaze``: a show and its seasons (``https://api.tvmaze.com/shows/ID``), or many (``…/updates/shows?ids=1,2``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per season; the season after the last one where the show ended is not made up.
Never: network, disk, clock (today is that of the context).

Of many shows only the list of changes is asked for at each look, and then those shows that changed; all of them once a
day. The ``ids`` are ours and are not sent.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import SLACK, Record, answered, begun, entry_of, listed, loaded, number, partial, texts

_UPDATES = "/updates/shows"


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the show with its seasons in one answer, or for what changed."""
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=_address(source.url), accept="application/json", headers=headers, validators=state.validators)


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.path.endswith(_UPDATES):
        return f"{parts.scheme}://{parts.netloc}{parts.path}?since=week"
    return url if parts.query else f"{url.rstrip('/')}?embed[]=seasons&embed[]=nextepisode"


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a show's seasons, or which shows changed."""
    show = answered(loaded(body, context, "TVmaze"), "TVmaze")
    if urlsplit(context.asked).path.endswith(_UPDATES):
        return _changes(show, context)
    answered(show, "TVmaze", "_embedded")
    today = context.now.date()
    rows = [
        row for row in listed(show, "_embedded", "seasons") if isinstance(row.get("number"), int) and row["number"] > 0
    ]
    entries = tuple(entry_of(_record(row, show, today)) for row in rows)
    return Parsed(entries=entries, kind="tvmaze", title=str(show.get("name") or ""), closed=False)


def _changes(updates: dict[str, Any], context: ParseContext) -> Parsed:
    """Say which of the watched shows are to be read; what is missing from the list did not change."""
    if not all(id_.isdecimal() and isinstance(at, int) for id_, at in updates.items()):
        answered(updates, "TVmaze", "_updates")  # an error in the answer's own words
    query = parse_qs(urlsplit(context.asked).query)
    watched = [id_ for text in query.get("ids", []) for id_ in re.findall(r"\d+", text)]
    if not watched:
        raise ParseError("the address names no show: …/updates/shows?ids=1,2", reason="unreadable")
    base = context.asked.split(_UPDATES, 1)[0]
    changed = [id_ for id_ in watched if context.since is None or _at(updates.get(id_)) >= context.since - SLACK]
    return Parsed(
        entries=(),
        kind="tvmaze",
        closed=False,
        delta=context.since is not None,
        further=tuple(f"{base}/shows/{id_}" for id_ in dict.fromkeys(changed)),
    )


def _at(stamp: int | None) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(max(stamp or 0, 0), 1 << 33))


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
