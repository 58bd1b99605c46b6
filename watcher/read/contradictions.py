"""Find where a text contradicts itself or the calendar.

In:    a page.
Out:   reasons, in words; whether a date is impossible.
Never: what other texts say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate
from watcher.read.page import RELEASES, Page
from watcher.read.scope import Fits, Whose
from watcher.read.views import View

_APART = 45
"""Days by which two dates for one premiere must differ to exclude each other."""


def contradictions(page: Page) -> Iterator[str]:
    """Yield what does not go together in a text."""
    dated = [claim for claim in page.candidates if claim.about and claim.type in RELEASES and claim.date is not None]
    denial = page.denies_date or page.denies_existence
    if dated and denial is not None:
        yield f"contradicts itself: names {dated[0].date} though it says “{short(denial)}”"
    yield from _undone(page)
    yield from _bygone(page)
    for one in dated:
        if (other := _excluded(one, dated)) is not None:
            yield f"contradicts itself: names both {one.date} and {other.date}"
            break
    for claim in dated:
        if (view := run_over(page, claim)) is not None:
            yield f"impossible timeline: {claim.date} is not after what was on before (“{short(view)}”)"
            break


def _undone(page: Page) -> Iterator[str]:
    """Something is both denied and expected: "no trailer has been released", "we can expect a trailer"."""
    denials = [view for view in page.own if view.has("negation") and view.has("trailer", "rumour", "announce")]
    hopes = [view for view in page.own if view.has("guess", "hedge") and view.has("trailer", "rumour", "release")]
    if denials and hopes and denials[0] is not hopes[0]:
        yield f"contradicts itself: “{short(denials[0])}” beside “{short(hopes[0])}”"


def _bygone(page: Page) -> Iterator[str]:
    """Something is said to come on a day that was over when the text was published."""
    published = page.setting.published
    for view in page.having("future"):
        for hit in view.find("future"):
            first, last = view.clause(hit.start)
            for when in view.dates:
                passed = (
                    when.date is not None and published is not None and (published - when.date.latest).days > _APART
                )
                if passed and hit.start < when.start and first <= when.start < last:
                    yield f"impossible timeline: says on {published} that it will be on {when.date} (“{short(view)}”)"
                    return


def _excluded(one: Candidate, dated: list[Candidate]) -> Candidate | None:
    for other in dated:
        if other.date is None or one.date is None or other.date.overlaps(one.date) or other.part != one.part:
            continue
        if abs((other.date.earliest - one.date.earliest).days) > _APART:
            return other
    return None


def run_over(page: Page, claim: Candidate) -> View | None:
    """Return a sentence by which an earlier season ran at or after the date that *claim* gives for a later one."""
    if claim.date is None or page.scope.wanted == 1:
        return None
    for view in page.views:
        if view.kind is BlockKind.RELATED or view is claim.view or not view.has("released"):
            continue
        if any(page.scope.fits(ref) is Fits.WATCHED for ref in view.seasons):
            continue
        if _last_day(page, view) >= claim.date.latest:
            return view
    return None


def _last_day(page: Page, view: View) -> date:
    """Return the last day on which something of the work was on, by a sentence."""
    days = [date.min]
    for hit in view.find("released"):
        first, last = view.clause(hit.start)
        if page.scope.whose(view, hit.start) is Whose.OWN:
            told = [when.before or when.date for when in view.dates if first <= when.start < last]
            days += [day.latest for day in told if day is not None]
    return max(days)


def short(view: View, limit: int = 120) -> str:
    """Return a sentence to be quoted in a reason."""
    text = view.sentence.text
    return text if len(text) <= limit else text[: limit - 1] + "…"


def in_one_breath(page: Page, claim: Candidate) -> bool:
    """Say whether the very sentence that gives a day says that none is known; no exact day says nothing of a month."""
    return claim.type is EventType.RELEASE_DATE and any(view is claim.view for view in page.having("deny_date"))
