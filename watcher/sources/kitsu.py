"""Kind ``kitsu``: works and their sequels (``https://kitsu.app/api/edge/anime/ID``, ``…/anime?filter[id]=1,2``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per work and one per sequel that the answer includes.
Never: network, disk, clock.

A list of works is asked for what changed since the last look (``filter[since]``), and for everything once a day: a
sequel that changes need not change the work it follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import (
    SLACK,
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

_INCLUDED = "mediaRelationships.destination"
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
    """Ask for works with what is related to them; for a list, only for what changed since it was last read well."""
    headers = (("Content-Type", _JSON_API), *((name, value) for name, value in source.headers))
    more = _more(source.url, state)
    url = source.url + (f"{'&' if urlsplit(source.url).query else '?'}{urlencode(more, safe=',.')}" if more else "")
    return Request(url=url, accept=_JSON_API, headers=headers, validators=state.validators)


def _more(url: str, state: SourceState) -> dict[str, str]:
    query = urlsplit(url).query
    more = {} if "include=" in query else {"include": _INCLUDED}
    if _is_list(url) and "page%5B" not in query and "page[" not in query:
        more["page[limit]"] = "20"
        if state.last_full is not None and state.last_ok is not None:
            more["filter[since]"] = f"{state.last_ok - SLACK:%Y-%m-%dT%H:%M:%SZ}"
    return more


def _is_list(url: str) -> bool:
    return urlsplit(url).path.rstrip("/").endswith("/anime")


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read works and their sequels."""
    answer = loaded(body, context, "Kitsu")
    roots = listed(answer, "data") if _is_list(context.asked) else [answered(answer, "Kitsu", "data")]
    if not (isinstance(answer, dict) and isinstance(answer.get("data"), dict | list)):
        answered(answer, "Kitsu", "data")
    for root in roots:
        answered(root, "Kitsu", "attributes")
    records = {record.id: record for root in roots for record in _records(root, answer, alone=len(roots) == 1)}
    following = answer.get("links")
    return Parsed(
        entries=tuple(map(entry_of, records.values())),
        kind="kitsu",
        title=next(iter(records.values())).name if records else "",
        closed=False,
        delta=_is_list(context.asked) and context.since is not None,
        further=tuple(texts([following.get("next") if isinstance(following, dict) else None])),
    )


def _records(root: dict[str, Any], answer: dict[str, Any], *, alone: bool) -> list[Record]:
    related = _related(root, answer, alone=alone)
    sequels = [one for one in related.get("sequel", []) if not is_part(*_names(one))]
    own = _season(root, follows=bool(related.get("prequel")))
    follow = [_record(node, root, _after(node, own)) for node in sequels]
    return [_record(root, root, own, [str(node.get("id")) for node in sequels]), *follow]


def _season(node: dict[str, Any], *, follows: bool) -> int | None:
    """Number a work by its name; 0 for what is no season. Without a number it is the first, unless it *follows* one."""
    if _attributes(node).get("subtype") not in _SEASONS:
        return 0
    return season_in(*_names(node)) or (None if follows else 1)


def _after(node: dict[str, Any], season: int | None) -> int | None:
    own = _season(node, follows=True)
    return season + 1 if own is None and season else own


def _related(root: dict[str, Any], answer: dict[str, Any], *, alone: bool) -> dict[str, list[dict[str, Any]]]:
    """Give the works around *root*, by the part they play; *alone* says that all of the answer is about it."""
    included = listed(answer, "included")
    works = {str(one.get("id")): one for one in included if one.get("type") == "anime"}
    own = {str(one.get("id")) for one in listed(root, "relationships", "mediaRelationships", "data")}
    found: dict[str, list[dict[str, Any]]] = {}
    for tie in (one for one in included if one.get("type") == "mediaRelationships"):
        target = ((tie.get("relationships") or {}).get("destination") or {}).get("data")
        work = works.get(str(target.get("id"))) if isinstance(target, dict) else None
        if work is not None and (alone or str(tie.get("id")) in own):
            found.setdefault(str(_attributes(tie).get("role")), []).append(work)
    return found


def _attributes(node: dict[str, Any]) -> dict[str, Any]:
    found = node.get("attributes")
    return found if isinstance(found, dict) else {}


def _names(node: dict[str, Any]) -> list[str]:
    attributes = _attributes(node)
    titles = attributes.get("titles")
    return texts([attributes.get("canonicalTitle"), *(titles.values() if isinstance(titles, dict) else [])])


def _record(node: dict[str, Any], root: dict[str, Any], season: int | None, sequels: Sequence[str] = ()) -> Record:
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
        relations=sequels_of(sequels),
    )
