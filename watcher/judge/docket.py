"""The docket of one entry: each claim is heard, and told, held, learnt, confirmed or dropped with a reason.

In:    the claims one by one, the hearing, what is known and held.
Out:   events, confirmations, reasons, and the knowledge after it.
Never: network, disk, clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.judge import catalogue, facets
from watcher.judge.corroborate import same_claim, second_voice
from watcher.judge.existence import existence
from watcher.judge.findings import Finding, Standing
from watcher.judge.policy import believed_alone, may_corroborate, tells_held
from watcher.judge.refs import reference
from watcher.judge.saying import Hearing, Verdict
from watcher.judge.seasons import find, season_of, with_season
from watcher.judge.summary import known_line
from watcher.judge.weighing import NEEDS_SEASON, weigh, weigh_in
from watcher.known import Fact, Held, Known, SeasonKnown
from watcher.memory import Knowledge, Outcome
from watcher.model import Claim, Event, EventType, Evidence, Medium, Modality, Tier

_MAX_EVIDENCE = 8
_MAX_DOMAINS = 50
_MAX_HELD = 100
_TIER_NAMES = {
    Tier.OFFICIAL: "an official source",
    Tier.CATALOGUE: "a catalogue",
    Tier.PRESS: "the press",
    Tier.POINTER: "a tier 4 pointer",
    Tier.UNKNOWN: "a tier 5 site",
}


@dataclass(slots=True)
class Docket:
    """What grows while the claims of one entry are heard."""

    hearing: Hearing
    before: Knowledge
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
        finding = weigh_in(season, claim, self.hearing)
        match finding.standing:
            case Standing.NOTHING:
                self._say(claim, finding.reason, Outcome.SILENT)
            case Standing.KNOWN:
                self._confirm(claim, finding)
            case Standing.CONFLICT:
                self._keep(finding, self._fact(claim, finding), claim, Outcome.CONFLICT)
            case Standing.LEARN:
                self._learn(claim, finding)
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
        self.reasons.extend(_dropped(claim) for claim in reading.dropped)

    def settle(self) -> None:
        """Let go of held claims that are known or contradicted by now."""
        self.held = [one for one in self.held if self._still_waits(one)][-_MAX_HELD:]

    def verdict(self) -> Verdict:
        hearing = self.hearing
        seasons = tuple(replace(s, existence=existence(s, hearing.now)) for s in self.known.seasons)
        return Verdict(
            events=tuple(self.events),
            confirmations=tuple(self.confirmations),
            knowledge=replace(self.before, known=replace(self.known, seasons=seasons), held=tuple(self.held)),
            outcome=self._outcome(),
            reasons=tuple(dict.fromkeys(self.reasons)),
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
        self.known = with_season(self.known, finding.put(richer))
        if fact.ref is not None and richer.evidence != fact.evidence:
            self.confirmations.append((fact.ref, self._evidence(claim)))
        self._say(claim, finding.reason, Outcome.KNOWN)

    def _learn(self, claim: Claim, finding: Finding) -> None:
        if self.hearing.tier > believed_alone(self.hearing.policy):
            self._say(claim, f"{finding.reason}; and {_who(self.hearing)} is not believed alone", Outcome.SILENT)
            return
        self._keep(finding, self._fact(claim, finding), claim, Outcome.BASELINE)

    def _new(self, season: SeasonKnown, claim: Claim, finding: Finding) -> None:
        hearing = self.hearing
        if hearing.saying.baseline:
            older = replace(finding, reason=f"published before the watch began: {finding.reason}")
            self._learn(claim, older)
        elif hearing.tier <= believed_alone(hearing.policy):
            self._tell(season, claim, finding, ())
        elif (voice := self._second_voice(claim)) is not None:
            self._tell(season, claim, finding, (voice.evidence,))
        else:
            self._hold(season, claim, finding)

    def _second_voice(self, claim: Claim) -> Held | None:
        return second_voice(self.held, claim, self.hearing) if may_corroborate(self.hearing.policy) else None

    def _tell(self, season: SeasonKnown, claim: Claim, finding: Finding, others: tuple[Evidence, ...]) -> None:
        if claim.type in NEEDS_SEASON and season.exists is None and claim.medium is Medium.SEASON:
            season = self._announce(season, claim, others)
            finding = weigh_in(season, claim, self.hearing)
        event = self._event(season, claim, finding, others)
        fact = replace(self._fact(claim, finding), ref=event.ref, evidence=event.evidence)
        if others:
            fact = replace(fact, weight=Tier.POINTER)
        self.events.append(event)
        self._keep(finding, fact, claim, Outcome.EVENT)

    def _announce(self, season: SeasonKnown, claim: Claim, others: tuple[Evidence, ...]) -> SeasonKnown:
        """A first trailer of an unheard-of season announces the season, too."""
        first = replace(claim, type=EventType.ANNOUNCED, date=None, platform=None, names=(), part=None)
        self._tell(season, first, facets.weigh_announced(season, first, self.hearing), others)
        return find(self.known, season.season, season.medium) or season

    def _keep(self, finding: Finding, fact: Fact, claim: Claim, outcome: Outcome) -> None:
        assert finding.put is not None
        after = finding.put(fact)
        if finding.type is not None and finding.type not in {EventType.RETRACTED, EventType.CANCELLED}:
            exists = after.exists or replace(fact, date=None, value="")
            after = replace(after, exists=exists, cancelled=None)
        if self.hearing.record and catalogue.has_started(self.hearing.saying.data) and after.exists is not None:
            after = replace(after, began=True)
        self.known = with_season(self.known, after)
        self._say(claim, finding.reason, outcome)

    def _hold(self, season: SeasonKnown, claim: Claim, finding: Finding) -> None:
        hearing = self.hearing
        told = any(one.told_unconfirmed and same_claim(one.claim, claim) for one in self.held)
        if tells_held(hearing.policy) and not told:
            self.events.append(replace(self._event(season, claim, finding, ()), confirmed=False))
            told = True
        waits = self._waits(claim, told=told)
        if not any(_repeats(waits, one) for one in self.held):
            self.held.append(waits)
        self._say(claim, _waiting(hearing), Outcome.HELD)

    def _waits(self, claim: Claim, *, told: bool) -> Held:
        saying = self.hearing.saying
        alone = self.hearing.tier is Tier.UNKNOWN  # never compared with another text
        return Held(
            claim=claim,
            evidence=self._evidence(claim),
            domain=saying.domain,
            text_digest="" if alone else saying.text_digest,
            since=self.hearing.now,
            names_official=self.hearing.names_official(claim),
            told_unconfirmed=told,
        )

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


def _repeats(one: Held, other: Held) -> bool:
    """Say whether an outlet says again what is held, in the same text (or, below tier 4, in any)."""
    return (one.domain, one.text_digest) == (other.domain, other.text_digest) and same_claim(one.claim, other.claim)


def _dropped(claim: Claim) -> str:
    if claim.reasons:
        return f"{claim.type}: no claim ({'; '.join(claim.reasons)})"
    if claim.modality is Modality.ASSERTED:
        return f"{claim.type}: said in the text, but not as news of this season"
    return f"{claim.type}: {claim.modality}, so no claim"


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
        domains=(*fact.domains, saying.domain)[:_MAX_DOMAINS],
    )
