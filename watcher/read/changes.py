"""Find what happens to a season: announced, put off, cancelled.

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate, Setting, gap, overlap
from watcher.read.dates import FoundDate
from watcher.read.lexicon import DATE, SERVICE, TITLE, Hit
from watcher.read.people import people
from watcher.read.rows import cast_list, under_label
from watcher.read.scope import Fits, made_anew
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.stating import LINE, release_type, stated_by
from watcher.read.things import OTHER_THINGS, free, thing_of_season
from watcher.read.ties import (
    later_than_planned,
    long_ago,
    long_over,
    new_date,
    tie,
)
from watcher.read.views import View

_RECALLED = re.compile(f"(?:れ|なっ|られ)?た[『「{TITLE}]")
"""A verb right before the name it describes: 打ち切られた『…』 recalls, it does not tell."""
_HAD = re.compile("(?:し|と?なっ)?てい?た(?!め)")
"""放送を見合わせていた: told as what went before."""
_MADE_KNOWN = re.compile("(?:制作|製作|放送|配信|アニメ化)(?:が|も|され)?(?:正式に?)?(?:決定|る)|始動|発表|明らかに")
_ON_AIR = re.compile("放送|放映|オンエア")
_BARE = re.compile("決定|決ま|発表|公開|解禁|始動|明らか|告知|判明|お披露目|実現|確定")
_CHOSEN = re.compile(r"([^、。]+)(?<!正式)(?<!つい)(?<!同時)(?<!新た)(?<!さら)(?<!すで)(?<!既)(?<!的)に(?:正式に)?$")
_WHEN = re.compile(f"[{DATE}{SERVICE}]|枠|系|時|曜|月|日|年|期|制作|放送|配信|続編|シリーズ|春|夏|秋|冬|局|独占|正式")
_OBJECTS = (*OTHER_THINGS, "event", "cast", "staff", "trailer", "visual", "episode", "dub")
_REST = re.compile(r"\b(?:rest|remainder) of\b|\bremaining (?:episodes|hours|instal?lments)")
"""What is left of a season that has begun has no premiere."""
_SHOWS = re.compile(r"unveil(?:s|ed)|reveal(?:s|ed)|announce[sd]|confirm(?:s|ed)|adds|gets")
_ADJECTIVES = re.compile(
    r" (?:(?:a|an|its|the|two|three|four|five|more|new|first|second|third|main|key|teaser|full|official|english) )*"
)
_SUBJECT_NEAR = 24
_HAD_BEFORE = 24
_SINCE = 60
_FURTHER = frozenset({SeasonKind.NUMBER, SeasonKind.NEW, SeasonKind.MORE, SeasonKind.SUFFIX})
_WHICH_IT = re.compile(r"which (?:it|they|the \w+|\w+) (?:had )?$")
"""An end told in passing: "has picked up the show, which it cancelled in May"."""
_COMES_BACK = re.compile(r"\b(?:back|return(?:ing)?|come back)\b")


def delayed(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield what is put off, with the new date where there is one."""
    for hit in view.find("delay", "delay_dated"):
        if _told_before(view, hit):
            continue
        candidate = stated_by(EventType.DELAYED, view, setting, hit)
        when = new_date(view, hit, setting) or _day_of_episode(view, setting)
        if when is not None and hit.meaning == "delay_dated" and not later_than_planned(view, when):
            continue
        if when is None and hit.meaning == "delay":
            first = max(view.clause(hit.start)[0], hit.start - _HAD_BEFORE)
            over = long_over(view, hit, setting) or view.has("after_delay", start=first, end=hit.start)
            yield replace(candidate, open=True, past=over)
        elif when is not None:
            yield replace(candidate, date=when.date)
            if not _of_one_episode(view, setting) or view.has("anew"):
                yield replace(candidate, type=release_type(when), date=when.date)


def _day_of_episode(view: View, setting: Setting) -> FoundDate | None:
    """Return the day that another sentence gives to the episode that is put off: 第4話は12月15日に放送される."""
    numbers = {view.folded[hit.start : hit.end] for hit in view.find("episode")}
    if view.words or not numbers:
        return None
    for other in setting.scope.views:
        if other is view or not any(other.folded[hit.start : hit.end] in numbers for hit in other.find("episode")):
            continue
        days = [when for when in other.dates if when.date and when.date.is_day and not setting.is_past(when)]
        told = other.has("rerun", "delay", "event", "goods") or setting.published is None
        if not told and len(days) == 1 and tie(other, days[0], setting) is not None:
            return days[0]
    return None


def rows(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield rows of a list of delays."""
    if view.words:
        return
    for kind, meaning in ((EventType.ANNOUNCED, "announce"), (EventType.CANCELLED, "cancel")):
        for hit in view.find(meaning, end=LINE):
            yield from under_label(view, setting, hit, kind, stated_by(kind, view, setting, hit))
    if (line := cast_list(view)) is not None:
        yield stated_by(EventType.CAST, view, setting, line)


def _of_one_episode(view: View, setting: Setting) -> bool:
    """Say whether a delay is that of one episode, named here or right before: "Ab Folge 8 ruht… Weiter geht es am…"."""
    if view.has("episode") or (view.sentence.language == "en" and _REST.search(view.folded)):
        return True
    before = setting.scope.views[view.sentence.index - 1] if view.sentence.index and view.words else view
    same = before.sentence.block == view.sentence.block and view.sentence.language != "en"
    return same and before.has("episode") and not view.seasons


def _told_before(view: View, hit: Hit) -> bool:
    """Say whether a delay is told as what went before: 見合わせていた, "elle avait pris du retard"."""
    if not view.words:
        return _HAD.match(view.masked, hit.end) is not None
    return view.has("had", start=max(view.clause(hit.start)[0], hit.start - _HAD_BEFORE), end=hit.start)


def cancelled(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield what will not be made or shown; people who will not be back are cast."""
    said = ("cancel_said",) if view.has("official_named") else ()
    for hit in view.find("cancel", *said):
        first, last = view.clause(hit.start)
        if any(overlap(hit, cover) for cover in view.find("not_cancel")) or view.has("episode", start=first, end=last):
            continue
        if not view.words and view.kind is BlockKind.HEADLINE and view.has("roundup", start=hit.end, end=last):
            continue  # 打ち切り・更新まとめ: a kind of news, and no news
        if not view.words and (_RECALLED.match(view.masked, hit.end) or _only_for_now(view, hit)):
            continue
        if (person := _goes(view, hit)) is not None:
            yield stated_by(EventType.CAST, view, setting, person)
            continue
        passing = _WHICH_IT.search(view.folded, 0, hit.start) is not None
        candidate = stated_by(EventType.CANCELLED, view, setting, hit)
        if _off_the_air(candidate, setting):
            candidate = replace(candidate, fits=Fits.OTHER)
        yield replace(candidate, past=passing or long_ago(view, hit, setting))


def _goes(view: View, hit: Hit) -> Hit | None:
    """Return the words where people will not be back, and not the show: "Kay and Lee won't be back for series 2"."""
    if view.sentence.language != "en" or _COMES_BACK.search(view.folded, hit.start, hit.end) is None:
        return None
    before = view.sentence.text[view.clause(hit.start)[0] : hit.start]
    named = any(person in before for person in people(view))
    own = any(before.rstrip(" '\"’”").endswith(view.sentence.text[name.start : name.end]) for name in view.names)
    return hit if named and not own else None


def _off_the_air(candidate: Candidate, setting: Setting) -> bool:
    """Say whether a broadcast is stopped and no season named: that is the one on the air, not a later one."""
    view, wanted = candidate.view, setting.scope.wanted
    told = not view.words and candidate.fits is Fits.OPEN and candidate.ref is None and wanted not in {None, 1}
    return told and _ON_AIR.search(view.folded, max(0, candidate.start - 3), candidate.end) is not None


def _only_for_now(view: View, hit: Hit) -> bool:
    """Say whether no plans are denied for the present only: 現在のところ制作予定はございません."""
    return view.has("at_present") and any(overlap(hit, other) for other in view.find("no_plans"))


def announced(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield what is said to be made."""
    for hit in view.find("announce", "announce_new"):
        first, last = view.clause(hit.start)
        near = [ref for ref in view.seasons if first <= ref.start < last and ref.kind in _FURTHER]
        held = [ref for ref in near if free(view, ref)]
        if (hit.meaning == "announce" or near) and not held and not _of_sequel(view, hit):
            continue
        candidate = stated_by(EventType.ANNOUNCED, view, setting, hit)
        if held:
            ref = min(held, key=lambda ref: gap(ref.start, ref.end, hit.start, hit.end))
            if _undone(view, hit, ref) or _of_something_else(view, hit, ref) or _shows_thing(view, hit, ref):
                continue
            candidate = replace(candidate, ref=ref, fits=setting.scope.fits(ref), explicit=True)
        yield replace(candidate, past=_counted_from(view, hit) or long_ago(view, hit, setting))


def _of_sequel(view: View, hit: Hit) -> bool:
    """Say whether a sequel is announced that only its own name names: 『… 刺客篇』の制作決定."""
    first, last = view.clause(hit.start)
    named = [name.end for name in view.own if name.sequel and first <= name.start < hit.start]
    others = [ref for ref in view.seasons if first <= ref.start < last and not made_anew(view, ref)]
    if view.words or not named or others or view.has(*_OBJECTS, start=named[-1], end=hit.start):
        return False
    return _MADE_KNOWN.search(view.folded, hit.start, hit.end) is not None


def _counted_from(view: View, hit: Hit) -> bool:
    """Say whether time is only counted from it: "a year since season 3 was announced"."""
    return any(
        "since" in view.folded[since.start : since.end] and not view.soft_between(since.end, hit.start)
        for since in view.find("since", start=max(0, hit.start - _SINCE), end=hit.start)
    )


def _of_something_else(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """In Japanese what is announced stands right before the verb: 第2期スペシャルイベント開催決定."""
    if view.words or ref.end > hit.start or view.masked[ref.end : ref.end + 1] in {"と", "・", "&"}:
        return False
    if any(thing.start < hit.start for thing in view.find(*_OBJECTS, start=ref.end)):
        return True
    return _of_noun(view, hit, ref)


def _shows_thing(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """Say whether an English season is the subject, and shows a thing of its own: "Season 2 Unveils New Visual"."""
    if view.sentence.language != "en" or not _SHOWS.fullmatch(view.folded, hit.start, hit.end):
        return False
    if not 0 < hit.start - ref.end <= _SUBJECT_NEAR or view.soft_between(ref.end, hit.start):
        return False
    things = view.find("trailer", "visual", "cast", "staff", "dub", "event", start=hit.end)
    return any(_ADJECTIVES.fullmatch(view.folded, hit.end, thing.start) for thing in things)


def _of_noun(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """Say whether another noun is what is announced: 第2期の視聴率が発表, 第2期が最優秀作品に決定."""
    if hit.meaning != "announce" or not _BARE.match(view.folded, hit.start):
        return False
    between = view.masked[ref.end : hit.start]
    chosen = _CHOSEN.search(between)
    if chosen is not None and view.folded[hit.start] in "決選" and not _WHEN.search(chosen[1]):
        return True
    return thing_of_season(between)


def _undone(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """Say whether what is made known is that there will be none: "announced that it would not return for…"."""
    if not view.words:
        return view.has("cancel", start=ref.start, end=hit.start)
    return ref.start > hit.end and view.has("negation", "cancel", start=hit.end, end=ref.end)
