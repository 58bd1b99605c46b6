"""Properties of judging that no table can list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.judging import TITLE
from watcher.fuzzydate import FuzzyDate
from watcher.judge.judging import judge
from watcher.judge.sameness import digest
from watcher.judge.saying import Saying
from watcher.judge.spans import Relation, relation
from watcher.known import Known, SeasonKnown
from watcher.memory import Knowledge
from watcher.model import Claim, Event, EventType, Evidence, Policy, Reading, TextVerdict, Tier

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

days = st.dates(datetime(2026, 4, 1, tzinfo=UTC).date(), datetime(2027, 12, 31, tzinfo=UTC).date()).map(
    lambda day: FuzzyDate.day(day.year, day.month, day.day)
)
months = st.builds(FuzzyDate.month, st.integers(2026, 2028), st.integers(1, 12))
seasons = st.builds(FuzzyDate.season, st.integers(2026, 2028), st.sampled_from(["winter", "spring", "summer", "fall"]))
years = st.integers(2026, 2029).map(FuzzyDate.year)
dates = st.one_of(days, months, seasons, years)

plain = st.sampled_from([EventType.ANNOUNCED, EventType.TRAILER, EventType.VISUAL, EventType.CANCELLED]).map(
    lambda kind: Claim(type=kind, season=2, quote="")
)
dated = st.builds(
    lambda kind, date: Claim(type=kind, season=2, date=date, quote=""),
    st.sampled_from([EventType.RELEASE_DATE, EventType.DELAYED, EventType.DUB, EventType.FINISHED]),
    dates,
)
named = st.builds(
    lambda kind, names: Claim(type=kind, season=2, names=tuple(names), quote=""),
    st.sampled_from([EventType.CAST, EventType.STAFF]),
    st.lists(st.sampled_from(["Ann Lee", "Bob Ray", "花田", "Cid"]), max_size=3, unique=True),
)
served = st.sampled_from(["Wavelet", "Harbor+", None]).map(
    lambda name: Claim(type=EventType.STREAMING, season=2, platform=name, quote="")
)
retractions = st.sampled_from([None, EventType.RELEASE_DATE, EventType.STREAMING, EventType.CAST]).map(
    lambda kind: Claim(type=EventType.RETRACTED, season=2, takes_back=kind, quote="")
)
claims = st.lists(st.one_of(plain, dated, named, served, retractions), min_size=1, max_size=4)


def saying(claims_: list[Claim], tier: int, hours: int, number: int) -> Saying:
    at = START + timedelta(hours=hours)
    outlet = f"outlet{number % 4}.example"
    return Saying(
        evidence=Evidence(
            source=outlet,
            publisher=outlet,
            tier=Tier(tier),
            url=f"https://{outlet}/{number}",
            headline="",
            quote="",
            at=at,
        ),
        reading=Reading(
            title_id=TITLE.id,
            relevant=True,
            verdict=TextVerdict.CONFIRMED,
            claims=tuple(claims_),
            names_official=bool(number % 2),
        ),
        domain=outlet,
        baseline=False,
        said=at,
        text_digest=digest(f"text number {number} and nothing like the others {number * 7}"),
        kind="feed",
    )


entries = st.lists(st.tuples(claims, st.integers(1, 5)), min_size=1, max_size=8)


def play(sayings: list[Saying], policy: Policy = Policy.CREDIBLE) -> tuple[Knowledge, list[Event]]:
    knowledge, events = Knowledge.empty(TITLE.id), []
    for one in sayings:
        verdict = judge(knowledge, one, title=TITLE, policy=policy, now=one.evidence.at)
        knowledge = verdict.knowledge
        events += verdict.events
    return knowledge, events


def numbered(given_: list[tuple[list[Claim], int]]) -> list[Saying]:
    return [saying(claims_, tier, number, number) for number, (claims_, tier) in enumerate(given_)]


@given(entries)
@settings(max_examples=75, deadline=None)
def test_judging_the_same_entry_again_tells_nothing(given_: list[tuple[list[Claim], int]]) -> None:
    knowledge = Knowledge.empty(TITLE.id)
    for one in numbered(given_):
        if any(claim.type in {EventType.RETRACTED, EventType.CANCELLED} for claim in one.reading.claims):
            continue  # "there is one" and "there is none" in one entry is not for us to settle
        knowledge = judge(knowledge, one, title=TITLE, policy=Policy.CREDIBLE, now=one.evidence.at).knowledge
        again = judge(knowledge, one, title=TITLE, policy=Policy.CREDIBLE, now=one.evidence.at)
        assert again.events == ()


@given(entries)
@settings(max_examples=50, deadline=None)
def test_references_are_unique_and_repeatable(given_: list[tuple[list[Claim], int]]) -> None:
    sayings = numbered(given_)
    _, events = play(sayings)
    _, once_more = play(sayings)
    refs = [event.ref for event in events]
    assert len(refs) == len(set(refs))
    assert refs == [event.ref for event in once_more]


@given(entries)
@settings(max_examples=50, deadline=None)
def test_every_claim_has_a_reason(given_: list[tuple[list[Claim], int]]) -> None:
    knowledge = Knowledge.empty(TITLE.id)
    for one in numbered(given_):
        verdict = judge(knowledge, one, title=TITLE, policy=Policy.CREDIBLE, now=one.evidence.at)
        knowledge = verdict.knowledge
        assert verdict.reasons
        assert all(reason.strip() for reason in verdict.reasons)


@given(entries)
@settings(max_examples=50, deadline=None)
def test_tier_5_alone_never_tells(given_: list[tuple[list[Claim], int]]) -> None:
    _, events = play(numbered([(claims_, 5) for claims_, _ in given_]))
    assert events == []


@given(entries)
@settings(max_examples=50, deadline=None)
def test_a_stricter_policy_tells_no_more(given_: list[tuple[list[Claim], int]]) -> None:
    sayings = numbered(given_)
    _, strict = play(sayings, Policy.OFFICIAL)
    assert all(min(one.tier for one in event.evidence) <= Tier.CATALOGUE for event in strict)
    _, usual = play(sayings, Policy.CREDIBLE)
    assert all(event.confirmed for event in usual)


@given(entries)
@settings(max_examples=50, deadline=None)
def test_a_baseline_tells_nothing(given_: list[tuple[list[Claim], int]]) -> None:
    older = [replace(one, baseline=True) for one in numbered(given_)]
    _, events = play(older)
    assert events == []


@given(
    st.lists(st.one_of(plain.filter(lambda claim: claim.type is not EventType.CANCELLED), served), max_size=4),
    st.lists(st.one_of(plain.filter(lambda claim: claim.type is not EventType.CANCELLED), served), max_size=4),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
@settings(max_examples=75, deadline=None)
def test_the_order_of_two_sources_does_not_change_what_is_known(
    first: list[Claim], second: list[Claim], tiers: tuple[int, int]
) -> None:
    one, other = saying(first, tiers[0], 0, 0), saying(second, tiers[1], 0, 1)
    there, back = play([one, other])[0], play([other, one])[0]
    assert held_true(there.known) == held_true(back.known)


@given(dates, dates, st.tuples(st.integers(1, 3), st.integers(1, 3)))
@settings(max_examples=75, deadline=None)
def test_the_order_of_two_consistent_dates_does_not_change_the_date(
    one: FuzzyDate, other: FuzzyDate, tiers: tuple[int, int]
) -> None:
    if relation(one, other) in {Relation.LATER, Relation.EARLIER, Relation.OVERLAPS}:
        return
    say = [
        saying([Claim(type=EventType.RELEASE_WINDOW, season=2, date=date, quote="")], tier, 0, number)
        for number, (date, tier) in enumerate(zip((one, other), tiers, strict=True))
    ]
    there, back = play(say)[0].known.seasons[0], play(say[::-1])[0].known.seasons[0]
    assert there.dates[1].date == back.dates[1].date


@given(dates, dates)
def test_a_more_precise_date_is_never_a_delay(known: FuzzyDate, claimed: FuzzyDate) -> None:
    if not known.contains(claimed):
        return
    assert relation(known, claimed) in {Relation.SAME, Relation.FINER}


@given(dates, dates)
def test_later_one_way_is_earlier_the_other_way(one: FuzzyDate, other: FuzzyDate) -> None:
    mirror = {
        Relation.LATER: Relation.EARLIER,
        Relation.EARLIER: Relation.LATER,
        Relation.FINER: Relation.COARSER,
        Relation.COARSER: Relation.FINER,
    }
    there, back = relation(one, other), relation(other, one)
    assert back is mirror.get(there, there)


def held_true(known: Known) -> set[tuple[object, ...]]:
    """What is known, without who said it first."""
    return {fact for season in known.seasons for fact in _facts(season)}


def _facts(season: SeasonKnown) -> list[tuple[object, ...]]:
    return [
        (season.season, "exists", season.exists is not None),
        (season.season, "trailers", len(season.trailers)),
        (season.season, "visuals", len(season.visuals)),
        *((season.season, "streaming", name) for name in season.streaming if name),
        *((season.season, "date", part, str(fact.date)) for part, fact in season.dates.items()),
    ]
