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
from typing import Any, NamedTuple

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
def _data() -> dict[str, Any]:
    text = (files("watcher") / "data" / "services.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for kind, table in _data().items():
        if kind == "nouns":
            continue
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
_TOWARDS = re.compile(r"(?:\w+ )?\b(?:at|on|to|via|[Jj]oin\w*)$")
"""Words behind which the service stands; before others it is the subject."""
_REACH = 30


def stranger_at(text: str, start: int, end: int, taken: Iterable[tuple[int, int]]) -> FoundService | None:
    """Return a service that no list knows, beside words that say that it streams: "*Harborstream* has picked up…"."""
    if _TOWARDS.search(text, start, end):
        found = _BEHIND.match(text, end, min(len(text), end + _REACH))
    else:
        found = _BEFORE.search(text, max(0, start - _REACH), start)
    if found is None or all(_ordinary(word) for word in found[1].split()) or fold(found[1]) in _opening_words():
        return None
    if any(first < found.end(1) and found.start(1) < last for first, last in taken):
        return None
    return FoundService(found.start(1), found.end(1), found[1], streams=True)


@cache
def _opening_words() -> frozenset[str]:
    """Return words that open a sentence with a capital and name nobody: "Among our simulcasts"."""
    return frozenset(_data()["nouns"]["never"])


def called_services(text: str) -> Iterable[str]:
    """Yield the names that a text calls services: "the streaming service *Wavelet*", 配信サービス「…」."""
    folded = fold(text)
    if not any(hint in folded for hint in _data()["nouns"]["hints"]):
        return
    before, behind = _nouns()
    for found in before.finditer(text):
        name = next(group for group in found.groups() if group)
        if not all(_ordinary(word) for word in name.split()) and not find_services(fold(name)):
            yield name
    for found in behind.finditer(text):
        if not find_services(fold(found[1])):
            yield found[1]


def named_services(text: str, names: Iterable[str], known: Iterable[FoundService]) -> list[FoundService]:
    """Return where folded *text* names one of *names*, outside those *known*."""
    taken = list(known)
    found: list[FoundService] = []
    for name in sorted(names, key=len, reverse=True):
        for place in re.finditer(re.escape(fold(name)), text):
            clash = any(one.start < place.end() and place.start() < one.end for one in (*taken, *found))
            if not clash and not _inside_word(text, *place.span()):
                found.append(FoundService(place.start(), place.end(), name, streams=True))
    return found


@cache
def _nouns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    nouns = _data()["nouns"]
    latin = "|".join(nouns["before"])
    before = rf"\b(?i:{latin}) ?[\"'“‘«»„]?\s?({_NAME})|(?:{'|'.join(nouns['quoted'])})[「『]([^」』]{{2,20}})[」』]"
    return re.compile(before), re.compile(rf"({_NAME}), (?i:{'|'.join(nouns['behind'])})")


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
