"""Try only those of many phrases on a text that may match, and only where they may begin.

In:    expressions as they stand in a lexicon, a folded text.
Out:   `Index.candidates`: which of them are worth trying; `matches`: what they match.
Never: a match that trying every phrase at every character would not find, or one less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import ahocorasick  # type: ignore[import-not-found]

from watcher.read.phrases import heads, pieces


@dataclass(frozen=True)
class Phrase:
    """One way of saying one thing, or of naming a season.

    Compiled when it is first tried: a process meets a few hundred of the thousands that are known.
    """

    meaning: str
    """For a season, the kind of name."""
    source: str
    """As it stands in a lexicon, macros expanded."""
    letter: str
    """What is a letter to the words of its language, as a class; empty where words are not set apart."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(bordered(self.source, self.letter))

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The characters with which it may begin; none where that may be any."""
        return tuple(heads(self.source))


def bordered(source: str, letter: str) -> str:
    """Set an expression between borders of words; what begins or ends with a mark needs no border there."""
    if not letter:
        return source
    return rf"(?:(?<!{letter})|(?!{letter}))(?:{source})(?:(?!{letter})|(?<!{letter}))"


def matches(text: str, phrases: Sequence[Phrase], *, words: bool) -> Iterator[tuple[Phrase, re.Match[str]]]:
    """Yield what ``finditer`` yields for each of *phrases*.

    A pattern that begins with a look at the border before it is tried by `re` at every single character; where there
    is more than a handful, they are tried only where one of their heads stands.
    """
    places = _places(text, words=words) if len(phrases) > _HANDFUL else None
    for phrase in phrases:
        if places is None or not phrase.heads:
            for match in phrase.pattern.finditer(text):
                yield phrase, match
        elif starts := [places[head] for head in phrase.heads if head in places]:
            end = 0
            for at in starts[0] if len(starts) == 1 else sorted(chain.from_iterable(starts)):
                if at >= end and (found := phrase.pattern.match(text, at)) is not None:
                    yield phrase, found
                    end = found.end()


_HANDFUL = 2


def _places(text: str, *, words: bool) -> dict[str, list[int]]:
    """Return where each character stands; of a word only the first, where words are set apart."""
    places: dict[str, list[int]] = {}
    inside = False
    for at, character in enumerate(text):
        letter = words and character.isalnum()
        if not (letter and inside):
            places.setdefault(character, []).append(at)
        inside = letter
    return places


class Index:
    """Says which of many expressions may match a text, by one pass over it."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.always: list[int] = []
        """The numbers of those of which nothing is certain: they are tried on every text."""
        self._further: list[tuple[tuple[str, ...], ...]] = []
        wanted: dict[str, list[int]] = {}
        for number, source in enumerate(sources):
            certain = pieces(source)
            if not certain:
                self.always.append(number)
            for literal in certain[0] if certain else ():
                wanted.setdefault(literal, []).append(number)
            self._further.append(tuple(tuple(piece) for piece in certain[1:] if not any(map(_everywhere, piece))))
        for literal in chain.from_iterable(chain.from_iterable(self._further)):
            wanted.setdefault(literal, [])
        self._automaton = ahocorasick.Automaton()
        for literal, numbers in wanted.items():
            self._automaton.add_word(literal, (literal, tuple(numbers)))
        self._empty = not wanted
        if wanted:
            self._automaton.make_automaton()

    def candidates(self, text: str) -> list[int]:
        """Return the numbers of the expressions worth trying on *text*."""
        if self._empty:
            return self.always
        found = set(self.always)
        present: set[str] = set()
        for _, (literal, numbers) in self._automaton.iter(text):
            if literal not in present:
                present.add(literal)
                found.update(numbers)
        likely = []  # plain loops: a call for each of them costs more than all else here
        for number in found:
            for piece in self._further[number]:
                if present.isdisjoint(piece):
                    break
            else:
                likely.append(number)
        return likely


def _everywhere(literal: str) -> bool:
    """Say whether a piece is a space or a Latin letter: nearly every text holds it."""
    return len(literal) == 1 and literal.isascii()
