"""Make a candidate of words found in a sentence: whose, which season, how it is meant.

In:    a view, the setting of its text, the words.
Out:   a `Candidate`.
Never: whether the words are a cue; that is for those who find them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from watcher.model import EventType, Modality
from watcher.read.candidate import MEDIA, Candidate, Setting
from watcher.read.dates import FoundDate
from watcher.read.lexicon import Hit
from watcher.read.modality import modality
from watcher.read.scope import Fits, Whose
from watcher.read.seasons import SeasonKind
from watcher.read.things import thing_at
from watcher.read.views import View

_DESCRIBES = re.compile(
    "(?:開始|予定|決定|中|さ?れ?る|した|された|し|する)*(?:の)?(?:新作|続編|人気|大人気|tv|テレビ|アニメ|ドラマ)*[『「]"
)
_OF_PEOPLE = frozenset({EventType.CAST, EventType.STAFF})
_NOUNS = frozenset({EventType.TRAILER, EventType.VISUAL, EventType.DUB})
_DENIED_WITHIN = 22
_NEXT = 3
LINE = 70
_UNNAMED = frozenset({EventType.ANNOUNCED, EventType.CANCELLED})
"""What, without a season in the sentence, happens to the one behind the last that is named."""


def stated(kind: EventType, view: View, setting: Setting, start: int, end: int) -> Candidate:
    """Return the candidate that the words at *start* … *end* make, whatever found them."""
    meant, words = modality(view, start, end)
    fits, ref = setting.scope.season(view, start, end=end)
    if ref is None and fits is Fits.OTHER and kind in _UNNAMED and not (_of_named(view) or _of_cour(view, start)):
        fits = setting.scope.further()
    thing = thing_at(setting, view, start, end)
    why: tuple[str, ...] = (f"cue: {kind} “{view.sentence.text[start:end]}”",)
    if words:
        why += (f"{meant}: “{words}”",)
    return Candidate(
        type=kind,
        view=view,
        start=start,
        end=end,
        whose=_described(view, end)
        or _object(view, kind, end)
        or _one_of_many(view, start)
        or setting.scope.whose(view, start),
        fits=fits,
        ref=ref,
        meant=meant,
        other_thing=thing.meaning if thing else "",
        medium=MEDIA.get(thing.meaning) if thing else None,
        part=part_at(view, end),
        why=why,
        explicit=ref is not None or any(name.sequel for name in view.own),
    )


def part_at(view: View, at: int) -> int | None:
    """Return the number of the part or cour meant at *at*: the last one named before it, else the first behind."""
    parts = [ref for ref in view.seasons if ref.kind is SeasonKind.PART and ref.number]
    before = [ref for ref in parts if ref.start < at]
    return (before[-1] if before else parts[0]).number if parts else None


def _of_named(view: View) -> bool:
    """Say whether the sentence names the season it is about, if in another clause: "Renewed: season 2 is a go"."""
    return any(
        ref.kind is SeasonKind.NUMBER and not view.has("released", "finish_past", start=first, end=last)
        for ref in view.seasons
        for first, last in [view.clause(ref.start)]
    )


def _of_cour(view: View, start: int) -> bool:
    """Say whether a clause is about a cour; a further cour is no further season."""
    first, last = view.clause(start)
    return not view.words and any(ref.kind is SeasonKind.PART and first <= ref.start < last for ref in view.seasons)


def _one_of_many(view: View, start: int) -> Whose | None:
    """Say whether the subject is one of several works that are not named."""
    first, last = view.clause(start)
    own = any(first <= name.start < last for name in view.own)
    return Whose.OTHER if not own and view.has("others", start=first, end=start) else None


def _described(view: View, end: int) -> Whose | None:
    """In Japanese what stands right before a name describes it: 10月放送開始の『…』."""
    if view.words:
        return None
    behind = next((name for name in view.names if name.start >= end), None)
    if behind is None or _DESCRIBES.fullmatch(view.masked, end, behind.start) is None:
        return None
    return Whose.OWN if behind.own else Whose.OTHER


def stated_by(kind: EventType, view: View, setting: Setting, hit: Hit) -> Candidate:
    """Return the candidate that a phrase of the lexicon makes."""
    candidate = stated(kind, view, setting, hit.start, hit.end)
    if kind in _OF_PEOPLE and candidate.meant is Modality.ASSERTED and _open_behind(view, hit):
        return replace(candidate, meant=Modality.SCHEDULED)
    if candidate.meant is Modality.ASSERTED and _is_noun(kind, view, hit) and _denied_behind(view, hit):
        return replace(candidate, meant=Modality.NEGATED)
    return candidate


def _object(view: View, kind: EventType, end: int) -> Whose | None:
    """Return whose the work is that an English verb has for its object: "and cancelled Silver Tides after one"."""
    if view.sentence.language != "en" or kind not in _UNNAMED:
        return None
    behind = next((name for name in view.names if end <= name.start <= end + _NEXT), None)
    if behind is None or view.folded[end : behind.start].strip(" '\""):
        return None
    return Whose.OWN if behind.own else Whose.OTHER


def _open_behind(view: View, hit: Hit) -> bool:
    """Say whether a Japanese clause ends by leaving the person open: 監督は続報待ち, 主演は未発表."""
    last = view.clause(hit.start)[1]
    return not view.words and view.has("scheduled", "deny_existence", "deny_other", start=hit.end, end=last)


def _is_noun(kind: EventType, view: View, hit: Hit) -> bool:
    return kind in _NOUNS or any(noun.start >= hit.start and noun.end <= hit.end for noun in view.find("deed"))


def _denied_behind(view: View, hit: Hit) -> bool:
    """Say whether a thing is denied by the verb behind it: "a dub has not been announced"."""
    far = 2 * _DENIED_WITHIN if view.has("deed", start=hit.start, end=hit.end) else _DENIED_WITHIN
    reach = min(view.clause(hit.start)[1], hit.end + far)
    denial = next(view.find("negation", start=hit.end, end=reach), None) if view.words else None
    return denial is not None and not view.soft_between(hit.end, denial.start)


def release_type(when: FoundDate) -> EventType:
    """Return whether a date is a day or a window."""
    return EventType.RELEASE_DATE if when.date is not None and when.date.is_day else EventType.RELEASE_WINDOW
