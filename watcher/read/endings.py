"""Find the end of a season.

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.model import EventType
from watcher.read.candidate import Candidate, Setting
from watcher.read.dates import FoundDate
from watcher.read.lexicon import Hit
from watcher.read.scope import Fits
from watcher.read.seasons import SeasonKind
from watcher.read.stating import stated_by
from watcher.read.ties import (
    called_old,
    long_ago,
    nearest_tie,
    until,
)
from watcher.read.views import View

_ITS_END = re.compile(
    r"\b(?:countdown|campaign|polls?|vote|voting|sale|exhibition|offer|discount|auction|pre-?orders?|strike|contest|giveaway"
    r"|crowdfunding|licen[sc]e|contract|petition|tour|convention|festival|pop-up|collaboration)(?:,? (?:that|which))?"
    r"(?: (?:will|is|has|also))* $"
)
_SOON = 100


def finished(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield the day on which a season ends, and seasons said to be the last."""
    for hit in view.find("finish_with"):
        candidate = stated_by(EventType.FINISHED, view, setting, hit)
        yield from _ended_with(replace(candidate, past=long_ago(view, hit, setting)), setting)
    for hit in view.find("finish"):
        first, last = view.clause(hit.start)
        if view.has("delay", start=hit.start, end=hit.end) or _of_something_else(view, hit):
            continue  # "the last three episodes are delayed"
        when = _nearest(view, hit, setting) or future(view, first, last, setting)
        if when is None and not view.words and len(view.dates) == 1:
            when = future(view, 0, len(view.folded), setting)
        if when is None or not _ends_then(view, hit, when, setting):
            continue
        if _has_ended(view, hit, first, last):
            continue
        candidate = stated_by(EventType.FINISHED, view, setting, hit)
        if candidate.ref is not None or _on_air(view, setting):
            yield replace(candidate, date=when.date)


def _of_something_else(view: View, hit: Hit) -> bool:
    """Say whether what ends is no series: "a countdown that ends on April 3"."""
    return view.sentence.language == "en" and _ITS_END.search(view.folded, 0, hit.start) is not None


def _has_ended(view: View, hit: Hit, first: int, last: int) -> bool:
    """Say whether the verb says that it is over: 最終話が放送された, "lief die letzte Folge"."""
    if not view.words:
        return view.has("released", start=hit.end, end=last)
    past = view.sentence.language != "en" and view.has("released", start=first, end=last)
    return past and not view.has("future", start=first, end=last)


def _ended_with(candidate: Candidate, setting: Setting) -> Iterator[Candidate]:
    """Read "it will end after its seventh season" as an end of the seventh, and as a denial of the eighth."""
    ref = candidate.ref
    if ref is None or ref.kind not in {SeasonKind.AFTER, SeasonKind.NUMBER, SeasonKind.FIRST}:
        yield candidate
        return
    fits = setting.scope.fits(ref._replace(kind=SeasonKind.NUMBER) if ref.kind is SeasonKind.AFTER else ref)
    yield replace(candidate, fits=fits)
    last = ref.numbers[-1] if ref.numbers else 1
    if setting.scope.wanted == last + 1:
        yield replace(candidate, type=EventType.CANCELLED, fits=Fits.WATCHED)


def future(view: View, first: int, last: int, setting: Setting) -> FoundDate | None:
    """Return a date to come that is not an event's or the day of saying it."""
    for when in view.dates:
        if view.sentence.language == "en" and _was_meant(view, when):
            continue
        if first <= when.start < last and not setting.is_past(when) and not until(view, when):
            nearest = nearest_tie(view, when, setting)
            if nearest is None or nearest.meaning not in {"event", "said", "goods"}:
                return when
    return None


def _nearest(view: View, hit: Hit, setting: Setting) -> FoundDate | None:
    """Return the first day behind an English end, of several: "weekly from May 1, the finale on June 5"."""
    last = view.clause(hit.start)[1]
    if view.sentence.language != "en" or len(view.dates) == 1:
        return None
    return future(view, hit.start, last, setting)


def _was_meant(view: View, when: FoundDate) -> bool:
    """Say whether a day is one given up, beside the one that holds: "previously slated for January, it begins…"."""
    return len(view.dates) > 1 and called_old(view, when)


def _ends_then(view: View, hit: Hit, when: FoundDate, setting: Setting) -> bool:
    """Say whether it is the season that ends on that day, and not a person's work, and not the year before."""
    first, last = view.clause(hit.start)
    if when.before is not None and not view.has("future", start=first, end=last) and not _near(when, setting):
        return False
    if view.has("since", start=first, end=hit.start):
        return False
    nearest = nearest_tie(view, when, setting)
    behind = nearest is not None and nearest.meaning == "release" and hit.end <= nearest.start
    if behind and view.sentence.language == "en" and view.has("announce", "said", start=hit.end, end=when.start):
        return False  # "when the last episode ended, it was announced that the story goes on in 2020"
    if view.has("episode_end", start=hit.start, end=hit.end) or not view.words:
        return True
    if behind and _neutral(view, hit, when):
        nearest = None  # "tire sa révérence avec l'épisode 22, programmé au 28 mars"
    starts = [*(name.start for name in view.names), *(ref.start for ref in view.seasons), first]
    named = any(first <= start <= hit.start for start in starts[:-1]) or first == hit.start
    return (nearest is None or nearest.meaning == "finish") and (
        named or view.has("thing", "episode", start=first, end=hit.end if view.sentence.language == "en" else hit.start)
    )


def _neutral(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether the word that ties the day to an end only says that it is set."""
    return view.sentence.language != "en" and view.has("due", start=hit.end, end=when.end)


def _near(when: FoundDate, setting: Setting) -> bool:
    """Say whether a day without a year is more likely the coming one: far less than a year away, the last one not."""
    if when.date is None or setting.published is None:
        return False
    return 0 <= (when.date.earliest - setting.published).days <= _SOON


def _on_air(view: View, setting: Setting) -> bool:
    """Without a season in the sentence, an end is that of the season that is on the air."""
    scope = setting.scope
    return scope.wanted == 1 or scope.season_inherited.get(view.sentence.index) is Fits.WATCHED
