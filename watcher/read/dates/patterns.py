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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from watcher.read.matching import Index

LANGUAGES = ("en", "ja", "es", "pt", "fr", "de", "it")
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}

_NAMED = re.compile(r"\(\?P<\w+>|\(\?P=\w+(?=\))")
"""How a named group begins; what refers to one stands for nothing certain."""
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
    digit: bool
    """A text must have a digit for this to match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a language writes dates."""

    language: str
    patterns: tuple[Pattern, ...]
    digit: re.Pattern[str]
    index: Index
    """Tells by the words of a text which patterns may match it."""
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: Mapping[str, str]
    ordinals: Sequence[re.Pattern[str]]
    relative: Mapping[str, Mapping[str, int]]
    numeric: str
    """The order of day and month in numbers: ``dmy``, ``mdy``, ``ambiguous``."""
    capital: frozenset[str]
    zone: str | None

    def likely(self, folded: str) -> Iterator[Pattern]:
        """Yield the patterns that may match *folded* text, in their order."""
        digit = self.digit.search(folded) is not None
        for number in sorted(self.index.candidates(folded)):
            if digit or not self.patterns[number].digit:
                yield self.patterns[number]


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
    expanded = [_expand(source, groups) for source in sources]
    return Grammar(
        language=code,
        patterns=tuple(
            Pattern(regex=re.compile(whole), digit=_needs_digit(source))
            for source, whole in zip(sources, expanded, strict=True)
        ),
        digit=re.compile(rf"[\d{_KANJI}十]" if code == "ja" else r"\d"),
        index=Index([_unnamed(source) for source in expanded]),
        months=months,
        weekdays=weekdays,
        seasons=seasons,
        ordinals=tuple(re.compile(words) for words in ordinals),
        relative=relative,
        numeric=data["numeric"],
        capital=frozenset(data.get("capital", ())),
        zone=data.get("zone"),
    )


def _unnamed(source: str) -> str:
    """Return *source* without what `Index` does not read: names of groups, characters by their numbers."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), _NAMED.sub("(", source))


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


_DIGITS = frozenset({"year", "year4", "yearx", "kyear", "mon", "mon2", "kmon", "day", "kday", "a", "aa"})


def _needs_digit(source: str) -> bool:
    """Say whether every match of *source* holds a digit; optional parts do not count."""
    sure = re.sub(r"\((?:\?:)?[^()]*(?:\([^()]*\)[^()]*)*\)\?", "", source)
    return not _DIGITS.isdisjoint(_PLACE.findall(sure))
