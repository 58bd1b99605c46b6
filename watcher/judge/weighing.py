"""Weigh a claim: what would it change if its speaker were believed?

In:    what is known, a claim, the hearing.
Out:   a `Finding`, or why the claim concerns no watched season.
Never: trust; that is `docket`'s business.
"""

from __future__ import annotations

from collections.abc import Callable

from watcher.judge import facets
from watcher.judge.dates import weigh_date
from watcher.judge.findings import DATED, Finding, nothing
from watcher.judge.retract import still_cancelled, weigh_retraction, withdrawn
from watcher.judge.saying import Hearing
from watcher.judge.seasons import season_of
from watcher.known import Known, SeasonKnown
from watcher.model import Claim, EventType

_WEIGH: dict[EventType, Callable[[SeasonKnown, Claim, Hearing], Finding]] = {
    **dict.fromkeys(DATED, weigh_date),
    EventType.ANNOUNCED: facets.weigh_announced,
    EventType.TRAILER: facets.weigh_shown,
    EventType.VISUAL: facets.weigh_shown,
    EventType.CAST: facets.weigh_people,
    EventType.STAFF: facets.weigh_people,
    EventType.STREAMING: facets.weigh_streaming,
    EventType.DUB: facets.weigh_dub,
    EventType.CANCELLED: facets.weigh_cancelled,
    EventType.FINISHED: facets.weigh_finished,
    EventType.RETRACTED: weigh_retraction,
}
NEEDS_SEASON = frozenset(
    {
        EventType.TRAILER,
        EventType.VISUAL,
        EventType.CAST,
        EventType.STAFF,
        EventType.STREAMING,
        EventType.DUB,
    }
)
"""Facets that make a season known; told first, the season itself is told with them."""


def weigh(known: Known, claim: Claim, hearing: Hearing) -> Finding | str:
    """Find what *claim* would change if its speaker were believed, or why it concerns no watched season."""
    season = season_of(known, claim, hearing)
    return season if isinstance(season, str) else weigh_in(season, claim, hearing)


def weigh_in(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find what *claim* would change in *season*."""
    if claim.type in {EventType.CANCELLED, EventType.RETRACTED}:
        return _WEIGH[claim.type](season, claim, hearing)
    if season.exists is None and claim.type in NEEDS_SEASON and withdrawn(season, "season", hearing, claim):
        return nothing("the season was taken back, and the source is no newer or no better than that")
    return still_cancelled(season, hearing) or _WEIGH[claim.type](season, claim, hearing)
