"""Search AniList for a name.

In:    words; bytes of an answer with their `ParseContext`.
Out:   a `Request`; `Candidate`s, or `ParseError` where the service is paused or complains.
Never: network, disk, clock.
"""

from __future__ import annotations

import json
from typing import Any

from watcher.discover.candidate import Candidate, Season, seasons_of
from watcher.fetch.exchange import Request
from watcher.sources.parsed import ParseContext
from watcher.sources.records import NO_DATE, answered, is_part, listed, loaded, parts_of, season_in, texts

NAME, KIND, PLACE = "AniList", "anilist", "https://graphql.anilist.co"
_QUERY = """query($words:String){Page(page:1,perPage:10){media(search:$words,type:ANIME,sort:SEARCH_MATCH){
id idMal format status countryOfOrigin siteUrl synonyms title{english romaji native} startDate{year month day}
studios(isMain:true){nodes{name}} externalLinks{site url type isDisabled}
relations{edges{relationType(version:2) node{type format title{english romaji native} startDate{year month day}}}}}}}"""
_SERIES = ("TV", "ONA", "TV_SHORT")
_FORMATS = {"TV_SHORT": "TV short", "MOVIE": "film", "SPECIAL": "special", "MUSIC": "music"}


def request(place: str, words: str) -> Request:
    """Ask for the works that the service thinks are meant."""
    return Request(
        url=place,
        method="POST",
        accept="application/json",
        headers=(("Content-Type", "application/json"),),
        content=json.dumps({"query": _QUERY, "variables": {"words": words}}).encode(),
    )


def watched(place: str, number: int | str) -> str:
    """Give the address of a source that watches one work."""
    return f"{place}?ids={number}"


def parse(body: bytes, context: ParseContext) -> tuple[Candidate, ...]:
    """Read what was found; nothing is a good answer, too."""
    page = answered(loaded(body, context, NAME), NAME, "data", "Page")
    found = (_candidate(media) for media in listed(page, "media"))
    return tuple(candidate for candidate in found if candidate is not None)


def _candidate(media: dict[str, Any]) -> Candidate | None:
    names = _names(media)
    if not names or not isinstance(media.get("id"), int):
        return None
    synonyms = media.get("synonyms")
    kind, links = str(media.get("format") or ""), listed(media, "externalLinks")
    start = media.get("startDate")
    year = start.get("year") if isinstance(start, dict) else None
    ids = {"anilist": media["id"], "mal": media.get("idMal")}
    return Candidate(
        catalogues=(NAME,),
        name=names[0],
        names=tuple(texts([*names, *(synonyms if isinstance(synonyms, list) else [])])),
        year=year if isinstance(year, int) else None,
        format=_FORMATS.get(kind, kind),
        status=str(media.get("status") or "").replace("_", " ").lower(),
        maker=", ".join(texts(node.get("name") for node in listed(media, "studios", "nodes"))[:2]),
        country=str(media.get("countryOfOrigin") or ""),
        ids={name: value for name, value in ids.items() if isinstance(value, int)},
        site=next(iter(texts(link.get("url") for link in links if _is_official(link))), ""),
        services=tuple(texts(link.get("site") for link in links if link.get("type") == "STREAMING")),
        link=str(media.get("siteUrl") or f"https://anilist.co/anime/{media['id']}"),
        seasons=_seasons(media),
    )


def _seasons(media: dict[str, Any]) -> tuple[Season, ...]:
    """Number a series and what directly comes before and after it, as far as its names or its being the first tell."""
    edges = [edge for edge in listed(media, "relations", "edges") if isinstance(edge.get("node"), dict)]
    before, after = (
        [edge["node"] for edge in edges if edge.get("relationType") == kind and edge["node"].get("format") in _SERIES]
        for kind in ("PREQUEL", "SEQUEL")
    )
    own = _number(media) or (None if before else 1)
    if own is None or media.get("format") not in _SERIES:
        return ()
    numbered = [(media, own)]
    numbered += [(one, _number(one) or own + 1) for one in after if not is_part(*_names(one))]
    numbered += [(one, _number(one) or own - 1) for one in before if not is_part(*_names(one))]
    return seasons_of(Season(number=number, begin=_begin(one)) for one, number in numbered if number > 0)


def _names(media: dict[str, Any]) -> list[str]:
    title = media.get("title")
    return texts(title.get(key) for key in ("english", "romaji", "native")) if isinstance(title, dict) else []


def _number(media: dict[str, Any]) -> int | None:
    return season_in(*_names(media))


def _begin(media: dict[str, Any]) -> str:
    start = media.get("startDate")
    known = parts_of(*(start.get(part) for part in ("year", "month", "day"))) if isinstance(start, dict) else NO_DATE
    year, month, day = known["year"], known["month"], known["day"]
    if not year:
        return ""
    return f"{year}" + (f"-{month:02}" + (f"-{day:02}" if day else "") if month else "")


def _is_official(link: dict[str, Any]) -> bool:
    return str(link.get("site") or "").casefold() == "official site" and not link.get("isDisabled")
