"""Kind ``tmdb``: a show and its seasons (``https://api.themoviedb.org/3/tv/ID``; the key goes into ``headers``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per season row; a row without a date is a season announced without one.
Never: network, disk, clock (today is that of the context). Season 0 holds specials and is left out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import Record, answered, begun, entry_of, listed, loaded, number, partial, texts

_OVER = {"Ended", "Canceled"}


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the show with the other names it has."""
    more = "" if urlsplit(source.url).query else "?append_to_response=external_ids,alternative_titles"
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url + more, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a show's seasons."""
    show = answered(loaded(body, context, "TMDB"), "TMDB")
    if "seasons" not in show:
        answered(show, "TMDB", "seasons")  # an error in the answer's own words
    rows = [
        row for row in listed(show, "seasons") if isinstance(row.get("season_number"), int) and row["season_number"] > 0
    ]
    last = max((row["season_number"] for row in rows), default=0)
    records = [_record(row, show, context, last) for row in rows]
    if show.get("status") == "Canceled":
        records.append(_cancelled(show, last + 1))
    return Parsed(entries=tuple(map(entry_of, records)), kind="tmdb", title=str(show.get("name") or ""), closed=False)


def _record(row: dict[str, Any], show: dict[str, Any], context: ParseContext, last: int) -> Record:
    season, start = row["season_number"], partial(row.get("air_date"))
    coming = show.get("next_episode_to_air")
    running = isinstance(coming, dict) and coming.get("season_number") == season
    begins = begun(start, context.now.date())
    over = begins and not running and (season < last or show.get("status") in _OVER or not show.get("in_production"))
    return Record(
        catalogue="tmdb",
        id=f"{show.get('id')}:{season}",
        name=f"Season {season}",
        show=str(show.get("name") or ""),
        season=season,
        status="finished" if over else "releasing" if begins else "not_yet_released",
        start=start,
        score=(number(row.get("vote_average")) or number(show.get("vote_average")) or None) if begins else None,
        votes=int(number(show.get("vote_count")) or 0) or None if begins else None,
        ids=_ids(show),
        aliases=_aliases(show, row),
        link=f"https://www.themoviedb.org/tv/{show.get('id')}/season/{season}",
    )


def _cancelled(show: dict[str, Any], season: int) -> Record:
    """Say what "Canceled" means for the season that will not come."""
    return Record(
        catalogue="tmdb",
        id=f"{show.get('id')}:{season}",
        name=f"Season {season}",
        show=str(show.get("name") or ""),
        season=season,
        status="cancelled",
        ids=_ids(show),
        aliases=_aliases(show, {}),
        link=f"https://www.themoviedb.org/tv/{show.get('id')}",
    )


def _ids(show: dict[str, Any]) -> dict[str, int | str]:
    external = show.get("external_ids")
    found = {
        "tmdb": show.get("id"),
        **({"imdb": external.get("imdb_id"), "thetvdb": external.get("tvdb_id")} if isinstance(external, dict) else {}),
    }
    return {name: value for name, value in found.items() if isinstance(value, int | str) and value}


def _aliases(show: dict[str, Any], row: dict[str, Any]) -> list[str]:
    others = [one.get("title") for one in listed(show, "alternative_titles", "results")]
    return texts([show.get("original_name"), row.get("name"), *others])
