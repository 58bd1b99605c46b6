"""What the languages say: phrases by meaning, from data files.

In:    `watcher/data/lexicon/*.toml`, one file per language (docs/reading.md tells how to write one).
Out:   `Lexicon.find`: which phrases stand where in a sentence; `Lexicon.seasons`, `Lexicon.number`.
Never: the network, any other file; a decision about what a phrase means for a title.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from watcher.read.matching import Index, Phrase, bordered, matches

TITLE, SEASON, DATE, SERVICE, OTHER = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
"""Characters that stand for what was recognised, so that a phrase can speak of it and no phrase matches inside it."""

_MARKS = {"T": TITLE, "S": SEASON, "D": DATE, "P": SERVICE, "O": OTHER}
_MACRO = re.compile(r"\{([A-Za-z_]\w*)\}")
_LETTER, _ASCII_LETTER = r"[^\W_]", "[a-z0-9]"
"""Between Japanese letters a Latin word has borders, too."""
_SHARED = "common"
DEFAULT = "en"
_ORDINARY = frozenset({"plain_word", "question"})


class Hit(NamedTuple):
    """A phrase found in a sentence."""

    meaning: str
    start: int
    end: int


class PhraseSet:
    """Many phrases, searched in one pass over a text."""

    def __init__(self, phrases: Iterable[Phrase], *, words: bool) -> None:
        self._phrases = tuple(phrases)
        self._words = words
        self._index = Index([phrase.source for phrase in self._phrases])
        if self._index.always:
            first = self._phrases[self._index.always[0]]
            raise ValueError(f"nothing in this phrase is certain to be there: {first.source!r}")

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self._phrases)

    def find(self, text: str) -> list[Hit]:
        """Return every match, in order of its start; *text* is folded (`watcher.read.fold`)."""
        likely = [self._phrases[number] for number in self._index.candidates(text)]
        hits = [
            Hit(phrase.meaning, match.start(), match.end())
            for phrase, match in matches(text, likely, words=self._words)
        ]
        hits.sort(key=lambda hit: (hit.start, -hit.end, hit.meaning))
        return hits

    def begins(self, text: str, meanings: AbstractSet[str]) -> bool:
        """Say whether *text* begins with a phrase of one of *meanings*."""
        phrases = map(self._phrases.__getitem__, self._index.candidates(text))
        return any(phrase.meaning in meanings and phrase.pattern.match(text) for phrase in phrases)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that is known of one language."""

    code: str
    words: bool
    phrases: PhraseSet
    ordinary: PhraseSet
    """Words that only tell that a capital makes no name; too common to look for in every sentence."""
    seasons: tuple[Phrase, ...]
    """Ways of naming a season; their meanings are kinds of names."""
    season_index: Index
    numbers: Mapping[str, int] = field(default_factory=dict)

    def find(self, text: str) -> list[Hit]:
        return self.phrases.find(text)

    def knows(self, word: str) -> bool:
        """Say whether a folded word is one of the language's own, so that a capital on it makes no name."""
        return bool(self.ordinary.find(word) or self.phrases.find(word))

    def season_phrases(self, text: str) -> list[Phrase]:
        """Return the ways of naming a season that may be in *text*."""
        return [self.seasons[number] for number in sorted(self.season_index.candidates(text))]

    def season_matches(self, text: str) -> Iterator[tuple[Phrase, re.Match[str]]]:
        """Yield where *text* names seasons, in each of the ways."""
        return matches(text, self.season_phrases(text), words=self.words)

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
    letter = _LETTER if words else ""
    return [bordered(_expand(source, macros), letter) for source in own.get("phrases", {}).get(meaning, ())]


def _read(code: str) -> dict[str, Any]:
    path = files("watcher") / "data" / "lexicon" / f"{code}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def build(own: Mapping[str, Any], shared: Mapping[str, Any]) -> Lexicon:
    """Build a lexicon from its own file and the one that all languages share."""
    words = bool(own.get("language", {}).get("words", True))
    numbers = {**shared.get("numbers", {}), **own.get("numbers", {})}
    macros = {**shared.get("macros", {}), **own.get("macros", {}), "n": _either(numbers, words=words)}
    phrases = [
        Phrase(meaning, _expand(source, macros), _LETTER if words or table is shared else "")
        for table in (shared, own)
        for meaning, sources in table.get("phrases", {}).items()
        for source in sources
    ]
    seasons = [
        Phrase(kind, _expand(source, macros), _LETTER if words else _ASCII_LETTER if table is shared else "")
        for table in (own, shared)
        for kind, sources in table.get("seasons", {}).items()
        for source in sources
    ]
    return Lexicon(
        code=str(own.get("language", {}).get("code", DEFAULT)),
        words=words,
        phrases=PhraseSet((phrase for phrase in phrases if phrase.meaning not in _ORDINARY), words=words),
        ordinary=PhraseSet((phrase for phrase in phrases if phrase.meaning in _ORDINARY), words=words),
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
