"""Find trailers and visuals that are out.

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.model import BlockKind, EventType, Modality
from watcher.read.candidate import Candidate, Setting
from watcher.read.clips import comes_later
from watcher.read.dates import FoundDate
from watcher.read.lexicon import SEASON, Hit
from watcher.read.scope import Fits
from watcher.read.stating import stated_by
from watcher.read.things import things as things_named
from watcher.read.ties import (
    of_thing,
    tie,
)
from watcher.read.views import View

_FROM_THING = re.compile(r",? (?:from|of|for) (?:the |an? |its |their )?(?:[a-z0-9'-]+ ){0,3}$")
_TELLS = re.compile(
    r" that | and (?:a|the|its) [\w ]*(?:window|date|day)"
    r"| ?(?:announc|reveal|confirm|unveil|show|declar|giv|nam)(?:es|ed|ing|s|n) "
)


def shown(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield trailers and visuals that are shown, and those only promised."""
    for kind, meaning in ((EventType.TRAILER, "trailer"), (EventType.VISUAL, "visual")):
        for hit in view.find(meaning):
            first, last = view.clause(hit.start)[0], _shared_verb(view, hit)
            told = view.has("reveal", start=first, end=last) or _TELLS.match(view.folded, hit.end)
            if view.kind is not BlockKind.HEADLINE and not told:
                continue
            if _of_another(view, hit, setting):
                continue
            another = view.has("again", start=max(first, hit.start - 12), end=hit.end + (0 if view.words else 6))
            candidate = replace(stated_by(kind, view, setting, hit), another=another)
            if another and candidate.ref is None and candidate.fits is Fits.OTHER and not view.seasons:
                candidate = replace(candidate, fits=setting.scope.default)  # a new one is none of the season before
            yield replace(candidate, meant=Modality.SCHEDULED) if _to_come(view, hit, setting) else candidate


def _shared_verb(view: View, hit: Hit) -> int:
    """Return where the clause of a noun ends; in a row the verb stands behind the last: ビジュアル、さらにPVも解禁."""
    last = view.clause(hit.start)[1]
    if view.words or last >= len(view.folded) or view.masked[hit.end : last].strip(" 、・とや&"):
        return last
    return view.clause(last)[1]


def _of_another(view: View, hit: Hit, setting: Setting) -> bool:
    """Say whether a clip is one *of* a film, an OVA, a box of discs: "a clip from the 10-minute OVA"."""
    if view.sentence.language != "en":
        return False
    things = things_named(view, setting.own_media, start=hit.end, end=view.clause(hit.start)[1])
    between = (view.masked[hit.end : thing.start] for thing in things)
    return any(SEASON not in words and _FROM_THING.search(words) for words in between)


def _to_come(view: View, hit: Hit, setting: Setting) -> bool:
    """Say whether a trailer is only promised for a day: "a new teaser drops on October 11"."""
    first, last = view.clause(hit.start)
    if view.has("promised", start=first if view.words else hit.end, end=hit.start if view.words else last):
        return True
    if comes_later(view, hit):
        return True
    for when in view.dates:
        if view.sentence.language == "en" and _told_by(view, hit, when):
            continue
        if first <= hit.end <= when.start < last and not setting.is_past(when) and when.date is not None:
            cue = tie(view, when, setting)
            told = cue is not None and cue.start >= hit.end and not view.soft_between(hit.end, cue.start)
            if cue is not None and told and of_thing(view, cue):
                return True
    return False


def _told_by(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether a clip tells of the day, and does not come on it: "a teaser announced the January premiere"."""
    return hit.end <= when.start and _TELLS.search(view.folded, hit.end, when.start) is not None
