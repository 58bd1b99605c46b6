"""What the catalogues have in common: a record of one season becomes an entry with data.

In:    values that a catalogue's parser read.
Out:   `Entry`s whose `data` has the shape that judging reads: ``name``, ``season_number``, ``status``, ``start_date``,
       ``end_date``, ``score``, ``votes``, ``platforms``, ``studios``, ``ids``, ``relations``; ``stub`` where the
       record's own page, which tells what it is, has still to be read. Season 0 is a work that is no season.
Never: network, disk, clock. What a catalogue does not say stays None: a blank is no news.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from watcher.errors import ParseError
from watcher.model import Block, BlockKind, Entry
from watcher.sources.decode import decode
from watcher.sources.parsed import ParseContext
from watcher.sources.plain import unmarked

Parts = dict[str, int | None]
"""A date of which any part may be unknown."""

SLACK = timedelta(hours=1)
"""How much further back than the last look is asked for: clocks differ, and answers are made of caches."""
NO_DATE: Parts = {"year": None, "month": None, "day": None}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ].*)?")
_ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
_NUMBERED = (
    re.compile(r"(\d{1,2})(?:st|nd|rd|th)\s+(?:season|stage|series)\b", re.IGNORECASE),
    re.compile(r"\b(?:season|series|s|saison|staffel|temporada|stagione)\s*(\d{1,2})\b", re.IGNORECASE),
    re.compile(r"第?\s*(\d{1,2})\s*(?:期|シーズン)"),
    re.compile(r"シーズン\s*(\d{1,2})"),
    re.compile(r"[^\W\d_][!?！？]?\s?(\d)$"),
)
_WORDED = {
    "second season": 2,
    "third season": 3,
    "fourth season": 4,
    "fifth season": 5,
    "第二期": 2,
    "第三期": 3,
    "第四期": 4,
}
_OTHER = re.compile(
    r"\b(?:movies?|films?|gekijou?ban|ova|oad|specials?|recap|compilation|digest|picture drama)\b"
    r"|劇場版|映画|総集編|特別編|スペシャル|ショート",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:part|cour)\s*(?:2|3|ii)\b|第\s*[23二三]\s*クール|\b2nd\s+(?:part|cour)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One season as a catalogue lists it."""

    catalogue: str
    id: str
    name: str
    season: int | None
    status: str | None = None
    """finished, releasing, not_yet_released, cancelled, hiatus; ``listed`` where only the existence is known."""
    start: Parts = field(default_factory=lambda: dict(NO_DATE))
    end: Parts = field(default_factory=lambda: dict(NO_DATE))
    score: float | None = None
    """Out of ten."""
    votes: int | None = None
    platforms: Sequence[str] = ()
    studios: Sequence[str] = ()
    ids: Mapping[str, int | str] = field(default_factory=dict)
    """Of the work it belongs to, as titles carry them."""
    aliases: Sequence[str] = ()
    """Other names, also of the season it follows: what a watcher may know the work by."""
    link: str | None = None
    show: str = ""
    """The work's name, where `name` is only "Season 2"."""
    relations: Sequence[Mapping[str, Any]] = ()
    stub: bool = False
    """Only named by another work: its own page tells what it is and when."""


def entry_of(record: Record) -> Entry:
    """Turn a record into an entry; its headline sums the record up."""
    name = f"{record.show}: {record.name}" if record.show else record.name
    said = shown(record.start) or (record.status or "").replace("_", " ")
    others = dict.fromkeys(alias for alias in (record.show, *record.aliases) if alias and alias != name)
    return Entry(
        id=f"{record.catalogue}:{record.id}",
        link=record.link,
        title=f"{name} — {said}" if said else name,
        blocks=tuple(Block(kind=BlockKind.LIST_ITEM, text=alias) for alias in others),
        data={
            "name": record.name,
            "season_number": record.season,
            "status": record.status,
            "start_date": record.start,
            "end_date": record.end,
            "score": record.score,
            "votes": record.votes,
            "platforms": list(dict.fromkeys(record.platforms)),
            "ids": dict(record.ids),
            "relations": [dict(relation) for relation in record.relations],
            **({"studios": list(dict.fromkeys(record.studios))} if record.studios else {}),
            **({"stub": True} if record.stub else {}),
        },
    )


def shown(parts: Parts) -> str:
    """Write a date as far as it is known: 2026, Oct 2026, Oct 4, 2026."""
    year, month, day = parts["year"], parts["month"], parts["day"]
    if not year or not month:
        return str(year or "")
    return f"{_MONTHS[month - 1]} {day}, {year}" if day else f"{_MONTHS[month - 1]} {year}"


def parts_of(year: object, month: object = None, day: object = None) -> Parts:
    """Give a date from numbers; impossible and zero parts are unknown, and so is what is finer than they."""
    known: Parts = dict(NO_DATE)
    for name, value, most in (("year", year, 2100), ("month", month, 12), ("day", day, 31)):
        number = value if isinstance(value, int) and not isinstance(value, bool) else None
        if number is None or not 0 < number <= most or (name == "year" and number < 1950):
            break
        known[name] = number
    return known


def partial(text: object) -> Parts:
    """Read ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or a full timestamp; the zero time of year 1 is unknown."""
    found = _PARTIAL.fullmatch(text.strip()) if isinstance(text, str) else None
    return parts_of(*(int(part) if part else None for part in found.groups())) if found else dict(NO_DATE)


def begun(parts: Parts, today: date) -> bool:
    """Say whether a fully known day is not in the future."""
    year, month, day = parts["year"], parts["month"], parts["day"]
    return bool(year and month and day) and (year or 0, month or 0, day or 0) <= (today.year, today.month, today.day)


def season_in(*names: str | None) -> int | None:
    """Find the number that one of a season's names carries."""
    for name in filter(None, names):
        plain = unicodedata.normalize("NFKC", name)
        found = next((match for pattern in _NUMBERED if (match := pattern.search(plain))), None)
        if found is not None and 0 < int(found[1]) < 30:
            return int(found[1])
        worded = next((number for word, number in _WORDED.items() if word in plain.lower()), None)
        roman = _ROMAN.get(plain.rsplit(" ", 1)[-1])
        if worded or roman:
            return worded or roman
    return None


def is_part(*names: str | None) -> bool:
    """Say whether a record is a later part of a season rather than a season."""
    return any(_PART.search(unicodedata.normalize("NFKC", name)) for name in names if name)


def is_other(*names: str | None) -> bool:
    """Say whether a name is that of a film, a special or a digest, where a catalogue does not say what a work is."""
    return any(_OTHER.search(unicodedata.normalize("NFKC", name)) for name in names if name)


def sequels_of(ids: Iterable[object]) -> list[dict[str, Any]]:
    """Say which works of its catalogue follow a work."""
    return [{"type": "SEQUEL", "id": id_} for id_ in dict.fromkeys(ids) if id_]


def loaded(body: bytes, context: ParseContext, what: str) -> Any:
    """Read a JSON answer; anything else means that the catalogue is down or paused."""
    text = decode(body, context.content_type).text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{what} did not answer with JSON", reason="unreadable") from error


def answered(answer: object, what: str, *path: str) -> dict[str, Any]:
    """Give the object at *path* of an answer; raise with the catalogue's own words where there is none."""
    node: object = answer
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    if isinstance(node, dict):
        return node
    raise ParseError(f"{what} answered: {_complaint(answer)}", reason="unreadable")


def complained(answer: object, what: str) -> None:
    """Raise with the catalogue's own words where an answer has errors, whatever it has beside them."""
    if isinstance(answer, dict) and answer.get("errors"):
        raise ParseError(f"{what} answered: {_complaint(answer)}", reason="unreadable")


def _complaint(answer: object) -> str:
    if not isinstance(answer, dict):
        return "nothing of use"
    words = answer.get("errors") or answer.get("message") or answer.get("error") or answer.get("status_message") or ""
    if isinstance(words, list):
        words = "; ".join(
            str(one.get("message") or one.get("title") or one) if isinstance(one, dict) else str(one) for one in words
        )
    return unmarked(str(words))[:200] or "nothing of use"


def texts(values: Iterable[object]) -> list[str]:
    """Keep the non-empty strings, each once."""
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value.strip()))


def listed(node: object, *path: str) -> list[dict[str, Any]]:
    """Give the objects of the list at *path*; an empty list where there is none."""
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


def number(value: object) -> float | None:
    """Read a number that may be written as text."""
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return found if found is not None and found == found and abs(found) < 1e12 else None  # noqa: PLR0124 (NaN)
