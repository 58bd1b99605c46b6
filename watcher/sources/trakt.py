"""Kind ``trakt``: the seasons of a show (``https://api.trakt.tv/shows/SLUG/seasons``; the key goes into ``headers``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per season; the show's name is read from its slug in the address.
Never: network, disk, clock (today is that of the context). Season 0 holds specials and is left out.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import Record, begun, entry_of, loaded, number, partial

_SLUG = re.compile(r"/shows/([^/?]+)")


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for all seasons with their details."""
    more = "" if urlsplit(source.url).query else "?extended=full"
    headers = (("trakt-api-version", "2"), *((name, value) for name, value in source.headers))
    return Request(url=source.url + more, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a show's seasons."""
    rows = loaded(body, context, "Trakt")
    if not isinstance(rows, list):
        raise ParseError("Trakt answered without seasons", reason="unreadable")
    slug = unquote(found[1]) if (found := _SLUG.search(urlsplit(context.url).path)) else ""
    show = re.sub(r"-(?:19|20)\d\d$", "", slug).replace("-", " ").title()
    wanted = [row for row in rows if isinstance(row, dict) and isinstance(row.get("number"), int) and row["number"] > 0]
    entries = tuple(entry_of(_record(row, show, slug, context)) for row in wanted)
    return Parsed(entries=entries, kind="trakt", title=show, closed=False)


def _record(row: dict[str, Any], show: str, slug: str, context: ParseContext) -> Record:
    start = partial(row.get("first_aired"))
    aired, count = number(row.get("aired_episodes")) or 0, number(row.get("episode_count")) or 0
    begins = begun(start, context.now.date())
    return Record(
        catalogue="trakt",
        id=f"{slug}:{row['number']}",
        name=f"Season {row['number']}",
        show=show,
        season=row["number"],
        status="not_yet_released" if not begins else "finished" if count and aired >= count else "releasing",
        start=start,
        score=number(row.get("rating")) or None,
        votes=int(number(row.get("votes")) or 0) or None,
        ids={"trakt": slug},
        link=f"https://trakt.tv/shows/{slug}/seasons/{row['number']}",
    )
