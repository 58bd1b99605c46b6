"""Tie dates to what happens on them: a premiere, a delay, an end, or something that is no news of the season.

In:    a view, a date found in it.
Out:   the words that tie the date to a premiere; the new date of a delay.
Never: whose premiere; that is `scope`.
"""

from __future__ import annotations

import re

from watcher.model import BlockKind
from watcher.read.bare import adjacent, headline_day, listed, of_subject
from watcher.read.candidate import Setting, overlap
from watcher.read.clips import owns
from watcher.read.dates import FoundDate
from watcher.read.lexicon import DATE, SEASON, TITLE, Hit
from watcher.read.seasons import SeasonKind
from watcher.read.services import FoundService
from watcher.read.things import free
from watcher.read.views import View

_PREDICATE = re.compile(r" (?:and|but|then) (?:then |it )?(?:will|is|are|to|should) ")
"""The subject of the sentence goes on: "it films this winter and will premiere in May"."""
_TIES = (
    "release", "released", "old_date", "event", "goods", "rerun", "episode", "finish", "film", "ova", "stage", "game",
    "manga", "novel", "said", "making",
)  # fmt: skip
_SUBJECTS = ("trailer", "visual", "goods", "event", "making", "film", "ova", "stage", "manga", "novel")
_DATELINE = re.compile(r",? ?(?:\([^)]{2,20}\) ?)?(?:--?|[–—])")
"""July 1 (UPI) -- The network has renewed…"""
_MONTH_OR_SO = re.compile(r"\bfor (?:the|another|at least the) $")
_I = re.compile(r"\b(?:i|i'm|i'll|i've|i'd|i am)(?: (?:[a-z]+ing|just|will|may|might|can|only|finally|going to))* $")
_ASIDE = re.compile(r",? ?(?:whose|which|who)\b")
_OF_ITS = re.compile(rf"(?: (?:of|from|in|for|to|de|du|da|do|von|aus|di))*(?: (?:the|[{TITLE}'\"]+s?))* ?")
_DAY_ITSELF = re.compile(r"(?:premiere|air|broadcast|launch|start|debut)[- ](?:date|day|window|month)s?\b")
_SOURCES = frozenset({"manga", "novel", "game"})
_AGAINST_ORDER = 12
"""What stands on the unusual side of a date counts as so many characters farther away."""
_EPISODE_OF = re.compile(
    f"{DATE}+(?:深夜|夜|夕方|朝)?(?:に)?(?:(?:の)?第?(?!1話)[0-9]+話|放送(?:の|する|される|予定の|分の)"
    "(?:第?[0-9]+話|最終[回話]|[a-z]+[. ]{0,2}[0-9]+「"
    f"|第[0-9〇一二三四五六七八九十百]+(?![期部章弾クシ])[^「{SEASON}]{{1,3}}「))"
)
"""19日放送の第4話, 1日放送の第十三夜「…」: works have counters of their own."""
_EPISODE_IN = re.compile(f"{SEASON}[』」 ]{{0,2}}(?:の)?(?:第|#|[(])?(?:[2-9]|[1-9][0-9])話")
"""第2期 第3話: what is told there is told of the episode."""
_DID = re.compile("た(?:連続|人気|大人気|tv|テレビ|アニメ|ドラマ|シリーズ)*[『「]?$")
"""A verb of the past right before a name describes it."""
_RANGE = re.compile(r"(?:del?|du|dal|vom) \d{1,2}[.º°]? (?:al?|au|bis(?: zum)?) $")
"""The days of a week: del 23 al 29 de noviembre."""
_PROGRAMME = re.compile("(?:に|夜|深夜)?(?:の)?(?:放送|配信|放映|開催)(?:の|された|した)")
"""26日放送のテレビSPのあとに発表された."""
_TO_DAY = re.compile(r"\b(?:hasta|até|fino|jusqu'|bis)(?: ?(?:el|a|o|ao?|al|all'|au|en|zum|einschließlich))* ?$")
_FROM_THEN = re.compile("[^、。 ]{0,10}(?:から|より|へ|に)")
_OTHER_SHOW = re.compile(
    "(?:に|夜|深夜)?(?:の)?(?:放送|配信|オンエア)(?:の|する|される|予定の)(?:[^、。]{0,6}番組(?!表)|特番|特集|バラエティ|トーク)"
)
_BEGINNING = re.compile("(?:から|より|に)?(?:始まる|スタートする|開かれる|開催される|行われる|公開される)")
_REACH = 12
_SAID_ON = 6
_OF_SEASON = 8
"""The last episode *of the* second season."""
_PARTICLE = 2
_LINE = 60
"""A line of a schedule is no longer than this."""
_NEWLY = 14
"""新たな放送日は12月15日: so close before a day stands what calls it new."""
_SHORT_WINDOW = 100
"""Days; a month or a season, not a year."""
_FAR = 12
_ON_AIR = ("放送", "配信", "放映", "オンエア", "始ま", "スタート", "開始", "終了", "終わ")
_LONG_OVER = 45
"""Days after which a date that was put off is history."""


def tie(view: View, when: FoundDate, setting: Setting) -> Hit | None:
    """Return the words that tie a date to a premiere, if nothing nearer ties it to something else."""
    if (row := listed(view, when, setting)) is not None:
        return row
    if given_up(view, when) or until(view, when) or _of_telling(view, when, setting):
        return None
    nearest = nearest_tie(view, when, setting)
    if nearest is None:
        return adjacent(view, when) or headline_day(view, when) or of_subject(view, when, setting)
    if nearest.meaning != "release" and (own := of_subject(view, when, setting)) and nearest.end <= own.start:
        return own
    if not view.words and (_told_on(view, when, nearest, setting) or _was_on(view, when)):
        return None
    return nearest if nearest.meaning == "release" and not _of_writer(view, nearest) else None


def _of_writer(view: View, cue: Hit) -> bool:
    """Say whether it is the writer who begins: "I'm starting it tonight"."""
    return view.sentence.language == "en" and _I.search(view.folded, max(0, cue.start - 40), cue.start) is not None


def until(view: View, when: FoundDate) -> bool:
    """Say whether something only lasts to a day: the crew is at work "fino al 4 ottobre"."""
    if view.sentence.language == "en" or not view.words:
        return False
    if view.has("delay", "delay_dated", "wish") or view.has("negation", end=when.start):
        return False  # "no llegará hasta 2027"
    return _TO_DAY.search(view.masked, 0, when.start) is not None


def _day_of_telling(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a Japanese day set off by a comma, or that of a programme, is the day something was told on."""
    today = setting.published
    if view.words or when.date is None or today is None or when.date.earliest > today:
        return False
    if view.masked.startswith(("に入", "に入り"), when.end):
        return True
    if (programme := _PROGRAMME.match(view.masked, when.end)) is not None:
        behind = view.masked[programme.end() : programme.end() + _REACH]
        return view.has("announce", "said", start=programme.end()) and not {TITLE, SEASON} & set(behind)
    if view.masked[when.end : when.end + 1] != "、":
        return False
    later = any(other.start > when.end and other.date and other.date.earliest > today for other in view.dates)
    return later or (when.date.is_day and when.date.latest <= today)


def _of_telling(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a day is that of the post, or the one on which something was told."""
    return _stamp(view, when, setting) or _day_of_telling(view, when, setting)


def _stamp(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a line only begins with the day it was posted: 2026/11/18 第三期ティザーPV."""
    posted = when.date is not None and when.date.is_day and when.date.latest == setting.published
    if posted and when.start <= 1 and _DATELINE.match(view.masked, when.end):
        return True
    return posted and when.start <= 1 and not when.relative


def _was_on(view: View, when: FoundDate) -> bool:
    """Say whether the verb at the end of a Japanese clause says that it is over: 7月5日から9月27日まで放送された."""
    if view.masked.startswith(("まで", "をもって", "限りで", "で終", "で完結", "で幕"), when.end):
        return True
    verbs = list(view.find("release", "released", start=when.end, end=view.clause(when.start)[1]))
    if verbs and any(again.start < verbs[-1].end <= again.end for again in view.find("rerun", start=when.end)):
        return True
    if not verbs or verbs[-1].meaning != "released" or not view.folded.startswith(_ON_AIR, verbs[-1].start):
        return False
    between = [other for other in view.dates if when.end <= other.start < verbs[-1].start]
    return all(view.masked.startswith("まで", other.end) for other in between)


def _told_on(view: View, when: FoundDate, cue: Hit, setting: Setting) -> bool:
    """Say whether a day is that of telling, and the verb another date's: 27日、来年4月放送の…."""
    if setting.published is None or when.date is None or when.date.latest > setting.published:
        return False
    later = [other for other in view.dates if other.date is not None and other.date.latest > setting.published]
    if any(when.end <= other.start < cue.start for other in view.dates):
        return True
    return bool(later) and cue.start - when.end > _FAR


def given_up(view: View, when: FoundDate) -> bool:
    """Say whether a date is one that no longer holds: "we had planned to begin in April"."""
    if not view.words:
        return False
    if view.sentence.language == "en" and when.relative and _MONTH_OR_SO.search(view.folded, 0, when.start):
        return True  # for the next month: so long, not then
    if any(hit.start <= when.start and when.end < hit.end for hit in view.find("old_date")):
        return True  # "misses its April slot"
    first = view.clause(when.start)[0]
    before = max((other.end for other in view.dates if other.end <= when.start), default=0)
    alone = view.sentence.language != "en" or view.has("delay", "delay_dated")
    old = view.has("old_date", start=first if alone else max(first, before), end=when.end)
    return old and not view.has("new_date", start=max(0, when.start - 12), end=when.end)


def nearest_tie(view: View, when: FoundDate, setting: Setting) -> Hit | None:
    """Return the nearest words in the clause that say what happens on a date."""
    first, last = view.clause(when.start)
    ties = [hit for hit in view.find(*_TIES, start=first, end=last) if hit.meaning not in setting.own_media]
    ties = [hit for hit in ties if not (_as_source(view, hit) or _from_then(view, hit))]
    ties = [hit for hit in ties if hit.meaning != "said" or _said_then(view, hit, when, first)]
    if view.words:  # "on August 7 rather than July 10": what is given up stands behind the words
        ties = [hit for hit in ties if hit.meaning != "old_date" or hit.start < when.start]
    others = [(other.start, other.end) for other in view.dates if other is not when]
    ties = [
        hit for hit in ties if hit.meaning != "old_date" or not any(s >= hit.start and e <= hit.end for s, e in others)
    ]
    if view.sentence.language not in {"en", "ja"}:  # "from July 3" says what begins then only with its verb
        verbs = [hit for hit in ties if not view.has("from_day", start=hit.start, end=hit.end)]
        ties = verbs if any(hit.meaning == "rerun" for hit in verbs) else ties
    ahead = view.sentence.language == "en" and _surely_ahead(when, setting)
    over = [hit for hit in ties if hit.meaning == "rerun" or (hit.meaning == "released" and not ahead)]
    ties = [hit for hit in ties if hit.meaning != "release" or not any(overlap(hit, other) for other in over)]
    return min(ties, key=lambda hit: (_distance(hit, when, view), hit.meaning != "release"), default=None)


def _surely_ahead(when: FoundDate, setting: Setting) -> bool:
    """Say whether a day lies ahead by its own year: what "is released next year" is not over."""
    if when.date is None or setting.published is None or when.before is not None:
        return False
    return when.date.earliest > setting.published


def _from_then(view: View, hit: Hit) -> bool:
    """Say whether a rhythm begins on a day: "weekly from 20 October" is the day of the first."""
    return hit.meaning == "episode" and view.masked.startswith(f" from {DATE}", hit.end)


def _as_source(view: View, hit: Hit) -> bool:
    """Say whether an English sentence names a book or game only as what the season is made of."""
    if view.sentence.language != "en" or hit.meaning not in _SOURCES:
        return False
    return any(cover.start <= hit.start and hit.end <= cover.end for cover in view.find("not_medium"))


def _said_then(view: View, hit: Hit, when: FoundDate, first: int) -> bool:
    """Say whether a date is the day of saying: "announced on Friday", "On October 6, the site said"."""
    if hit.end <= when.start:
        return when.start - hit.end <= _SAID_ON
    return not view.has("release", start=first, end=when.start)


def _distance(hit: Hit, when: FoundDate, view: View) -> int:
    """English puts the verb before the date, Japanese behind it."""
    if hit.start < when.end and when.start < hit.end:
        return 0
    left = hit.end <= when.start
    between = when.start - hit.end if left else hit.start - when.end
    if not view.words and hit.end - hit.start <= _PARTICLE and "ぁ" <= view.folded[hit.start] <= "ゟ":
        between += _AGAINST_ORDER // 2  # に and から say less than a verb or a noun
    if left == view.words:
        return between
    return between + (1 if between <= 1 else _AGAINST_ORDER)


def of_episode(view: View, at: int) -> bool:
    """Say whether a date is that of one episode: "the final episode will air on…"."""
    if not view.words and (_EPISODE_OF.match(view.masked, at) or _EPISODE_IN.search(view.masked)):
        return True
    first = view.clause(at)[0]
    nouns = [*view.find("finish", start=first, end=at), *view.find("episode", start=first if view.words else 0, end=at)]
    waits = [hit for hit in view.find("release", start=first, end=at) if view.folded.startswith("the wait", hit.start)]
    nouns = [noun for noun in nouns if not any(overlap(noun, wait) for wait in waits)]
    nouns = sorted((noun for noun in nouns if not _from_then(view, noun)), key=lambda noun: noun.start)
    return bool(nouns) and not any(
        ref.kind is SeasonKind.NUMBER
        and ref.start > nouns[-1].end + _OF_SEASON
        and free(view, ref)
        and not _of_that_season(view, nouns[-1], ref.start)
        for ref in view.seasons
    )


def _of_that_season(view: View, noun: Hit, season: int) -> bool:
    """Say whether a later episode is one of the season named behind it: "episode 4 of X season 2 comes out on…"."""
    first = view.folded.startswith(("episode 1 ", "episodes 1"), noun.start)
    return not first and view.words and _OF_ITS.fullmatch(view.masked, noun.end, season) is not None


def begun(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a window that has begun is spoken of as past: "its premiere this month", "aired this year"."""
    first, last = view.clause(when.start)
    since = next(view.find("since", start=first, end=when.start), None)
    if since is not None and not view.soft_between(since.end, when.start):
        return True
    if when.date is None or setting.published is None or when.date.earliest > setting.published:
        return False
    if view.has("released", start=first, end=last):
        return True
    short = not when.date.is_day and (when.date.latest - when.date.earliest).days < _SHORT_WINDOW
    return view.words and short and not view.has("future", start=first, end=last)


def of_thing(view: View, cue: Hit) -> bool:
    """Say whether the subject of a verb is a thing of the season: "a new teaser drops on…"."""
    if not view.words or view.masked[max(0, cue.start - 4) : cue.start] == "for ":
        return False
    if view.sentence.language == "en" and _of_title(view, cue):
        return False
    first, _ = view.clause(cue.start)
    comma = view.sentence.language != "en"
    if view.sentence.language == "en" and any(
        owns(view, hit, cue.start) for hit in view.find("trailer", "visual", "making", start=first, end=cue.start)
    ):
        return True
    things = [
        hit.end
        for hit in view.find(*_SUBJECTS, start=first, end=cue.start)
        if not (comma and view.soft_between(hit.end, cue.start)) and not _as_source(view, hit)
    ]
    stop = cue.start if view.sentence.language == "en" else _owner(view, first, cue.start)
    named = [name.end for name in view.names if first <= name.start < stop]
    named += [ref.end for ref in view.seasons if first <= ref.start < stop]
    named += [hit.end for hit in view.find("thing", start=first, end=cue.start)]
    if not things or max(things) <= max(named, default=-1):
        return False
    return view.sentence.language != "en" or _PREDICATE.search(view.folded, max(things), cue.end) is None


def _of_title(view: View, cue: Hit) -> bool:
    """Say whether a cue has a headline's subject ("X gets a trailer, premieres…"), or is "the premiere day" itself."""
    after_aside = _ASIDE.match(view.folded, view.clause(cue.start)[0]) is not None
    behind_comma = view.folded[: cue.start].endswith(", ") and (after_aside or view.kind is BlockKind.HEADLINE)
    return behind_comma or _DAY_ITSELF.match(view.folded, cue.start, cue.end) is not None


def _owner(view: View, first: int, last: int) -> int:
    """Return where the work on a season, or an event of it, begins as subject: "el rodaje de los nuevos capítulos"."""
    joints = {hit.start for hit in view.find("of", start=first, end=last)}
    owners = view.find("making", "event", start=first, end=last)
    joints |= {ref.start for ref in view.seasons} | {name.start for name in view.names}  # "un anuncio sobre"
    return next((hit.start for hit in owners if hit.end + 1 in joints), last)


def day_of_thing(view: View, when: FoundDate) -> bool:
    """Say whether the subject right before a Japanese date is a thing of it: 放送記念の展覧会が4月5日から始まる.

    Or what is shown on it is another programme: 4月4日放送の番組で語る.
    """
    if not view.words and (_OTHER_SHOW.match(view.masked, when.end) or _begins_there(view, when)):
        return True
    if view.words or view.masked[when.start - 1 : when.start] not in {"が", "は", "も"}:
        return False
    things = view.find("goods", "event", "stage", "game", "film", "rerun", start=max(0, when.start - _NEWLY))
    return any(0 <= when.start - 1 - hit.end <= _PARTICLE for hit in things)


def _begins_there(view: View, when: FoundDate) -> bool:
    """Say whether a verb behind a Japanese date only describes a thing: 4月4日から始まる展示."""
    verb = _BEGINNING.match(view.masked, when.end)
    return verb is not None and any(hit.start == verb.end() for hit in view.find("goods", "event", "stage", "game"))


def run(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a date is one end of a span ("October 10, 2011 – March 26, 2012"): the run of something."""
    if _RANGE.search(view.masked, 0, when.start):
        return True
    if "from" in view.masked[: when.start]:
        return False
    for other in view.dates:
        between = view.masked[min(when.end, other.end) : max(when.start, other.start)].strip()
        if other is not when and _spent(view, between, when, other, setting):
            return True
        if other is not when and between in {"-", "to", "~", "〜", "through", "until"}:
            return True
    return False


def _spent(view: View, between: str, when: FoundDate, other: FoundDate, setting: Setting) -> bool:
    """Say whether a Japanese span began in the past: 今年1月から3月に放送."""
    first, last = sorted((when, other), key=lambda found: found.start)
    return not view.words and between == "から" and setting.is_past(first) and view.masked.startswith("に", last.end)


def new_date(view: View, hit: Hit, setting: Setting) -> FoundDate | None:
    """Return the date to which something is put off: the last one that is not called an old one."""
    first, last = view.clause(hit.start)
    if view.folded[last : last + 1] == ":" and view.sentence.language == "en":
        last = len(view.folded)  # what is put off is explained behind the colon
    future = [
        when
        for when in view.dates
        if first <= when.start < last + _LINE
        and not setting.is_past(when)
        and not called_old(view, when)
        and (setting.published is None or when.date is None or when.date.latest > setting.published)
    ]
    if not view.words:
        future = [
            when
            for when in future
            if 0 <= hit.start - when.end <= 10
            or _behind_delay(view, hit, when)
            or view.has("new_date", start=when.end, end=when.end + _LINE // 4)
            or view.has("new_date", start=when.start - _NEWLY, end=when.start)
        ]
    named = [when for when in future if view.has("new_date", start=max(0, when.start - 12), end=when.end)]
    named = named or [when for when in future if view.masked.startswith(" instead", when.end)]
    return (named or future)[-1] if future else None


def _behind_delay(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether a headline names the new day right behind the delay: 放送延期 2月3日深夜1時から."""
    head = view.kind is BlockKind.HEADLINE and 0 <= when.start - hit.end <= _PARTICLE
    return head and _FROM_THEN.match(view.masked, when.end) is not None


def later_than_planned(view: View, when: FoundDate) -> bool:
    """Say whether a date takes the place of an earlier one of the same sentence; outside English only."""
    if view.sentence.language == "en" or not view.words:
        return True
    given_up = [other.date for other in view.dates if other is not when and called_old(view, other)]
    return any(when.date and old and old.latest < when.date.latest for old in given_up)


def called_old(view: View, when: FoundDate) -> bool:
    """Say whether a date beside a delay is the one given up. Japanese says so behind it: 4月より予定しておりました."""
    if view.words:
        if any(hit.start <= when.start and when.end <= hit.end for hit in view.find("delay")):
            return True  # "it cannot keep its July slot"
        if view.has("new_date", start=max(0, when.start - 12), end=when.end):
            return False
        before = max((other.end for other in view.dates if other.end <= when.start), default=0)
        start = max(0, before, when.start - 25)
        return view.has("old_date", start=start, end=when.end) or view.has("due", start=start, end=when.start)
    behind = min((other.start for other in view.dates if other.start >= when.end), default=len(view.folded))
    return view.has("old_date", start=when.end, end=min(behind, when.end + 25))


def long_over(view: View, hit: Hit, setting: Setting) -> bool:
    """Say whether every date beside a delay lies long behind."""
    first, last = view.clause(hit.start)
    dates = [when.date for when in view.dates if when.date is not None and first <= when.start < last]
    if not dates and not view.words:
        dates = [when.date for when in view.dates if when.date is not None]
    today = setting.published
    return bool(dates) and today is not None and all((today - day.latest).days > _LONG_OVER for day in dates)


def long_ago(view: View, hit: Hit, setting: Setting) -> bool:
    """Say whether the text itself dates an announcement to an earlier year."""
    first, last = view.clause(hit.start)
    if view.folded[hit.end : hit.end + 1] == ":":
        last = len(view.folded)  # a label: "Cancelled: renewed, then dropped in August 2020"
    if setting.published is None:
        return False
    if view.has("past", start=first, end=last):
        return True
    dates = [when for when in view.dates if when.date is not None and first <= when.start < last]
    told = [when.date.latest for when in dates if when.date is not None and not _describes(view, when)]
    return any(day.year < setting.published.year and (setting.published - day).days > 2 * _LONG_OVER for day in told)


def _describes(view: View, when: FoundDate) -> bool:
    """Say whether a day only tells which work is meant: 2015年に主演した「…」の続編が決定."""
    name = next((name for name in view.own if name.start >= when.end), None)
    if view.sentence.language == "en":
        return view.folded.startswith("'s ", when.end)  # a sequel to 2018's film
    return not view.words and name is not None and _DID.search(view.masked, when.end, name.start) is not None


def told_before(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a date is told as one made known in an earlier year: "last October it was revealed that…"."""
    if setting.published is None or view.sentence.language != "en":
        return False
    that = view.folded.rfind(" that ", 0, when.start)
    if that < 0 or not view.has("reveal", end=that):
        return False
    before = [other.date.latest for other in view.dates if other.start < that and other.date is not None]
    return any(day.year < setting.published.year and (setting.published - day).days > _LONG_OVER for day in before)


def service_at(view: View, at: int, *, broadcast: bool = False) -> FoundService | None:
    """Return the one service named in the clause; with *broadcast* a network counts as well."""
    first, last = view.clause(at)
    near = [service for service in view.services if first <= service.start < last]
    alone = len({service.name for service in near}) == 1
    return near[0] if alone and (broadcast or near[0].streams) else None
