"""Read what stands in Japanese title quotes together with a name, and whether a text is about a series at all.

In:    a text, a name of the watched work found in it.
Out:   the name as it is meant there: the work, a sequel of it (『…S』, 『… 遊郭編』), or another work (『…の日誌』).
Never: network, clock; which season a sequel is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from watcher.read.aliases import rules
from watcher.read.strangers import Name

_QUOTES = {"『": "』", "「": "」"}
_END_OF_NAME = " 】〉》〕)!?。☆★♪"
"""A title ends so that is written in brackets of its own or with a mark: 『【…】』."""
_BEFORE = 24
_LONG = 14
"""A sequel's mark is no longer; a longer rest is the full form of the title."""


class _Rules(NamedTuple):
    season: re.Pattern[str]
    other: re.Pattern[str]
    series: re.Pattern[str]


@cache
def _rules() -> _Rules:
    known = rules()
    return _Rules(
        season=re.compile("[ :]?(?:" + "|".join(known["season_after"]) + ")", re.IGNORECASE),
        other=re.compile(known["quoted_other"], re.IGNORECASE),
        series=re.compile(known["series_words"], re.IGNORECASE),
    )


def as_quoted(name: Name, text: str, *, later: bool) -> Name:
    """Return *name* as its quotes show it; *later*: a later season than the first is wanted."""
    closing = _closing(name, text)
    if closing is None or not name.own:
        return name
    rest = _plain(text[name.end : closing]).strip(_END_OF_NAME)
    if not rest or _rules().season.match(rest):
        return name
    if rest[0] in rules()["quoted_particles"] or _rules().other.search(rest):
        return Name(start=name.start, end=closing, own=False, alias=text[name.start : closing])
    if later and len(rest) <= _LONG and rest[0] not in "、,":
        return replace(name, end=closing, sequel=True)
    return name


def _closing(name: Name, text: str) -> int | None:
    """Return where the quotes around *name* close; None where there are none."""
    before = text[max(0, name.start - _BEFORE) : name.start]
    opened = max(before.rfind(opening) for opening in _QUOTES)
    if opened < 0:
        return None
    close = _QUOTES[before[opened]]
    if close in before[opened:] or close in text[name.start : name.end]:
        return None  # the name is no part of what the quotes hold, or reaches out of them
    end = text.find(close, name.end, name.end + 60)
    return end if end >= 0 else None


def about_series(texts: Iterable[str]) -> bool:
    """Say whether any of *texts* speaks of a series; a phrase that is also a title may stand anywhere else."""
    return any(_rules().series.search(_plain(text)) for text in texts)


def stands_in_quotes(name: Name, text: str) -> bool:
    """Say whether a name is set in the quotes that only titles have."""
    return text[: name.start].rfind("『") >= 0 and _closing(name, text) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
