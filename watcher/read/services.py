"""Know the networks and services that carry seasons.

In:    a folded sentence; `watcher/data/services.toml`.
Out:   `FoundService`s with the name as people write it.
Never: whether the service has anything to do with the season.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]

from watcher.read.fold import fold
from watcher.read.lexicon import lexicon


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


_NAME = r"[A-Z][\w+!-]*(?: [A-Z][\w+!-]*)?"
_BEFORE = re.compile(rf"({_NAME})(?:'s|’s)?(?: \w+){{0,2}} ?$")
_BEHIND = re.compile(rf" ?(?:\w+ ){{0,2}}?({_NAME})")
_TOWARDS = re.compile(r"(?:\w+ )?(?:at|on|to|via|[Jj]oin\w*)$")
"""Words behind which the service stands; before others it is the subject."""
_REACH = 30


def stranger_at(text: str, start: int, end: int, taken: Iterable[tuple[int, int]]) -> FoundService | None:
    """Return a service that no list knows, beside words that say that it streams: "*Harborstream* has picked up…"."""
    if _TOWARDS.search(text, start, end):
        found = _BEHIND.match(text, end, min(len(text), end + _REACH))
    else:
        found = _BEFORE.search(text, max(0, start - _REACH), start)
    if found is None or all(_ordinary(word) for word in found[1].split()):
        return None
    if any(first < found.end(1) and found.start(1) < last for first, last in taken):
        return None
    return FoundService(found.start(1), found.end(1), found[1], streams=True)


@lru_cache(maxsize=8192)
def _ordinary(word: str) -> bool:
    """Say whether a capital is only that of a sentence's or headline's word."""
    return lexicon("en").knows(fold(word))


def _inside_word(text: str, start: int, end: int) -> bool:
    """Latin names stand between word borders; Japanese ones may stand anywhere."""
    before, after = text[start - 1 : start], text[end : end + 1]
    left = bool(before) and before.isascii() and before.isalnum() and text[start].isascii()
    right = bool(after) and after.isascii() and after.isalnum() and text[end - 1].isascii()
    return left or right
