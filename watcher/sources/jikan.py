"""Kind ``jikan``: MyAnimeList through the unofficial Jikan (``https://api.jikan.moe/v4/anime/ID/full``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: a record of the work, and a stub of each sequel, whose own page is to be read further; its error
       documents are `ParseError`.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    sequels_of,
    texts,
)

_STATUS = {"Finished Airing": "finished", "Currently Airing": "releasing", "Not yet aired": "not_yet_released"}
_SEASONS = {"TV", "ONA", None}
_WORK = re.compile(r"/anime/\d+")


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the work as the address says."""
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=source.url, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work and the sequels it names."""
    work = answered(loaded(body, context, "Jikan"), "Jikan", "data")
    if not isinstance(work.get("mal_id"), int):
        raise ParseError("Jikan answered without a work", reason="unreadable")
    own = _own(work)
    sequels = [row for row in _related(work, "Sequel") if not is_part(str(row.get("name") or ""))]
    return Parsed(
        entries=tuple(map(entry_of, [own, *(_stub(row, work, own.season) for row in sequels)])),
        kind="jikan",
        title=own.name,
        closed=False,
        further=tuple(
            _WORK.sub(f"/anime/{row['mal_id']}", context.asked) for row in sequels if _WORK.search(context.asked)
        ),
    )


def _related(work: dict[str, Any], how: str) -> Iterator[dict[str, Any]]:
    for relation in listed(work, "relations"):
        if relation.get("relation") == how:
            yield from (row for row in listed(relation, "entry") if row.get("type") == "anime" and row.get("mal_id"))


def _names(work: dict[str, Any]) -> list[str]:
    titles = [one.get("title") for one in listed(work, "titles")]
    return texts([work.get("title"), *titles, *(work.get("title_synonyms") or [])]) or ["?"]


def _season(work: dict[str, Any]) -> int | None:
    """Number a work by its name; without a number it is the first, unless it follows another."""
    if work.get("type") not in _SEASONS:
        return 0
    return season_in(*_names(work)) or (None if any(_related(work, "Prequel")) else 1)


def _own(work: dict[str, Any]) -> Record:
    names = _names(work)
    return Record(
        catalogue="jikan",
        id=str(work["mal_id"]),
        name=names[0],
        season=_season(work),
        status=_STATUS.get(str(work.get("status"))),
        start=_date(work, "from"),
        end=_date(work, "to"),
        score=number(work.get("score")),
        votes=int(number(work.get("scored_by")) or 0) or None,
        platforms=texts(one.get("name") for one in listed(work, "streaming")),
        studios=texts(one.get("name") for one in listed(work, "studios")),
        ids={"mal": work["mal_id"]},
        aliases=names[1:],
        link=work.get("url") if isinstance(work.get("url"), str) else None,
        relations=sequels_of(row["mal_id"] for row in _related(work, "Sequel")),
    )


def _date(work: dict[str, Any], side: str) -> Parts:
    node: Any = work
    for name in ("aired", "prop", side):
        node = node.get(name) if isinstance(node, dict) else None
    return parts_of(node.get("year"), node.get("month"), node.get("day")) if isinstance(node, dict) else parts_of(None)


def _stub(row: dict[str, Any], work: dict[str, Any], season: int | None) -> Record:
    return Record(
        catalogue="jikan",
        id=str(row["mal_id"]),
        name=str(row.get("name") or "?"),
        season=season_in(row.get("name")) or (season + 1 if season else None),
        ids={"mal": work["mal_id"]},
        aliases=_names(work),
        link=row.get("url") if isinstance(row.get("url"), str) else None,
        stub=True,
    )
