"""A title is hot for a while when somebody not to be believed alone says something, or says that something is to come.

In:    the claims held about a title, teasers, now.
Out:   `Heat`, and how long to wait between two looks at a source for it.
Never: knowledge of its own; when the claim is confirmed (and held no longer), the title is cool again.

The better word comes soon or not at all, so looks follow each other in proportion to the time that has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.known import Held
from watcher.memory import Judged, Outcome
from watcher.model import Claim, Modality, Tier

HOT_FOR = timedelta(hours=72)
"""As long as a second pointer counts (`judge.corroborate`)."""
HOT_FOR_UNKNOWN = timedelta(hours=24)
"""After the word of an outlet that nobody lists, which is wrong mostly."""
TEASED_EVERY = timedelta(days=14)
"""Teasers heat a title once in this time: some pages announce announcements for ever."""
SHARE = 8
"""A look each time an eighth of the time since the claim has passed: some 30 looks in all."""
SOONEST_GENERAL = timedelta(minutes=30)
"""For a source that is not only about the title: titles are many, and some title is always hot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Why and how long a title is hot."""

    title_id: str
    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """A statement that something about a title will be announced."""

    title_id: str
    source: str
    at: datetime


def is_teaser(judged: Judged) -> bool:
    """Say whether an entry, not an old one, announces an announcement and nothing else."""
    claims = (*judged.reading.claims, *judged.reading.dropped)
    return judged.outcome is Outcome.SILENT and any(one.modality is Modality.SCHEDULED for one in claims)


def teased(title_id: str, teasers: Iterable[Teaser], now: datetime) -> Heat | None:
    """Return the heat of a title by the first of its recent teasers."""
    times = [one for one in teasers if one.title_id == title_id and now - TEASED_EVERY < one.at <= now]
    first = min(times, key=lambda one: one.at, default=None)
    if first is None or now >= first.at + HOT_FOR:
        return None
    why = f"{first.source} says that something is to come"
    return Heat(title_id=title_id, since=first.at, until=first.at + HOT_FOR, why=why)


def heat(title_id: str, held: Sequence[Held], now: datetime) -> Heat | None:
    """Return the heat of a title, by the newest thing said of it; None where it is cool."""
    found = [_heat(title_id, one) for one in held if not (_said_before(one, held) or _is_old(one))]
    return max((one for one in found if one.since <= now < one.until), key=lambda one: one.since, default=None)


def wait(hot: Heat, now: datetime, *, bound: bool, soonest: timedelta) -> timedelta:
    """Say how long to wait before the next look at a source; *bound*: it is only looked at for this title."""
    least = soonest if bound else max(soonest, SOONEST_GENERAL)
    return max((now - hot.since) / SHARE, least)


def hottest(hot: Iterable[Heat]) -> Heat | None:
    """Return the heat that asks for the soonest look."""
    return max(hot, key=lambda one: one.since, default=None)


def _heat(title_id: str, one: Held) -> Heat:
    lasting = HOT_FOR_UNKNOWN if one.evidence.tier is Tier.UNKNOWN else HOT_FOR
    why = f"{one.claim.type.value.replace('_', ' ')} claimed by {one.evidence.source}"
    return Heat(title_id=title_id, since=one.since, until=one.since + lasting, why=why)


def _said_before(one: Held, held: Iterable[Held]) -> bool:
    """Say whether the same was claimed earlier: what is repeated for weeks heats once."""
    return any(other.since < one.since and _what(other.claim) == _what(one.claim) for other in held)


def _is_old(one: Held) -> bool:
    """Say whether it was old when we read it, as everything is for a title just added."""
    return one.evidence.published is not None and one.evidence.published < one.since - HOT_FOR


def _what(claim: Claim) -> tuple[object, ...]:
    return (claim.type, claim.season, claim.medium, claim.part, claim.date, claim.platform)
