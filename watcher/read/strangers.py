"""Tell the watched work's name from longer names that hold it, and find names of works nobody told us.

In:    a sentence as printed, the known names found in it.
Out:   `Name`s, watched or not.
Never: a list of works; the shape of the text alone speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from watcher.read.bracketed import bracketed
from watcher.read.fold import fold
from watcher.read.lexicon import lexicon
from watcher.read.services import find_services

_QUOTED = re.compile(
    r"『([^』]{2,60})』|「([^」]{2,60})」|[‘“\"'«]\s?([A-ZÀ-Þ0-9][^‘’“”\"«»]{1,60}?)\s?[’”\"'»](?!\w)"
    r"|«\s?([A-ZÀ-Þ0-9][^«»]{1,60}?)\s?»|“([A-ZÀ-Þ][^“”,.!?]{0,40}?\b[dlnDLN]’[^“”,.!?]{1,40}?)”"
    r"|„([A-ZÀ-Þ0-9][^„“”]{1,60}?)[“”]|»([A-ZÀ-Þ0-9][^»«]{1,60}?)«"
)
_CAPITAL = re.compile(
    r"((?:[A-Z][\w'’.!-]*|[0-9]+)(?:[ :&-]+(?:[A-Z][\w'’.!]*|of|the|and|no|to|in|a|x|[0-9]+))*)"
    r"(?='s? |’s? | )(?:['’]s)? ?(?=[-–:(]? ?(?:[Ss]eason|\d(?:nd|rd|th) Season|Anime|TV Anime|S[2-9]\b))"
)
_INNER = re.compile(r"[A-Z][\w'’]* (?:and|of|&|in|with) $")
_OBJECT = re.compile(
    r"(?:renew(?:s|ed)|cancel(?:s|l?ed)|axed|axes|scrapped|ordered|revived|(?:working|work) on|axing|cancell?ing) "
    r"((?:(?!For|After|At|By|With|In|On|To|Season|Two|Three|Four|First|Second|Third|Netflix|The CW)[A-Z][\w'’.-]*)"
    r"(?: (?:[A-Z][\w'’.-]*|of|the|and|no|to|in|a|with))* (?:[A-Z][\w'’-]+))"
)
_LONGER = re.compile(r" ((?:[A-Z][\w'’-]+ ?){1,2})(?=(?:Season \d|S\d|\d(?:nd|rd|th) Season|Anime(?:'s)? ))")
"""A word name with more capitals behind it, up to the season: "Orbit Knights Season 2"."""
_OF_WORK = re.compile(
    r"(?:[Ss]easons?|[Ss]eries|[Rr]un|[Rr]emake|[Aa]daptation)(?: \d+)? of (?:the )?"
    r"([A-Z][\w'’]+(?: (?:of|the|and|to|in) [A-Z][\w'’]+| [A-Z][\w'’]+)*)(?!\w| [A-Z])"
    r"(?!['’]s (?:adaptation|anime|series|show|take|version))"
)
_THEIRS = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Tt]heir) ([A-Z]\w+(?: [A-Z]\w+)+)(?= (?:returns?|is|will|premieres|airs|comes|continues)\b)"
)
"""Somebody's other work: "His Good Lanterns returns later this month"."""
_SEASON_FIRST = re.compile(
    r"(?:[Ss]eason|[Ss]eries|(?:[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]ifth|\d+(?:nd|rd|th)) [Ss]eason)\b"
)
"""Quotation marks around "Season 2 Production Confirmed" hold what a poster says, not a title."""
_LONG_WORD = 4
"""In a title words of so many letters bear a capital, and most do."""
_ASKS = re.compile(r"(?i)(?:is|are|will|when|does|do|did|has|have|can|why|how|what|who|where|should|could)\b")
"""What a heading asks: "Is There Going To Be a Season 2?"."""
_OF_MORE = re.compile(r" of (?:the )?[A-Z]\w+")
_GOES_ON = re.compile(r" ([A-Z][a-z]+) [a-z]{2,}")
_WORD = re.compile(r"[^\s]+")
_SMALL_WORDS = frozenset({"of", "the", "and", "to", "in", "on", "a", "no", "&"})
_ENDS = frozenset({"announce_new", "cancel"})
_HAPPENS = frozenset({"announce", "announce_new", "cancel", "delay", "finish", "release", "reveal"})
_SEASON_BEHIND = re.compile(r"['’\")]*s? (?:anime|manga|tv|season|series|s?\d)", re.IGNORECASE)
_SPEECH = re.compile(r"[,!?;] |(?<!\b[A-Z])\. |[a-z]{3,} [a-z]{3,} [a-z]{3,} [a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Name:
    """A title named in a sentence: the watched one, or another."""

    start: int
    end: int
    own: bool
    alias: str
    sure: bool = True
    sequel: bool = False
    """A name that only a later season has: a given alias that goes on differently from the work's own name."""


def whole(name: Name, text: str, *, headline: bool = False) -> Name:
    """Return *name*, or the longer name of another work that holds it: 'Orange Tower', "Orbit Knights Season 2"."""
    if not name.own:
        return name
    if _inner(name, text) or _common_words(name, text):
        return replace(name, own=False, sure=True)
    if _goes_on(name, text, headline=headline):
        return replace(name, own=False, sure=True)
    longer = _LONGER.match(text, name.end) if " " not in name.alias.strip() else None
    if longer is not None and not any(_ordinary(word) for word in longer[1].split()):
        return replace(name, own=False, sure=True, end=longer.end(1))
    return name if name.sure else _in_quotes(name, text)


def _goes_on(name: Name, text: str, *, headline: bool) -> bool:
    """Say whether a name goes on behind ours: "Silver Birds of Prey", "the Silver Birds Inn opens"."""
    if not text[name.start : name.end].isascii():
        return False
    if _OF_MORE.match(text, name.end):
        return True
    article = text[max(0, name.start - 4) : name.start].casefold() == "the "
    more = _GOES_ON.match(text, name.end) if headline or article or not name.sure else None
    return more is not None and not _ordinary(more[1]) and not find_services(fold(more[1]))


def _inner(name: Name, text: str) -> bool:
    """Say whether a name is the end of a longer one: "Masha and the Bear"."""
    printed_small = text[name.start].islower() and name.alias[0].isupper()
    return printed_small and _INNER.search(text, max(0, name.start - 30), name.start) is not None


def _in_quotes(name: Name, text: str) -> Name:
    for found in _QUOTED.finditer(text):
        start, end = found.span(next(number for number, value in enumerate(found.groups(), 1) if value))
        if start <= name.start and name.end <= end and end - start > name.end - name.start + 1:
            return Name(start=start, end=end, own=False, alias=text[start:end])
    return name


def _common_words(name: Name, text: str) -> bool:
    """In small letters a name of ordinary words is those words: "the Doctor's blue box"."""
    printed = text[name.start : name.end]
    if not printed.islower() or name.alias.islower() or " " not in printed:
        return False
    return text != text.lower() and _SEASON_BEHIND.match(text, name.end) is None


_LABEL = re.compile(r"[・■●◆▼○\s]*(?:(?:あなたに|こちらも)?(?:おすすめ|オススメ)\s+)?([^:：。、「」『』\s]{3,20})[:：]")
_HEAD_WORD = re.compile("結論|まとめ|ポイント|答え|回答|注意|疑問|質問|現状|補足|余談|追記|今回|以下|次回|前提|一言")
"""Labels of a page about one work."""
_OF_SERIES = re.compile(r"\s*(?:(?:TV|テレビ)?アニメ|第?[0-9二三四五]+期|シーズン ?[0-9]|続編)")


def labelled_work(text: str, *, topical: bool = False) -> Name | None:
    """Return the work that a line of a Japanese round-up is about: ・銀の潮汐：2期制作決定.

    On a page about the watched work (*topical*) a label may be anything, unless a series is told of behind it.
    """
    found = _LABEL.match(text)
    if found is None or _HEAD_WORD.search(found[1]) or (topical and not _OF_SERIES.match(text, found.end())):
        return None
    if lexicon("ja").find(fold(found[1])) or any(map(str.isdigit, found[1])):
        return None
    return Name(start=found.start(1), end=found.end(1), own=False, alias=found[1], sure=False)


def heading_work(text: str, *, headline: bool) -> Name | None:
    """Return the unknown work at the head of a sentence, right before what happens to it: "Silver Tides renewed…"."""
    end, last = 0, 0
    for word in _WORD.finditer(text):
        bare = word[0]
        if bare[0].isupper() and not _ordinary(bare):
            last = end = word.end()
        elif not (end and bare in _SMALL_WORDS):
            break
        else:
            last = word.end()
    else:
        return None
    behind = text[last:].lstrip()
    if not behind or " " not in text[:end].strip():
        return None
    happens = lexicon("en").phrases.begins(fold(behind), _HAPPENS if headline else _ENDS)
    if not happens or find_services(fold(text[:end])):
        return None
    return Name(start=0, end=end, own=False, alias=text[:end], sure=False)


@lru_cache(maxsize=8192)
def _ordinary(word: str) -> bool:
    """Say whether a capitalised word is a headline's own and no part of a name: "Sets", "Confirms", "Anime's"."""
    folded = fold(re.sub(r"['’]s$", "", word))
    return folded in _COMMON_CAPITALS or lexicon("en").knows(folded)


def strangers(text: str, names: Sequence[Name], known: Sequence[str] = ()) -> Iterator[Name]:
    """Find what looks like the name of another work: in title quotes, or capitalised before "Season"."""
    taken = [(name.start, name.end) for name in names]
    for start, end, short in bracketed(text, known) if "「" in text else ():
        if not any(first < end and start < last for first, last in taken):
            taken.append((start, end))
            yield Name(start=start, end=end, own=short, alias=text[start:end], sure=False)
    for found in (match for pattern in _likely(text) for match in pattern.finditer(text)):
        group = next(number for number, value in enumerate(found.groups(), 1) if value)
        start, end = found.span(group)
        inner = found[group]
        if find_services(fold(inner))[:1] and found.re is _OF_WORK:
            continue
        if _of_other_things(text, found) or (found.re is _CAPITAL and _no_name(text, inner, end, names)):
            continue
        if any(first < end and start < last for first, last in taken) or not _like_title(inner, found[0][0]):
            continue
        taken.append((start, end))
        yield Name(start=start, end=end, own=False, alias=inner, sure=False)


_MAY_QUOTE = re.compile(r"[『「‘“«„»]|[\"']\s?[A-ZÀ-Þ0-9]")
_MAY_BE_CAPITAL = re.compile("eason|Anime|S[2-9]")
_MAY_BE_OBJECT = re.compile("[dgns] [A-Z]")
_MAY_BE_THEIRS = re.compile("(?:[Hh]is|[Hh]er|[Tt]heir) [A-Z]")


def _likely(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the ways of naming another work that may be in *text*: each is slow to search for, a piece of it is not."""
    if _MAY_QUOTE.search(text):
        yield _QUOTED
    if _MAY_BE_CAPITAL.search(text):
        yield _CAPITAL
    if _MAY_BE_OBJECT.search(text):
        yield _OBJECT
    if " of " in text:
        yield _OF_WORK
    if _MAY_BE_THEIRS.search(text):
        yield _THEIRS


_SONG = re.compile(
    r"\b(?:opening|ending|themes?|insert|songs?|single|track|album|perform(?:s|ed|ing)?|sings?|sang)"
    r"(?:,|:| (?:themes?|songs?|single|track|is|titled|called|named|the))*[ ,:]* $",
    re.IGNORECASE,
)
_OCCASION = re.compile(r" (?:concerts?|live tour|tour|festival|exhibition|fair|events?|panel|expo)\b")


def _of_other_things(text: str, found: re.Match[str]) -> bool:
    """Say whether a name is one of a song, an occasion or a studio: the opening "Pages", "the MIRA anime"."""
    if found.re is _QUOTED:
        return bool(_SONG.search(text, 0, found.start()) or _OCCASION.match(text, found.end()))
    start, inner = next((found.start(n), value) for n, value in enumerate(found.groups(), 1) if value)
    return inner.isupper() and " " not in inner and text[:start].endswith("the ")


def _no_name(text: str, inner: str, end: int, names: Sequence[Name]) -> bool:
    """Say whether capitals before a season are those of a question, or of what is said of a season of ours."""
    asked = _ASKS.match(inner) is not None and text.rstrip().endswith("?")
    return asked or _season_of_ours(text, end, names)


_SEASON_OF = re.compile(r" [Ss]easons? (?:[Oo]f|[Ff]rom|[Ff]or) (?:[Tt]he )?['\"‘“]?")


def _season_of_ours(text: str, end: int, names: Sequence[Name]) -> bool:
    """Say whether the season behind capitals is said to be one of ours: "Wavelet Boards Second Season of 'Orchard'"."""
    found = _SEASON_OF.match(text, end)
    return found is not None and any(name.own and name.start == found.end() for name in names)


_COMMON_CAPITALS = frozenset(
    [
        "if",
        "of",
        "for",
        "with",
        "and",
        "but",
        "while",
        "although",
        "since",
        "after",
        "before",
        "because",
        "once",
        "until",
        "whether",
        "the",
        "a",
        "an",
        "its",
        "this",
        "that",
        "new",
        "official",
        "second",
        "third",
        "fourth",
        "fifth",
        "first",
        "final",
        "last",
        "next",
        "netflix",
        "crunchyroll",
        "when",
        "will",
        "is",
        "tv",
        "anime",
        "series",
        "season",
        "will",
        "the-second",
    ]
)


_NUMBERED = re.compile(
    r"(?!season|シーズン|第|part|vol)[^、。!?！？]{2,30}?[ 　]?"
    r"(?:season ?\d|シーズン\d|第?[2-9二三四五]期|2nd season|[ⅡⅢⅣⅤ2-9])",
    re.IGNORECASE,
)
"""In the quotes of speech, a name with the number of its season is a title: 「恋する盆栽 season2」."""


_MAGAZINES = ("週刊", "月刊", "別冊", "女性", "日刊", "FRIDAY", "FLASH")
"""So begin the names of magazines, which report and are no works."""


def _like_title(inner: str, opener: str) -> bool:
    if opener in "『「" and inner.startswith(_MAGAZINES):
        return False
    if opener in "『「":
        return opener == "『" or _NUMBERED.fullmatch(inner) is not None
    if _SPEECH.search(inner) or _SEASON_FIRST.match(inner):
        return False
    words = inner.split()
    long = [word for word in words if len(word) >= _LONG_WORD and word[0].isalpha()]
    if long and sum(word[0].isupper() for word in long) * 2 < len(long):
        return False
    if inner.isupper() and all(_ordinary(word.strip(":")) for word in words):
        return False  # SEASON PREMIERE: a label
    return not all(word.casefold().strip("'’.:") in _COMMON_CAPITALS for word in words)
