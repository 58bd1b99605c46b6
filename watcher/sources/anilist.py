"""Kind ``anilist``: watched works and their sequels from AniList's GraphQL service.

In:    bytes and `ParseContext`; the ids stand in the source's address (``https://graphql.anilist.co?ids=116566,1``).
Out:   `Parsed`: one record per work and per sequel; `ParseError` where the service is paused or complains.
Never: network, disk, clock.

One request asks for up to fifty works, a second one for the sequels that it names: the newest of a line is found from
any of it. The service answers errors with status 200, too, and is at times switched off
for weeks; neither says anything about a work.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import (
    Parts,
    Record,
    answered,
    complained,
    entry_of,
    is_part,
    listed,
    loaded,
    number,
    parts_of,
    season_in,
    sequels_of,
    texts,
)

_ENDPOINT = "https://graphql.anilist.co"
_MOST = 50
_FIELDS = """id idMal type format status siteUrl averageScore synonyms
title{romaji english native} startDate{year month day} endDate{year month day}
externalLinks{site type} studios(isMain:true){nodes{name}} stats{scoreDistribution{amount}}"""
_QUERY = f"""query($ids:[Int]){{Page(page:1,perPage:{_MOST}){{pageInfo{{hasNextPage}}
media(id_in:$ids,type:ANIME){{{_FIELDS}
relations{{edges{{relationType(version:2) node{{{_FIELDS}}}}}}}}}}}}}"""
_STATUS = {
    "FINISHED": "finished",
    "RELEASING": "releasing",
    "NOT_YET_RELEASED": "not_yet_released",
    "CANCELLED": "cancelled",
    "HIATUS": "hiatus",
}
_SEASONS = {"TV", "TV_SHORT", "ONA", None}


def request(source: SourceConfig, state: SourceState) -> Request:  # noqa: ARG001 (one shape for all kinds)
    """Ask for all watched ids at once."""
    ids = _ids(source.url)
    if not ids:
        raise ParseError(f"the address names no work: {_ENDPOINT}?ids=116566", reason="unreadable")
    parts = urlsplit(source.url)
    return Request(
        url=f"{parts.scheme}://{parts.netloc}{parts.path}",
        method="POST",
        accept="application/json",
        headers=(("Content-Type", "application/json"), *((name, value) for name, value in source.headers)),
        content=json.dumps({"query": _QUERY, "variables": {"ids": ids[:_MOST]}}).encode(),
    )


def _ids(url: str) -> list[int]:
    query = parse_qs(urlsplit(url).query)
    return [int(id_) for text in query.get("ids", []) for id_ in re.findall(r"\d+", text)]


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read works and their sequels; those whose own sequels are not in the answer are to be asked for further."""
    answer = loaded(body, context, "AniList")
    complained(answer, "AniList")
    page = answered(answer, "AniList", "data", "Page")
    if not isinstance(page.get("media"), list):
        raise ParseError("AniList answered without a list of works", reason="unreadable")
    asked = _ids(context.asked)
    records: dict[str, Record] = {}
    for media in listed(page, "media"):
        own = _record(media, media, _season(media))
        records[own.id] = own
        for sequel in _sequels(media, own.season):
            records.setdefault(sequel.id, sequel)
    missing = set(map(str, asked[:_MOST])) - records.keys()
    open_ = [id_ for id_ in records if id_.isdecimal() and int(id_) not in asked]
    return Parsed(
        entries=tuple(map(entry_of, records.values())),
        kind="anilist",
        title="AniList",
        warnings=(f"AniList has no work with the id {', '.join(sorted(missing))}",) if missing else (),
        closed=False,
        further=_further(context.asked, [*asked[_MOST:], *map(int, open_)]),
    )


def _further(address: str, ids: list[int]) -> tuple[str, ...]:
    if not ids:
        return ()
    return (f"{address.split('?', 1)[0]}?ids={','.join(map(str, ids))}",)


def _season(media: dict[str, Any]) -> int | None:
    """Number a work by its name; 0 for what is no season, like a film. Without a number it is the first, or any."""
    if media.get("format") not in _SEASONS or is_part(*_names(media)):
        return 0
    return season_in(*_names(media)) or (None if _follows(media) else 1)


def _follows(media: dict[str, Any]) -> bool:
    """Say whether a work has an earlier season itself, so that without a number in its name it may be any."""
    edges = [edge for edge in listed(media, "relations", "edges") if edge.get("relationType") == "PREQUEL"]
    return any(isinstance(edge.get("node"), dict) and edge["node"].get("format") in _SEASONS for edge in edges)


def _sequels(media: dict[str, Any], season: int | None) -> list[Record]:
    edges = [edge for edge in listed(media, "relations", "edges") if edge.get("relationType") == "SEQUEL"]
    nodes = [edge["node"] for edge in edges if isinstance(edge.get("node"), dict)]
    return [_record(node, media, _after(node, season)) for node in nodes if node.get("type") == "ANIME"]


def _after(node: dict[str, Any], season: int | None) -> int | None:
    """Number a sequel by its name, else as the one after; a film or a part is no season."""
    if node.get("format") not in _SEASONS or is_part(*_names(node)):
        return 0
    return season_in(*_names(node)) or (season + 1 if season else None)


def _names(media: dict[str, Any]) -> list[str]:
    title = media.get("title")
    return texts(title.get(name) for name in ("romaji", "english", "native")) if isinstance(title, dict) else []


def _record(node: dict[str, Any], root: dict[str, Any], season: int | None) -> Record:
    names = _names(node)
    score = number(node.get("averageScore"))
    votes = sum(int(number(one.get("amount")) or 0) for one in listed(node, "stats", "scoreDistribution"))
    ids = {"anilist": root.get("id"), "mal": root.get("idMal")}
    return Record(
        catalogue="anilist",
        id=str(node.get("id")),
        name=names[0] if names else f"AniList {node.get('id')}",
        season=season,
        status=_STATUS.get(str(node.get("status"))),
        start=_date(node, "startDate"),
        end=_date(node, "endDate"),
        score=score / 10 if score else None,
        votes=votes or None,
        platforms=texts(link.get("site") for link in listed(node, "externalLinks") if link.get("type") == "STREAMING"),
        studios=texts(studio.get("name") for studio in listed(node, "studios", "nodes")),
        ids={name: value for name, value in ids.items() if isinstance(value, int)},
        aliases=texts([*names[1:], *(node.get("synonyms") or []), *_names(root)]),
        link=node.get("siteUrl")
        if isinstance(node.get("siteUrl"), str)
        else f"https://anilist.co/anime/{node.get('id')}",
        relations=_relations(node),
    )


def _date(node: dict[str, Any], name: str) -> Parts:
    date = node.get(name)
    return parts_of(date.get("year"), date.get("month"), date.get("day")) if isinstance(date, dict) else parts_of(None)


def _relations(node: dict[str, Any]) -> list[dict[str, Any]]:
    edges = [edge for edge in listed(node, "relations", "edges") if edge.get("relationType") == "SEQUEL"]
    return sequels_of(edge["node"].get("id") for edge in edges if isinstance(edge.get("node"), dict))
