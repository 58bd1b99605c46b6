"""Find out which literal pieces a phrase cannot do without, and with which texts it begins.

In:    a regular expression as it stands in a lexicon.
Out:   its *pieces*: every text that the expression matches holds one of each; its *openings*: every match begins
       with one of them.
Never: running the expression.

A lexicon has a thousand phrases; only those with all their pieces in a sentence are tried on it, and only where one of
their openings stands, so that reading takes time in proportion to what is there, and not to how many ways of saying it
are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

_CLASS_ESCAPES = frozenset("wWdDsSbBAZ")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_NOTHING = frozenset({"[^]", "[$]", r"\b", r"\B"})
"""What takes no character, as `_atoms` gives it: the ends of a text and of a word."""
_RANGE = re.compile("(.)-(.)")
_WHOLE = re.compile(r"\\.|\[\^?\\?.(?:\\.|[^]\\])*\]")
"""An escape, a class of characters."""
_MARK = re.compile(rf"{_WHOLE.pattern}|[()]")
_DEPTH = {"(": 1, ")": -1}
_LONG_OPENING, _MANY_MEMBERS = 10, 12
"""Longer openings, or openings by larger classes, gain nothing that can be measured."""


def pieces(pattern: str) -> tuple[frozenset[str], ...]:
    """Return all that *pattern* cannot do without, the most telling first: of each set a text must hold one."""
    alternatives = list(_alternatives(pattern))
    if len(alternatives) > 1:
        return (found,) if (found := _best(alternatives)) else ()
    options = (option for option in _options(pattern) if option)
    return tuple(sorted(options, key=lambda option: -min(map(len, option))))


def openings(pattern: str, *, most: int) -> frozenset[str]:
    """Return texts with one of which every match of *pattern* begins; empty where nothing is certain.

    They are as long as *most* of them allow: the longer, the fewer the places where one stands by chance.
    """
    growing, ended = _openings(pattern, most)
    found: list[str] = []
    for text in sorted(growing | ended):
        if not found or not text.startswith(found[-1]):
            found.append(text)
    return frozenset(filter(None, found))


class _Openings(NamedTuple):
    growing: AbstractSet[str]
    """What comes next in the expression comes right behind these."""
    ended: AbstractSet[str] = frozenset()
    """What comes behind these is not certain."""


@lru_cache(maxsize=1024)
def _openings(pattern: str, most: int) -> _Openings:
    """Return how *pattern* may begin; phrases share macros, so the same group comes again and again."""
    growing: set[str] = set()
    ended: set[str] = set()
    for sequence in _alternatives(pattern):
        own = _openings_of_sequence(sequence, most)
        growing |= own.growing
        ended |= own.ended
    return _Openings(growing, ended)


def _openings_of_sequence(sequence: str, most: int) -> _Openings:
    growing, ended = {""}, set[str]()
    for atom in _atoms(sequence):
        own = _openings_of_atom(atom, most)
        if len(ended) + len(growing) * (len(own.growing) + len(own.ended)) > most:
            own = _cut_short(own, room=(most - len(ended)) // len(growing))
        ended |= {before + text for before in growing for text in own.ended}
        growing = {before + text for before in growing for text in own.growing}
        if min(map(len, growing), default=_LONG_OPENING) >= _LONG_OPENING:
            return _Openings(frozenset(), ended | growing)
    return _Openings(growing, ended)


def _cut_short(own: _Openings, *, room: int) -> _Openings:
    """Keep only the first characters, and nothing where even these are too many."""
    first = {text[:1] for text in own.growing | own.ended}
    return _Openings(frozenset(), first if len(first) <= room else frozenset({""}))


def _openings_of_atom(atom: _Atom, most: int) -> _Openings:
    own = _openings_of_text(atom.text, most)
    if atom.repeated:
        own = _Openings(frozenset(), own.growing | own.ended)
    return own._replace(growing=own.growing | {""}) if atom.optional else own


def _openings_of_text(text: str, most: int) -> _Openings:
    if len(text) == 1:
        return _Openings({text})
    if text in _NOTHING or text.startswith(_LOOKS):
        return _Openings({""})
    if text.startswith("("):
        return _openings(text[1:-1].removeprefix("?:"), most)
    members = _members(text[1:-1]) if text.startswith("[") and text != "[.]" else None
    if members is None or len(members) > _MANY_MEMBERS:
        return _Openings(frozenset(), {""})
    return _Openings(members)


def _members(inner: str) -> set[str] | None:
    """Return the characters of a class; None where it says which they are not, or speaks of kinds of them."""
    if inner.startswith("^") or "\\" in inner:
        return None
    ranges = _RANGE.findall(inner)
    between = {chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1)}
    return between | set(_RANGE.sub("", inner))


def _best(alternatives: Iterable[str]) -> frozenset[str]:
    """Each alternative must bring a piece of its own, else nothing is certain."""
    found: set[str] = set()
    for alternative in alternatives:
        own = _of_sequence(alternative)
        if not own:
            return frozenset()
        found |= own
    return frozenset(found)


def _of_sequence(sequence: str) -> frozenset[str]:
    options = [option for option in _options(sequence) if option]
    return max(options, key=lambda option: min(map(len, option)), default=frozenset())


def _options(sequence: str) -> Iterator[frozenset[str]]:
    """Yield every piece of *sequence* that is always there: runs of letters and mandatory groups."""
    run = ""
    for atom in _atoms(sequence):
        literal = len(atom.text) == 1 and not atom.optional
        if literal:
            run += atom.text
        if run and (atom.repeated or not literal):  # "ab+c" is certain of "ab" only
            yield frozenset({run})
            run = ""
        if not (literal or atom.optional) and atom.text.startswith("(") and not atom.text.startswith(_LOOKS):
            yield _best(_alternatives(atom.text[1:-1].removeprefix("?:")))
    if run:
        yield frozenset({run})


class _Atom(NamedTuple):
    text: str
    """A literal is one character, everything else is longer."""
    optional: bool
    repeated: bool
    """It may stand more than once."""


@lru_cache(maxsize=256)
def _atoms(sequence: str) -> tuple[_Atom, ...]:
    return tuple(_each_atom(sequence))


def _each_atom(sequence: str) -> Iterator[_Atom]:
    at = 0
    while at < len(sequence):
        end = _atom_end(sequence, at)
        after, optional = _quantifier(sequence, end)
        atom = sequence[at:end]
        if len(atom) == 2 and atom[0] == "\\" and atom[1] not in _CLASS_ESCAPES:
            atom = atom[1]
        elif atom in {".", "^", "$"}:
            atom = f"[{atom}]"
        yield _Atom(atom, optional, repeated=sequence[end:after][:1] not in {"", "?"})
        at = after


def _atom_end(text: str, at: int) -> int:
    if text[at] in "\\[" and (atom := _WHOLE.match(text, at)) is not None:
        return atom.end()
    return _group_end(text, at) if text[at] == "(" else at + 1


def _group_end(text: str, at: int) -> int:
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += _DEPTH.get(mark[0], 0)
        if not depth:
            return mark.end()
    raise ValueError(f"unbalanced group in {text!r}")


def _quantifier(text: str, at: int) -> tuple[int, bool]:
    if at >= len(text) or text[at] not in "?*+{":
        return at, False
    optional = text[at] in "?*"
    end = at + 1
    if text[at] == "{":
        end = text.index("}", at) + 1
        optional = text[at + 1 : end].lstrip().startswith(("0", ","))
    if end < len(text) and text[end] in "?+":
        end += 1
    return end, optional


@lru_cache(maxsize=256)
def _alternatives(text: str) -> tuple[str, ...]:
    """Split at the bars that stand in no group and no class."""
    if "|" not in text:
        return (text,)
    return tuple(_each_alternative(text))


def _each_alternative(text: str) -> Iterator[str]:
    start = at = 0
    while at < len(text):
        if text[at] == "|":
            yield text[start:at]
            start = at = at + 1
        else:
            at = _atom_end(text, at)
    yield text[start:]
