"""Know the networks and services that carry seasons.

In:    a folded sentence; `watcher/data/services.toml`.
Out:   `FoundService`s with the name as people write it.
Never: whether the service has anything to do with the season.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]

from watcher.read.fold import fold


class FoundService(NamedTuple):
    """A service or broadcaster in a sentence."""

    start: int
    end: int
    name: str
    streams: bool
    """It streams; else it broadcasts."""


@cache
def _automaton() -> ahocorasick.Automaton:
    text = (files("watcher") / "data" / "services.toml").read_text(encoding="utf-8")
    automaton = ahocorasick.Automaton()
    for kind, table in tomllib.loads(text).items():
        for name, spellings in table.items():
            for spelling in (name, *spellings):
                key = fold(spelling)
                automaton.add_word(key, (key, name, kind == "streaming"))
    automaton.make_automaton()
    return automaton


def find_services(text: str) -> list[FoundService]:
    """Return the services named in folded *text*, longest first where they overlap."""
    found = []
    for last, (key, name, streams) in _automaton().iter_long(text):
        start, end = last + 1 - len(key), last + 1
        if not _inside_word(text, start, end):
            found.append(FoundService(start, end, name, streams))
    return found


def _inside_word(text: str, start: int, end: int) -> bool:
    """Latin names stand between word borders; Japanese ones may stand anywhere."""
    before, after = text[start - 1 : start], text[end : end + 1]
    left = bool(before) and before.isascii() and before.isalnum() and text[start].isascii()
    right = bool(after) and after.isascii() and after.isalnum() and text[end - 1].isascii()
    return left or right
