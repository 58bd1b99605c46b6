"""Kind ``kitsu``: a work and its sequels (``https://kitsu.app/api/edge/anime/ID``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record for the work and one per sequel that the answer includes.
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

_JSON_API = "application/vnd.api+json"
_STATUS = {
    "finished": "finished",
    "current": "releasing",
    "upcoming": "not_yet_released",
    "unreleased": "not_yet_released",
    "tba": "not_yet_released",
}
_SEASONS = {"TV", "ONA", None}


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the work with what is related to it."""
    more = "" if urlsplit(source.url).query else "?include=mediaRelationships.destination"
    headers = (("Content-Type", _JSON_API), *((name, value) for name, value in source.headers))
    return Request(url=source.url + more, accept=_JSON_API, headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work and its sequels."""
    answer = loaded(body, context, "Kitsu")
    root = answered(answer, "Kitsu", "data")
    answered(answer, "Kitsu", "data", "attributes")
    season = season_in(*_names(root)) or 1
    records = [_record(root, root, season), *(_record(node, root, _after(node, season)) for node in _sequels(answer))]
    return Parsed(entries=tuple(map(entry_of, records)), kind="kitsu", title=records[0].name, closed=False)


def _after(node: dict[str, Any], season: int) -> int:
    return season_in(*_names(node)) or season + 1


def _sequels(answer: dict[str, Any]) -> list[dict[str, Any]]:
    included = listed(answer, "included")
    works = {str(one.get("id")): one for one in included if one.get("type") == "anime"}
    ties = [
        one for one in included if one.get("type") == "mediaRelationships" and _attributes(one).get("role") == "sequel"
    ]
    targets = [((tie.get("relationships") or {}).get("destination") or {}).get("data") for tie in ties]
    found = [
        works[str(target.get("id"))]
        for target in targets
        if isinstance(target, dict) and str(target.get("id")) in works
    ]
    return [one for one in found if _attributes(one).get("subtype") in _SEASONS and not is_part(*_names(one))]


def _attributes(node: dict[str, Any]) -> dict[str, Any]:
    found = node.get("attributes")
    return found if isinstance(found, dict) else {}


def _names(node: dict[str, Any]) -> list[str]:
    attributes = _attributes(node)
    titles = attributes.get("titles")
    return texts([attributes.get("canonicalTitle"), *(titles.values() if isinstance(titles, dict) else [])])


def _record(node: dict[str, Any], root: dict[str, Any], season: int) -> Record:
    attributes, names = _attributes(node), _names(node)
    rating = number(attributes.get("averageRating"))
    counts = attributes.get("ratingFrequencies")
    votes = sum(int(number(count) or 0) for count in counts.values()) if isinstance(counts, dict) else 0
    id_ = str(root.get("id"))
    return Record(
        catalogue="kitsu",
        id=str(node.get("id")),
        name=names[0] if names else f"Kitsu {node.get('id')}",
        season=season,
        status=_STATUS.get(str(attributes.get("status"))),
        start=partial(attributes.get("startDate")),
        end=partial(attributes.get("endDate")),
        score=round(rating / 10, 2) if rating else None,
        votes=votes or None,
        ids={"kitsu": int(id_) if id_.isdigit() else id_},
        aliases=texts([*names[1:], *(attributes.get("abbreviatedTitles") or []), *_names(root)]),
        link=f"https://kitsu.app/anime/{attributes.get('slug') or node.get('id')}",
    )
