"""Read two days of one start: the one that was planned, and the one that takes its place.

In:    a view, the setting of its text.
Out:   `Candidate`s for a delay that no word for one tells: "had it lined up for spring, now it starts in October".
Never: delays by their words; those are in `changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.fuzzydate import FuzzyDate
from watcher.model import EventType
from watcher.read.candidate import Candidate, Setting
from watcher.read.dates import FoundDate
from watcher.read.scope import Fits
from watcher.read.stating import release_type, stated
from watcher.read.ties import called_old, given_up, of_thing, tie
from watcher.read.views import View

_HISTORY = 120
"""Days: a plan that ran out longer ago was given up before this text."""


def replaced(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield the new day of a start that was to come sooner, with the premiere on it."""
    if view.sentence.language not in {"en", "ja"} or view.has("delay", "delay_dated"):
        return
    for when in view.dates:
        if when.date is None or setting.is_past(when) or _old(view, when):
            continue
        plans = list(_plans(view, setting))
        if (
            not any(plan.latest < when.date.earliest for plan in plans)
            or max(plan.latest for plan in plans) > when.date.latest
        ):
            continue
        cue = tie(view, when, setting)
        if cue is None or of_thing(view, cue):
            continue
        start, end = min(cue.start, when.start), max(cue.end, when.end)
        candidate = replace(stated(EventType.DELAYED, view, setting, start, end), date=when.date)
        yield candidate
        yield replace(candidate, type=release_type(when))


def _plans(view: View, setting: Setting) -> Iterator[FuzzyDate]:
    """Yield the days that were planned before: in this sentence, or in the one before that this one takes up."""
    yield from _given_up(view, setting)
    before = setting.scope.views[view.sentence.index - 1] if view.sentence.index else view
    if before is not view and before.sentence.block == view.sentence.block and view.has("new_date"):
        yield from _given_up(before, setting)


def _given_up(view: View, setting: Setting) -> Iterator[FuzzyDate]:
    for when in view.dates:
        if when.date is None or not _old(view, when) or not _of_late(when, setting):
            continue
        if setting.scope.season(view, when.start)[0] is not Fits.OTHER:
            yield when.date


def _old(view: View, when: FoundDate) -> bool:
    """Say whether a day is told as a plan; Japanese says so behind it: 4月開始とされていたが."""
    return given_up(view, when) if view.words else called_old(view, when)


def _of_late(when: FoundDate, setting: Setting) -> bool:
    """Say whether a plan may have held until this text."""
    if setting.published is None or when.date is None:
        return True
    return (setting.published - when.date.latest).days <= _HISTORY
