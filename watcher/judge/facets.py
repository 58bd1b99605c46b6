"""The facets beside the date: existence, trailer, visual, cast, staff, streaming, dub, the end.

In:    what is known of a season, one claim, the hearing.
Out:   a `Finding`.
Never: whether the speaker may be believed alone; that is `gate`'s business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from watcher.judge.findings import SAME_STORY, Finding, Standing, known, nothing
from watcher.judge.names import belongs_to, is_latin, platform_key, unknown_names
from watcher.judge.retract import withdrawn
from watcher.judge.saying import Hearing
from watcher.judge.shelves import reshelve, shelf
from watcher.known import Fact, SeasonKnown
from watcher.model import Claim, EventType

_TRANSLATED = timedelta(days=10)
"""Names in another script within this time of a batch are the same people, spelt differently."""


def weigh_announced(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether the season's existence is news."""
    if season.exists is not None and season.cancelled is None:
        return known("the season is known to exist", season.exists, lambda fact: replace(season, exists=fact))
    if withdrawn(season, "season", hearing, claim):
        return nothing("the season was taken back, and the source is no newer or no better than that")
    return _new(EventType.ANNOUNCED, "the first word of the season", lambda fact: replace(season, exists=fact))


def weigh_shown(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether a trailer or a visual is the first, or a further one that the text calls new."""
    shown = shelf(season, claim.type)
    if withdrawn(season, claim.type.value, hearing, claim) and not claim.another:
        return nothing(f"the {claim.type} was taken back")
    draft = Fact(value=str(claim.part or ""))
    if not shown:
        return _listed(season, claim, draft, f"the first {claim.type} we learn of")
    last = shown[-1]
    first_of_part = (claim.part or 1) > 1 and all(fact.value != draft.value for fact in shown)
    if not (claim.another or first_of_part):
        return known(
            f"a {claim.type} is known, and nothing says that this one is new", last, _refill(season, claim.type, last)
        )
    if _same_story(last, hearing):
        return known(f"the {claim.type} reported just before", last, _refill(season, claim.type, last))
    return _listed(season, claim, draft, f"the text says that the {claim.type} is a new one")


def _same_story(last: Fact, hearing: Hearing) -> bool:
    if last.said is None:
        return False
    if hearing.day <= last.said.date():
        return True
    other_outlet = hearing.saying.domain not in last.domains
    return other_outlet and hearing.day - last.said.date() <= SAME_STORY


def weigh_people(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether an entry brings names that are new to this season."""
    facts = shelf(season, claim.type)
    if not claim.names:
        return _unnamed(season, claim, hearing, facts)
    fresh = unknown_names(claim.names, _names(facts))
    if not fresh:
        return known(f"the {claim.type} is known", facts[-1], _refill(season, claim.type, facts[-1]))
    if any(_covers(fact, fresh, hearing) for fact in facts):
        return known(
            f"the {claim.type} named just before, spelt differently", facts[-1], _refill(season, claim.type, facts[-1])
        )
    draft = Fact(value="\n".join(fresh))
    return replace(_listed(season, claim, draft, f"new names: {', '.join(fresh)}"), names=fresh)


def _unnamed(season: SeasonKnown, claim: Claim, hearing: Hearing, facts: tuple[Fact, ...]) -> Finding:
    if not facts:
        return _listed(season, claim, Fact(), f"the first {claim.type} we learn of")
    if not claim.another or _same_story(facts[-1], hearing):
        return known(
            f"{claim.type} is known, and no new name is given", facts[-1], _refill(season, claim.type, facts[-1])
        )
    return _listed(season, claim, Fact(), f"further {claim.type}, without names we can read")


def _names(facts: tuple[Fact, ...]) -> list[str]:
    return [name for fact in facts for name in fact.value.split("\n") if name]


def _covers(fact: Fact, fresh: tuple[str, ...], hearing: Hearing) -> bool:
    """Say whether *fact* may hold the *fresh* names in another script, or names that could not be read."""
    if fact.said is None or abs(hearing.day - fact.said.date()) > _TRANSLATED:
        return False
    names = _names((fact,))
    if not names:
        return True
    other_script = {is_latin(name) for name in names}.isdisjoint({is_latin(name) for name in fresh})
    return other_script and len(names) >= len(fresh)


def weigh_streaming(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether a service is new; one that makes or orders the season is no news of its own."""
    key = platform_key(claim.platform)
    if belongs_to(claim.platform, hearing.title.official):
        return nothing(f"{claim.platform} makes the season; it is where it comes out, not a further service")
    known_service = season.streaming.get(key) or (None if key else next(iter(season.streaming.values()), None))
    if known_service is not None:
        key = platform_key(known_service.value)
        return known("the service is known", known_service, lambda fact: _put_service(season, key, fact))
    if withdrawn(season, f"streaming:{key}", hearing, claim):
        return nothing("the service was taken back")
    if hearing.record and season.finished is not None:
        return _told_never(season, key, claim)
    reason = f"a service we did not know of: {claim.platform or 'not named'}"
    draft = Fact(value=claim.platform or "", date=claim.date)
    finding = _new(EventType.STREAMING, reason, lambda fact: _put_service(season, key, fact), draft)
    return replace(finding, date=claim.date, platform=claim.platform)


def _put_service(season: SeasonKnown, key: str, fact: Fact) -> SeasonKnown:
    return replace(season, streaming={**season.streaming, key: fact})


def _told_never(season: SeasonKnown, key: str, claim: Claim) -> Finding:
    finding = _new(
        EventType.STREAMING,
        "a service of a season that is over",
        lambda fact: _put_service(season, key, fact),
        Fact(value=claim.platform or "", date=claim.date),
    )
    return replace(finding, standing=Standing.LEARN, platform=claim.platform)


def weigh_dub(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether a dub is new, or dated for the first time."""
    del hearing
    same = [fact for fact in season.dub if not claim.region or fact.value in {"", claim.region}]
    dated = claim.date is not None and all(fact.date is None for fact in same)
    if same and not dated:
        return known("the dub is known", same[-1], _refill(season, claim.type, same[-1]))
    reason = "the dub has a date now" if same else "the first word of a dub"
    draft = Fact(value=claim.region or "", date=claim.date)
    return replace(_listed(season, claim, draft, reason), date=claim.date, platform=claim.platform)


def weigh_cancelled(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether "there will be none" is news."""
    del claim
    if season.cancelled is not None:
        return known("known to be cancelled", season.cancelled, lambda fact: replace(season, cancelled=fact))
    if season.finished is not None:
        return nothing("the season is over")
    if season.exists is not None and season.exists.said is not None and hearing.day < season.exists.said.date():
        return nothing("older than the word that there is a season")
    return _new(EventType.CANCELLED, "there will be no such season", lambda fact: replace(season, cancelled=fact))


def weigh_finished(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find whether the season is over now; the end of a cour is not."""
    if season.finished is not None:
        return known("known to be over", season.finished, lambda fact: replace(season, finished=fact))
    if problem := _cannot_be_over(season, claim, hearing):
        return nothing(problem)
    draft = Fact(date=claim.date)
    finding = _new(
        EventType.FINISHED, "the last episode is out", lambda fact: replace(season, finished=fact, began=True), draft
    )
    ended_before = claim.date is not None and claim.date.latest < hearing.since
    if ended_before or (hearing.record and season.exists is None and claim.date is None):
        return replace(finding, standing=Standing.LEARN, reason="it was over before the watch began")
    return replace(finding, date=claim.date)


def _cannot_be_over(season: SeasonKnown, claim: Claim, hearing: Hearing) -> str | None:
    if claim.part is not None:
        return "the end of a part is not the end of the season"
    if claim.date is not None and claim.date.earliest > hearing.today + timedelta(days=1):
        return "the end is still to come"
    if any(fact.date is not None and fact.date.earliest > hearing.today for fact in season.dates.values()):
        return "a part of the season is still to come"
    return None


def _listed(season: SeasonKnown, claim: Claim, draft: Fact, reason: str) -> Finding:
    facts = shelf(season, claim.type)

    def put(fact: Fact) -> SeasonKnown:
        return reshelve(season, claim.type, (*facts, fact))

    return _new(claim.type, reason, put, draft)


def _refill(season: SeasonKnown, type_: EventType, old: Fact) -> Callable[[Fact], SeasonKnown]:
    facts = shelf(season, type_)

    def put(fact: Fact) -> SeasonKnown:
        return reshelve(season, type_, tuple(fact if one is old else one for one in facts))

    return put


def _new(type_: EventType, reason: str, put: Callable[[Fact], SeasonKnown], draft: Fact | None = None) -> Finding:
    return Finding(standing=Standing.NEW, reason=reason, type=type_, fact=draft or Fact(), put=put)
