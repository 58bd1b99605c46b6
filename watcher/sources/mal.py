"""Kind ``mal``: a work from MyAnimeList's official API (``https://api.myanimelist.net/v2/anime/ID``).

In:    bytes and `ParseContext`; the client id goes into ``headers`` (``X-MAL-CLIENT-ID``).
Out:   `Parsed`: one record for the work and one per related sequel, of which only the existence is told.
Never: network, disk, clock.
"""

from __future__ import annotations

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
    texts,
)

_FIELDS = "alternative_titles,start_date,end_date,media_type,status,mean,num_scoring_users,related_anime,updated_at"
_STATUS = {"finished_airing": "finished", "currently_airing": "releasing", "not_yet_aired": "not_yet_released"}


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
    season = season_in(*_names(work)) or 1
    sequels = [
        one["node"] for one in listed(work, "related_anime") if one.get("relation_type") == "sequel" and "node" in one
    ]
    follow = [_sequel(node, work, season) for node in sequels if isinstance(node, dict) and not is_part(*_names(node))]
    return Parsed(
        entries=tuple(map(entry_of, [_own(work, season), *follow])), kind="mal", title=_names(work)[0], closed=False
    )


def _names(work: dict[str, Any]) -> list[str]:
    others = work.get("alternative_titles")
    others = others if isinstance(others, dict) else {}
    return texts([work.get("title"), others.get("en"), others.get("ja"), *(others.get("synonyms") or [])]) or ["?"]


def _own(work: dict[str, Any], season: int) -> Record:
    return Record(
        catalogue="mal",
        id=str(work["id"]),
        name=_names(work)[0],
        season=season,
        status=_STATUS.get(str(work.get("status"))),
        start=partial(work.get("start_date")),
        end=partial(work.get("end_date")),
        score=number(work.get("mean")),
        votes=int(number(work.get("num_scoring_users")) or 0) or None,
        ids={"mal": work["id"]},
        aliases=_names(work)[1:],
        link=f"https://myanimelist.net/anime/{work['id']}",
    )


def _sequel(node: dict[str, Any], work: dict[str, Any], season: int) -> Record:
    return Record(
        catalogue="mal",
        id=str(node.get("id")),
        name=_names(node)[0],
        season=season_in(*_names(node)) or season + 1,
        status="listed",
        ids={"mal": work["id"]},
        aliases=_names(work),
        link=f"https://myanimelist.net/anime/{node.get('id')}",
    )
