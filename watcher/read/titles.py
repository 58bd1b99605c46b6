"""Find which works a text names, thousands of titles in one pass.

In:    the watched titles with their aliases, names of other known works; a text or an entry.
Out:   `Found` with exact positions, longest name first; `Mention`s of watched titles.
Never: network, disk beyond the packaged word lists, clock, a decision about what is said of a work.

Names are compared by `text.key`: letters and digits only. The marks between them are looked at only where they
tell works apart (``K-On!`` and ``K-On!!``, ``√A``).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import accumulate, compress, count
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]

from watcher.model import Entry, Mention, Title
from watcher.read.aliases import Alias, aliases_of, as_other
from watcher.read.boundaries import Fit, fit, marks
from watcher.read.text import HEADLINE, fold_one, in_plain_letters, key

_KINDS = ("a" if c.isalpha() else "0" if c.isdigit() else c if c == "\n" else " " for c in map(chr, range(0x80)))
_KIND_OF = "".join(_KINDS).ljust(0x100).encode()
"""For each ASCII character whether it is a letter, a digit, a line break or anything else."""
_WALL = "\n"
"""Keys keep line breaks, so that no name spans two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A work named in a text."""

    title_id: str | None
    """None: a work that is not watched, such as a sibling of a watched one."""
    alias: str
    start: int
    end: int
    sure: bool
    """False where the name is an ordinary word, or weak, and stands without company."""


class _Hit(NamedTuple):
    first: int
    last: int
    """Positions in the key, both included."""
    slot: int


class _Places(NamedTuple):
    """Where each character of a key begins and ends in its text."""

    starts: list[int]
    ends: list[int]


class Titles:
    """All known names, in one automaton; build it once."""

    def __init__(self, titles: Sequence[Title], others: Iterable[str] = ()) -> None:
        slots: dict[str, list[Alias]] = {}
        for alias in _all(titles, others):
            same = slots.setdefault(alias.key, [])
            if all((known.title_id, known.marks) != (alias.title_id, alias.marks) for known in same):
                same.append(alias)
        self._slots = tuple(tuple(same) for same in slots.values())
        self._lengths = tuple(len(name) for name in slots)
        self._automaton = ahocorasick.Automaton()
        for number, name in enumerate(slots):
            self._automaton.add_word(name, number)
        if slots:
            self._automaton.make_automaton()

    def find(self, text: str) -> tuple[Found, ...]:
        """Return the works named in *text*, in order; of overlapping names only the longest."""
        keyed, ends = self._letters(text)
        if not ends:
            return ()
        walls = [wall.start() for wall in re.finditer(_WALL, keyed)]
        return tuple(self._in_lines(text, {bisect(walls, at) for at in ends}))

    def _letters(self, text: str) -> tuple[str, list[int]]:
        """Return the key of *text* and where in it the letters of names end that may stand there alone."""
        if not self._slots:
            return "", []
        keyed = key(text)
        found = list(self._automaton.iter(keyed))
        if found and (borders := _borders(text)) is not None:
            found = [(at, slot) for at, slot in found if {at + 1, at + 1 - self._lengths[slot]} <= borders]
        return keyed, [at for at, _ in found]

    def _in_lines(self, text: str, lines: AbstractSet[int]) -> Iterator[Found]:
        """Look closely at the *lines* that may hold a name; a key has as many lines as its text."""
        start = 0
        for number, line in enumerate(text.split(_WALL)):
            if number in lines:
                keyed, places = _placed(line)
                hits = [_Hit(last - self._lengths[slot] + 1, last, slot) for last, slot in self._automaton.iter(keyed)]
                for one in self._longest(line, places, hits):
                    yield replace(one, start=start + one.start, end=start + one.end) if start else one
            start += len(line) + 1

    def occurs_in(self, text: str) -> bool:
        """Say whether the letters of any name stand in *text*: cheap, and most texts name nothing."""
        return bool(self._letters(text)[1])

    def lies_in(self, keyed: str) -> bool:
        """Say whether a name's key holds one of ours and more."""
        return bool(self._slots) and any(self._lengths[slot] < len(keyed) for _, slot in self._automaton.iter(keyed))

    def scan(self, entry: Entry) -> tuple[Mention, ...]:
        """Return where an entry names watched titles, headline first."""
        if not self.occurs_in(f"{entry.title}{_WALL}{entry.words}"):
            return ()
        parts = [(HEADLINE, entry.title), *((number, block.text) for number, block in enumerate(entry.blocks))]
        return tuple(mention for block, text in parts for mention in self._mentions(block, text))

    def _mentions(self, block: int, text: str) -> Iterator[Mention]:
        for one in self.find(text):
            if one.title_id is not None:
                end = min(one.end, len(text))
                yield Mention(
                    title_id=one.title_id, alias=one.alias, block=block, start=one.start, end=end, sure=one.sure
                )

    def _longest(self, text: str, places: _Places, hits: list[_Hit]) -> Iterator[Found]:
        taken = bytearray(len(places.starts))
        chosen: list[tuple[int, list[Found]]] = []
        for hit in sorted(hits, key=lambda hit: (hit.first - hit.last, hit.first)):
            if any(taken[hit.first : hit.last + 1]):
                continue
            start, end = places.starts[hit.first], places.ends[hit.last]
            if not _whole(places.starts, hit) or not (works := _works(text, start, end, self._slots[hit.slot])):
                continue
            taken[hit.first : hit.last + 1] = b"\1" * (hit.last + 1 - hit.first)
            chosen.append((start, works))
        for _, works in sorted(chosen, key=lambda item: item[0]):
            yield from works


def _all(titles: Sequence[Title], others: Iterable[str]) -> Iterator[Alias]:
    for title in titles:
        yield from aliases_of(title)
    for name in others:
        yield from as_other(name)


def _borders(text: str) -> set[int] | None:
    """Return where in the key of *text* runs of letters and of digits begin and end; None for foreign letters.

    Within a run no Latin name stands alone (`boundaries.fit`), and most letters of a name in a text lie within one.
    """
    plain = in_plain_letters(text)
    if plain is None:
        return None
    kinds = plain.translate(_KIND_OF).replace(b"a0", b"a 0").replace(b"0a", b"0 a").replace(b"\n", b" | ")
    return set(accumulate(map(len, kinds.split()), initial=0))


def _placed(text: str) -> tuple[str, _Places]:
    """Return the key of *text* and for each of its characters where it stands in *text*."""
    if text.isascii():
        letters = list(map(str.isalnum, text))
        return key(text), _Places(list(compress(count(), letters)), list(compress(count(1), letters)))
    if any(map(_JOINS.__getitem__, text)):
        return _placed_joined(text)
    pieces = [fold_one(character) for character in text]
    starts = [at for at, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), _Places(starts, [at + 1 for at in starts])


def _placed_joined(text: str) -> tuple[str, _Places]:
    """Do the same where some characters belong to the ones before them."""
    keyed: list[str] = []
    places = _Places([], [])
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _JOINS[text[end]]:
            end += 1
        piece = fold_one(text[start]) if end == start + 1 else key(text[start:end])
        keyed.append(piece)
        places.starts.extend([start] * len(piece))
        places.ends.extend([end] * len(piece))
        start = end
    return "".join(keyed), places


class _JoinTable(dict[str, bool]):
    """Knows which characters belong to the one before them, accents apart; learns each when it first sees it."""

    def __missing__(self, character: str) -> bool:
        self[character] = character > "\u02ff" and (character in "ﾞﾟ" or unicodedata.combining(character) != 0)
        return self[character]


_JOINS = _JoinTable()


def _whole(starts: Sequence[int], hit: _Hit) -> bool:
    """Say whether a hit begins and ends with a printed character, not inside one such as ㍿ or ß."""
    begins = hit.first == 0 or starts[hit.first - 1] != starts[hit.first]
    return begins and (hit.last + 1 == len(starts) or starts[hit.last + 1] != starts[hit.last])


def _works(text: str, start: int, end: int, same: Sequence[Alias]) -> list[Found]:
    """Return the works that the name at *start* means; several watched titles may share one."""
    verdict = fit(text, start, end, same[0])
    if verdict is Fit.NO:
        return []
    printed = marks(text, start, end)
    exact = [alias for alias in same if alias.marks == printed.wide]
    foreign = printed.foreign and not exact
    exact = exact or [alias for alias in same if alias.marks == printed.own]
    chosen = exact or [alias for alias in same if alias.title_id is not None] or list(same)
    works = []
    for alias in chosen:
        watched = None if foreign or verdict is Fit.SIBLING else alias.title_id
        sure = verdict is Fit.SURE or (verdict is Fit.PLAIN and not alias.weak)
        reach = end + printed.tail if alias.marks == printed.wide else end
        works.append(Found(title_id=watched, alias=alias.name, start=start, end=reach, sure=sure))
    return works
