"""What a sentence seems to state, before it is believed.

In:    nothing; `cues` makes these.
Out:   `Candidate`, and the `Setting` in which a text is searched for them.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from watcher.fuzzydate import FuzzyDate
from watcher.model import EventType, Medium, Modality
from watcher.read.dates import FoundDate
from watcher.read.lexicon import Hit
from watcher.read.scope import Fits, Scope, Whose
from watcher.read.seasons import SeasonRef
from watcher.read.services import FoundService
from watcher.read.views import View

MEDIA = {
    "film": Medium.FILM, "ova": Medium.OVA, "manga": Medium.MANGA, "novel": Medium.MANGA, "game": Medium.GAME,
    "stage": Medium.STAGE, "live_action": Medium.LIVE_ACTION,
}  # fmt: skip
"""Meanings of the lexicon that name another medium."""


_YEAR = 364
_JUST_NOW, _FAR_AHEAD = 60, 240
"""Days: "August 27" in a text of August 28 is yesterday, not a day of the next year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is the same for every sentence of a text."""

    scope: Scope
    published: date | None
    own_media: frozenset[str] = frozenset()
    """Media that are part of the watched work's own name ("Copper Lanterns (live action)")."""
    topic: Hit | None = None
    """The other medium that the headline is about ("X mobile RPG opens…")."""
    service: FoundService | None = None
    """The only streaming service that the text names."""

    def is_past(self, when: FoundDate) -> bool:
        """Say whether a date is over, or not known."""
        if when.date is None:
            return True
        if self.published is None:
            return self._before_others(when)
        if when.before is not None and (self.published - when.before.latest).days <= _JUST_NOW:
            return (when.date.earliest - self.published).days > _FAR_AHEAD
        return when.date.latest < self.published

    def _before_others(self, when: FoundDate) -> bool:
        """In a text without a date of its own, a bare year before the last one that it names is history."""
        assert when.date is not None
        if (when.date.latest - when.date.earliest).days < _YEAR:
            return False
        years = [one.date.earliest.year for view in self.scope.views for one in view.dates if one.date is not None]
        return when.date.earliest.year < max(years, default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something a sentence seems to state."""

    type: EventType
    view: View
    start: int
    end: int
    whose: Whose
    fits: Fits
    ref: SeasonRef | None
    meant: Modality = Modality.ASSERTED
    date: FuzzyDate | None = None
    service: FoundService | None = None
    medium: Medium | None = None
    """The other medium that it is about."""
    other_thing: str = ""
    """The other medium, or another thing of the same name, that it is about."""
    past: bool = False
    open: bool = False
    part: int | None = None
    another: bool = False
    takes_back: EventType | None = None
    why: tuple[str, ...] = ()
    explicit: bool = False
    """The season stands in the same sentence."""

    @property
    def about(self) -> bool:
        """It may be about the watched season."""
        return self.whose is Whose.OWN and self.fits is not Fits.OTHER

    @property
    def solid(self) -> bool:
        return self.meant is Modality.ASSERTED and self.about and not self.other_thing and not self.past


def gap(start: int, end: int, other: int, stop: int) -> int:
    """Return how many characters lie between two spans; 0 where they touch or overlap."""
    if start < stop and other < end:
        return 0
    return other - end if end <= other else start - stop


def overlap(one: Hit, other: Hit) -> bool:
    """Say whether two hits share a character."""
    return one.start < other.end and other.start < one.end
