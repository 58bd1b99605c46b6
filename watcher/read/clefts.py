"""Read a day that is told as the day of a start: "July 4, the day on which the second season begins".

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: days with a verb of their own; those are in `premieres`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.read.candidate import Candidate, Setting
from watcher.read.dates import FoundDate
from watcher.read.lexicon import Hit
from watcher.read.seasons import SeasonKind
from watcher.read.stating import release_type, stated
from watcher.read.things import free, things
from watcher.read.ties import begun, given_up, service_at
from watcher.read.views import View

_WHEN = r"(?:when|that|(?:on |in )which)"
_UNIT = r"(?:day|date|week|month|year|night|evening|season|time|moment|weekend)"
_SAME = r"(?:the |this |its )?(?:very |same |exact |actual |big |long-awaited )*"
_IS = re.compile(
    rf",? (?:(?:is|will be|’s|'s) (?:also |exactly |precisely |finally )?(?:{_WHEN}|{_SAME}{_UNIT}(?: {_WHEN})?)"
    rf"|{_SAME}{_UNIT}(?: {_WHEN})?|{_WHEN}) "
)
"""Right behind a day: "…is when", ", the same date on which", "the day"."""
_IT_IS = re.compile(r"\bit(?:'s| is| will be)(?: only| not until| finally)? (?:on |in )?(?:the )?$")
_ITSELF = re.compile(r"(?:the|this|its) (?:new |whole )?(?:season|series|anime|show)(?= )")
_FAR = 60
_FURTHER = frozenset({SeasonKind.NUMBER, SeasonKind.NEW, SeasonKind.SUFFIX})


def told_as_day(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield the days that a relative clause gives to the start of a season."""
    if view.sentence.language != "en":
        return
    for when in view.dates:
        if setting.is_past(when) or given_up(view, when):
            continue
        joint = _IS.match(view.masked, when.end)
        verb = _start(view, joint.end(), setting) if joint is not None and _sure(view, when, joint) else None
        if verb is None or begun(view, when, setting):
            continue
        candidate = stated(release_type(when), view, setting, verb.start, verb.end)
        candidate = replace(candidate, date=when.date, other_thing="", medium=None)  # those stand before the day
        yield replace(candidate, service=service_at(view, verb.start, broadcast=True))


def _sure(view: View, when: FoundDate, joint: re.Match[str]) -> bool:
    """Say whether the words behind a day really take it up: a bare "that" or "when" only behind "it is"."""
    bare = joint[0].strip(" ,") in {"when", "that"}
    return not bare or _IT_IS.search(view.masked, 0, when.start) is not None


def _start(view: View, at: int, setting: Setting) -> Hit | None:
    """Return the verb of a clause that begins with its season: "the second season of X premieres"."""
    if (itself := _ITSELF.match(view.folded, at)) is not None:
        return next(view.find("release", start=at, end=itself.end() + _FAR // 2), None)
    ref = next((ref for ref in view.seasons if at <= ref.start and ref.kind in _FURTHER), None)
    if ref is None or not free(view, ref) or things(view, setting.own_media, start=at, end=ref.start):
        return None
    if view.has("dub", "trailer", "visual", "episode", start=at, end=ref.start):
        return None
    verb = next(view.find("release", start=ref.end), None)
    if verb is None or verb.start - ref.end > _FAR or view.soft_between(ref.end, verb.start):
        return None
    return verb
