"""Find the days and windows on which a season begins.

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from watcher.model import EventType
from watcher.read.bare import only_day
from watcher.read.candidate import Candidate, Setting, gap
from watcher.read.carriers import services_in_row
from watcher.read.clips import of_clip
from watcher.read.dates import FoundDate
from watcher.read.lexicon import Hit
from watcher.read.seasons import SeasonKind
from watcher.read.stating import LINE, part_at, release_type, stated
from watcher.read.things import free, things
from watcher.read.ties import (
    begun,
    called_old,
    day_of_thing,
    of_episode,
    of_thing,
    run,
    service_at,
    tie,
    told_before,
)
from watcher.read.views import View

_STREAM_FIRST = re.compile("(?:なお、?|また、?)?(?:[^、。は]{0,8}で)?(?:の)?配信は")
_WEEK = 8
_EPISODE = re.compile(r"\b(?:episodio|capítulo|épisode|episódio|folge|episode|puntata)\b")
_VERBS = frozenset({"released", "said", "reveal", "announce", "stream", "finish"})


def released(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield the days and windows that a sentence ties to a beginning."""
    yield from _under_date(view, setting)
    yield from _that_day(view, setting)
    for when in view.dates:
        if setting.is_past(when) or day_of_thing(view, when) or run(view, when, setting):
            continue
        cue = tie(view, when, setting)
        last = view.clause(when.start)[1]
        if cue is None or of_thing(view, cue) or of_episode(view, when.start) or begun(view, when, setting):
            continue
        if (
            _on_disc(view, when)
            or of_clip(view, when)
            or _of_thing_before(view, when, setting)
            or _start_of_dub(view, when, cue)
            or _start_of_stream(view, when, cue)
            or _of_stream(view, setting)
            or _next_episode(view, when, setting)
        ):
            continue
        if not view.words and _ends_with(view, when, last):
            continue  # on that day something ends
        if view.has("delay", "delay_dated") and called_old(view, when):
            continue
        if not view.words and view.has("old_date", start=when.end, end=last):
            continue  # the verb at the end says that it was a plan
        yield from _premiere(view, setting, when, cue)


def _next_episode(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a day of the coming week is that of the next episode: "L'épisode… La suite lundi 16 mars"."""
    before = setting.scope.views[view.sentence.index - 1] if view.sentence.index else view
    if not view.words or view.sentence.language == "en" or before.sentence.block != view.sentence.block:
        return False
    if when.date is None or setting.published is None or before is view:
        return False
    named = view.own or any(ref.kind is SeasonKind.NUMBER for ref in view.seasons)
    soon = when.date.is_day and (when.date.earliest - setting.published).days <= _WEEK
    return soon and not named and _EPISODE.search(before.folded) is not None


def _premiere(view: View, setting: Setting, when: FoundDate, cue: Hit) -> Iterator[Candidate]:
    """Yield the premiere on a day, and the start on each of several services that are named with it."""
    start, end = min(cue.start, when.start), max(cue.end, when.end)
    candidate = replace(
        stated(release_type(when), view, setting, start, end),
        date=when.date,
        part=part_at(view, when.start),
        past=told_before(view, when, setting),
    )
    service = service_at(view, when.start, broadcast=True)
    yield replace(candidate, service=service)
    for shared in services_in_row(view, when.start) if service is None else ():
        yield replace(candidate, type=EventType.STREAMING, service=shared)


def _start_of_dub(view: View, when: FoundDate, cue: Hit) -> bool:
    """Say whether a day is the dub's: the dub is named before it, or nothing else is."""
    first, last = view.clause(when.start)
    dubs = list(view.find("dub", start=first, end=last))
    if not dubs or view.sentence.language != "en":
        return bool(dubs)
    if any(hit.end <= when.start for hit in dubs):
        return True
    return not view.has("stream", start=first, end=when.start) and cue.end > when.start


def _ends_with(view: View, when: FoundDate, last: int) -> bool:
    """Say whether what airs on a Japanese date is the end: 23日放送の「…FINAL」(後8時)で終了する."""
    return any(
        "で" in view.folded[hit.start - 1 : hit.start + 1]
        and not any(when.end <= ref.start < hit.start for ref in view.seasons)
        for hit in view.find("finish", start=when.end, end=last)
    )


def _that_day(view: View, setting: Setting) -> Iterator[Candidate]:
    """Read "Circle July 10. That's when season 2 begins": the day stands in the sentence before."""
    if view.dates or not view.sentence.index or not view.has("that_day"):
        return
    before = setting.scope.views[view.sentence.index - 1].dates
    verb = next(view.find("release"), None)
    if verb is not None and len(before) == 1 and not setting.is_past(before[0]):
        yield replace(stated(release_type(before[0]), view, setting, verb.start, verb.end), date=before[0].date)


def _under_date(view: View, setting: Setting) -> Iterator[Candidate]:
    """A line with a title and its season, under a line with nothing but a date: a schedule of premieres."""
    if view.dates or not view.own or len(view.folded) > LINE or not any(map(partial(free, view), view.seasons)):
        return
    if any(hit.meaning in _VERBS for hit in view.hits):
        return
    for above in reversed(setting.scope.views[: view.sentence.index]):
        if above.sentence.block < 0 or above.own:
            continue
        if only_day(above) and not setting.is_past(above.dates[0]):
            when = above.dates[0]
            yield replace(stated(release_type(when), view, setting, 0, len(view.folded)), date=when.date)
        if above.dates:
            return


def _of_stream(view: View, setting: Setting) -> bool:
    """Say whether a Japanese sentence opens with 配信は, in a text that names a network as well."""
    if view.words or not any(service.streams for service in view.services):
        return False
    views = setting.scope.views
    if _STREAM_FIRST.match(view.folded):
        return any(not service.streams for other in views for service in other.services)
    streams = "配信" in view.folded and not any(word in view.folded for word in ("放送", "放映", "オンエア"))
    return streams and any(other is not view and _broadcast(other) for other in views)


def _broadcast(view: View) -> bool:
    """Say whether a Japanese sentence gives the day of the broadcast: 放送はMBSで7月4日にスタート."""
    aired = any(not service.streams for service in view.services) or "放送は" in view.folded
    return bool(view.dates) and aired and "放送" in view.folded


def _of_thing_before(view: View, when: FoundDate, setting: Setting) -> bool:
    """Say whether a relative clause tells of the thing before it: "…a film, which opens on 3 June"."""
    first = view.clause(when.start)[0]
    if view.sentence.language != "en" or not view.folded.startswith((", which", ", that"), first):
        return False
    return any(thing.end == first for thing in things(view, setting.own_media, end=first))


def _on_disc(view: View, when: FoundDate) -> bool:
    """Say whether a day is that of discs or books, where words are set apart: "erscheint am 3. Juli auf Blu-ray"."""
    first, last = view.clause(when.start)
    return view.has("on_disc", start=first, end=last)


def _start_of_stream(view: View, when: FoundDate, cue: Hit) -> bool:
    """Say whether the day is that on which a service begins to stream, and not that of the premiere."""
    first, last = view.clause(when.start)
    served = any(first <= service.start < last and service.streams for service in view.services)
    streams = any("stream" in view.folded[hit.start : hit.end] for hit in view.find("stream", start=first, end=last))
    if view.sentence.language != "en":
        verbs = [cue, *view.find("release", start=first, end=last)]
        verbs = [hit for hit in verbs if not view.has("from_day", start=hit.start, end=hit.end)]
        near = min((gap(hit.start, hit.end, when.start, when.end) for hit in verbs), default=last)
        carries = view.find("carries", start=first, end=last)
        streams = any(gap(hit.start, hit.end, when.start, when.end) <= near for hit in carries)
    if view.sentence.language == "en" and _begins_itself(view, when, cue, first):
        return False
    return view.words and served and streams and not view.has("premiere", "exclusive", start=first, end=last)


def _begins_itself(view: View, when: FoundDate, cue: Hit, first: int) -> bool:
    """Say whether it begins on that day, and what streams it is told behind: "begins on May 6 and will stream on…"."""
    between = view.has("stream", start=cue.end, end=when.start)
    return cue.end <= when.start and not between and not view.has("stream", start=first, end=cue.end)
