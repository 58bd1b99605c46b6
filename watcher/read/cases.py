"""Cases: a text and a watch as JSON, and the answer to it.

In:    ``{"id", "headline", "body", "published", "watch": {"title", "aliases", "season"}, "url"?}``
Out:   `Case`; ``{"id", "relevant", "verdict", "alert", "events", "reasons"}``
Never: files, streams, the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from watcher.model import Claim, Entry, EventType, Reading, Title
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader
from watcher.read.strangers import strangers
from watcher.read.text import key

_NOT_IN_CORPUS = frozenset({EventType.RETRACTED, EventType.NARROWED, EventType.ADVANCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text to be read with respect to a title."""

    id: str
    entry: Entry
    title: Title
    url: str | None = None


def case_of(record: Mapping[str, Any]) -> Case:
    """Build a case; raise ValueError where the record is none."""
    try:
        watch = record["watch"]
        published = record.get("published")
        season = watch.get("season")
        title = Title(
            id="watched",
            name=str(watch["title"]),
            aliases=tuple(map(str, watch.get("aliases") or ())),
            season=None if season in {None, "any"} else int(season),
        )
        entry = Entry(
            id=str(record["id"]),
            title=str(record.get("headline") or ""),
            blocks=blocks_of(str(record.get("body") or "")),
            published=datetime.combine(date.fromisoformat(published), time(), UTC) if published else None,
            date_only=True,
            link=record.get("url"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a case: {error!r}") from error
    return Case(id=str(record["id"]), entry=entry, title=title, url=record.get("url"))


def answer(case: Case, *, others: Iterable[str] = ()) -> dict[str, Any]:
    """Read a case and return the answer as a JSON object; *others*: names of works that are not the watched one."""
    return as_json(case.id, read_case(case, others=others))


def read_case(case: Case, *, others: Iterable[str] = ()) -> Reading:
    """Read a case; a text that names no work at all is taken to be about the one it was given for."""
    reader = Reader([case.title], others=others)
    reading = reader.read(case.entry, case.title)
    whole = key(" ".join([case.entry.title, *(block.text for block in case.entry.blocks)]))
    if reading.language != "en" and any(key(name) in whole for name in case.title.names):
        return reading  # the letters are there, but as part of other words
    if not _telling(case.title.name) or reader.mentions(case.entry) or _named_other(case.entry.title):
        return reading
    at_home = reader.read(case.entry, case.title, official=True)
    seasons = any(found.startswith("season: ") for note in at_home.notes for found in note.found)
    return at_home if seasons else reading


def _named_other(headline: str) -> bool:
    return next(iter(strangers(headline, ())), None) is not None


_SHORT = 4
"""Japanese words up to this length are parts of many others."""


def _telling(name: str) -> bool:
    """Say whether a name is no ordinary word, so that its absence from a text means nothing."""
    return " " in name or (not name.isascii() and len(name) > _SHORT)


def as_json(case_id: str, reading: Reading) -> dict[str, Any]:
    """Return the answer to a case in the form of the corpus."""
    return {
        "id": case_id,
        "relevant": reading.relevant,
        "verdict": reading.verdict.value,
        "alert": reading.alert,
        "events": _events(claim for claim in _stated(reading) if claim.type not in _NOT_IN_CORPUS),
        "reasons": list(reading.reasons),
    }


def _stated(reading: Reading) -> tuple[Claim, ...]:
    """Leave out what is said by the way in a text that is no news."""
    return reading.claims if reading.alert else ()


def _events(claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """Write one event for one type and date; where several services carry it, none is named."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for event in map(_event, claims):
        key = (event["type"], event["date"])
        first = found.setdefault(key, event)
        if first["platform"] != event["platform"] and event["type"] == EventType.STREAMING.value:
            first["platform"] = None
    return list(found.values())


def _event(claim: Claim) -> dict[str, Any]:
    return {
        "type": claim.type.value,
        "date": claim.date.coarse() if claim.date is not None else None,
        "platform": claim.platform,
        "quote": claim.quote,
    }
