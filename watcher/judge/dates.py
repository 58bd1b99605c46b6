"""The date ladder: unknown → window or day, narrowed, delayed, advanced, open again.

In:    what is known of a season, one claim with a date (or "no date any more"), the hearing.
Out:   a `Finding`.
Never: whether the speaker may be believed alone; that is `gate`'s business.

Each part of a season has a ladder of its own. Spans are compared, never texts: "October" → "4 October" is narrowed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from watcher.fuzzydate import FuzzyDate
from watcher.judge.findings import SAME_STORY, Finding, Standing, conflict, known, nothing
from watcher.judge.retract import withdrawn
from watcher.judge.saying import Hearing
from watcher.judge.spans import Relation, agree, relation
from watcher.known import Fact, Layer, SeasonKnown
from watcher.model import Claim, EventType

MOVES = frozenset({EventType.DELAYED, EventType.ADVANCED})
MOVED = "moved"
"""Value of a date that came by a move, not as a first word."""
_MAX_CONFLICTS = 10


def weigh_date(season: SeasonKnown, claim: Claim, hearing: Hearing) -> Finding:
    """Find what a claim about a date changes."""
    held = season.dates.get(claim.part or 1)
    if says_open(claim, held):
        return _opened(season, held, claim, hearing)
    if claim.date is None or season.finished is not None:
        return nothing("a release without any date" if claim.date is None else "the season is over")
    if running(season, hearing) and (claim.part or 1) == 1:
        return _after_start(season, held, claim, hearing)
    if held is None:
        return _first(season, claim, claim.date, hearing)
    if held.open or held.date is None:
        return _after_open(season, held, claim, claim.date, hearing)
    return _against(season, held, claim, hearing)


def says_open(claim: Claim, held: Fact | None) -> bool:
    """Say whether the claim takes the date away without giving another."""
    if claim.date is None:
        return claim.open or claim.type is EventType.DELAYED
    stale = held is not None and held.date is not None and relation(held.date, claim.date) is Relation.SAME
    return claim.open and stale


def begun(season: SeasonKnown, hearing: Hearing) -> bool:
    """Say whether the season's day has come."""
    first = season.dates.get(1)
    if season.began or season.finished is not None:
        return True
    return (
        first is not None and first.date is not None and first.date.is_day and first.date.calendar_day <= hearing.today
    )


def running(season: SeasonKnown, hearing: Hearing) -> bool:
    """Say whether it has begun and no new date for going on is open or ahead."""
    first = season.dates.get(1)
    ahead = first is not None and (first.open or (first.date is not None and first.date.latest > hearing.today))
    return begun(season, hearing) and not ahead


def put_date(season: SeasonKnown, part: int, fact: Fact, *, began: bool = False) -> SeasonKnown:
    """Return *season* with *fact* as the date of one of its parts."""
    return replace(season, dates={**season.dates, part: fact}, began=season.began or began)


def release_type(date: FuzzyDate) -> EventType:
    """Return the event that a first date is."""
    return EventType.RELEASE_DATE if date.is_day else EventType.RELEASE_WINDOW


def _put(season: SeasonKnown, claim: Claim, hearing: Hearing) -> partial[SeasonKnown]:
    # A later date after the start must not make the season unbegun.
    return partial(put_date, season, claim.part or 1, began=(claim.part or 1) == 1 and begun(season, hearing))


def _new(season: SeasonKnown, claim: Claim, hearing: Hearing, type_: EventType, reason: str, fact: Fact) -> Finding:
    held = season.dates.get(claim.part or 1)
    moved = MOVES & {type_, claim.type}
    return Finding(
        standing=Standing.NEW,
        reason=reason,
        type=type_,
        fact=replace(fact, value=MOVED) if moved else fact,
        put=_put(season, claim, hearing),
        date=fact.date,
        before=held.date or held.before if held else None,
        part=claim.part if (claim.part or 1) > 1 else None,
    )


def _first(season: SeasonKnown, claim: Claim, date: FuzzyDate, hearing: Hearing) -> Finding:
    if (gone := withdrawn(season, "date", hearing, claim)) and (gone.date is None or agree(gone.date, date)):
        return nothing("this date was taken back, and the source is no newer or no better than that")
    finding = _new(season, claim, hearing, release_type(date), f"the first date we learn of: {date}", Fact(date=date))
    if date.latest < hearing.since:
        return replace(finding, standing=Standing.LEARN, reason=f"{date} is before the watch began")
    return finding


def _opened(season: SeasonKnown, held: Fact | None, claim: Claim, hearing: Hearing) -> Finding:
    if problem := _cannot_open(season, held, hearing):
        return nothing(problem)
    if held is not None and held.open:
        return known("the date is known to be open", held, _refill(season, claim))
    if held is not None and _just_moved(held, hearing):
        return known("the postponement is known, with its new date", held, _refill(season, claim))
    if held is not None and (finding := _outranked(season, (held,), claim, hearing)):
        return finding
    fact = Fact(open=True, before=held.date if held else None)
    return _new(season, claim, hearing, EventType.DELAYED, "the date is officially open again", fact)


def _cannot_open(season: SeasonKnown, held: Fact | None, hearing: Hearing) -> str | None:
    if hearing.record:
        return "a catalogue that blanks a date opens nothing again"
    if season.finished is not None:
        return "the season is over"
    if held is None and season.exists is None:
        return "a postponement of a season nobody has announced"
    return None


def _just_moved(held: Fact, hearing: Hearing) -> bool:
    """Another outlet that says "postponed" days after a date was moved tells the same story."""
    if held.value != MOVED or held.date is None or held.said is None or hearing.saying.domain in held.domains:
        return False
    return timedelta(0) <= hearing.day - held.said.date() <= SAME_STORY


def _after_start(season: SeasonKnown, held: Fact | None, claim: Claim, hearing: Hearing) -> Finding:
    """Only a postponement counts once the season runs: look-backs and re-runs have dates, too."""
    if held is None or held.date is None or claim.date is None:
        return nothing("the season has begun")
    if agree(held.date, claim.date) and claim.type is not EventType.DELAYED:
        return known("the season has begun on the known date", held, _refill(season, claim))
    if claim.type is EventType.DELAYED and relation(held.date, claim.date) is Relation.LATER:
        return _against(season, held, claim, hearing)
    return nothing("the season has begun; another date is no news of its start")


def _after_open(season: SeasonKnown, held: Fact, claim: Claim, date: FuzzyDate, hearing: Hearing) -> Finding:
    if held.said is not None and hearing.day < held.said.date():
        return nothing("older than the word that the date is open")
    if date.latest < hearing.today:
        return nothing(f"{date} has passed, and the date is open")
    stale = held.before is not None and agree(held.before, date)
    same_day = held.said is not None and hearing.day == held.said.date()
    if stale and (hearing.weight(claim) > held.weight or same_day):
        return conflict(f"still says {date}, which was taken back", Fact(date=date), _keep_conflict(season))
    return _new(season, claim, hearing, release_type(date), f"a new date after the open one: {date}", Fact(date=date))


def _against(season: SeasonKnown, held: Fact, claim: Claim, hearing: Hearing) -> Finding:
    assert held.date is not None
    assert claim.date is not None
    date, old = claim.date, held.date
    match relation(old, date):
        case Relation.SAME:
            return known(f"the date is known: {old}", _with_slot(held, claim, hearing), _refill(season, claim))
        case Relation.FINER:
            fact = Fact(date=date, within=(_layer(held), *held.within))
            return _new(season, claim, hearing, EventType.NARROWED, f"{date} lies within the known {old}", fact)
        case Relation.COARSER if claim.type is EventType.DELAYED and date.latest > old.latest:
            return _moved(season, held, claim, hearing, EventType.DELAYED)
        case Relation.COARSER | Relation.OVERLAPS:
            return known(f"{date} says no more than the known {old}", held)
        case Relation.LATER:
            return _moved(season, held, claim, hearing, EventType.DELAYED)
        case Relation.EARLIER:
            return _moved(season, held, claim, hearing, EventType.ADVANCED)


def _moved(season: SeasonKnown, held: Fact, claim: Claim, hearing: Hearing, type_: EventType) -> Finding:
    assert held.date is not None
    assert claim.date is not None
    date = claim.date
    layers = [layer for layer in (_layer(held), *held.within) if not agree(layer.date, date)]
    if finding := _outranked(season, layers, claim, hearing):
        return finding
    within = tuple(layer for layer in held.within if agree(layer.date, date))
    how = "later" if type_ is EventType.DELAYED else "earlier"
    fact = Fact(date=date, within=within)
    return _new(season, claim, hearing, type_, f"{date} is {how} than the known {held.date}", fact)


def _outranked(
    season: SeasonKnown, against: tuple[Fact, ...] | list[Layer], claim: Claim, hearing: Hearing
) -> Finding | None:
    """A contradiction must come from an equal or better tier, and be newer."""
    weight = hearing.weight(claim)
    what = f"{claim.date}" if claim.date else "an open date"
    best = min((one.weight for one in against), default=weight)
    if best < weight:
        reason = f"{what} contradicts what a tier {best:d} source said, and comes from tier {hearing.tier:d}"
        return conflict(reason, Fact(date=claim.date, open=claim.date is None), _keep_conflict(season))
    if any(one.said is not None and hearing.day < one.said.date() for one in against):
        return nothing(f"{what} is older than what we know")
    return None


def _layer(fact: Fact) -> Layer:
    assert fact.date is not None
    return Layer(date=fact.date, weight=fact.weight, said=fact.said)


def _with_slot(held: Fact, claim: Claim, hearing: Hearing) -> Fact:
    """Keep the time of day that a source as good adds to a known day; it is no news."""
    date = claim.date
    if date is None or held.date is None or hearing.weight(claim) > held.weight:
        return held
    return replace(held, date=date) if date.slot and not held.date.slot else held


def _refill(season: SeasonKnown, claim: Claim) -> partial[SeasonKnown]:
    return partial(put_date, season, claim.part or 1)


def _keep_conflict(season: SeasonKnown) -> partial[SeasonKnown]:
    return partial(_put_conflict, season)


def _put_conflict(season: SeasonKnown, fact: Fact) -> SeasonKnown:
    others = tuple(old for old in season.conflicts if (old.date, old.domains) != (fact.date, fact.domains))
    return replace(season, conflicts=(*others, fact)[-_MAX_CONFLICTS:])
