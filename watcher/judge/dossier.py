"""What is known about a title, for a person: the honest version of "everything we know".

In:    a title, its `Knowledge`, now.
Out:   a `Dossier`; each facet has its evidence, or says that nothing is known.
Never: guesses. What is held is listed apart, with what it waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from watcher.judge.existence import existence
from watcher.judge.summary import EXISTENCE_WORDS
from watcher.known import Existence, Fact, Held, Known, SeasonKnown
from watcher.memory import Knowledge
from watcher.model import Claim, Evidence, Medium, Policy, Tier, Title

NOTHING_KNOWN = "nothing known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One line of the dossier."""

    name: str
    text: str = NOTHING_KNOWN
    evidence: tuple[Evidence, ...] = ()

    @property
    def known(self) -> bool:
        return self.text != NOTHING_KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonDossier:
    """What is known of one season."""

    season: int | None
    medium: Medium
    existence: Existence
    watched: bool
    facets: tuple[Facet, ...]

    def facet(self, name: str) -> Facet:
        return next((facet for facet in self.facets if facet.name == name), Facet(name=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A claim that is held, and what it waits for."""

    says: str
    waits_for: str
    evidence: Evidence
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of a title."""

    title_id: str
    name: str
    seasons: tuple[SeasonDossier, ...]
    """The watched ones first."""
    waiting: tuple[Waiting, ...]
    last_official: Evidence | None
    speculative: int
    """Pages silenced as guesses."""
    retrospective: int
    at: datetime
    streams: tuple[str, ...] = ()
    """Who streams what there is already, as the configuration says."""


def dossier(title: Title, knowledge: Knowledge, now: datetime, *, policy: Policy = Policy.CREDIBLE) -> Dossier:
    """Gather what is known of *title*."""
    known = knowledge.known
    seasons = [_season(season, title, knowledge.held, now) for season in _with_watched(known, title)]
    return Dossier(
        title_id=title.id,
        name=title.name,
        seasons=tuple(sorted(seasons, key=lambda one: (not one.watched, -(one.season or 0)))),
        waiting=tuple(_waiting(one, title.policy or policy) for one in knowledge.held),
        last_official=known.last_official,
        speculative=known.speculative,
        retrospective=known.retrospective,
        at=now,
        streams=title.streams,
    )


def _with_watched(known: Known, title: Title) -> list[SeasonKnown]:
    """List the known seasons, and the watched one even where nothing is known of it."""
    seasons = list(known.seasons)
    numbers = {season.season for season in seasons if season.medium is Medium.SEASON}
    missing = title.season not in numbers if title.season is not None else not numbers
    return [*seasons, SeasonKnown(season=title.season)] if missing else seasons


def _season(season: SeasonKnown, title: Title, held: Iterable[Held], now: datetime) -> SeasonDossier:
    waits = [one for one in held if one.claim.season == season.season and one.claim.medium is season.medium]
    state = existence(season, now, waits)
    facets = [Facet(name="existence", text=EXISTENCE_WORDS[state], evidence=_existence_evidence(season, waits))]
    facets += [facet for read in _FACETS for facet in read(season)]
    watched = season.medium in title.also or title.season in {None, season.season}
    return SeasonDossier(
        season=season.season, medium=season.medium, existence=state, watched=watched, facets=tuple(facets)
    )


def _existence_evidence(season: SeasonKnown, waits: list[Held]) -> tuple[Evidence, ...]:
    fact = season.cancelled or season.finished or season.exists
    return fact.evidence if fact is not None else tuple(one.evidence for one in waits[:1])


# -- facets ---------------------------------------------------------------------------------------


def _dates(season: SeasonKnown) -> list[Facet]:
    facets = [] if 1 in season.dates else [Facet(name="date")]
    for part, fact in sorted(season.dates.items()):
        name = "date" if part == 1 else f"date of part {part}"
        facets.append(Facet(name=name, text=_date(fact), evidence=fact.evidence))
    return facets


def _date(fact: Fact) -> str:
    if fact.date is None or fact.open:
        return f"open; {fact.before} was taken back" if fact.before else "open"
    slot = f", {fact.date.slot}" if fact.date.slot else ""
    precision = "" if fact.date.is_day else f" (a {fact.date.precision})"
    return f"{fact.date}{slot}{precision}"


def _platforms(season: SeasonKnown) -> list[Facet]:
    facts = list(season.streaming.values())
    names = [f"{fact.value or 'a service'}{f' from {fact.date}' if fact.date else ''}" for fact in facts]
    return [_many("platforms", facts, ", ".join(names))]


def _shown(name: str, facts: Callable[[SeasonKnown], tuple[Fact, ...]]) -> Callable[[SeasonKnown], list[Facet]]:
    def read(season: SeasonKnown) -> list[Facet]:
        shown = facts(season)
        times = "" if len(shown) < 2 else f"{len(shown)}, the last "
        said = f"{times}on {shown[-1].said:%Y-%m-%d}" if shown and shown[-1].said else ""
        return [_many(name, shown[::-1], said)]

    return read


def _people(name: str, facts: Callable[[SeasonKnown], tuple[Fact, ...]]) -> Callable[[SeasonKnown], list[Facet]]:
    def read(season: SeasonKnown) -> list[Facet]:
        named = [name for fact in facts(season) for name in fact.value.split("\n") if name]
        return [_many(name, facts(season), ", ".join(named) or "announced, names not read")]

    return read


def _dub(season: SeasonKnown) -> list[Facet]:
    dated = next((fact.date for fact in season.dub[::-1] if fact.date), None)
    return [_many("dub", season.dub[::-1], str(dated) if dated else "announced, no date")]


def _end(season: SeasonKnown) -> list[Facet]:
    fact = season.finished
    return [] if fact is None else [Facet(name="end", text=str(fact.date or "over"), evidence=fact.evidence)]


def _reception(season: SeasonKnown) -> list[Facet]:
    lines = [line for source, record in season.record.items() if (line := _score(source, record))]
    return [Facet(name="reception", text="; ".join(lines) or NOTHING_KNOWN)]


def _studio(season: SeasonKnown) -> list[Facet]:
    named = [record.get("studios") for record in season.record.values() if isinstance(record, Mapping)]
    studios = dict.fromkeys(name for names in named if isinstance(names, list | tuple) for name in names)
    return [Facet(name="studio", text=", ".join(studios) or NOTHING_KNOWN)]


def _score(source: str, record: object) -> str:
    if not isinstance(record, Mapping) or not isinstance(score := record.get("score"), int | float):
        return ""
    votes = record.get("votes")
    return f"{source} {score:g}" + (f" from {votes:,} votes" if isinstance(votes, int) else "")


def _conflicts(season: SeasonKnown) -> list[Facet]:
    said = [fact for fact in season.conflicts if fact.date is not None and fact.evidence]
    lines = [f"{fact.evidence[0].publisher} says {fact.date}" for fact in said]
    return [_many("contradictions", said, "; ".join(lines))] if said else []


def _many(name: str, facts: Iterable[Fact], text: str) -> Facet:
    evidence = tuple(one for fact in facts for one in fact.evidence[:1])
    return Facet(name=name, text=text, evidence=evidence) if evidence else Facet(name=name)


_FACETS: tuple[Callable[[SeasonKnown], list[Facet]], ...] = (
    _dates,
    _platforms,
    _shown("trailer", lambda season: season.trailers),
    _shown("visual", lambda season: season.visuals),
    _people("staff", lambda season: season.staff),
    _people("cast", lambda season: season.cast),
    _dub,
    _end,
    _studio,
    _reception,
    _conflicts,
)


# -- what waits -----------------------------------------------------------------------------------


def _waiting(one: Held, policy: Policy) -> Waiting:
    return Waiting(
        says=claim_phrase(one.claim), waits_for=_waits_for(one, policy), evidence=one.evidence, since=one.since
    )


def _waits_for(one: Held, policy: Policy) -> str:
    if policy is Policy.OFFICIAL:
        return "an official source or a catalogue"
    if one.evidence.tier is Tier.POINTER:
        return "a tier 1–3 source, or within 72 h a second independent outlet, one of them naming an official source"
    return "a tier 1–3 source"


def claim_phrase(claim: Claim) -> str:
    """Say a claim in a few words: ``release date 2026-07-05``."""
    words = [
        "" if claim.medium is Medium.SEASON else claim.medium.value,
        claim.type.value.replace("_", " "),
        str(claim.date or ""),
        f"on {claim.platform}" if claim.platform else "",
        ", ".join(claim.names),
    ]
    return " ".join(word for word in words if word)
