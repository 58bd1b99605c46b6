"""Tie dates that no word ties: a season beside its day, a row of a schedule, a season and a preposition.

In:    a view, a date found in it.
Out:   the words that make the date that of a premiere.
Never: dates with a word for what happens on them; that is `ties`.
"""

from __future__ import annotations

import re

from watcher.model import BlockKind
from watcher.read.candidate import Setting
from watcher.read.dates import FoundDate
from watcher.read.lexicon import DATE, OTHER, SERVICE, TITLE, Hit
from watcher.read.scope import Fits
from watcher.read.seasons import SeasonKind
from watcher.read.things import free
from watcher.read.views import View

_PREPOSITION = re.compile(r"\b(?:in|on|for|from|come|this|next) $")
_SUBJECT_KINDS = frozenset({SeasonKind.NUMBER, SeasonKind.NEW, SeasonKind.SUFFIX, SeasonKind.MORE})
_IS_SET = re.compile(rf"(?: of {TITLE}+)?,? (?:is|are|has been|was|gets|will be) (?:[a-z-]+ ){{1,3}}(?:for|in|from) ")
_ORDER = re.compile(r"(?:episodes|hours|order|run|year|half-hours|instal?lments)(?: (?:for|in|from))? $")
"""What is ordered for a day has it for its premiere."""
_CARRIED = re.compile(
    rf"[ ,:|(/–-]*(?:(?:on|at|and|&) |{SERVICE}+[ ,:|/–-]*)+(?:weekly |from |starting |beginning |on |in |this |next )*"
)
"""Where it is carried, between a season and its day: "Series 2 – Wavelet / Tidebox, weekly from 20 October"."""
_ZONE = re.compile(r"\((?:all )?times? [^)]*\)|\b(?:e[ds]?t|p[ds]?t|c[ds]?t|jst|gmt|bst)\b")
_HOUR = re.compile(r"\d{1,2}(?::\d\d|時)")
_LINE = 60
"""A line of a schedule is no longer than this."""
_SHORT_WINDOW = 100
"""Days; a month or a season, not a year."""
_OPENING = 3
_TITLE_LINE = 90
_BESIDE = 16
_NAMED = frozenset({SeasonKind.NUMBER, SeasonKind.SUFFIX})
_SAYS_MORE = ("scheduled", "promised", "said", "reveal", "announce", "date_noun", "trailer", "visual", "goods", "event")
_ROWS = 8


def adjacent(view: View, when: FoundDate) -> Hit | None:
    """A season and a date side by side state a premiere in headlines and lists: "Season 2, 26 October"."""
    if view.kind not in {BlockKind.HEADLINE, BlockKind.HEADING, BlockKind.LIST_ITEM} and len(view.folded) > _TITLE_LINE:
        return None
    if when.start <= _OPENING and view.own and any(free(view, ref) for ref in view.seasons):
        return Hit("release", when.start, when.end)  # a line of a calendar: 14/11 – 'Title' – Season 2
    if _label(view, when):
        return None
    for ref in view.seasons:
        between = view.masked[min(ref.end, when.end) : max(ref.start, when.start)]
        if ref.kind is SeasonKind.NONE:
            continue
        if ref.end <= when.start <= ref.end + _BESIDE and view.has("premiere", start=ref.end, end=when.start):
            return Hit("release", ref.start, ref.end)
        if (
            between.strip() == "for"
            or len(between.strip(" ,:|-–(・、")) <= 3
            or not between.replace(TITLE, "").removeprefix(" of").strip(" ,:|-–('\"")
            or (view.sentence.language == "en" and _CARRIED.fullmatch(between))
        ):
            return Hit("release", ref.start, ref.end)
    return None


def _label(view: View, when: FoundDate) -> bool:
    """Say whether a year in brackets only tells one season from another: "Series 5 (2019)"."""
    year = when.date is not None and (when.date.latest - when.date.earliest).days > _SHORT_WINDOW
    return (
        year and view.masked[max(0, when.start - 1) : when.start] == "(" and view.masked[when.end : when.end + 1] == ")"
    )


def headline_day(view: View, when: FoundDate) -> Hit | None:
    """Outside English a headline names the season and one day, and no more: ‘X 4’: … el 9 de enero."""
    if view.kind is not BlockKind.HEADLINE or view.sentence.language == "en" or not view.words or view.asks:
        return None
    alone = when.date is not None and when.date.is_day and len(view.dates) == 1 and not view.has(*_SAYS_MORE)
    named = bool(view.own) and any(ref.kind in _NAMED and free(view, ref) for ref in view.seasons)
    return Hit("release", when.start, when.end) if alone and named else None


def listed(view: View, when: FoundDate, setting: Setting) -> Hit | None:
    """Schedules name a premiere by its parts: 『…』第2期 2026年10月, or TOKYO MX 10月3日 25:30."""
    if view.words or when.date is None:
        return None
    if not view.masked.strip(f"{DATE}、。 月火水木金土日曜") and _follows(view, setting):
        return Hit("release", when.start, when.end)
    for ref in view.seasons:
        if 0 <= when.start - ref.end <= 3 and not view.masked[ref.end : when.start].strip(" 、:(「"):
            return Hit("release", ref.start, ref.end)
    if (
        (when.date.slot or _in_listing(view, when, setting))
        and len(view.folded) < _LINE
        and (view.services or "毎週" in when.text or _row(view, when, setting))
    ):
        return Hit("release", when.start, when.end)
    return None


def _in_listing(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a line is one of a list of premieres: day, network, hour, work."""
    if when.start > _OPENING or not _HOUR.search(view.folded, when.end) or view.has("episode", "rerun", "event"):
        return False
    heads = (each for each in setting.scope.views if each.kind is BlockKind.HEADLINE)
    return any(head.has("listing", "release") for head in heads)


def _follows(view: View, setting: Setting) -> bool:
    """Say whether a sentence that is only a date follows one that names the season: 10月19日、21時。"""
    above = setting.scope.views[view.sentence.index - 1] if view.sentence.index else None
    if above is None or above.sentence.block != view.sentence.block or not above.own:
        return False
    return any(setting.scope.fits(ref) is Fits.WATCHED for ref in above.seasons)


def _row(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a line is a row of a broadcast schedule: "station, day, hour〜" under words that say broadcast."""
    if view.masked[when.end :].strip(" 〜~-スタート放送配信。(新)") or any(not name.own for name in view.names):
        return False
    for above in reversed(setting.scope.views[max(0, view.sentence.index - _ROWS) : view.sentence.index]):
        if above.dates:
            continue
        return above.has("release", "stream", "date_noun") and not above.has("event", "goods", "rerun", "film", "stage")
    return False


def only_day(view: View) -> bool:
    """Say whether a line is nothing but a day, with its weekday or time zone: "MONDAY, MARCH 9 (times in GMT)"."""
    rest = _ZONE.sub("", view.masked)
    return len(view.dates) == 1 and not rest.startswith("[") and not rest.strip(f"{DATE} :-,.")


def of_subject(view: View, when: FoundDate, setting: Setting) -> Hit | None:
    """Tie a coming day that no word ties: "series two is down for June", "ordered … six episodes for next year".

    The day has a preposition of its own; the season is the subject, or where it is carried stands between them.
    """
    if view.sentence.language != "en" or when.date is None or setting.published is None:
        return None
    if when.date.earliest <= setting.published or not (
        when.relative or _PREPOSITION.search(view.masked, 0, when.start)
    ):
        return None
    first, _ = view.clause(when.start)
    named = [ref for ref in view.seasons if first <= ref.start < when.start]
    if named:
        ref = named[-1]
        held = ref.kind in _SUBJECT_KINDS and free(view, ref) and setting.scope.fits(ref) is not Fits.OTHER
        between = view.masked[ref.end : when.start]
        tied = held and (between == " for " or _IS_SET.fullmatch(between) or _CARRIED.fullmatch(between))
        return Hit("release", ref.start, when.end) if tied else None
    orders = list(view.find("announce_new", start=first, end=when.start))
    between = view.masked[orders[-1].end : when.start] if orders else ""
    ordered = _ORDER.search(between) is not None and not {DATE, OTHER} & set(between)
    return Hit("release", orders[-1].start, when.end) if ordered and orders else None
