"""Tell a work named like a day of the week from the day: "Netflix said Wednesday that…".

In:    a sentence as printed, the names found in it.
Out:   the names that are not only a day.
Never: a list of works; the words around the day alone speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from watcher.read.dates.patterns import grammar
from watcher.read.fold import fold
from watcher.read.strangers import Name

_SAID = re.compile(
    r"(?:said|told|announced|revealed|confirmed|reported|wrote|posted|unveiled|added|noted|disclosed)"
    r" (?:late |early )?$"
)
"""A verb of saying of the past; what it says follows."""
_TIME = re.compile(r"(?:^|[ ,])(?:on|this|last|next|every|each|late|early|by|until|since) $", re.IGNORECASE)
_GOES_ON = re.compile(
    r"(?:$|[,.;:)]| (?:that|it|its|the|they|he|she|there|in|at|during|with|via|through|by|as|and|to|after|before|"
    r"morning|afternoon|evening|night|[a-z]+ed)\b)"
)
"""What stands behind a day; behind a title stands its season, a genitive, or a capital."""


def without_days(names: Iterable[Name], text: str, language: str | None) -> list[Name]:
    """Leave out the names that are only the day on which something was said or is done."""
    days = grammar(language).weekdays if language == "en" else {}
    return [name for name in names if fold(text[name.start : name.end]) not in days or not _is_day(name, text)]


def _is_day(name: Name, text: str) -> bool:
    before = text[: name.start]
    if _GOES_ON.match(text, name.end) is None:
        return False
    return _SAID.search(before) is not None or _TIME.search(before) is not None
