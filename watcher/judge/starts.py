"""Say whose a service or a start is: tell a service's or a dub's own start from the season's.

In:    the claims of one entry, what is known, who speaks.
Out:   the claims, with each date and each service's name where it belongs.
Never: which date is right.

A service's, region's or dub's own day is the date of that `streaming` or `dub` event; it never moves the season's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from watcher.fuzzydate import FuzzyDate
from watcher.judge.findings import DATED
from watcher.judge.names import belongs_to, platform_key
from watcher.judge.spans import agree, same
from watcher.known import SeasonKnown
from watcher.model import Claim, EventType

_MOVES = frozenset({EventType.DELAYED, EventType.ADVANCED})


def own_starts(claims: Iterable[Claim], season: SeasonKnown | None, hosts: Iterable[str]) -> tuple[Claim, ...]:
    """Give the date of a `release_*` claim to the service or dub that it is the start of, where it is."""
    claims, hosts = list(claims), tuple(hosts)
    for claim in [one for one in claims if one.type in DATED - _MOVES and one.date is not None]:
        owner = next((one for one in claims if _owns(one, claim, season, hosts)), None)
        if owner is None:
            continue
        claims.remove(claim)
        claims[claims.index(owner)] = replace(owner, date=owner.date or claim.date)
    return tuple(claims)


def own_service(claims: Iterable[Claim], publisher: str, domain: str) -> tuple[Claim, ...]:
    """Name the service that a streaming service's own press post need not name: itself."""
    if not belongs_to(publisher, (domain,)):
        return tuple(claims)
    return tuple(
        replace(one, platform=publisher)
        if one.type in {EventType.STREAMING, EventType.DUB} and not one.platform
        else one
        for one in claims
    )


def own_run(claims: Iterable[Claim], season: SeasonKnown | None, publisher: str, domain: str) -> tuple[Claim, ...]:
    """Take a service's own word of when it begins for the date of its `streaming`, where others gave the season's.

    Only beside a premiere that is known, that is not contradicted, and that the service itself never spoke of.
    """
    fact = season.dates.get(1) if season is not None else None
    if fact is None or fact.date is None or domain in fact.domains or not belongs_to(publisher, (domain,)):
        return tuple(claims)
    told = fact.date
    return tuple(
        replace(one, type=EventType.STREAMING, platform=one.platform or publisher)
        if one.type in DATED - _MOVES and one.date and _of_itself(one, publisher) and agree(told, one.date)
        else one
        for one in claims
    )


def _of_itself(claim: Claim, publisher: str) -> bool:
    """Say whether a service speaks of itself: as the platform, or by its name in the sentence: "Coming to Wavelet"."""
    key = platform_key(publisher)
    return platform_key(claim.platform) == key or (not claim.platform and key in platform_key(claim.quote))


def _owns(owner: Claim, claim: Claim, season: SeasonKnown | None, hosts: tuple[str, ...]) -> bool:
    assert claim.date is not None
    if owner.type not in {EventType.STREAMING, EventType.DUB} or belongs_to(owner.platform, hosts):
        return False
    by_name = bool(claim.platform) and platform_key(claim.platform) == platform_key(owner.platform)
    by_date = owner.date is not None and same(owner.date, claim.date)
    if not (by_name or by_date):
        return False
    one_sentence = owner.type is EventType.DUB and owner.quote == claim.quote
    return by_name or one_sentence or _contradicts(claim.date, claim.part or 1, season)


def _contradicts(date: FuzzyDate, part: int, season: SeasonKnown | None) -> bool:
    fact = season.dates.get(part) if season is not None else None
    return fact is not None and fact.date is not None and not agree(fact.date, date)
