"""Dates as people see them on news pages: "2026.11.20", "11月20日", "Nov 20", "令和8年11月20日", "3 hours ago".

In:    short texts.
Out:   `Label`s: what the text states, still without a year or an order where it leaves them open.
Never: the clock; never a date from the middle of a sentence: a label stands alone, leads, or closes in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache, lru_cache

from watcher.sources import pagewords


class Says(StrEnum):
    """What the label says the date is."""

    PUBLISHED = "published"
    UPDATED = "updated"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A date as written."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    numbers: tuple[int, int, int] | None = None
    """Three numbers whose order is open (``20/11/2026``, ``26.11.20``)."""
    pair: tuple[int, int] | None = None
    """Two numbers without a year, whose order may be open (``11/20``, ``20.11.``)."""
    ago: timedelta | None = None
    vague: bool = False
    """"2 weeks ago": a date, but no day."""
    says: Says = Says.PUBLISHED
    named: bool = False
    """A word says what it is."""
    end: int = 0
    """Where the text goes on behind it."""
    closed: bool = True
    """What follows is clearly apart from it."""

    @property
    def full(self) -> bool:
        return self.year is not None or self.numbers is not None or self.ago is not None


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2009: 0x20, 0x202F: 0x20}
_KANJI = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_ERAS = {"令和": 2018, "令": 2018, "r": 2018, "平成": 1988, "平": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_MAX = 60
_MAY_BE = re.compile(r"\d|年")
WORDS_ONLY = 24
"""Letters that a date without a number has at most: "yesterday"."""

_Y = r"(?P<y>(?:19|20)\d\d)"
_M, _D = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
_DAY_OF = rf"{_D}(?:st|nd|rd|th|er|\.|º|ª)?"
_OF = r"(?:\s*(?:de|of|di|del|d')\s*|[\s.,/-]*)"


def narrow(text: str) -> str:
    """Make full-width letters and digits narrow and all lower case, keeping every position."""
    if text.isascii():
        return text.lower()
    lowered = text.translate(_WIDE)
    small = lowered.lower()
    return small if len(small) == len(text) else lowered


def has_number(text: str) -> bool:
    """Say whether a text has a number, without which it can only be a date of words."""
    return _MAY_BE.search(text) is not None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Give (pattern, needs an end): forms without a year must be followed by something clearly else."""
    name = rf"(?P<name>{pagewords.month_names()})\.?"
    full = (
        rf"{_Y}\s*(?:年|년)\s*{_M}\s*(?:月|월)\s*{_D}\s*(?:日|일)?",
        rf"{_Y}\s?([-/.／‐–])\s?{_M}\s?(?:[-/.／‐–])\s?{_D}(?!\d)",
        rf"(?P<era>令和|平成|昭和|令|平|[rhs])\s?(?P<ey>元|\d{{1,2}})\s*[年./-]\s*{_M}\s*[月./-]\s*{_D}\s*日?(?!\d)",
        r"(?P<ky>[〇零一二三四五六七八九]{4})年(?P<km>[一二三四五六七八九十]{1,2})月(?P<kd>[一二三四五六七八九十]{1,3})日",
        rf"{_DAY_OF}{_OF}{name}{_OF}{_Y}(?!\d)",
        rf"{name}\s*{_DAY_OF},?\s*{_Y}(?!\d)",
        rf"{_Y}[\s,.]*{name}\s*{_D}(?!\d)",
        r"(?P<a>\d{1,2})\s?([./-])\s?(?P<b>\d{1,2})\s?\2\s?(?P<c>(?:19|20)\d\d)(?!\d)",
        r"['’]?(?P<a>\d\d?)\s?([./-])\s?(?P<b>\d\d?)\s?\2\s?(?P<c>\d\d)(?![\d./-])",
        rf"{_M}[./]{_D}[\s,]+{_Y}(?!\d)",
        rf"{_M}月{_D}日?\s+{_Y}(?!\d)",
        rf"{_Y}\s+{_M}(?:\s?[./-]\s?|\s+){_D}(?![\d./])",
        rf"{_Y}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
    )
    partial = (
        rf"{_M}\s*(?:月|월)\s*{_D}\s*(?:日|일)?",
        r"(?P<one>\d{1,2})\s?[./]\s?(?P<two>\d{1,2})(?!\d|[./]\d)",
        rf"{_DAY_OF}{_OF}{name}(?!\w)",
        rf"{name}\s*{_DAY_OF}(?!\w)",
        r"(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?![\d-])",
        r"(?P<only>3[01]|[12]\d|0?[1-9])\s*(?:日|일)(?!\s*[間目前後전후간])",
    )
    return tuple((re.compile(form), False) for form in full) + tuple((re.compile(form), True) for form in partial)


_BEFORE = " \t\n\r\f\v■□●○◎◆◇★☆・※▼▽▶►➤>*•|/:,-–—~[(【［〔<〈📅🗓"
"""What may stand before a date without a meaning of its own."""
_NUMERALS = frozenset("'’令平昭〇零一二三四五六七八九")


@cache
def _lead() -> re.Pattern[str]:
    words = {says: pagewords.alternatives("labels", says) for says in ("published", "updated", "other")}
    named = "|".join(rf"(?P<{says}>{pattern})" for says, pattern in words.items())
    names = pagewords.weekday_names()
    return re.compile(
        rf"[\s{re.escape(_BEFORE)}]*"
        rf"(?:(?:{named})(?![a-zà-ÿ])\s*[:：]?[\s】\])|]*)?(?P<weekday>(?:{names})\.?,?\s+(?=\d|[^\W\d_]))?[\s\[(<【〔|]*"
    )


@cache
def _tail() -> re.Pattern[str]:
    names, signs = pagewords.weekday_names(), pagewords.weekday_signs()
    return re.compile(
        rf"\.?(?:[\s.,]*(?:[(\[〔【<]\s*(?:[{signs}](?:曜日|曜|요일)?(?:[・/･][祝休])?|(?:{names})\.?)\s*[)\]〕】>]"
        rf"|(?:{names})\.?(?=\s|$|[|,:/])|[{signs}](?:曜日?|요일)?(?=\s|$)))?"
        r"(?:[\s,t@|·•–-]*(?:at|um|à|às|alle|a las|kl\.?)?\s*\d{1,2}[:h時]\s?\d{2}?(?::\d{2}(?:\.\d+)?)?分?"
        r"(?:\s*(?:[ap]\.?m\.?|uhr|z(?![a-z])"
        r"|jst|utc|gmt|est|edt|pst|pdt|cet|cest|[+-]\d\d:?\d\d))?)?"
        r"(?P<close>[\s\])】］〕>〉》」』:|/,\-–—~･・…»]*)(?:(?:更新|掲載|公開|投稿|update[d]?|up|付)(?=[\s\])】］〕>〉》:]|$)[\s\])】］〕>〉》:]*)?"
    )


def leading(text: str) -> Label | None:
    """Read a date that *text* begins with (behind a bullet, a bracket, "Posted on")."""
    return _leading(text[: 2 * _MAX])


@lru_cache(maxsize=4096)
def _leading(text: str) -> Label | None:
    # The same line is read for each list that it may be a part of.
    small = narrow(text)
    numbered = has_number(small)
    if len(small) > WORDS_ONLY and not numbered:
        return None  # most texts of a page: no number, and too long for "yesterday"
    if not _may_begin(small):
        return None
    lead = _lead().match(small)
    if lead is None:
        return None
    label = (_dated(small, lead.end()) if numbered else None) or _relative(small, lead.end())
    if label is None and lead["weekday"]:
        label = _dated(small, lead.start("weekday"))  # "mar 2": Tuesday in one language, March in another
    if label is None:
        return None
    named = [says for says in Says if lead[says.value]]
    return _with(label, says=named[0], named=True) if named else label


def _may_begin(small: str) -> bool:
    """Say whether a text begins as a date may; nearly all others do not get as far as the patterns."""
    head = small.lstrip(_BEFORE)[:3]
    if (
        not head
        or head[0].isspace()
        or head[0] in _NUMERALS
        or head[0].isdigit()
        or (head[0] in "rhs" and head[1:2] in " 元0123456789")
    ):
        return True
    known = _beginnings()
    return head in known or head[:2] in known or head[:1] in known


@cache
def _beginnings() -> frozenset[str]:
    """Give the first three letters of every word that a date, or what stands before one, begins with."""
    phrases = [*pagewords.opening_words(), *pagewords.months()]
    ways = ((phrase, phrase.replace(" ", ""), phrase.split("{")[0].strip()) for phrase in phrases)
    return frozenset(way[:3] for three in ways for way in three if way)


def whole(text: str) -> Label | None:
    """Read a text that is nothing but a date."""
    if not text or len(text) > _MAX:
        return None
    label = leading(text)
    return label if label is not None and not text[label.end :].strip() else None


_PERIOD = re.compile(
    r"[\W_]*(?P<y>(?:19|20)\d\d)(?:\s*(?:年度?|년))?(?:\s*[./-]?\s*(?P<m>1[0-2]|0?[1-9])(?:\s*(?:月|월))?)?"
    r"(?:\s*(?:news|ニュース|お知らせ))?[\W_]*"
)


@cache
def _named_period() -> re.Pattern[str]:
    return re.compile(rf"[\W_]*(?P<name>{pagewords.month_names()})\.?\s+(?:de\s+)?(?P<y>(?:19|20)\d\d)[\W_]*")


def period(text: str) -> tuple[int, int | None] | None:
    """Read a heading that is a year, or a month with its year; give both."""
    small = narrow(text.strip())
    if len(small) >= _MAX // 2:
        return None
    if (named := _named_period().fullmatch(small)) is not None:
        return int(named["y"]), pagewords.months()[named["name"]]
    found = _PERIOD.fullmatch(small)
    return (int(found["y"]), int(found["m"]) if found["m"] else None) if found else None


def trailing(text: str) -> tuple[Label, int] | None:
    """Read a full date in brackets, or behind a dash or bar, at the end; give it and where it begins."""
    tail = narrow(text[-40:])
    offset = len(text) - len(tail)
    for found in re.finditer(r"[\[(<〔【]|\s[|–—-]\s|\s{2,}|\s(?=\d{4}[./-])", tail):
        label = whole(tail[found.start() :].strip(" |–—-"))
        if label is not None and (label.full or found[0] in "[(<〔【"):
            return label, offset + found.start()
    return None


@cache
def _opening() -> re.Pattern[str]:
    """What every form begins with: most texts end here."""
    return re.compile(
        rf"['’]?\d|[rhs]\s?[元\d]|令|平|昭和|[〇零一二三四五六七八九]{{4}}年|(?:{pagewords.month_names()})"
    )


def _dated(small: str, start: int) -> Label | None:
    if _opening().match(small, start) is None:
        return None
    for form, partial in _forms():
        found = form.match(small, start)
        if found is None:
            continue
        end, closed = _end(small, found.end())
        label = _read(found.groupdict())
        if label is None or (partial and not closed):
            continue
        return _with(label, end=end, closed=closed)
    return None


_OPENS = tuple("【［[（(「『〈<《")
"""What begins something of its own right behind a date."""


def _end(small: str, start: int) -> tuple[int, bool]:
    """Give where the text goes on behind weekday, time and bracket, and whether it is clearly apart."""
    tail = _tail().match(small, start)
    if tail is None:
        return start, start >= len(small)
    end = tail.end()
    apart = (
        bool(tail["close"]) or small[end : end + 1] in _OPENS or (end > start and _GOES_ON.match(small, end) is None)
    )
    return end, end >= len(small) or apart


def _read(parts: dict[str, str | None]) -> Label | None:
    if parts.get("a"):
        return Label(numbers=(int(parts["a"] or 0), int(parts["b"] or 0), int(parts["c"] or 0)))
    if parts.get("ky"):
        year = int("".join(str(_KANJI[sign]) for sign in parts["ky"] or ""))
        return _checked(year, _kanji(parts["km"] or ""), _kanji(parts["kd"] or ""))
    if parts.get("only"):
        return Label(day=int(parts["only"] or 0))
    if parts.get("one"):
        return _paired(int(parts["one"] or 0), int(parts["two"] or 0))
    month = pagewords.months()[parts["name"] or ""] if parts.get("name") else int(parts.get("m") or 0)
    stated = int(parts["y"] or 0) if parts.get("y") else _era(parts)
    return _checked(stated, month, int(parts.get("d") or 0))


def _paired(one: int, two: int) -> Label | None:
    possible = _checked(None, one, two) or _checked(None, two, one)
    return Label(pair=(one, two)) if possible else None


def _era(parts: dict[str, str | None]) -> int | None:
    if not parts.get("era"):
        return None
    number = 1 if parts["ey"] == "元" else int(parts["ey"] or 0)
    return _ERAS[parts["era"] or ""] + number


def _kanji(text: str) -> int:
    if "十" not in text:
        return _KANJI.get(text, 0)
    tens, ones = text.split("十", 1)
    return (_KANJI.get(tens, 0) if tens else 1) * 10 + (_KANJI.get(ones, 0) if ones else 0)


# "January 10 (Sun) at 5 p.m. on air" is a headline, not a stamp.
_GOES_ON = re.compile(r"\w|[〜～~]|午前|午後|より|から|まで|に|の|は|を")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _checked(year: int | None, month: int, day: int) -> Label | None:
    possible = 1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]
    return Label(year=year, month=month, day=day) if possible else None


def _relative(small: str, start: int) -> Label | None:
    if pagewords.any_relative().match(small, start) is None:
        return None
    for unit, pattern in pagewords.relatives():
        found = pattern.match(small, start)
        if found is None:
            continue
        end, closed = _end(small, found.end())
        return _with(_ago(unit, found[0]), end=end, closed=closed)
    return None


def _ago(unit: str, phrase: str) -> Label:
    number = int(found[0]) if (found := re.search(r"\d+", phrase)) else 1
    spans = {
        "minute": timedelta(minutes=number),
        "hour": timedelta(hours=number),
        "day": timedelta(days=number),
        "today": timedelta(0),
        "yesterday": timedelta(days=1),
        "before_yesterday": timedelta(days=2),
    }
    return Label(ago=spans[unit]) if unit in spans else Label(vague=True)


def _with(label: Label, **changes: object) -> Label:
    values = {name: getattr(label, name) for name in Label.__slots__} | changes
    return Label(**values)
