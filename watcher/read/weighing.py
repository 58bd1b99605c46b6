"""Weigh a statement against the rest of its text: what speaks for it, what against it.

In:    a page, a candidate.
Out:   credit and doubt, each as reasons with their weight.
Never: other texts, publishers; trust is `watcher.judge`.

The weights say which reason outweighs which: a plain sentence stands until something is said against it; a denial
that anything is announced outweighs a plain sentence even in firm words, but not one that names an official source.
"""

from __future__ import annotations

import re

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate
from watcher.read.contradictions import in_one_breath, run_over
from watcher.read.contradictions import short as _short
from watcher.read.page import RELEASES, Page
from watcher.read.views import View

_TITLES = frozenset({BlockKind.HEADLINE, BlockKind.HEADING})


_HOUR = re.compile(r"\d{1,2}(?::\d\d|時)")


def credit(page: Page, claim: Candidate) -> dict[str, int]:
    """Return what speaks for a statement; the plain sentence counts one."""
    view = claim.view
    found = {"stated plainly": 1}
    if view.has("official_named"):
        found["names an official source"] = 2
    elif view.has("outlet") and not view.has("anonymous"):
        found["names an outlet"] = 1
    if view.has("firm"):
        found["in firm words"] = 1
    if any(_repeats(page, other, claim) for other in page.candidates):
        found["said more than once"] = 1
    return found


def _repeats(page: Page, other: Candidate, claim: Candidate) -> bool:
    if other.view is claim.view or not other.solid or (page.seo and other.view.kind in _TITLES):
        return False
    if other.type in RELEASES and claim.type in RELEASES:
        return other.date is not None and claim.date is not None and other.date.overlaps(claim.date)
    return other.type is claim.type


def doubt(page: Page, claim: Candidate) -> dict[str, int]:
    """Return what speaks against a statement: denials, rumours and guesses about the same thing in the text."""
    found: dict[str, int] = {}
    if page.seo and claim.view.kind in _TITLES and not _row(claim):
        found["only a headline of the “everything we know” kind"] = 3
    if (view := page.denies_existence) is not None:
        found[f"the text says that nothing is announced (“{_short(view)}”)"] = 3
    if in_one_breath(page, claim):
        found["contradicts itself in one sentence: a day is given, and none is known"] = 3
    if claim.type in RELEASES:
        found |= _doubt_of_day(page, claim)
    if (view := page.rumour(claim)) is not None and view is not claim.view:
        found[f"the text reports rumours (“{_short(view)}”)"] = 1 + 2 * (view.kind is BlockKind.HEADLINE)
    if (view := page.caution(claim)) is not None:
        found[f"the text warns against believing it (“{_short(view)}”)"] = 3
    found |= _asked(page, claim)
    return found


def _doubt_of_day(page: Page, claim: Candidate) -> dict[str, int]:
    """Return what speaks against a day or window."""
    found: dict[str, int] = {}
    if (view := run_over(page, claim)) is not None:
        found[f"impossible timeline: it was still on then (“{_short(view)}”)"] = 4
    if page.of_episode and not claim.explicit:
        found["the page is about one episode"] = 3
    if (view := page.denies_date) is not None:
        found[f"the text says that no date is known (“{_short(view)}”)"] = _date_doubt(page, claim, view)
    return found


def _row(claim: Candidate) -> bool:
    """Say whether a line that looks like a heading is one of a table, with a day and its hour; nobody guesses hours."""
    timed = (claim.date is not None and claim.date.slot is not None) or _HOUR.match(claim.view.folded)
    return bool(timed) and claim.view.kind is BlockKind.HEADING


def _asked(page: Page, claim: Candidate) -> dict[str, int]:
    """A page that asks what it states, or guesses at it elsewhere, is believed less."""
    found = {}
    if page.asked and claim.type is EventType.CANCELLED and not claim.view.has("official_named"):
        found["the headline asks for it"] = 2
    if page.seo and page.guesses(claim):
        found["the text guesses at the same elsewhere"] = 1
    return found


def _date_doubt(page: Page, claim: Candidate, view: View) -> int:
    """That no *exact* date is known says nothing against a month."""
    if claim.type is EventType.RELEASE_DATE:
        return 2 + page.seo
    return int(page.seo and not view.has("exact"))
