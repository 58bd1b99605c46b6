"""Kind ``mal``: a work from MyAnimeList's official API (``https://api.myanimelist.net/v2/anime/ID``).

In:    bytes and `ParseContext`; the client id goes into ``headers`` (``X-MAL-CLIENT-ID``).
Out:   `Parsed`: a record of the work, and a stub of each sequel, whose own page is to be read further.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import (
    Record,
    answered,
    entry_of,
    is_part,
    listed,
    loaded,
    number,
    partial,
    season_in,
    sequels_of,
    texts,
)

_FIELDS = (
    "alternative_titles,start_date,end_date,media_type,status,mean,num_scoring_users,studios,related_anime,updated_at"
)
_STATUS = {"finished_airing": "finished", "currently_airing": "releasing", "not_yet_aired": "not_yet_released"}
_SEASONS = {"tv", "ona", "unknown", None}
_WORK = re.compile(r"/anime/\d+")


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the fields that are not given unasked."""
    more = "" if urlsplit(source.url).query else f"?fields={_FIELDS}"
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url + more, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work and the sequels it names."""
    work = answered(loaded(body, context, "MyAnimeList"), "MyAnimeList")
    if not isinstance(work.get("id"), int):
        answered(work, "MyAnimeList", "data")
    own = _own(work)
    sequels = [node for node in _related(work, "sequel") if not is_part(*_names(node))]
    return Parsed(
        entries=tuple(map(entry_of, [own, *(_stub(node, work, own.season) for node in sequels)])),
        kind="mal",
        title=own.name,
        closed=False,
        further=tuple(
            _WORK.sub(f"/anime/{node['id']}", context.asked) for node in sequels if _WORK.search(context.asked)
        ),
    )


def _related(work: dict[str, Any], how: str) -> list[dict[str, Any]]:
    nodes = [one.get("node") for one in listed(work, "related_anime") if one.get("relation_type") == how]
    return [node for node in nodes if isinstance(node, dict) and isinstance(node.get("id"), int)]


def _names(work: dict[str, Any]) -> list[str]:
    others = work.get("alternative_titles")
    others = others if isinstance(others, dict) else {}
    return texts([work.get("title"), others.get("en"), others.get("ja"), *(others.get("synonyms") or [])]) or ["?"]


def _season(work: dict[str, Any]) -> int | None:
    """Number a work by its name; without a number it is the first, unless it follows another."""
    if work.get("media_type") not in _SEASONS:
        return 0
    return season_in(*_names(work)) or (None if _related(work, "prequel") else 1)


def _own(work: dict[str, Any]) -> Record:
    return Record(
        catalogue="mal",
        id=str(work["id"]),
        name=_names(work)[0],
        season=_season(work),
        status=_STATUS.get(str(work.get("status"))),
        start=partial(work.get("start_date")),
        end=partial(work.get("end_date")),
        score=number(work.get("mean")),
        votes=int(number(work.get("num_scoring_users")) or 0) or None,
        studios=texts(one.get("name") for one in listed(work, "studios")),
        ids={"mal": work["id"]},
        aliases=_names(work)[1:],
        link=f"https://myanimelist.net/anime/{work['id']}",
        relations=sequels_of(node["id"] for node in _related(work, "sequel")),
    )


def _stub(node: dict[str, Any], work: dict[str, Any], season: int | None) -> Record:
    return Record(
        catalogue="mal",
        id=str(node["id"]),
        name=_names(node)[0],
        season=season_in(*_names(node)) or (season + 1 if season else None),
        ids={"mal": work["id"]},
        aliases=_names(work),
        link=f"https://myanimelist.net/anime/{node['id']}",
        stub=True,
    )
