"""Try only those of many expressions on a text that may match, and only where they may begin.

In:    expressions as they stand in a lexicon, a folded text.
Out:   `Index.places`: which of them are worth trying, and where; `matches`: what one of them matches there.
Never: a match that trying every expression at every character would not find, or one less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import ahocorasick  # type: ignore[import-not-found]

from watcher.read.phrases import openings, pieces


@dataclass(frozen=True)
class Phrase:
    """One way of saying one thing, or of naming a season.

    Compiled when it is first tried: a process meets a few hundred of the thousands that are known.
    """

    meaning: str
    """For a season, the kind of name."""
    source: str
    """As it stands in a lexicon, macros expanded."""
    expression: str
    """The same between the borders of its language."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression)


def matches(pattern: re.Pattern[str], text: str, places: list[int] | None) -> Iterable[re.Match[str]]:
    """Return what ``finditer`` yields for *pattern*, which may match only at *places*; None: anywhere."""
    if places is None:
        return pattern.finditer(text)
    if len(places) > 1:
        return _one_behind_the_other(pattern, text, places)
    found = pattern.match(text, places[0])
    return () if found is None else (found,)


def _one_behind_the_other(pattern: re.Pattern[str], text: str, places: list[int]) -> Iterator[re.Match[str]]:
    end = 0
    for at in sorted(places):
        if at >= end and (found := pattern.match(text, at)) is not None:
            yield found
            end = found.end()


class Index:
    """Says which of many expressions may match a text, and where, by one pass over it.

    *words*: every expression begins at the border of a word. *most*: so many openings are told apart for each; few
    where there are thousands of expressions, as each costs time to work out; many where they begin with numerals.
    """

    def __init__(self, sources: Sequence[str], *, words: bool = False, most: int = 256) -> None:
        self._most = most
        self.always: list[int] = []
        """The numbers of those of which nothing is certain: they are tried on every text."""
        self._further: list[tuple[frozenset[str], ...]] = []
        opens: dict[str, list[int]] = {}
        tells: dict[str, list[int]] = {}
        for number, source in enumerate(sources):
            self._further.append(self._enter(number, source, opens, tells))
        wanted = set(chain.from_iterable(chain.from_iterable(self._further)))
        self._automaton = ahocorasick.Automaton()
        for text in opens.keys() | tells.keys() | wanted:
            bordered = words and text[0].isalnum()
            piece = text if text in wanted else ""
            self._automaton.add_word(text, (len(text) - 1, bordered, piece, opens.get(text, ()), tells.get(text, ())))
        self._any = len(self._automaton) > 0
        if self._any:
            self._automaton.make_automaton()

    def _enter(
        self, number: int, source: str, opens: dict[str, list[int]], tells: dict[str, list[int]]
    ) -> tuple[frozenset[str], ...]:
        """Enter an expression by its openings, else by its most telling piece; return its further pieces."""
        certain = pieces(source)
        if begins := _telling(openings(source, most=self._most)):
            for text in begins:
                opens.setdefault(text, []).append(number)
            certain = tuple(piece for piece in certain if not _held(piece, begins))
        elif certain:
            for text in certain[0]:
                tells.setdefault(text, []).append(number)
            certain = certain[1:]
        else:
            self.always.append(number)
        return tuple(piece for piece in certain if not any(map(_everywhere, piece)))

    def places(self, text: str) -> dict[int, list[int] | None]:
        """Return the numbers of the expressions worth trying on *text*, with the places where; None: anywhere."""
        anywhere = set(self.always)
        opened: dict[int, list[int]] = {}
        present: set[str] = set()
        for last, (back, bordered, piece, opens, tells) in self._automaton.iter(text) if self._any else ():
            if piece:
                present.add(piece)
            if opens:
                at = last - back
                if not (bordered and at and text[at - 1].isalnum()):
                    for number in opens:
                        opened.setdefault(number, []).append(at)
            anywhere.update(tells)
        return self._complete({**dict.fromkeys(anywhere), **opened}, present)

    def _complete(self, places: dict[int, list[int] | None], present: set[str]) -> dict[int, list[int] | None]:
        """Leave out the expressions of which a further piece is missing."""
        complete = {}
        for number, where in places.items():  # plain loops: a call for each of them costs more than all else here
            for piece in self._further[number]:
                if present.isdisjoint(piece):
                    break
            else:
                complete[number] = where
        return complete


def _telling(begins: frozenset[str]) -> frozenset[str]:
    """Return the openings, unless one is a single character that stands everywhere, or in rows as marks do."""
    return frozenset() if any(map(_everywhere, begins)) else begins


def _held(piece: frozenset[str], begins: frozenset[str]) -> bool:
    """Say whether every opening holds the piece anyway."""
    return all(any(text in begin for text in piece) for begin in begins)


def _everywhere(literal: str) -> bool:
    """Say whether a piece is a space or a Latin letter: nearly every text holds it."""
    return len(literal) == 1 and literal.isascii() and not literal.isdigit()
