"""How soon posts are found, and with how many requests: the real schedule against fixed intervals, simulated.

In:    seeded publication histories of several types of sources.
Out:   detection delay (mean, median, 90 %) and requests a day, by type and over all; ratios to fixed intervals.
Never: the network, the clock, a copy of the scheduling code: every look is planned by `watcher.schedule`.

    python bench/schedule.py                  # a year, 3 seeds, a table
    python bench/schedule.py --days 120 --seeds 1 --json

A fixed interval is the same code with a written `every`. "Same delay" is read off the fixed
intervals of the same history.
"""

# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.config.settings import SourceConfig
from watcher.config.windows import events
from watcher.memory import SourceState, Validators
from watcher.model import Entry, Tier
from watcher.schedule import Outlook, after_success, rhythm
from watcher.schedule.heat import HOT_FOR, Heat
from watcher.schedule.windows import Span, event_spans

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LEARNING = timedelta(days=28)
"""Posts from before this are not measured: the schedule has to see some first."""
H = timedelta(hours=1)
M = timedelta(minutes=1)
RARE = 5
"""Times as many histories for a source that posts seldom."""
FIXED = (1, 4, 12)
"""Hours."""
TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")

Random = random.Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of source: how it posts, and how it is configured."""

    name: str
    source: SourceConfig
    tier: Tier
    posts: Callable[[Random, int], Iterable[datetime]]
    """A history over so many days."""
    dated: bool = True
    """Its entries carry their time; else only the look that finds them tells."""
    validators: bool = True
    leaks: bool = False
    """A pointer says it some time before: the title is hot by then."""
    rare: bool = False
    """Posts so seldom that more histories are needed for a steady figure."""


@dataclass(slots=True)
class Tally:
    """What looks brought."""

    delays: list[float] = field(default_factory=list)
    """Hours."""
    looks: int = 0
    days: float = 0.0

    def add(self, other: Tally) -> None:
        self.delays += other.delays
        self.looks += other.looks
        self.days += other.days

    @property
    def mean(self) -> float:
        return statistics.fmean(self.delays) if self.delays else math.nan

    @property
    def a_day(self) -> float:
        return self.looks / self.days

    def quantile(self, share: float) -> float:
        ordered = sorted(self.delays)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else math.nan


# -- histories --------------------------------------------------------------------------------------------------------


def _local_days(days: int, zone: ZoneInfo) -> Iterator[datetime]:
    first = BEGIN.astimezone(zone).replace(hour=0, minute=0)
    return (first + timedelta(days=number) for number in range(days))


def _poisson(rng: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product, count = product * rng.random(), count + 1
    return count


def _event_days(days: int) -> dict[date, Span]:
    spans = (span for at in range(days) for span in event_spans(events(), (), BEGIN + timedelta(days=at)))
    return {span.start.astimezone(NEW_YORK).date(): span for span in spans}


def daily_press(rng: Random, days: int) -> Iterator[datetime]:
    """Some 18 posts on working days, 5 at weekends, 12 more on days of events; between 8 and 19 h, few at night."""
    open_days = _event_days(days)
    for day in _local_days(days, NEW_YORK):
        for _ in range(_poisson(rng, (18 if day.weekday() < 5 else 5) + 12 * (day.date() in open_days))):
            hour = rng.triangular(8, 19, 11) if rng.random() < 0.9 else rng.uniform(0, 24)
            yield day + hour * H


def round_the_clock(rng: Random, days: int) -> Iterator[datetime]:
    """An aggregator: two posts an hour, day and night. Nothing can be learned but its density."""
    at = BEGIN
    while at < BEGIN + timedelta(days=days):
        at += timedelta(hours=rng.expovariate(2))
        yield at


def on_the_hour(rng: Random, days: int) -> Iterator[datetime]:
    """Japanese press: releases at 10, 12, 18 and 20 h sharp on working days, some in between."""
    for day in _local_days(days, TOKYO):
        if day.weekday() < 5:
            for hour in (10, 12, 18, 20):
                if rng.random() < 0.7:
                    yield day + hour * H + rng.uniform(0, 2) * M
            for _ in range(_poisson(rng, 1.5)):
                yield day + rng.uniform(10, 21) * H


def weekly_studio(rng: Random, days: int) -> Iterator[datetime]:
    """A studio's news, mostly on Fridays between 12 and 19 h in Tokyo, undated."""
    for day in _local_days(days, TOKYO):
        if rng.random() < {4: 0.7, 2: 0.15}.get(day.weekday(), 0.03 if day.weekday() < 5 else 0.0):
            yield day + rng.uniform(12, 19) * H


def sleeping_site(rng: Random, days: int) -> Iterator[datetime]:
    """An official site that wakes once a year, in office hours, and then says something every few days for a month."""
    wakes = rng.randrange(40, days - 35) if days > 90 else days // 2
    first = True
    for number, day in enumerate(_local_days(days, TOKYO)):
        if number >= wakes and number < wakes + 30 and day.weekday() < 5 and (first or rng.random() < 0.3):
            first = False
            yield day + rng.choice((10, 12, 12, 18, 18, 20)) * H + rng.uniform(0, 3) * M


def bursts(rng: Random, days: int) -> Iterator[datetime]:
    """A licensor: a post every other day, and a dozen on each day of an event."""
    open_days = _event_days(days)
    for day in _local_days(days, NEW_YORK):
        if (span := open_days.get(day.date())) is not None:
            for _ in range(_poisson(rng, 12)):
                yield span.start + rng.random() * (span.end - span.start)
        elif rng.random() < 0.5 and day.weekday() < 5:
            yield day + rng.uniform(9, 18) * H


def leaked_site(rng: Random, days: int) -> Iterator[datetime]:
    """An official site whose six posts a year are each leaked some hours before by a pointer."""
    for day in _local_days(days, TOKYO):
        if day.weekday() < 5 and rng.random() < 6 / 260:
            yield day + rng.choice((10, 12, 18, 20)) * H + rng.uniform(0, 3) * M


def _feed(tz: str | None = None) -> SourceConfig:
    return SourceConfig(id="s", name="s", kind="feed", url="https://example.org/", tz=tz)


JAPANESE_PAGE = SourceConfig(id="s", name="s", kind="page", url="https://example.org/", tz="Asia/Tokyo")
KINDS = (
    Kind(name="daily press", source=_feed(), tier=Tier.PRESS, posts=daily_press),
    Kind(name="round the clock", source=_feed(), tier=Tier.PRESS, posts=round_the_clock),
    Kind(name="JST, on the hour", source=_feed("Asia/Tokyo"), tier=Tier.PRESS, posts=on_the_hour),
    Kind(
        name="weekly studio page", source=JAPANESE_PAGE, tier=Tier.OFFICIAL, posts=weekly_studio, dated=False, rare=True
    ),
    Kind(
        name="sleeping official site",
        source=JAPANESE_PAGE,
        tier=Tier.OFFICIAL,
        posts=sleeping_site,
        dated=False,
        rare=True,
    ),
    Kind(name="bursts around events", source=_feed(), tier=Tier.OFFICIAL, posts=bursts),
    Kind(
        name="official site after a leak",
        source=JAPANESE_PAGE,
        tier=Tier.OFFICIAL,
        posts=leaked_site,
        dated=False,
        leaks=True,
        rare=True,
    ),
)


# -- looking ----------------------------------------------------------------------------------------------------------


def play(
    kind: Kind,
    history: Sequence[datetime],
    leaks: Sequence[datetime],
    *,
    days: int,
    every: timedelta | None,
    rng: Random,
) -> Tally:
    """Look at one source for the whole time, as the daemon would; None for *every* is the learned schedule."""
    source = replace(kind.source, every=every)
    state = SourceState(source_id="s", validators=Validators(etag='"1"' if kind.validators else None))
    tally, at, seen = Tally(days=(days * 24 * H - LEARNING) / (24 * H)), BEGIN, 0
    end = BEGIN + timedelta(days=days)
    while at < end:
        now_there = bisect_right(history, at)
        found = history[seen:now_there]
        seen = now_there
        if at >= BEGIN + LEARNING:
            tally.looks += 1
            tally.delays += [(at - post) / H for post in found if post >= BEGIN + LEARNING]
        if every is None:
            state = taught(state, kind, found, at)
        outlook = outlook_at(kind, leaks, at) if every is None else Outlook()
        state = after_success(state, source=source, now=at, jitter=rng.random(), outlook=outlook)
        assert state.next_look is not None
        at = called(state.next_look, at, leaks) if every is None else state.next_look
    return tally


def taught(state: SourceState, kind: Kind, found: Sequence[datetime], now: datetime) -> SourceState:
    """Learn as the desk does from what a look found new."""
    entries = [Entry(id=str(post), title="t", published=post if kind.dated else None) for post in found]
    before = state.last_ok if state.first_look else None
    learned = rhythm.learn(state.rhythm, entries, before=before, now=now, zone=kind.source.zone)
    return replace(state, rhythm=learned, first_look=state.first_look or now)


def outlook_at(kind: Kind, leaks: Sequence[datetime], now: datetime) -> Outlook:
    """Give what the agenda would: open windows, heat of a leak."""
    number = bisect_right(leaks, now)
    since = leaks[number - 1] if number else None
    hot = None
    if since is not None and now < since + HOT_FOR:
        hot = Heat(title_id="t", since=since, until=since + HOT_FOR, why="a pointer")
    return Outlook(tier=kind.tier, bound=kind.leaks, hot=hot, spans=event_spans(events(), (), now))


def called(planned: datetime, last: datetime, leaks: Sequence[datetime]) -> datetime:
    """Bring a look forward to a leak that comes before it."""
    number = bisect_right(leaks, last)
    leak = leaks[number] if number < len(leaks) else None
    return planned if leak is None or leak >= planned else max(leak, last + 15 * M)


def histories(kind: Kind, seed: int, days: int) -> tuple[list[datetime], list[datetime]]:
    """Make the posts of one source, and the leaks before them."""
    rng = Random(f"{kind.name} {seed}")
    posts = sorted(post.astimezone(UTC) for post in kind.posts(rng, days) if post >= BEGIN)
    leaks = sorted(post - rng.expovariate(1 / 8) * H for post in posts) if kind.leaks else []
    return posts, leaks


# -- counting ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One type of source, or all."""

    name: str
    learned: Tally
    fixed: dict[float, Tally]

    def same_delay(self) -> float:
        """Requests of the learned schedule by those of the fixed interval with the same mean delay."""
        return self.learned.a_day / _requests_at(self.learned.mean, self.fixed)

    def same_requests(self) -> float:
        """Mean delay of the learned schedule by that of the fixed interval with as many requests."""
        return self.learned.mean / _delay_at(self.learned.a_day, self.fixed)


def _requests_at(delay: float, fixed: dict[float, Tally]) -> float:
    """Interpolate the fixed intervals: requests a day times mean delay is nearly the same for neighbours."""
    near = min(fixed.values(), key=lambda tally: abs(math.log(tally.mean / delay)))
    return near.a_day * near.mean / delay


def _delay_at(requests: float, fixed: dict[float, Tally]) -> float:
    near = min(fixed.values(), key=lambda tally: abs(math.log(tally.a_day / requests)))
    return near.a_day * near.mean / requests


def measure(days: int, seeds: int) -> list[Result]:
    """Play every type of source with the learned schedule and with each fixed interval."""
    return [_measured(kind, days, seeds) for kind in KINDS]


def _measured(kind: Kind, days: int, seeds: int) -> Result:
    learned, fixed = Tally(), {hours: Tally() for hours in FIXED}
    for seed in range(1, seeds * (RARE if kind.rare else 1) + 1):
        posts, leaks = histories(kind, seed, days)
        rng = Random(seed)
        learned.add(play(kind, posts, leaks, days=days, every=None, rng=rng))
        for hours, tally in fixed.items():
            tally.add(play(kind, posts, [], days=days, every=hours * H, rng=rng))
    return Result(name=kind.name, learned=learned, fixed=fixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """One source of each type, looked at together."""

    looks: float
    """A day, of all."""
    mean: float
    """Hours, over all posts (busy sources weigh most)."""
    fixed: float
    """Looks a day of one interval for all with the same mean."""


def together(results: Sequence[Result]) -> Fleet:
    """Add up one source of each type."""
    rates = [len(one.learned.delays) / one.learned.days for one in results]
    mean = sum(rate * one.learned.mean for rate, one in zip(rates, results, strict=True)) / sum(rates)
    fixed = sum(_requests_at(mean, one.fixed) for one in results)
    return Fleet(looks=sum(one.learned.a_day for one in results), mean=mean, fixed=fixed)


def report(results: Sequence[Result]) -> None:
    """Print the table of the documentation."""
    print("| source | mean | median | 90 % | looks a day | fixed with the same delay | looks ÷ | same looks: delay ÷ |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for one in results:
        mine, at = one.learned, _requests_at(one.learned.mean, one.fixed)
        delays = f"{spell(mine.mean)} | {spell(mine.quantile(0.5))} | {spell(mine.quantile(0.9))}"
        ratios = f"{one.same_delay():.2f} | {one.same_requests():.2f}"
        print(f"| {one.name} | {delays} | {mine.a_day:.1f} | every {spell(24 / at)}: {at:.1f} | {ratios} |")
    fleet, same = together(results), [one.same_delay() for one in results]
    ratio = f"{fleet.looks / fleet.fixed:.2f}"
    print(f"\none of each: {fleet.looks:.0f} looks a day, mean {spell(fleet.mean)}; fixed {fleet.fixed:.0f}; ÷ {ratio}")
    print(f"mean of the ratios {statistics.fmean(same):.2f}, best {min(same):.2f}, worst {max(same):.2f}")


def spell(hours: float) -> str:
    """Say a delay in minutes or hours."""
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.1f} h"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = measure(options.days, options.seeds)
    if options.json:
        print(json.dumps({one.name: figures(one) for one in results}))
    else:
        report(results)


def figures(one: Result) -> dict[str, float]:
    """Give what a test may compare."""
    mine = one.learned
    ratios = {"same_delay": one.same_delay(), "same_requests": one.same_requests()}
    return {"mean_h": mine.mean, "p90_h": mine.quantile(0.9), "a_day": mine.a_day, **ratios}


if __name__ == "__main__":
    main()
