"""What both formats of alias data share: cleaning a stranger's words, and telling what kind a work is.

In:    values of foreign JSON.
Out:   the fields of a `Work`.
Never: network, disk, clock; an exception for anything that a record may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from watcher.sources.plain import tidy
from watcher.works import MOST_NAMES, WorkKind

_LONGEST = 300
_KINDS = {
    "tv": WorkKind.SERIES, "web": WorkKind.SERIES, "ona": WorkKind.SERIES, "movie": WorkKind.FILM,
    "ova": WorkKind.OVA, "special": WorkKind.OVA,
}  # fmt: skip
_FORMATS = {"tv": "TV", "ona": "ONA", "ova": "OVA", "movie": "film"}
_ADDRESS = re.compile(r"https?://[^\s\"<>\\]{1,1000}", re.IGNORECASE)
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_ARCHIVES = ("web.archive.org", "archive.org", "archive.is", "archive.today")


def names_in(values: Iterable[object]) -> tuple[str, ...]:
    """Keep names that are names: one line, not endless, each once."""
    lines = (tidy(value) for value in values if isinstance(value, str) and len(value) <= _LONGEST)
    return tuple(dict.fromkeys(filter(None, lines)))[:MOST_NAMES]


def kind_in(value: object) -> tuple[WorkKind, str]:
    """Give a work's kind, and its format as a person reads it."""
    word = value.casefold() if isinstance(value, str) else ""
    return _KINDS.get(word, WorkKind.UNKNOWN), _FORMATS.get(word, "" if word == "unknown" else tidy(word)[:20])


def day_in(value: object) -> str:
    """Keep the date of a timestamp."""
    found = _DAY.match(value) if isinstance(value, str) else None
    return found[0] if found else ""


def site_in(value: object) -> str:
    """Keep a page's address; a copy in an archive speaks for nobody."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or tidy(value) != value:
        return ""
    try:
        host = (urlsplit(value).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return value if host and host not in _ARCHIVES else ""


def number_in(value: object) -> int | None:
    """Read an id that may be written as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and int(text[:18]) > 0 and len(text) < 12 else None
