"""Find where a text takes back what was said: corrections, withdrawals, official denials of a report.

In:    a page.
Out:   claims of type `retracted`, with what they take back.
Never: whether it was ever told; that is `watcher.judge`. A retraction makes no text solid.
"""

from __future__ import annotations

from collections.abc import Iterator

from watcher.model import EventType, Modality
from watcher.read.candidate import Candidate
from watcher.read.page import Page
from watcher.read.scope import Fits, Whose
from watcher.read.views import View

_TAKEN = (
    ("stream", EventType.STREAMING),
    ("dub", EventType.DUB),
    ("trailer", EventType.TRAILER),
    ("cast", EventType.CAST),
    ("date_word", EventType.RELEASE_DATE),
)


def retractions(page: Page) -> Iterator[Candidate]:
    """Yield one retraction for a text that takes something back."""
    for view in page.views:
        hit = next(view.find("retract"), None)
        if hit is None or view.asks or not _about(page, view):
            continue
        whose = page.scope.whose(view, hit.start)
        yield Candidate(
            type=EventType.RETRACTED,
            view=view,
            start=hit.start,
            end=hit.end,
            whose=whose,
            fits=page.scope.season(view, hit.start)[0],
            ref=None,
            meant=Modality.ASSERTED,
            takes_back=_taken_back(page, view),
            why=(f"takes back: “{view.sentence.text[hit.start : hit.end]}”",),
        )
        return


def _about(page: Page, view: View) -> bool:
    """A correction in the headline is about what the body names."""
    if page.scope.whose(view, len(view.folded)) is Whose.OTHER:
        return False
    refs = [page.scope.fits(ref) for each in (view, *page.own) for ref in each.seasons]
    return Fits.WATCHED in refs or page.scope.default is Fits.WATCHED


def _taken_back(page: Page, view: View) -> EventType | None:
    for each in (view, *(other for other in page.own if other is not view)):
        for meaning, kind in _TAKEN:
            if each.has(meaning):
                return kind
    return None
