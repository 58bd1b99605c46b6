"""A catalogue's record becomes claims and facets directly; no reader is needed.

In:    the record's new state (`Entry.data`), its headline, the title watched.
Out:   claims about the season it is for; the facets worth keeping (status, score, votes, platforms).
Never: a claim from a blank. A field that was emptied, a season that vanished, says nothing by itself.

Fields read: ``name``, ``season_number``, ``status`` (finished, releasing, not_yet_released, cancelled, hiatus),
``start_date`` and ``end_date`` (year, month, day, each may be null), ``platforms``, ``studios``, ``score``, ``votes``,
``ids`` (of the work, and of what it follows: one each, or a list).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from watcher.fuzzydate import FuzzyDate
from watcher.model import Claim, EventType, Speaker, Title

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\d+[a-zªº]*|[^\W\d_]+")
_NUMBER = re.compile(r"(\d{1,2})([^\W\d_]*)|[ivx]{1,5}")
_KEPT = ("name", "status", "score", "votes", "platforms", "studios", "start_date", "end_date")


def is_about(data: Mapping[str, Any], headline: str, title: Title) -> bool:
    """Say whether a record is one of *title*'s seasons, by its id or by its name."""
    ids = data.get("ids")
    if isinstance(ids, Mapping) and any(_among(title.ids.get(key), value) for key, value in ids.items()):
        return True
    name = data.get("name")
    if not isinstance(name, str):
        return False
    tokens = _tokens(name)
    if all(map(_season_word, tokens)):
        return any(_heads(_tokens(headline), _tokens(known)) for known in title.names)
    return any(_is_season_of(tokens, _tokens(known)) for known in title.names)


def _among(known: int | str | None, value: object) -> bool:
    """Say whether a title's id is that of a record, or of one of the works that the record follows."""
    return known is not None and known in (value if isinstance(value, list) else [value])


def record_season(data: Mapping[str, Any]) -> int | None:
    """Return the number of the season that a record is for."""
    number = data.get("season_number")
    return number if isinstance(number, int) and number > 0 else None


def record_claims(data: Mapping[str, Any], headline: str, title: Title) -> tuple[Claim, ...]:
    """Turn a record into what it says about its season; nothing for another title's record."""
    season = record_season(data)
    if season is None or not is_about(data, headline, title):
        return ()
    status = str(data.get("status") or "")
    start, end = fuzzy(data.get("start_date")), fuzzy(data.get("end_date"))
    found = [_claim(release, season, headline, date=start) for release in _release(start)]
    if status == "cancelled":
        return (_claim(EventType.CANCELLED, season, headline),)
    if status and status != "finished":
        found.append(_claim(EventType.ANNOUNCED, season, headline))
    if status == "finished":
        found.append(_claim(EventType.FINISHED, season, headline, date=end))
    found += [_claim(EventType.STREAMING, season, headline, platform=name) for name in _platforms(data)]
    return tuple(found)


def facets(data: Mapping[str, Any]) -> dict[str, object]:
    """Keep what `status` shows of a record."""
    return {key: data[key] for key in _KEPT if data.get(key) not in (None, [], {}, "")}


def has_started(data: Mapping[str, Any]) -> bool:
    """Say whether the record calls its season running or over."""
    return data.get("status") in {"finished", "releasing"}


def fuzzy(parts: object) -> FuzzyDate | None:
    """Read a date of which any part may be missing; None for none, or for one that no calendar has."""
    if not isinstance(parts, Mapping):
        return None
    year, month, day = (_number(parts.get(key)) for key in ("year", "month", "day"))
    try:
        if year is None:
            return None
        if month is None:
            return FuzzyDate.year(year)
        return FuzzyDate.month(year, month) if day is None else FuzzyDate.day(year, month, day)
    except (ValueError, OverflowError):
        return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _release(start: FuzzyDate | None) -> tuple[EventType, ...]:
    if start is None:
        return ()
    return (EventType.RELEASE_DATE if start.is_day else EventType.RELEASE_WINDOW,)


def _platforms(data: Mapping[str, Any]) -> Iterable[str]:
    platforms = data.get("platforms")
    return [name for name in platforms if isinstance(name, str)] if isinstance(platforms, list | tuple) else []


def _claim(
    type_: EventType, season: int, quote: str, *, date: FuzzyDate | None = None, platform: str | None = None
) -> Claim:
    return Claim(type=type_, season=season, date=date, platform=platform, quote=quote, speaker=Speaker.NOBODY)


def _tokens(text: str) -> list[str]:
    wide = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in wide if unicodedata.category(char) != "Mn" or char in "\u3099\u309a")
    return _TOKEN.findall(unicodedata.normalize("NFC", bare))


def _is_season_of(tokens: list[str], name: list[str]) -> bool:
    """Say whether a record's name is the title's name with nothing but season words behind it."""
    return bool(name) and tokens[: len(name)] == name and all(map(_season_word, tokens[len(name) :]))


def _heads(headline: list[str], name: list[str]) -> bool:
    """Say whether a headline speaks of the title: its name, then a season word or nothing."""
    for start in range(len(headline) - len(name) + 1):
        if name and headline[start : start + len(name)] == name:
            rest = headline[start + len(name) :]
            return not rest or _season_word(rest[0])
    return False


def _season_word(token: str) -> bool:
    words, ordinals = _words()
    if token in words:
        return True
    found = _NUMBER.fullmatch(token)
    return found is not None and (not found[2] or found[2] in ordinals)


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads((files("watcher") / "data" / "records.toml").read_text(encoding="utf-8"))
    return frozenset(table["words"]), frozenset(table["ordinals"])
