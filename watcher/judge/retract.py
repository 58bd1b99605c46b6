"""Take back what was told: by the same or a better tier, and only what was known.

In:    what is known of a season, a claim of type `retracted`, the hearing.
Out:   a `Finding`; `withdrawn` for others: was this taken back, by whom nobody lesser should contradict?
Never: corrections of a date; those move on the date ladder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from watcher.judge.findings import DATED, Finding, Standing, conflict, nothing
from watcher.judge.names import platform_key
from watcher.judge.saying import Hearing
from watcher.judge.shelves import SHELVED, reshelve, shelf
from watcher.known import Fact, SeasonKnown
from watcher.model import Claim, EventType

_MAX_TAKEN_BACK = 20


def withdrawn(season: SeasonKnown, what: str, hearing: Hearing, claim: Claim) -> Fact | None:
    """Return the retraction that stands against repeating *what*, if one does.

    After it, only a newer word counts; on the day itself only one from a better tier.
    """
    for fact in season.taken_back:
        if fact.value not in {what, "season"} or fact.said is None:
            continue
        if hearing.day < fact.said.date():
            return fact
        if hearing.day == fact.said.date() and hearing.weight(claim) >= fact.weight:
            return fact
    return None


def still_cancelled(season: SeasonKnown, hearing: Hearing) -> Finding | None:
    """A cancelled season comes back only by a newer word from as good a source."""
    end = season.cancelled
    if end is None or (hearing.tier <= end.weight and (end.said is None or hearing.day > end.said.date())):
        return None
    return conflict("the season is known to be cancelled", Fact(), lambda _: season)


def weigh_retraction(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find what a retraction takes away."""
    if claim.platform or claim.takes_back is EventType.STREAMING:
        return _streaming(season, claim, hearing)
    if claim.takes_back in {None, EventType.ANNOUNCED}:
        return _everything(season, claim, hearing)
    assert claim.takes_back is not None
    return _one(season, claim, hearing, claim.takes_back)


def _everything(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    if season.exists is None:
        return nothing("takes back what was never known")
    if claim.takes_back is None and season.exists.weight < hearing.tier:
        return _own_words(season, claim, hearing)
    if problem := _too_weak([season.exists], hearing):
        return problem
    bare = SeasonKnown(season=season.season, medium=season.medium, record=season.record, taken_back=season.taken_back)
    return _taken(claim, "the season itself is taken back", bare, Fact(value="season"))


def _own_words(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """An outlet that takes back all it said takes back what only it said."""
    domain = hearing.saying.domain
    for key, fact in season.streaming.items():
        if fact.domains == (domain,):
            rest = {name: other for name, other in season.streaming.items() if name != key}
            draft = Fact(value=f"streaming:{key}")
            finding = _taken(claim, "the outlet takes its own word back", replace(season, streaming=rest), draft)
            return replace(finding, platform=fact.value or None, takes_back=EventType.STREAMING)
    for type_ in sorted(SHELVED):
        facts = shelf(season, type_)
        if facts and facts[-1].domains == (domain,):
            without = reshelve(season, type_, facts[:-1])
            finding = _taken(claim, "the outlet takes its own word back", without, Fact(value=type_.value))
            return replace(finding, takes_back=type_)
    return nothing("a worse source cannot take back what a better one said")


def _streaming(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    key = platform_key(claim.platform) or _service_meant(season, claim, hearing)
    fact = season.streaming.get(key)
    if fact is None:
        return nothing("takes back what was never known")
    if problem := _too_weak([fact], hearing):
        return problem
    rest = {name: other for name, other in season.streaming.items() if name != key}
    finding = _taken(
        claim, "the service is taken back", replace(season, streaming=rest), Fact(value=f"streaming:{key}")
    )
    return replace(finding, platform=fact.value or claim.platform, takes_back=EventType.STREAMING)


def _service_meant(season: SeasonKnown, claim: Claim, hearing: Hearing) -> str:
    """Return the key of the service taken back: the one named there, else the outlet's own word, else the only one."""
    quote = platform_key(claim.quote)
    named = [key for key in season.streaming if key and key in quote]
    own = [key for key, fact in season.streaming.items() if hearing.saying.domain in fact.domains]
    return next((keys[0] for keys in (named, own, list(season.streaming)) if len(keys) == 1), "")


def _one(season: SeasonKnown, claim: Claim, hearing: Hearing, what: EventType) -> Finding:
    if what in DATED:
        return _date(season, claim, hearing)
    facts = shelf(season, what)
    if not facts:
        return nothing("takes back what was never known")
    without = reshelve(season, what, facts[:-1])
    return _too_weak(facts[-1:], hearing) or _taken(claim, f"the {what} is taken back", without, Fact(value=what.value))


def _date(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    part = claim.part or 1
    fact = season.dates.get(part)
    if fact is None or fact.open:
        return nothing("takes back a date that was not known")
    if problem := _too_weak([fact], hearing):
        return problem
    rest = {number: other for number, other in season.dates.items() if number != part}
    draft = Fact(value="date", date=fact.date)
    return _taken(claim, f"the date {fact.date} is taken back", replace(season, dates=rest), draft)


def _too_weak(facts: Iterable[Fact], hearing: Hearing) -> Finding | None:
    facts = list(facts)
    if any(fact.weight < hearing.tier for fact in facts):
        return nothing("a worse source cannot take back what a better one said")
    if any(fact.said is not None and hearing.day < fact.said.date() for fact in facts):
        return nothing("older than what it would take back")
    return None


def _taken(claim: Claim, reason: str, without: SeasonKnown, draft: Fact) -> Finding:
    def put(fact: Fact) -> SeasonKnown:
        return replace(without, taken_back=(*without.taken_back, fact)[-_MAX_TAKEN_BACK:])

    return Finding(
        standing=Standing.NEW,
        reason=reason,
        type=EventType.RETRACTED,
        fact=draft,
        put=put,
        takes_back=claim.takes_back,
        part=claim.part,
    )
