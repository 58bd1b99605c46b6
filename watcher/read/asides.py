"""Find what a text says by the way: that the season is over now, that it goes on, that a service carries it.

In:    a page.
Out:   claims that count only together with what is known and who speaks.
Never: whether the season was running, or suspended; that is `watcher.judge`. None of these makes a text solid: most
texts that speak of a last episode look back, most that date an episode are schedules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.fuzzydate import FuzzyDate
from watcher.model import EventType, Modality
from watcher.read.candidate import Candidate
from watcher.read.lexicon import Hit
from watcher.read.modality import modality
from watcher.read.page import Page
from watcher.read.scope import Fits, Whose
from watcher.read.seasons import SeasonKind
from watcher.read.views import View


def asides(page: Page, solid: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield what counts only together with what is known, beside what is *solid* by itself."""
    if not any(claim.type is EventType.FINISHED for claim in solid):
        yield from _endings(page)
    if not solid:
        yield from _resumptions(page)
        yield from _carried(page)
        yield from _no_plans(page)


def _resumptions(page: Page) -> Iterator[Candidate]:
    """Yield the day on which a suspended broadcast goes on, or the next episode comes."""
    for view in page.views:
        days = [when.date for when in view.dates if when.date is not None and not page.setting.is_past(when)]
        hit = next(view.find("resume"), None) or next(view.find("episode"), None)
        if hit is None or len(days) != 1 or not days[0].is_day or view.asks:
            continue
        if page.scope.whose(view, len(view.folded)) is Whose.OTHER or view.has("goods", "event", "rerun"):
            continue
        yield _aside(page, view, hit, EventType.RELEASE_DATE, days[0])
        return


def _no_plans(page: Page) -> Iterator[Candidate]:
    """Yield that no such season is planned, for good: "at present" makes it a denial of news."""
    for view in page.views:
        hit = next(view.find("no_plans"), None)
        if hit is None or view.asks or view.has("at_present"):
            continue
        if page.scope.season(view, hit.start)[0] is Fits.WATCHED:
            yield _aside(page, view, hit, EventType.CANCELLED, None)
            return


def _carried(page: Page) -> Iterator[Candidate]:
    """Yield that the season is in somebody's programme; whose, the address says."""
    for view in page.views:
        hit = next(view.find("carried"), None)
        fits = page.scope.season(view, hit.start)[0] if hit else Fits.OTHER
        if hit is not None and fits is Fits.WATCHED and not view.asks:
            days = [when.date for when in view.dates if when.date is not None and not page.setting.is_past(when)]
            yield _aside(page, view, hit, EventType.STREAMING, days[0] if len(days) == 1 else None)
            return


def _aside(page: Page, view: View, hit: Hit, kind: EventType, date: FuzzyDate | None) -> Candidate:
    fits, ref = page.scope.season(view, hit.start)
    return Candidate(
        type=kind,
        view=view,
        start=hit.start,
        end=hit.end,
        whose=page.scope.whose(view, hit.start),
        fits=fits,
        ref=ref,
        date=date,
        why=(f"by the way: “{view.sentence.text[hit.start : hit.end]}”",),
    )


def _endings(page: Page) -> Iterator[Candidate]:
    """Yield one end for a text that tells it as of now, from the sentence that gives its day if one does."""
    told = list(_ended(page))
    yield from sorted(told, key=lambda claim: claim.date is None)[:1]


def _ended(page: Page) -> Iterator[Candidate]:
    for view in page.views:
        hit = next(view.find("ended_now"), None)
        if hit is None or view.asks or page.scope.whose(view, len(view.folded)) is Whose.OTHER:
            continue
        if any(ref.kind is SeasonKind.PART for ref in view.seasons) or view.has("rerun", "guess", "rumour", "review"):
            continue
        fits, _ = page.scope.season(view, hit.start, end=hit.end)
        meant, _ = modality(view, hit.start, hit.end)
        if fits is Fits.OTHER or meant is not Modality.ASSERTED:
            continue
        day = _day_of_end(page, view)
        if view.words and day is None:
            continue  # "the finale" alone is also what reviews are about
        yield _aside(page, view, hit, EventType.FINISHED, day)


def _day_of_end(page: Page, view: View) -> FuzzyDate | None:
    """Return the day of an end that is told on it; a late-night one is told the day after."""
    today = page.setting.published
    if today is None:
        return None
    days = [when.date for when in view.dates if when.date is not None and when.date.is_day]
    late = 0 if view.words else 1
    return next((FuzzyDate.parse(day.coarse()) for day in days if 0 <= (today - day.earliest).days <= late), None)
