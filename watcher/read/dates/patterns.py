"""Build the date patterns of a language from its data file.

In:    ``data/dates/<lang>.toml`` and ``common.toml``.
Out:   `Grammar`: compiled patterns with named groups, and tables from words to numbers.
Never: network, clock; a decision which day is meant.

A pattern is a regular expression over folded text (lower case, half width) in which ``~`` stands for optional
spaces and these placeholders for what a date is made of:

=============  =====================================================================
``{year}``     four digits; ``{kyear}`` also kanji; ``{yearx}`` standing alone; ``{year4}`` behind a mark
``{yy2}``      two digits of a year
``{month}``    a name of a month; ``{mon}`` ``{mon2}`` ``{kmon}`` its number
``{day}``      a day of the month; ``{kday}`` also kanji
``{weekday}``  a name of a weekday
``{season}``   a name of a season
``{quarter}``  1 to 4; ``{half}`` 1 or 2; ``{nth_of}`` ``{nth_half}`` an ordinal
``{yrel}``     a phrase such as "next year"; likewise ``{mrel}`` (month), ``{drel}`` (day), ``{srel}`` (before a
               season), ``{wrel}`` (before a weekday), ``{frel}`` (fiscal year), ``{prev}`` (a year just named)
``{era}``      a Japanese era, ``{eyear}`` its year
``{a}{b}``     day and month in numbers, in the order of the language; ``{aa}{bb}`` with two digits each
=============  =====================================================================

Any other name is a macro of the file. The group ``span``, where present, is what is reported as the date.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import ahocorasick  # type: ignore[import-not-found]

LANGUAGES = ("en", "ja", "es", "pt", "fr", "de", "it")
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}

_PLACE = re.compile(r"\{([a-z]\w*)\}")
_KANJI = "〇零一二三四五六七八九"
_SMALL = rf"(?:[0-9]{{1,2}}|[{_KANJI}十]{{1,3}})"
_FIXED = {
    "year": r"(?<![\d.,$€£¥])(?P<year>(?:19|20)\d\d)(?!\d|,\d{3})",
    "year4": r"(?P<year>(?:19|20)\d\d)(?!\d)",
    "yearx": r"(?<![\w.,$€£¥#/:+-])(?P<year>(?:19|20)\d\d)(?![\w%°]|[,./:]\d|-\d|年)",
    "kyear": rf"(?<!\d)(?P<kyear>(?:19|20)\d\d|[{_KANJI}]{{4}})",
    "yy2": r"(?<!\d)(?P<yy>\d\d)",
    "mon": r"(?P<mon>\d{1,2})",
    "mon2": r"(?P<mon>\d\d)",
    "kmon": rf"(?P<mon>{_SMALL})",
    "day": r"(?<!\d)(?P<day>\d{1,2})",
    "kday": rf"(?P<day>{_SMALL})",
    "quarter": r"(?P<quarter>[1-4一二三四])",
    "half": r"(?P<half>[12])",
    "era": "(?P<era>" + "|".join(ERAS) + ")",
    "eyear": rf"(?P<eyear>元|{_SMALL})",
    "a": r"(?P<a>\d{1,2})",
    "b": r"(?P<b>\d{1,2})",
    "aa": r"(?P<a>\d\d)",
    "bb": r"(?P<b>\d\d)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One way to write a date."""

    regex: re.Pattern[str]
    needs: frozenset[str]
    """What a text must have for this to match: ``digit month season …``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a language writes dates."""

    language: str
    patterns: tuple[Pattern, ...]
    digit: re.Pattern[str]
    words: ahocorasick.Automaton
    """Names of months and seasons, words such as "next year"; each with what it is: ``month season yrel …``."""
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: Mapping[str, str]
    ordinals: Sequence[re.Pattern[str]]
    relative: Mapping[str, Mapping[str, int]]
    numeric: str
    """The order of day and month in numbers: ``dmy``, ``mdy``, ``ambiguous``."""
    capital: frozenset[str]
    zone: str | None

    def present(self, folded: str) -> set[str]:
        """Return which of the things that patterns need are in *folded* text."""
        found = {name for _, names in self.words.iter(folded) for name in names}
        return found | {"digit"} if self.digit.search(folded) else found


@lru_cache(maxsize=16)
def grammar(language: str) -> Grammar:
    """Return the grammar of *language*; English for a language without a file."""
    code = language if language in LANGUAGES else "en"
    return _build(code, _load(code), _load("common"))


def _load(name: str) -> Mapping[str, Any]:
    text = files("watcher").joinpath("data", "dates", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _build(code: str, data: Mapping[str, Any], common: Mapping[str, Any]) -> Grammar:
    months = _numbered(data["months"], 1)
    weekdays = _numbered(data["weekdays"], 0)
    seasons = {word: name for name, words in data["seasons"].items() for word in words}
    relative: Mapping[str, Mapping[str, int]] = data["relative"]
    ordinals = ["|".join(words) for words in data["ordinals"]]
    groups = dict(_FIXED)
    groups |= {
        "month": _group("month", months),
        "weekday": _group("weekday", weekdays),
        "season": _group("season", seasons),
        "nth_of": f"(?P<nth>{'|'.join(ordinals)})",
        "nth_half": f"(?P<nth2>{'|'.join([*ordinals[:2], ordinals[-1]])})",
    }
    names = {"yrel": "year", "mrel": "month", "drel": "day", "srel": "season", "wrel": "weekday", "frel": "fiscal"}
    groups |= {short: _group(short, relative.get(name, {})) for short, name in names.items()}
    groups["prev"] = _group("prev", relative.get("previous", {}))
    groups |= data.get("macros", {})
    sources = [*data["lists"]["patterns"], *common["patterns"]]
    listed = {short: relative.get(name, {}) for short, name in names.items()}
    return Grammar(
        language=code,
        patterns=tuple(Pattern(regex=re.compile(_expand(source, groups)), needs=_needs(source)) for source in sources),
        digit=re.compile(rf"[\d{_KANJI}十]" if code == "ja" else r"\d"),
        words=_automaton({**listed, "month": months, "season": seasons}),
        months=months,
        weekdays=weekdays,
        seasons=seasons,
        ordinals=tuple(re.compile(words) for words in ordinals),
        relative=relative,
        numeric=data["numeric"],
        capital=frozenset(data.get("capital", ())),
        zone=data.get("zone"),
    )


def _automaton(tables: Mapping[str, Iterable[str]]) -> ahocorasick.Automaton:
    kinds: dict[str, tuple[str, ...]] = {}
    for name, words in tables.items():
        for word in words:
            kinds[word] = (*kinds.get(word, ()), name)
    automaton = ahocorasick.Automaton()
    for word, own in kinds.items():
        automaton.add_word(word, own)
    automaton.make_automaton()
    return automaton


def _numbered(lists: Sequence[Sequence[str]], first: int) -> dict[str, int]:
    return {word: number for number, words in enumerate(lists, first) for word in words}


def _group(name: str, words: Mapping[str, Any]) -> str:
    """Return a group of alternatives, longest first; one that never matches where there are none."""
    if not words:
        return f"(?P<{name}>(?!))"
    latin = all(word.isascii() or word[0] < "\u3000" for word in words)
    choice = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return rf"(?<!\w)(?P<{name}>{choice})" if latin else f"(?P<{name}>{choice})"


def _expand(source: str, groups: Mapping[str, str]) -> str:
    """Put in macros and placeholders, two levels deep."""
    for _ in range(3):
        source = _PLACE.sub(lambda found: groups[found[1]], source)
    return source.replace("~", "[ ]{0,2}")


_NEEDED = {
    "year": "digit", "year4": "digit", "yearx": "digit", "kyear": "digit", "mon": "digit",
    "mon2": "digit", "kmon": "digit",
    "day": "digit", "kday": "digit", "a": "digit", "aa": "digit", "month": "month", "season": "season",
    "yrel": "yrel", "mrel": "mrel", "drel": "drel", "srel": "srel", "wrel": "wrel", "frel": "frel",
}  # fmt: skip


def _needs(source: str) -> frozenset[str]:
    """Return what every match of *source* holds; optional parts do not count."""
    sure = re.sub(r"\((?:\?:)?[^()]*(?:\([^()]*\)[^()]*)*\)\?", "", source)
    return frozenset(_NEEDED[name] for name in _PLACE.findall(sure) if name in _NEEDED)
