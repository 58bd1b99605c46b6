"""Kind ``jikan``: MyAnimeList through the unofficial Jikan (``https://api.jikan.moe/v4/anime/ID/full``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record for the work and one per sequel; its error documents are `ParseError`.
Never: network, disk, clock.
"""

from __future__ import annotations

from typing import Any

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import (
    Parts,
    Record,
    answered,
    entry_of,
    is_part,
    listed,
    loaded,
    number,
    parts_of,
    season_in,
    texts,
)

_STATUS = {"Finished Airing": "finished", "Currently Airing": "releasing", "Not yet aired": "not_yet_released"}


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the work as the address says."""
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work and the sequels it names."""
    work = answered(loaded(body, context, "Jikan"), "Jikan", "data")
    if not isinstance(work.get("mal_id"), int):
        raise ParseError("Jikan answered without a work", reason="unreadable")
    season = season_in(*_names(work)) or 1
    records = [_own(work, season), *_sequels(work, season)]
    return Parsed(entries=tuple(map(entry_of, records)), kind="jikan", title=records[0].name, closed=False)


def _names(work: dict[str, Any]) -> list[str]:
    titles = [one.get("title") for one in listed(work, "titles")]
    return texts([work.get("title"), *titles, *(work.get("title_synonyms") or [])]) or ["?"]


def _own(work: dict[str, Any], season: int) -> Record:
    names = _names(work)
    return Record(
        catalogue="jikan",
        id=str(work["mal_id"]),
        name=names[0],
        season=season,
        status=_STATUS.get(str(work.get("status"))),
        start=_date(work, "from"),
        end=_date(work, "to"),
        score=number(work.get("score")),
        votes=int(number(work.get("scored_by")) or 0) or None,
        platforms=texts(one.get("name") for one in listed(work, "streaming")),
        ids={"mal": work["mal_id"]},
        aliases=names[1:],
        link=work.get("url") if isinstance(work.get("url"), str) else None,
    )


def _date(work: dict[str, Any], side: str) -> Parts:
    node: Any = work
    for name in ("aired", "prop", side):
        node = node.get(name) if isinstance(node, dict) else None
    return parts_of(node.get("year"), node.get("month"), node.get("day")) if isinstance(node, dict) else parts_of(None)


def _sequels(work: dict[str, Any], season: int) -> list[Record]:
    rows = [row for one in listed(work, "relations") if one.get("relation") == "Sequel" for row in listed(one, "entry")]
    return [
        Record(
            catalogue="jikan",
            id=str(row.get("mal_id")),
            name=str(row.get("name") or "?"),
            season=season_in(row.get("name")) or season + 1,
            status="listed",
            ids={"mal": work["mal_id"]},
            aliases=_names(work),
            link=row.get("url") if isinstance(row.get("url"), str) else None,
        )
        for row in rows
        if row.get("type") == "anime" and not is_part(row.get("name"))
    ]
