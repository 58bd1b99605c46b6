"""Two pointers make a fact: independent ones, within three days, one of them naming an official source.

In:    claims that wait, a claim that would wait, the hearing.
Out:   the second voice, or None.
Never: tier 5; nobody counts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from watcher.judge.findings import DATED
from watcher.judge.names import platform_key, unknown_names
from watcher.judge.sameness import is_copy
from watcher.judge.saying import Hearing
from watcher.judge.spans import same
from watcher.known import Held
from watcher.model import Claim, Tier

WITHIN = timedelta(hours=72)


def second_voice(held: Iterable[Held], claim: Claim, hearing: Hearing) -> Held | None:
    """Return the waiting claim that confirms *claim*, if there is one."""
    if hearing.tier is not Tier.POINTER:
        return None
    voices = [one for one in held if one.evidence.tier is Tier.POINTER]
    if any(is_copy(one.text_digest, hearing.saying.text_digest) for one in voices):
        return None
    return next((one for one in voices if _confirms(one, claim, hearing)), None)


def _confirms(one: Held, claim: Claim, hearing: Hearing) -> bool:
    return (
        one.domain != hearing.saying.domain
        and hearing.now - one.since <= WITHIN
        and same_claim(one.claim, claim)
        and (one.names_official or hearing.names_official(claim))
    )


def same_claim(one: Claim, other: Claim) -> bool:
    """Say whether two claims say the same: type and date, and about the same thing."""
    alike = (
        (one.season, one.medium, one.part or 1) == (other.season, other.medium, other.part or 1)
        and _same_type(one, other)
        and _same_date(one, other)
        and platform_key(one.platform) == platform_key(other.platform)
    )
    return alike and not _other_people(one, other)


def _same_type(one: Claim, other: Claim) -> bool:
    return one.type is other.type or (one.type in DATED and other.type in DATED)


def _same_date(one: Claim, other: Claim) -> bool:
    if one.date is None or other.date is None:
        return one.date is other.date
    return same(one.date, other.date)


def _other_people(one: Claim, other: Claim) -> bool:
    return bool(one.names and other.names) and len(unknown_names(one.names, other.names)) == len(one.names)
