"""Find how a sentence names seasons.

In:    a folded sentence in which the titles are masked.
Out:   `SeasonRef`s: second season, S2, Ⅱ, 第2期, "a new season", "the sequel", "Part 2"; never overlapping.
Never: which of them is the watched one; that is `watcher.read.scope`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from watcher.read.lexicon import TITLE, Lexicon


class SeasonKind(StrEnum):
    """In which way a season is named."""

    NUMBER = "number"
    NEW = "new"
    """A further season without a number: a sequel, another season, the next season."""
    MORE = "more"
    """Several further seasons: "two more seasons"."""
    AFTER = "after"
    """An end after so many seasons."""
    PREVIOUS = "previous"
    FIRST = "first"
    PART = "part"
    """A cour or part of a season."""
    NONE = "none"
    """Looks like a season and is none: a spring season, a game's season, an episode."""
    SUFFIX = "suffix"
    """A bare numeral behind the title."""


class SeasonRef(NamedTuple):
    """A season named in a sentence."""

    start: int
    end: int
    kind: SeasonKind
    numbers: tuple[int, ...] = ()

    @property
    def number(self) -> int | None:
        return self.numbers[-1] if self.numbers else None


_SUFFIX = re.compile(
    r"(?:'s)? ?(?:['\"』」])?[ ~-]{0,2}(?:the )?(?P<n>[2-9]|1[0-9]|ii|iii|iv|v|vi|vii|viii|ix|ⅱ|ⅲ|ⅳ|ⅴ|ⅵ|弐|参|"
    r"2nd|3rd|[4-9]th|second|third|fourth|fifth)(?![0-9a-zà-ÿ_%℃年月日話巻章弾位回人分時歳枚号周つ本作冊度夜期部]|[.:,/-][0-9]|"
    r" (?:years?|months?|weeks?|days?|times|million|episodes?|volumes?))"
)
_SUFFIX_NUMBERS = {
    "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "ⅴ": 5, "ⅵ": 6,
    "弐": 2, "参": 3, "2nd": 2, "3rd": 3, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip


def find_seasons(text: str, lexicons: Sequence[Lexicon], own: Iterable[tuple[int, int]] = ()) -> list[SeasonRef]:
    """Return the seasons named in *text*, leftmost and longest first; *own* are the spans of the watched title."""
    found = [ref for lexicon in lexicons for ref in _phrases(text, lexicon)]
    found += [ref for _, end in own if (ref := _suffix(text, end)) is not None]
    found.sort(key=lambda ref: (ref.start, -ref.end, ref.kind is SeasonKind.SUFFIX, ref.kind is not SeasonKind.AFTER))
    kept: list[SeasonRef] = []
    for ref in found:
        if not kept or ref.start >= kept[-1].end:
            kept.append(ref)
    return kept


def _phrases(text: str, lexicon: Lexicon) -> Iterable[SeasonRef]:
    for phrase, match in lexicon.season_matches(text):
        values = [lexicon.number(group) for group in match.groups() if group]
        numbers = tuple(sorted({value for value in values if value is not None and 0 < value < 60}))
        if phrase.meaning in {SeasonKind.NUMBER, SeasonKind.AFTER, SeasonKind.MORE} and not numbers:
            continue
        if phrase.meaning == "range":
            numbers = _range(numbers)
            yield SeasonRef(match.start(), match.end(), SeasonKind.NUMBER, numbers)
        else:
            yield SeasonRef(match.start(), match.end(), SeasonKind(phrase.meaning), numbers)


def _range(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Take all between "seasons 2 and 4", and every further one "up to season 4"."""
    return tuple(range(numbers[0] if len(numbers) > 1 else 2, numbers[-1] + 1)) if numbers else ()


def _suffix(text: str, end: int) -> SeasonRef | None:
    """Read a bare numeral behind a title: "Slime 2", 『…Ⅱ』."""
    if (match := _SUFFIX.match(text, end)) is None:
        return None
    word = match["n"]
    number = _SUFFIX_NUMBERS.get(word) or int(re.sub(r"\D", "", word))
    return SeasonRef(match.start("n"), match.end("n"), SeasonKind.SUFFIX, (number,))


def mask(text: str, spans: Iterable[tuple[int, int]], mark: str = TITLE) -> str:
    """Cover *spans* of *text* with *mark*."""
    if not (ordered := sorted(spans)):
        return text
    parts, at = [], 0
    for start, end in ordered:
        if start < at:
            continue
        parts += [text[at:start], mark * (end - start)]
        at = end
    return "".join([*parts, text[at:]])
