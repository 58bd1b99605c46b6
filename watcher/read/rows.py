"""Read rows of Japanese lists: works behind what happened to them, roles beside who plays them.

In:    a view, the setting of its text.
Out:   candidates for ■打ち切り決定 『A』(シーズン4)/『B』(シーズン2), and for 灯:北見あかり 凪:港川そら.
Never: prose; there `cues` looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate, Setting
from watcher.read.lexicon import Hit
from watcher.read.scope import Fits, Whose
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.strangers import Name
from watcher.read.views import View

_BEHIND = 6
_PAIR = re.compile(
    r"(?:^|[\s、,/／|｜])[^\s、,/／|｜:：\d。]{1,12}[:：]\s?[一-龠々ァ-ヶーぁ-ん・]{2,10}(?=[\s、,/／|｜(（]|$)"
)
_SEVERAL = 2


def under_label(view: View, setting: Setting, hit: Hit, kind: EventType, candidate: Candidate) -> Iterator[Candidate]:
    """Yield what a label says of the watched work in the row behind it."""
    first = next(iter(view.names), None)
    own = next(iter(view.own), None)
    if view.words or first is None or own is None or len(view.names) < _SEVERAL or hit.end > first.start:
        return
    if view.masked[hit.end : first.start].strip(" :・』『「決定"):
        return
    ref = _season_of(view, own)
    if ref is None:
        return
    fits = setting.scope.fits(ref)
    if kind is EventType.CANCELLED and setting.scope.wanted not in {None, *ref.numbers}:
        fits = Fits.WATCHED if setting.scope.wanted == (ref.number or 0) + 1 else Fits.OTHER
    yield replace(candidate, whose=Whose.OWN, ref=ref, fits=fits, explicit=True, other_thing="", medium=None)


def _season_of(view: View, own: Name) -> SeasonRef | None:
    behind = (ref for ref in view.seasons if 0 <= ref.start - own.end <= _BEHIND)
    return next((ref for ref in behind if ref.kind in {SeasonKind.NUMBER, SeasonKind.AFTER}), None)


def cast_list(view: View) -> Hit | None:
    """Return where a line begins that only tells roles and who plays them."""
    if view.words or view.kind is BlockKind.HEADLINE or view.names or view.has("staff", "release", "event", "goods"):
        return None
    pairs = list(_PAIR.finditer(view.folded))
    covered = sum(len(pair[0]) for pair in pairs)
    if len(pairs) < _SEVERAL or covered * 2 < len(view.folded):
        return None
    return Hit("cast", pairs[0].start(), pairs[0].end())
