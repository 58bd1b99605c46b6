"""The words by which news pages date and mark their posts, from `data/pagewords.toml`.

In:    the packaged data file.
Out:   compiled patterns and sets of words.
Never: network, other files, clock.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+|\d+")


@cache
def _data() -> dict[str, Any]:
    text = files("watcher").joinpath("data", "pagewords.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def words(table: str, key: str) -> frozenset[str]:
    """Give a list of words, in lower case."""
    found = _data()[table][key]
    return frozenset(word.casefold() for word in (found.split() if isinstance(found, str) else found))


@cache
def months() -> dict[str, int]:
    """Give every written form of a month and its number."""
    known: dict[str, int] = {}
    for forms in _data()["months"].values():
        for number, names in enumerate(forms, 1):
            for name in names.split():
                known.setdefault(name.casefold(), number)
    return known


@cache
def alternatives(table: str, key: str) -> str:
    """Give the words as one alternation, longest first."""
    return "|".join(re.escape(word) for word in sorted(words(table, key), key=len, reverse=True))


@cache
def month_names() -> str:
    """Give all names of months as one alternation."""
    return "|".join(re.escape(name) for name in sorted(months(), key=len, reverse=True))


@cache
def relatives() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give (unit, pattern) for "3 hours ago" and its like; group 1 is the number, where there is one."""
    return tuple((unit, _any_of(phrases)) for unit, phrases in _data()["relative"].items())


@cache
def any_relative() -> re.Pattern[str]:
    """Give one pattern for what any of `relatives` matches."""
    return _any_of([phrase for phrases in _data()["relative"].values() for phrase in phrases])


@cache
def opening_words() -> frozenset[str]:
    """Give the words that a date may begin with beside its numbers: what it is of, weekdays, "yesterday"."""
    named = (words("labels", key) for key in ("published", "updated", "other"))
    relative = {phrase.casefold() for phrases in _data()["relative"].values() for phrase in phrases}
    return frozenset().union(*named, words("weekdays", "names"), relative)


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    able = "|".join(_counted(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?:{able})(?![^\W\d_])", re.IGNORECASE)


def _counted(phrase: str) -> str:
    return re.escape(phrase.casefold()).replace(r"\{n\}", r"(?:\d{1,3})").replace(r"\ ", r"\s*")


@lru_cache(maxsize=2048)
def words_in(names: str) -> tuple[str, ...]:
    """Give the words in names of classes and ids: a few, again and again."""
    return tuple(word.lower() for word in _TOKEN.findall(names))


def weekday_names() -> str:
    """Give all names of weekdays as one alternation."""
    return alternatives("weekdays", "names")


def weekday_signs() -> str:
    """Give the single signs that stand for weekdays."""
    return str(_data()["weekdays"]["cjk"])
