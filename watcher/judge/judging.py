"""Judge one saying: weigh each claim, ask whether its speaker may be believed, keep what follows.

In:    `Knowledge`, `Saying`, the title, its policy, now.
Out:   `Verdict`.
Never: network, disk, clock.

::

    claims ─ season_of ─ weigh (what would it change?) ─ may it be told? ─▶ event | held | learnt | known | silent
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.judge import catalogue, facets
from watcher.judge.corroborate import same_claim, second_voice
from watcher.judge.dates import weigh_date
from watcher.judge.existence import existence
from watcher.judge.findings import DATED, Finding, Standing, nothing
from watcher.judge.policy import believed_alone, may_corroborate, tells_held
from watcher.judge.refs import reference
from watcher.judge.retract import still_cancelled, weigh_retraction, withdrawn
from watcher.judge.saying import Hearing, Saying, Verdict
from watcher.judge.seasons import find, season_of, with_season
from watcher.judge.starts import own_service, own_starts
from watcher.judge.summary import known_line
from watcher.known import Fact, Held, Known, SeasonKnown
from watcher.memory import Knowledge, Outcome
from watcher.model import Claim, Event, EventType, Evidence, Medium, Policy, TextVerdict, Tier, Title

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
_NEEDS_SEASON = frozenset(
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
_MAX_EVIDENCE = 8
_MAX_HELD = 100
_TIER_NAMES = {
    Tier.OFFICIAL: "an official source",
    Tier.CATALOGUE: "a catalogue",
    Tier.PRESS: "the press",
    Tier.POINTER: "a tier 4 pointer",
    Tier.UNKNOWN: "a tier 5 site",
}


def judge(knowledge: Knowledge, saying: Saying, *, title: Title, policy: Policy, now: datetime) -> Verdict:
    """Say what an entry changes in what we know about *title*, and what the user is told."""
    hearing = Hearing(saying=saying, title=title, policy=policy, now=now)
    docket = _Docket(hearing=hearing, known=_noted(knowledge.known, hearing), held=list(knowledge.held))
    for claim in _in_order(_claims(hearing, knowledge.known)):
        docket.hear(claim)
    docket.explain_dropped()
    docket.settle()
    return docket.verdict()


def weigh(known: Known, claim: Claim, hearing: Hearing) -> Finding | str:
    """Find what *claim* would change if its speaker were believed, or why it concerns no watched season."""
    season = season_of(known, claim, hearing)
    return season if isinstance(season, str) else _weigh(season, claim, hearing)


def _weigh(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    if claim.type in {EventType.CANCELLED, EventType.RETRACTED}:
        return _WEIGH[claim.type](season, claim, hearing)
    if season.exists is None and claim.type in _NEEDS_SEASON and withdrawn(season, "season", hearing, claim):
        return nothing("the season was taken back, and the source is no newer or no better than that")
    return still_cancelled(season, hearing) or _WEIGH[claim.type](season, claim, hearing)


def _claims(hearing: Hearing, known: Known) -> tuple[Claim, ...]:
    saying, title = hearing.saying, hearing.title
    if hearing.record:
        return catalogue.record_claims(saying.data, saying.evidence.headline, title)
    claims = saying.reading.claims if saying.reading.alert else ()
    if hearing.tier is Tier.OFFICIAL and saying.domain not in title.official:
        claims = own_service(claims, saying.evidence.publisher, saying.domain)
    dated = next((claim for claim in claims if claim.type in DATED), None)
    season = season_of(known, dated, hearing) if dated else None
    return own_starts(claims, season if isinstance(season, SeasonKnown) else None, title.official)


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    """Put one date claim per part first; what the text says beside it is told beside it."""
    dated: dict[tuple[object, ...], Claim] = {}
    others: list[Claim] = []
    for claim in claims:
        if claim.type not in DATED:
            others.append(claim)
            continue
        key = (claim.season, claim.medium, claim.part or 1)
        dated[key] = min(dated.get(key, claim), claim, key=_telling)
    return sorted([*dated.values(), *others], key=_turn)


def _turn(claim: Claim) -> int:
    """A date makes the season known, a word that it is open needs a known season."""
    if claim.type in DATED:
        return 0 if claim.date is not None else 4
    return {EventType.RETRACTED: 1, EventType.CANCELLED: 2, EventType.ANNOUNCED: 3}.get(claim.type, 5)


def _telling(claim: Claim) -> tuple[bool, int]:
    """Of several dates in one text, the one said to be moved counts, then the finest."""
    moved = claim.type in {EventType.DELAYED, EventType.ADVANCED}
    width = (claim.date.latest - claim.date.earliest).days if claim.date else 10_000
    return (not moved, width)


def _noted(known: Known, hearing: Hearing) -> Known:
    """Count silenced pages, keep the last official word and what a record shows."""
    saying = hearing.saying
    reading = saying.reading
    if hearing.record:
        return _with_record(known, hearing)
    if not reading.relevant:
        return known
    last = known.last_official
    newer = last is None or (last.published or last.at) <= saying.said
    return replace(
        known,
        speculative=known.speculative + (reading.verdict is TextVerdict.SPECULATION),
        retrospective=known.retrospective + (reading.verdict is TextVerdict.RETROSPECTIVE),
        last_official=saying.evidence if newer and hearing.tier is Tier.OFFICIAL else last,
    )


def _with_record(known: Known, hearing: Hearing) -> Known:
    saying = hearing.saying
    number = catalogue.record_season(saying.data)
    if number is None or not catalogue.is_about(saying.data, saying.evidence.headline, hearing.title):
        return known
    season = find(known, number) or SeasonKnown(season=number)
    record = {**season.record, saying.evidence.source: catalogue.facets(saying.data)}
    return with_season(known, replace(season, record=record))


@dataclass(slots=True)
class _Docket:
    """What grows while the claims of one entry are heard."""

    hearing: Hearing
    known: Known
    held: list[Held]
    events: list[Event] = field(default_factory=list)
    confirmations: list[tuple[str, Evidence]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    outcomes: set[Outcome] = field(default_factory=set)

    def hear(self, claim: Claim) -> None:
        season = season_of(self.known, claim, self.hearing)
        if isinstance(season, str):
            self._say(claim, season, Outcome.SILENT)
            return
        claim = replace(claim, season=season.season)
        finding = _weigh(season, claim, self.hearing)
        match finding.standing:
            case Standing.NOTHING:
                self._say(claim, finding.reason, Outcome.SILENT)
            case Standing.KNOWN:
                self._confirm(claim, finding)
            case Standing.CONFLICT:
                self._keep(season, finding, self._fact(claim, finding), claim, Outcome.CONFLICT)
            case Standing.LEARN:
                self._learn(season, claim, finding)
            case Standing.NEW:
                self._new(season, claim, finding)

    def explain_dropped(self) -> None:
        """Give a reason for what was said but is no solid claim, too."""
        reading = self.hearing.saying.reading
        if self.hearing.record:
            return
        if not reading.alert:
            self.reasons.append(f"the text is {reading.verdict.value.replace('_', ' ')}")
            self.reasons.extend(reading.reasons)
        self.reasons.extend(f"{claim.type}: {claim.modality}, so no claim" for claim in reading.dropped)

    def settle(self) -> None:
        """Let go of held claims that are known or contradicted by now."""
        self.held = [one for one in self.held if self._still_waits(one)][-_MAX_HELD:]

    def verdict(self) -> Verdict:
        hearing = self.hearing
        seasons = tuple(replace(s, existence=existence(s, hearing.now)) for s in self.known.seasons)
        return Verdict(
            events=tuple(self.events),
            confirmations=tuple(self.confirmations),
            knowledge=Knowledge(
                title_id=hearing.title.id, known=replace(self.known, seasons=seasons), held=tuple(self.held)
            ),
            outcome=self._outcome(),
            reasons=tuple(self.reasons),
            held=Outcome.HELD in self.outcomes,
        )

    # -- what becomes of a claim ------------------------------------------------------------------

    def _confirm(self, claim: Claim, finding: Finding) -> None:
        """Add a further voice to a known fact. Pointers and unknown sites are no further voice."""
        fact = finding.fact
        if fact is None or finding.put is None or self.hearing.tier > Tier.PRESS:
            self._say(claim, finding.reason, Outcome.KNOWN)
            return
        richer = _supported(fact, claim, self.hearing)
        if richer is not fact or finding.put is not None:
            self.known = with_season(self.known, finding.put(richer))
        if fact.ref is not None and richer.evidence != fact.evidence:
            self.confirmations.append((fact.ref, self._evidence(claim)))
        self._say(claim, finding.reason, Outcome.KNOWN)

    def _learn(self, season: SeasonKnown, claim: Claim, finding: Finding) -> None:
        if self.hearing.tier > believed_alone(self.hearing.policy):
            self._say(claim, f"{finding.reason}; and {_who(self.hearing)} is not believed alone", Outcome.SILENT)
            return
        self._keep(season, finding, self._fact(claim, finding), claim, Outcome.BASELINE)

    def _new(self, season: SeasonKnown, claim: Claim, finding: Finding) -> None:
        hearing = self.hearing
        if hearing.saying.baseline:
            older = replace(finding, reason=f"published before the watch began: {finding.reason}")
            self._learn(season, claim, older)
        elif hearing.tier <= believed_alone(hearing.policy):
            self._tell(season, claim, finding, ())
        elif (voice := self._second_voice(claim)) is not None:
            self._tell(season, claim, finding, (voice.evidence,))
        else:
            self._hold(season, claim, finding)

    def _second_voice(self, claim: Claim) -> Held | None:
        return second_voice(self.held, claim, self.hearing) if may_corroborate(self.hearing.policy) else None

    def _tell(self, season: SeasonKnown, claim: Claim, finding: Finding, others: tuple[Evidence, ...]) -> None:
        if claim.type in _NEEDS_SEASON and season.exists is None and claim.medium is Medium.SEASON:
            season = self._announce(season, claim, others)
            finding = _weigh(season, claim, self.hearing)
        event = self._event(season, claim, finding, others)
        fact = replace(self._fact(claim, finding), ref=event.ref, evidence=event.evidence)
        if others:
            fact = replace(fact, weight=Tier.POINTER)
        self.events.append(event)
        self._keep(season, finding, fact, claim, Outcome.EVENT)

    def _announce(self, season: SeasonKnown, claim: Claim, others: tuple[Evidence, ...]) -> SeasonKnown:
        """A first trailer of an unheard-of season announces the season, too."""
        first = replace(claim, type=EventType.ANNOUNCED, date=None, platform=None, names=(), part=None)
        self._tell(season, first, facets.weigh_announced(season, first, self.hearing), others)
        return find(self.known, season.season, season.medium) or season

    def _keep(self, season: SeasonKnown, finding: Finding, fact: Fact, claim: Claim, outcome: Outcome) -> None:
        assert finding.put is not None
        after = finding.put(fact)
        if finding.type is not None and finding.type not in {EventType.RETRACTED, EventType.CANCELLED}:
            exists = after.exists or replace(fact, date=None, value="")
            after = replace(after, exists=exists, cancelled=None)
        if self.hearing.record and catalogue.has_started(self.hearing.saying.data) and after.exists is not None:
            after = replace(after, began=True)
        del season
        self.known = with_season(self.known, after)
        self._say(claim, finding.reason, outcome)

    def _hold(self, season: SeasonKnown, claim: Claim, finding: Finding) -> None:
        hearing = self.hearing
        told = any(one.told_unconfirmed and same_claim(one.claim, claim) for one in self.held)
        if tells_held(hearing.policy) and not told:
            self.events.append(replace(self._event(season, claim, finding, ()), confirmed=False))
            told = True
        saying = hearing.saying
        waits = Held(
            claim=claim,
            evidence=self._evidence(claim),
            domain=saying.domain,
            text_digest=saying.text_digest,
            since=hearing.now,
            names_official=hearing.names_official(claim),
            told_unconfirmed=told,
        )
        repeated = [
            one
            for one in self.held
            if (one.domain, one.text_digest) == (waits.domain, waits.text_digest) and same_claim(one.claim, claim)
        ]
        if not repeated:
            self.held.append(waits)
        self._say(claim, _waiting(hearing), Outcome.HELD)

    # -- values -----------------------------------------------------------------------------------

    def _event(self, season: SeasonKnown, claim: Claim, finding: Finding, others: tuple[Evidence, ...]) -> Event:
        hearing = self.hearing
        assert finding.type is not None
        told = self.known.told
        self.known = replace(self.known, told=told + 1)
        evidence = (self._evidence(claim), *others)
        return Event(
            ref=reference(hearing.title.id, hearing.title.season, told, finding.type, claim.season, finding.date),
            title_id=hearing.title.id,
            type=finding.type,
            season=claim.season,
            date=finding.date,
            before=finding.before,
            platform=finding.platform,
            part=finding.part,
            names=finding.names,
            takes_back=finding.takes_back,
            medium=claim.medium,
            listed=all(one.tier is Tier.CATALOGUE for one in evidence),
            evidence=tuple(sorted(evidence, key=lambda one: one.tier)),
            known_before=known_line(season, hearing.now),
            at=hearing.now,
            reasons=(finding.reason, *claim.reasons),
        )

    def _fact(self, claim: Claim, finding: Finding) -> Fact:
        saying = self.hearing.saying
        return replace(
            finding.fact or Fact(),
            evidence=(self._evidence(claim),),
            said=saying.said,
            weight=self.hearing.weight(claim),
            domains=(saying.domain,),
        )

    def _evidence(self, claim: Claim) -> Evidence:
        return replace(self.hearing.saying.evidence, quote=claim.quote, language=claim.language)

    def _still_waits(self, one: Held) -> bool:
        saying = replace(self.hearing.saying, evidence=one.evidence, said=_said(one), baseline=False, data={})
        finding = weigh(self.known, one.claim, replace(self.hearing, saying=saying))
        return isinstance(finding, Finding) and finding.standing is Standing.NEW

    def _say(self, claim: Claim, reason: str, outcome: Outcome) -> None:
        self.outcomes.add(outcome)
        self.reasons.append(f"{claim.type}: {reason}")

    def _outcome(self) -> Outcome:
        ladder = (Outcome.EVENT, Outcome.HELD, Outcome.CONFLICT, Outcome.BASELINE, Outcome.KNOWN)
        return next((outcome for outcome in ladder if outcome in self.outcomes), Outcome.SILENT)


def _said(one: Held) -> datetime:
    return one.evidence.published or one.since


def _who(hearing: Hearing) -> str:
    return _TIER_NAMES[hearing.tier]


def _waiting(hearing: Hearing) -> str:
    if hearing.tier is Tier.UNKNOWN:
        return "a tier 5 site: held until a tier 1–3 source says it"
    if hearing.tier is Tier.POINTER:
        return (
            "a tier 4 pointer: held until a tier 1–3 source says it, or a second independent one within 72 h "
            "where one of the two names an official source"
        )
    return "this title takes only official sources and catalogues: held until one of them says it"


def _supported(fact: Fact, claim: Claim, hearing: Hearing) -> Fact:
    """Add this voice to a fact, the best first, each outlet once."""
    saying = hearing.saying
    evidence = replace(saying.evidence, quote=claim.quote, language=claim.language)
    as_good = hearing.weight(claim) <= fact.weight
    said = max(fact.said, saying.said) if fact.said and as_good else fact.said
    if saying.domain in fact.domains:
        return replace(fact, said=said)
    everyone = sorted((*fact.evidence, evidence), key=lambda one: one.tier)
    return replace(
        fact,
        evidence=tuple(everyone[:_MAX_EVIDENCE]),
        said=said,
        weight=min(fact.weight, hearing.weight(claim)),
        domains=(*fact.domains, saying.domain),
    )
