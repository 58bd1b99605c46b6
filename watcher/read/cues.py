"""Find everything that a sentence seems to state about the watched work, with all that speaks for and against it.

In:    a view, the scope of its text, the day of publication.
Out:   `Candidate`s: type, season, date, how it is meant, whose it is; solid or not.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from watcher.fuzzydate import FuzzyDate
from watcher.model import BlockKind, EventType, Medium, Modality
from watcher.read.dates import FoundDate
from watcher.read.lexicon import Hit
from watcher.read.modality import modality
from watcher.read.scope import Fits, Scope, Whose
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.services import FoundService
from watcher.read.views import View

MEDIA = {
    "film": Medium.FILM, "ova": Medium.OVA, "manga": Medium.MANGA, "novel": Medium.MANGA, "game": Medium.GAME,
    "stage": Medium.STAGE, "live_action": Medium.LIVE_ACTION,
}  # fmt: skip
OTHER_THINGS = (*MEDIA, "spinoff", "goods", "rerun")
_HEADS = ("trailer", "visual", "cast", "staff", "dub", *OTHER_THINGS, "date_noun", "episode", "event", "plot")


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
    """Another medium, or another thing of the same name, is what it is about."""
    other_thing: str = ""
    past: bool = False
    open: bool = False
    part: int | None = None
    another: bool = False
    why: tuple[str, ...] = ()
    explicit: bool = False
    """The season stands in the same sentence or heading."""

    @property
    def solid(self) -> bool:
        return (
            self.meant is Modality.ASSERTED
            and self.whose is Whose.OWN
            and self.fits is not Fits.OTHER
            and not self.other_thing
            and not self.past
        )


@dataclass(slots=True)
class Finder:
    """Finds the candidates of one text."""

    scope: Scope
    published: date | None
    own_media: frozenset[str] = frozenset()
    """Media that are part of the watched work's own name ("One Piece (live action)")."""

    def candidates(self, view: View) -> list[Candidate]:
        if view.kind is BlockKind.RELATED:
            return []
        found: list[Candidate] = []
        for finder in (
            self._delayed, self._cancelled, self._released, self._announced, self._shown, self._people, self._dubbed,
            self._streamed, self._finished,
        ):  # fmt: skip
            found += finder(view, found)
        return found

    # --- building --------------------------------------------------------------------------------------------

    def _candidate(self, kind: EventType, view: View, start: int, end: int) -> Candidate:
        meant, words = modality(view, start, end)
        fits, ref = self.scope.season(view, start, end=end)
        thing = self._thing(view, start, end)
        part = next((ref.number for ref in view.seasons if ref.kind is SeasonKind.PART and ref.number), None)
        why: tuple[str, ...] = (f"cue: {kind} “{view.sentence.text[start:end]}”",)
        if words:
            why += (f"{meant}: “{words}”",)
        return Candidate(
            type=kind, view=view, start=start, end=end, whose=self.scope.whose(view, start), fits=fits, ref=ref,
            meant=meant, why=why, part=part, explicit=ref is not None,
            other_thing=thing.meaning if thing else "", medium=MEDIA.get(thing.meaning) if thing else None,
        )  # fmt: skip

    def things(self, view: View, *, start: int = 0, end: int | None = None) -> list[Hit]:
        """Return the other media and goods named, without those that are only named as a source."""
        covers = list(view.find("not_medium"))
        return [
            hit
            for hit in view.find(*OTHER_THINGS, start=start, end=end)
            if hit.meaning not in self.own_media
            and not any(cover.start <= hit.start and hit.end <= cover.end for cover in covers)
        ]

    def _thing(self, view: View, start: int, end: int) -> Hit | None:
        """Return the other medium that the cue is about, if it is not about the season."""
        first, last = view.clause(start)
        things = [hit for hit in self.things(view, start=first, end=last) if not (start <= hit.start < end)]
        if not things:
            return None
        nearest = min(things, key=lambda hit: _gap(hit.start, hit.end, start, end))
        seasons = [
            ref for ref in view.seasons
            if first <= ref.start < last and ref.kind not in {SeasonKind.NONE, SeasonKind.PART}
        ]  # fmt: skip
        if any(self.free(view, ref) for ref in seasons):
            return None
        if view.has("thing", start=first, end=last) and not self._subject(view, nearest, first):
            return None
        return nearest

    def _subject(self, view: View, hit: Hit, first: int) -> bool:
        things = [other.start for other in view.find("thing", start=first)]
        return not things or hit.start > things[-1]

    def free(self, view: View, ref: SeasonRef) -> bool:
        """Say whether the season is meant itself, and not a thing of it ("the second season's soundtrack")."""
        head = next((hit for hit in view.find(*_HEADS, start=ref.end, end=min(ref.end + 45, len(view.folded)))), None)
        if head is None:
            return True
        between = view.masked[ref.end : head.start].strip()
        return bool(between) and not (
            between in {"'s", "'", "の", "-"} or view.has("again", start=ref.end, end=head.start)
        )

    # --- types -----------------------------------------------------------------------------------------------

    def _announced(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for hit in view.find("announce", "announce_new"):
            candidate = self._candidate(EventType.ANNOUNCED, view, hit.start, hit.end)
            first, last = view.clause(hit.start)
            near = [
                ref for ref in view.seasons
                if first <= ref.start < last and ref.kind in {SeasonKind.NUMBER, SeasonKind.NEW, SeasonKind.MORE, SeasonKind.SUFFIX}
            ]  # fmt: skip
            held = [ref for ref in near if self.free(view, ref)]
            if hit.meaning == "announce" and not held:
                continue
            if held:
                ref = min(
                    held,
                    key=lambda ref: (self.scope.fits(ref) is Fits.OTHER, _gap(ref.start, ref.end, hit.start, hit.end)),
                )
                candidate = replace(candidate, ref=ref, fits=self.scope.fits(ref), explicit=True)
            elif near:
                continue
            found.append(replace(candidate, past=self._long_ago(view, hit)))
        return found

    def _long_ago(self, view: View, hit: Hit) -> bool:
        """Say whether the text itself dates an announcement to an earlier year."""
        if self.published is None:
            return False
        first, last = view.clause(hit.start)
        if view.has("past", start=first, end=last):
            return True
        return any(
            found.date is not None and found.date.latest.year < self.published.year
            and (self.published - found.date.latest).days > 60
            for found in view.dates if first <= found.start < last
        )  # fmt: skip

    def _released(self, view: View, earlier: Sequence[Candidate]) -> list[Candidate]:
        found = []
        taken = {candidate.date for candidate in earlier if candidate.date is not None}
        for when in view.dates:
            if when.date is None or self._is_past(when):
                continue
            cue = self.tie(view, when)
            if cue is None:
                continue
            kind = EventType.RELEASE_DATE if when.date.is_day else EventType.RELEASE_WINDOW
            candidate = self._candidate(kind, view, min(cue.start, when.start), max(cue.end, when.end))
            if when.date in taken and any(c.type is kind for c in earlier):
                continue
            found.append(replace(candidate, date=when.date, service=self._service(view, when.start, broadcast=True)))
        return found

    def _is_past(self, when: FoundDate) -> bool:
        if when.date is None:
            return True
        return self.published is not None and when.date.latest < self.published

    def tie(self, view: View, when: FoundDate) -> Hit | None:
        """Return the words that tie a date to a premiere, if nothing nearer ties it to something else."""
        first, last = view.clause(when.start)
        ties = [
            hit for hit in view.find(
                "release", "released", "old_date", "event", "goods", "rerun", "episode", "finish", "film", "ova", "stage",
                "game", "said", start=first, end=last,
            )
            if hit.meaning not in self.own_media
        ]  # fmt: skip
        if not ties:
            return self._adjacent(view, when)
        left_first = view.words
        best = min(ties, key=lambda hit: (_tie_gap(hit, when, left_first=left_first), hit.meaning != "release"))
        return best if best.meaning == "release" else None

    def _adjacent(self, view: View, when: FoundDate) -> Hit | None:
        """A season and a date side by side state a premiere in headlines and lists: "Season 2, 26 October"."""
        if view.kind not in {BlockKind.HEADLINE, BlockKind.HEADING, BlockKind.LIST_ITEM} and len(view.folded) > 90:
            return None
        for ref in view.seasons:
            between = view.masked[min(ref.end, when.end) : max(ref.start, when.start)]
            if ref.kind is not SeasonKind.NONE and len(between.strip(" ,:|-–(・、")) <= 3:
                return Hit("release", ref.start, ref.end)
        return None

    def _service(self, view: View, at: int, *, broadcast: bool = False) -> FoundService | None:
        first, last = view.clause(at)
        near = [service for service in view.services if first <= service.start < last]
        names = {service.name for service in near}
        return near[0] if len(names) == 1 and (broadcast or near[0].streams) else None

    def _delayed(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found: list[Candidate] = []
        for hit in view.find("delay"):
            candidate = self._candidate(EventType.DELAYED, view, hit.start, hit.end)
            when = self._new_date(view, hit)
            if when is None and _weak_delay(view, hit):
                continue
            if when is None:
                found.append(replace(candidate, open=True))
                continue
            found.append(replace(candidate, date=when.date))
            if when.date is not None and not view.has("episode"):
                kind = EventType.RELEASE_DATE if when.date.is_day else EventType.RELEASE_WINDOW
                found.append(replace(candidate, type=kind, date=when.date))
        return found

    def _new_date(self, view: View, hit: Hit) -> FoundDate | None:
        """Return the date to which something is put off: the last one that is not called an old one."""
        first, last = view.clause(hit.start)
        future = [
            when for when in view.dates
            if when.start >= first and when.start < last + 60 and when.date is not None and not self._is_past(when)
            and not view.has("old_date", start=max(0, when.start - 25), end=when.end)
        ]  # fmt: skip
        named = [when for when in future if view.has("new_date", start=max(0, when.start - 12), end=when.end)]
        chosen = named or future
        return chosen[-1] if chosen else None

    def _cancelled(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for hit in view.find("cancel"):
            candidate = self._candidate(EventType.CANCELLED, view, hit.start, hit.end)
            if view.has("episode", start=view.clause(hit.start)[0], end=view.clause(hit.start)[1]):
                continue
            found.append(replace(candidate, past=self._long_ago(view, hit)))
        return found

    def _shown(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for kind, meaning in ((EventType.TRAILER, "trailer"), (EventType.VISUAL, "visual")):
            for hit in view.find(meaning):
                first, last = view.clause(hit.start)
                if not view.has("reveal", start=first, end=last) and view.kind is not BlockKind.HEADLINE:
                    continue
                candidate = self._candidate(kind, view, hit.start, hit.end)
                another = view.has("again", start=max(first, hit.start - 12), end=hit.end)
                found.append(replace(candidate, another=another))
        return found

    def _people(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for kind, meaning in ((EventType.CAST, "cast"), (EventType.STAFF, "staff")):
            for hit in view.find(meaning):
                found.append(self._candidate(kind, view, hit.start, hit.end))
        return found

    def _dubbed(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for hit in view.find("dub"):
            first, last = view.clause(hit.start)
            if not view.has("reveal", "release", "stream", start=first, end=last):
                continue
            candidate = self._candidate(EventType.DUB, view, hit.start, hit.end)
            when = next((w for w in view.dates if w.date and not self._is_past(w)), None)
            found.append(replace(candidate, date=when.date if when else None, service=self._service(view, hit.start)))
        return found

    def _streamed(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for hit in view.find("stream"):
            first, last = view.clause(hit.start)
            services = [s for s in view.services if first <= s.start < last and s.streams]
            if not services:
                continue
            candidate = self._candidate(EventType.STREAMING, view, hit.start, hit.end)
            when = next((w for w in view.dates if w.date and first <= w.start < last and not self._is_past(w)), None)
            service = services[0] if len({s.name for s in services}) == 1 else None
            found.append(replace(candidate, date=when.date if when else None, service=service))
        return found

    def _finished(self, view: View, _: Sequence[Candidate]) -> list[Candidate]:
        found = []
        for hit in view.find("finish"):
            first, last = view.clause(hit.start)
            when = next((w for w in view.dates if w.date and first <= w.start < last and not self._is_past(w)), None)
            if when is None:
                continue
            candidate = self._candidate(EventType.FINISHED, view, hit.start, hit.end)
            found.append(replace(candidate, date=when.date))
        return found


def _gap(start: int, end: int, other: int, stop: int) -> int:
    if start < stop and other < end:
        return 0
    return other - end if end <= other else start - stop


def _tie_gap(hit: Hit, when: FoundDate, *, left_first: bool) -> int:
    if hit.start < when.end and when.start < hit.end:
        return 0
    left = hit.end <= when.start
    gap = when.start - hit.end if left else hit.start - when.end
    return gap if left == left_first else gap + 12


def _weak_delay(view: View, hit: Hit) -> bool:
    """ "Moves to" and "slips from" tell a delay only beside a date."""
    return view.has("delay_dated", start=hit.start, end=hit.end) or False


def candidates_of(views: Sequence[View], finder: Finder) -> Iterator[Candidate]:
    for view in views:
        yield from finder.candidates(view)
