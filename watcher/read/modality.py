"""Say how a statement is meant: as a fact, a guess, a question, a denial…

In:    a view and the span of a cue in it.
Out:   `Modality`, with the words it was seen from.
Never: who says it; what follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.model import BlockKind, Modality
from watcher.read.lexicon import TITLE, Hit
from watcher.read.views import View

_ASKED = 12
_REACH = 45
"""A negation reaches over so many characters of its clause."""
_BEHIND = 14
_GOES_ON = "引き続き"
_LABEL = 3
"""A headline's label stands at its very beginning: "Leak: …"."""
_PAUSE = re.compile("[ 、。「」『』()!?]")

_BUT_NOT = re.compile(rf"\b(?:but|and|though) not (?:yet |for |with )*['\"]?{TITLE}+")
"""Who is left out: "renewed three other shows, but not X"."""
_THAT = re.compile(r" (?:that|whether|if|que|dass|che) ")
"""What is not confirmed *that* it is so is denied to the end of its clause."""

_GOVERNS = re.compile(r"[ ,]{1,2}(?:that|que|che|dass) |[ ,]{1,2}qu'")

Meant = tuple[Modality, str]

_SENTENCE = (
    ("rumour", Modality.RUMOUR),
    ("habit", Modality.HEDGED),
    ("guess", Modality.HEDGED),
    ("meanwhile", Modality.HEDGED),
)
_CLAUSE = (("hedge", Modality.HEDGED), ("condition", Modality.CONDITIONAL), ("wish", Modality.WISH))


def modality(view: View, start: int, end: int) -> Meant:
    """Return how the cue at *start* … *end* is meant."""
    if view.asks and not _in_brackets(view, start, end):
        return Modality.QUESTION, "?"
    for finder in (_scheduled, _of_sentence, _of_clause, _conditioned, _negated):
        if (found := finder(view, start, end)) is not None:
            return found
    return Modality.ASSERTED, ""


def _in_brackets(view: View, start: int, end: int) -> bool:
    """Say whether a cue stands in brackets before what is asked: "“X” (Season 2: July 1) Will they get together?"."""
    close = view.folded.find(")", end)
    opening = view.folded.rfind("(", 0, start)
    inside = opening >= 0 and ")" not in view.folded[opening:start] and close > 0
    return inside and len(view.folded) - close > _ASKED


def _scheduled(view: View, start: int, end: int) -> Meant | None:
    for hit in view.find("scheduled"):
        if hit.start <= start < hit.end or (view.clause(start) == view.clause(hit.start) and start <= hit.start <= end):
            return Modality.SCHEDULED, _words(view, hit)
    return None


def _of_sentence(view: View, start: int, _end: int) -> Meant | None:
    for meaning, kind in _SENTENCE:
        for hit in view.find(meaning):
            if _lifted(view, hit):
                continue
            label = view.masked[hit.end : hit.end + 1] == ":" and hit.start <= _LABEL
            if meaning != "guess" and (label or view.kind is not BlockKind.HEADLINE):
                return kind, _words(view, hit)
            if view.clause(hit.start) == view.clause(start) or _GOVERNS.match(view.masked, hit.end):
                return kind, _words(view, hit)
    return None


def _of_clause(view: View, start: int, end: int) -> Meant | None:
    first, last = view.clause(start)
    if view.folded.startswith(_GOES_ON, last):
        last = view.clause(last)[1]  # 主演は引き続き…だろう: the verb at the end is that of both
    for meaning, kind in _CLAUSE:
        for hit in view.find(meaning, start=first, end=last):
            if _lifted(view, hit) or (not view.words and start <= hit.start and hit.end <= end):
                continue
            if hit.start < end or not view.soft_between(end, hit.start):
                return kind, _words(view, hit)
    return None


def _conditioned(view: View, _start: int, end: int) -> Meant | None:
    """A condition may follow behind a comma: "it will air in fall, if the pattern holds"; a denial behind all of it."""
    for hit in view.find("untrue", start=end):
        return Modality.NEGATED, _words(view, hit)
    for hit in view.find("condition_behind", start=end):
        return Modality.CONDITIONAL, _words(view, hit)
    return None


def _negated(view: View, start: int, end: int) -> Meant | None:
    """A negation works forwards, within its clause and not over a comma; in Japanese it is the verb's ending."""
    first, last = view.clause(start)
    if not view.words:
        return _ending(view, end, last)
    if (other := _BUT_NOT.search(view.masked, end)) is not None:
        return Modality.NEGATED, view.sentence.text[other.start() : other.end()]
    for hit in view.find("deny_existence", start=first, end=start):
        if _THAT.match(view.masked, hit.end):
            return Modality.NEGATED, _words(view, hit)
    for hit in _denials(view, first, end):
        if hit.start >= start:
            break
        if start - hit.end <= _REACH and not view.soft_between(min(hit.end, start), start):
            return Modality.NEGATED, _words(view, hit)
    return None


def _denials(view: View, first: int, end: int) -> Iterator[Hit]:
    """Yield words of negation, but not those that deny a day: "instead of April it comes in July"."""
    old = list(view.find("old_date"))
    for hit in view.find("negation", start=first, end=end):
        if not any(day.start <= hit.start and hit.end < day.end for day in old):
            yield hit


def _ending(view: View, end: int, last: int) -> Meant | None:
    """A Japanese verb is denied by its ending, right behind the cue."""
    for hit in view.find("negation", start=end, end=min(last, end + _BEHIND)):
        if not _PAUSE.search(view.masked, end, hit.start):
            return Modality.NEGATED, _words(view, hit)
    return None


def _lifted(view: View, hit: Hit) -> bool:
    """Some words of doubt express none: "it announced that it would", "highly anticipated"."""
    return any(cover.start <= hit.start and hit.end <= cover.end for cover in view.find("not_hedge"))


def _words(view: View, hit: Hit) -> str:
    return view.sentence.text[hit.start : hit.end]
