"""What the languages say: phrases by meaning, from data files.

In:    `watcher/data/lexicon/*.toml`, one file per language (docs/reading.md tells how to write one).
Out:   `Lexicon.find`: which phrases stand where in a sentence; `Lexicon.seasons`, `Lexicon.number`.
Never: the network, any other file; a decision about what a phrase means for a title.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, NamedTuple

import ahocorasick  # type: ignore[import-not-found]

from watcher.read.phrases import pieces, triggers

TITLE, SEASON, DATE, SERVICE, OTHER = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
"""Characters that stand for what was recognised, so that a phrase can speak of it and no phrase matches inside it."""

_MARKS = {"T": TITLE, "S": SEASON, "D": DATE, "P": SERVICE, "O": OTHER}
_MACRO = re.compile(r"\{([A-Za-z_]\w*)\}")
_SHARED = "common"
DEFAULT = "en"
_ORDINARY = frozenset({"plain_word", "question"})


class Hit(NamedTuple):
    """A phrase found in a sentence."""

    meaning: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way of saying one thing."""

    meaning: str
    pattern: re.Pattern[str]
    source: str


class Index:
    """Says which of many expressions may match a text, by one pass over it."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._always: list[int] = []
        self._further: list[tuple[frozenset[str], ...]] = []
        wanted: dict[str, list[int]] = {}
        for number, source in enumerate(sources):
            certain = pieces(source)
            if not certain:
                self._always.append(number)
            for literal in certain[0] if certain else ():
                wanted.setdefault(literal, []).append(number)
            self._further.append(tuple(piece for piece in certain[1:] if not any(map(_everywhere, piece))))
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
            return self._always
        found = set(self._always)
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


class PhraseSet:
    """Many phrases, searched in one pass over a text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        for phrase in self._phrases:
            if not triggers(phrase.source):
                raise ValueError(f"nothing in this phrase is certain to be there: {phrase.source!r}")
        self._index = Index([phrase.source for phrase in self._phrases])

    def find(self, text: str) -> list[Hit]:
        """Return every match, in order of its start; *text* is folded (`watcher.read.fold`)."""
        hits = [
            Hit(phrase.meaning, match.start(), match.end())
            for phrase in map(self._phrases.__getitem__, self._index.candidates(text))
            for match in phrase.pattern.finditer(text)
        ]
        hits.sort(key=lambda hit: (hit.start, -hit.end, hit.meaning))
        return hits


class SeasonPhrase(NamedTuple):
    """A way of naming a season, of one kind."""

    pattern: re.Pattern[str]
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that is known of one language."""

    code: str
    words: bool
    phrases: PhraseSet
    ordinary: PhraseSet
    """Words that only tell that a capital makes no name; too common to look for in every sentence."""
    seasons: tuple[SeasonPhrase, ...]
    season_index: Index
    numbers: Mapping[str, int] = field(default_factory=dict)

    def find(self, text: str) -> list[Hit]:
        return self.phrases.find(text)

    def knows(self, word: str) -> bool:
        """Say whether a folded word is one of the language's own, so that a capital on it makes no name."""
        return bool(self.ordinary.find(word) or self.phrases.find(word))

    def season_phrases(self, text: str) -> Iterator[SeasonPhrase]:
        """Yield the ways of naming a season that may be in *text*."""
        return (self.seasons[number] for number in sorted(self.season_index.candidates(text)))

    def number(self, text: str) -> int | None:
        """Return what a numeral or number word means: ``2``, ``second``, ``ii``, ``二``."""
        if text.isascii() and text.isdigit():
            return int(text) if len(text) <= 2 else None
        return self.numbers.get(text)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a lexicon."""
    folder = files("watcher") / "data" / "lexicon"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml") and name != f"{_SHARED}.toml"))


@cache
def lexicon(code: str | None) -> Lexicon:
    """Return the lexicon of a language; that of English where there is none."""
    if code not in languages():
        return lexicon(DEFAULT) if code != DEFAULT else build({}, _read(_SHARED))
    return build(_read(code), _read(_SHARED))


def sources(code: str, meaning: str) -> list[str]:
    """Return the expressions of one meaning, without building the whole lexicon."""
    own = _read(code)
    words = bool(own.get("language", {}).get("words", True))
    macros = {**own.get("macros", {}), "n": _either(own.get("numbers", {}), words=words)}
    return [_compile(source, macros, words=words).pattern for source in own.get("phrases", {}).get(meaning, ())]


def _read(code: str) -> dict[str, Any]:
    path = files("watcher") / "data" / "lexicon" / f"{code}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def build(own: Mapping[str, Any], shared: Mapping[str, Any]) -> Lexicon:
    """Build a lexicon from its own file and the one that all languages share."""
    words = bool(own.get("language", {}).get("words", True))
    numbers = {**shared.get("numbers", {}), **own.get("numbers", {})}
    macros = {**shared.get("macros", {}), **own.get("macros", {}), "n": _either(numbers, words=words)}
    phrases = [
        Phrase(meaning, _compile(source, macros, words=words or table is shared), _expand(source, macros))
        for table in (shared, own)
        for meaning, sources in table.get("phrases", {}).items()
        for source in sources
    ]
    seasons = [
        SeasonPhrase(
            _compile(source, macros, words=words or table is shared, ascii_only=not words),
            kind,
            _expand(source, macros),
        )
        for table in (own, shared)
        for kind, sources in table.get("seasons", {}).items()
        for source in sources
    ]
    return Lexicon(
        code=str(own.get("language", {}).get("code", DEFAULT)),
        words=words,
        phrases=PhraseSet(phrase for phrase in phrases if phrase.meaning not in _ORDINARY),
        ordinary=PhraseSet(phrase for phrase in phrases if phrase.meaning in _ORDINARY),
        seasons=tuple(seasons),
        season_index=Index([phrase.source for phrase in seasons]),
        numbers=numbers,
    )


def _either(numbers: Mapping[str, int], *, words: bool) -> str:
    """Return the pattern of a numeral: two digits at most, or a number word.

    Where words are not set apart, a Latin one is no part of a longer one: the "ix" of Netflixシリーズ.
    """
    known = sorted(numbers, key=lambda word: (-len(word), word))
    border = ("", "") if words else ("(?<![a-z])", "(?![a-z])")
    spelled = [re.escape(word) if not word.isascii() else re.escape(word).join(border) for word in known]
    return "(" + "|".join([r"[0-9]{1,2}(?![0-9])", *spelled]) + ")"


def _expand(source: str, macros: Mapping[str, str]) -> str:
    for _ in range(4):  # macros may use macros
        source = _MACRO.sub(lambda found: _macro(found[1], macros), source)
    source = source.replace("’", "'")  # a literal TOML string cannot hold a plain apostrophe
    source = re.sub(" ?~ ?", "~", source)
    return source.replace("~", r"(?: [^ ,;.!?]+){0,5} ")


def _macro(name: str, macros: Mapping[str, str]) -> str:
    if name == "S":
        return f"(?:{macros.get('article', '')}{SEASON}++)"
    if name in _MARKS:
        return f"{_MARKS[name]}++"  # all of it: a phrase must not match half a season
    if name not in macros:
        raise ValueError(f"a lexicon uses {{{name}}}, which is not defined")
    return macros[name]


def _compile(source: str, macros: Mapping[str, str], *, words: bool, ascii_only: bool = False) -> re.Pattern[str]:
    """Compile a phrase between word borders; what begins or ends with a mark needs no border there.

    Between Japanese letters a Latin word has borders too (*ascii_only*).
    """
    expanded = _expand(source, macros)
    if not words:
        return re.compile(expanded)
    letter = "[a-z0-9]" if ascii_only else r"[^\W_]"
    return re.compile(rf"(?:(?<!{letter})|(?!{letter}))(?:{expanded})(?:(?!{letter})|(?<!{letter}))")
