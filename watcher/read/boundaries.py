"""Judge whether a name found in a text stands there as a name.

In:    a text, where a name was found in it, the name.
Out:   `Fit`, and the marks printed in and behind it.
Never: network, clock; what the text says of the work.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from watcher.read.aliases import HARD_MARKS, SOFT_MARKS, Alias, marks_of, rules

_QUOTES = dict(zip("「『“‘\"'«„《〈‚‹", "」』”’\"'»“》〉‘›", strict=True))
_BRACKETS = {"「": "」", "『": "』"}
_TIMES = "×✕✖╳⨯"
_DISTINCT = 3
"""A title of more words than this is not said by chance."""
_SHORT = 4
"""So short a Japanese word is often a part of a longer one."""
_SMALL = 3
"""Words up to this length may be printed small in any title."""
_AHEAD = 48
"""So many characters around a name are looked at."""


class Fit(Enum):
    """How a name stands in a text."""

    NO = auto()
    """It is a part of another word, or a common word in lower case."""
    UNSURE = auto()
    PLAIN = auto()
    SURE = auto()
    """In quotation marks of its own, or with a season."""
    SIBLING = auto()
    """It is part of the name of another work."""


class Marks(NamedTuple):
    """Distinguishing marks around a name."""

    own: str
    wide: str
    """With the marks directly behind."""
    tail: int
    """How many characters those behind are."""
    foreign: bool
    """A mark behind belongs to another work's name."""


def marks(text: str, start: int, end: int) -> Marks:
    """Return the marks printed inside and directly behind the name."""
    stop = end
    while stop < len(text) and stop < end + 8 and _is_mark(text[stop]):
        stop += 1
    behind = marks_of(text[end:stop])
    own = marks_of(text[start:end])
    return Marks(own=own, wide=own + behind, tail=stop - end, foreign=any(mark in HARD_MARKS for mark in behind))


def fit(text: str, start: int, end: int, alias: Alias) -> Fit:
    """Say how the name at *start* stands in *text*."""
    printed = text[start:end]
    if not _stands_alone(text, start, end) or not _capitals(printed, alias):
        return Fit.NO
    before, behind = text[max(0, start - _AHEAD) : start], text[end : end + _AHEAD]
    enclosed = _enclosed(before, behind)
    if _sibling(before, behind):
        return Fit.SIBLING
    if enclosed or (alias.weak and _in_company(before, behind)):
        return Fit.SURE
    if alias.weak and (_shouted(printed, alias, before + behind) or _pointed(printed, alias)):
        return Fit.SURE
    return Fit.PLAIN if _clean(text, start, end) else Fit.UNSURE


def _kind(character: str) -> str:
    """Return the class of a character: digit, katakana, hiragana, Chinese, Latin and the like, or none."""
    if not character.isalnum() and character != "ー":
        return ""
    if character.isdigit():
        return "digit"
    if "ァ" <= character <= "ヿ" or "ｦ" <= character <= "ﾟ":
        return "katakana"
    if "ぁ" <= character <= "ゟ":
        return "hiragana"
    return "han" if "㐀" <= character <= "鿿" or character in "々〇" else "letter"


def _stands_alone(text: str, start: int, end: int) -> bool:
    return _edge_before(text, start, end) and _edge_behind(text, start, end)


def _edge_before(text: str, start: int, end: int) -> bool:
    before = _kind(text[start - 1]) if start else ""
    first = _kind(text[start])
    if first == "katakana" and before == "han" and end - start <= _SHORT:
        return False
    if not before or before != first:
        return not (first == "digit" and before == "letter")
    return first == "hiragana" or (first == "han" and end - start > 2)


def _edge_behind(text: str, start: int, end: int) -> bool:
    behind = _kind(text[end]) if end < len(text) else ""
    last = _kind(text[end - 1])
    if last == "digit" and behind == "letter":
        return False
    if not behind or behind != last:
        return True
    known = rules()
    if last == "katakana":
        return text.startswith(tuple(known["follows"]), end)
    if last == "han":
        return end - start > 2 or text[end] in known["kanji_follows"]
    return last == "hiragana"


def _clean(text: str, start: int, end: int) -> bool:
    """Say whether the name is set off; hiragana run on, so there only particles are."""
    particles = rules()["particles"]
    before, behind = text[start - 1 : start], text[end : end + 1]
    runs_in = _kind(text[start]) == "hiragana" == _kind(before or " ") and before not in particles
    runs_on = _kind(text[end - 1]) == "hiragana" == _kind(behind or " ") and behind not in particles
    return not (runs_in or runs_on)


def _capitals(printed: str, alias: Alias) -> bool:
    """Say whether ordinary words are printed with the capitals that the title has."""
    wanted = re.findall(r"\w+", alias.name)
    if not alias.common or len(wanted) > _DISTINCT or not any(map(str.isupper, alias.name)):
        return True
    given = [word for word in re.findall(r"\w+", printed) if len(word) > _SMALL or len(wanted) == 1]
    return all(word[0].isupper() or not word[0].islower() for word in given)


def _shouted(printed: str, alias: Alias, around: str) -> bool:
    """Say whether a title in capitals is printed so where nothing else is."""
    return len(printed) > 2 and printed.isupper() and alias.name.isupper() and any(map(str.islower, around))


def _pointed(printed: str, alias: Alias) -> bool:
    """Say whether a short title is printed with the marks inside that it has: ``K-On``."""
    inner = [char for char in printed if not char.isalnum() and not char.isspace()]
    return len(printed) > 3 and bool(inner) and all(char in alias.name for char in inner)


def _enclosed(before: str, behind: str) -> bool:
    """Say whether the name has quotation marks of its own, perhaps with its season."""
    opening = before[-1:]
    closing = _QUOTES.get(opening)
    if closing is None or (opening in "\"'" and before[-2:-1].isalnum()):
        return False
    rest = behind.lstrip(SOFT_MARKS + ",.！？、。")
    if rest.startswith(closing):
        return True
    inner, found, _ = behind.partition(closing)
    return bool(found) and _patterns().season.fullmatch(_plain(inner)) is not None


def _sibling(before: str, behind: str) -> bool:
    """Say whether the name is a part of a longer name of another work."""
    if behind[:1] in _TIMES and behind[:1]:
        return True
    rest = _plain(behind)
    patterns = _patterns()
    if patterns.sibling_after.match(rest):
        return True
    return patterns.sibling_before.search(_plain(before, strip=False)) is not None


def _in_company(before: str, behind: str) -> bool:
    """Say whether words around an ordinary name show that a series is meant: "the drama Touch", "Touch season 3"."""
    patterns = _patterns()
    ahead = patterns.company_before.search(_plain(before, strip=False))
    return ahead is not None or patterns.company.match(_plain(behind)) is not None


def _plain(text: str, *, strip: bool = True) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return plain.strip(" 　") if strip else plain


def _is_mark(character: str) -> bool:
    plain = unicodedata.normalize("NFKC", character)
    return all(char in SOFT_MARKS or char in HARD_MARKS for char in plain)


class _Patterns(NamedTuple):
    season: re.Pattern[str]
    company: re.Pattern[str]
    company_before: re.Pattern[str]
    sibling_after: re.Pattern[str]
    sibling_before: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    known = rules()
    after = "|".join(re.escape(word.casefold()) for word in known["sibling_after"])
    before = "|".join(re.escape(word.casefold()) for word in known["sibling_before"])
    return _Patterns(
        season=re.compile("[ :]?(?:" + "|".join(known["season_after"]) + ")", re.IGNORECASE),
        company=re.compile("[」』'\"”’]?[ :,]{0,2}(?:" + "|".join(known["company_after"]) + ")", re.IGNORECASE),
        company_before=re.compile(
            "(?<![a-z])(?:" + "|".join(known["company_before"]) + ") [「『'\"“]?$", re.IGNORECASE
        ),
        sibling_after=re.compile(rf"[ :・\-]{{0,2}}(?:{after})(?![a-z])"),
        sibling_before=re.compile(rf"(?<![a-zァ-ヿ])(?:{before})$"),
    )
