"""Kind ``wikidata``: how many seasons a work has, and what follows it (``…/w/api.php?action=wbgetentities&ids=Q…``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per season counted; anyone edits there, so only the existence is told, never a date.
Never: network, disk, clock.
"""

from __future__ import annotations

from typing import Any

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import Record, answered, entry_of, listed, loaded, number, texts

_SEASONS, _FOLLOWED_BY = "P2437", "P156"
_MOST = 40


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask as the address says."""
    return Request(url=source.url, accept="application/json", validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read the items asked for."""
    items = answered(loaded(body, context, "Wikidata"), "Wikidata", "entities")
    works = [item for item in items.values() if isinstance(item, dict) and "missing" not in item and item.get("id")]
    if not works:
        raise ParseError("Wikidata knows none of these items", reason="unreadable")
    records = [record for work in works for record in _records(work)]
    return Parsed(entries=tuple(map(entry_of, records)), kind="wikidata", closed=False)


def _records(work: dict[str, Any]) -> list[Record]:
    names = _names(work)
    count = max((int(found) for value in _values(work, _SEASONS) if (found := _amount(value)) is not None), default=0)
    followers = [value.get("id") for value in _values(work, _FOLLOWED_BY) if isinstance(value, dict)]
    return [
        Record(
            catalogue="wikidata",
            id=f"{work['id']}:{season}",
            name=f"Season {season}",
            show=names[0] if names else str(work["id"]),
            season=season,
            status="listed",
            ids={"wikidata": str(work["id"])},
            aliases=names[1:],
            link=f"https://www.wikidata.org/wiki/{work['id']}",
            relations=[{"type": "SEQUEL", "id": follower} for follower in followers],
        )
        for season in range(1, min(count, _MOST) + 1)
    ]


def _names(work: dict[str, Any]) -> list[str]:
    labels, aliases = work.get("labels"), work.get("aliases")
    first = (
        [label.get("value") for label in labels.values() if isinstance(label, dict)] if isinstance(labels, dict) else []
    )
    more = [
        one.get("value") for tongue in (aliases if isinstance(aliases, dict) else {}) for one in listed(aliases, tongue)
    ]
    return texts([*first, *more])


def _values(work: dict[str, Any], claim: str) -> list[Any]:
    snaks = [
        statement.get("mainsnak")
        for statement in listed(work, "claims", claim)
        if statement.get("rank") != "deprecated"
    ]
    data = [snak.get("datavalue") for snak in snaks if isinstance(snak, dict)]
    return [value.get("value") for value in data if isinstance(value, dict)]


def _amount(value: object) -> float | None:
    return number(value.get("amount")) if isinstance(value, dict) else None
