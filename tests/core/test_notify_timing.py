"""Backoff, token bucket, giving up, batches: pure values."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.news import NOW, channel, config, event, evidence, notice
from watcher.errors import DeliveryError
from watcher.memory import Delivery
from watcher.model import Event, Notice
from watcher.notify import outage, timing
from watcher.notify.batches import FOLDED, Batch, BatchKind, plan
from watcher.notify.channels import RefusedError
from watcher.notify.channels.console import ConsoleChannel
from watcher.notify.channels.email import EmailChannel
from watcher.notify.channels.services import SERVICES
from watcher.notify.channels.webhook import WebhookChannel
from watcher.notify.timing import Bucket, Pace
from watcher.store.values import ChannelState

PACE = Pace(burst=5, per_minute=20, fold=20)


@given(st.integers(-5, 10_000), st.floats(0, 0.999))
def test_backoff_is_bounded(failures: int, jitter: float) -> None:
    assert timedelta(seconds=8) <= timing.backoff(failures, jitter=jitter) <= timedelta(hours=1)


@given(st.integers(1, 200), st.floats(0, 0.999))
def test_backoff_is_monotone(failures: int, jitter: float) -> None:
    assert timing.backoff(failures, jitter=jitter) <= timing.backoff(failures + 1, jitter=jitter)


def test_backoff_reaches_an_hour_and_stays_there() -> None:
    waits = [timing.backoff(n, jitter=0.0).total_seconds() for n in range(1, 13)]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]


@given(st.integers(1, 50), st.floats(0, 0.999), st.integers(0, 10**7))
def test_a_wish_to_wait_is_obeyed_up_to_a_day(failures: int, jitter: float, wish: int) -> None:
    at = timing.next_attempt(failures, now=NOW, jitter=jitter, retry_after=timedelta(seconds=wish))
    assert at >= NOW + min(timedelta(seconds=wish), timedelta(days=1))
    assert at <= NOW + timedelta(days=1)


@given(st.lists(st.integers(0, 120), min_size=1, max_size=40))
def test_i17_a_bucket_never_gives_more_than_its_pace(pauses: list[int]) -> None:
    bucket, now, taken = Bucket.full(PACE, NOW), NOW, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        bucket = bucket.filled(now)
        while bucket.ready:
            bucket, taken = bucket.taken(), taken + 1
    minutes = (now - NOW).total_seconds() / 60
    assert taken <= PACE.burst + PACE.per_minute * minutes + 1e-6


def test_a_bucket_survives_a_clock_that_is_set_back() -> None:
    bucket = Bucket.full(PACE, NOW).filled(NOW - timedelta(days=365))
    assert bucket.tokens == PACE.burst


def delivery(id_: int = 1, **changes: object) -> Delivery:
    values: dict[str, object] = {"id": id_, "channel_id": "c", "ref": f"r{id_}", "created": NOW, "due": NOW, **changes}
    return Delivery(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "after", "gone"),
    [
        ({"attempts": 5}, timedelta(days=6, hours=23), False),
        ({"attempts": 5}, timedelta(days=7, hours=1), True),
        ({"attempts": 5, "slot": "weekly@2026-11-28"}, timedelta(days=8), False),
        ({"attempts": 5, "slot": "weekly@2026-11-28"}, timedelta(days=16), True),
        ({"attempts": 0, "due": NOW + timedelta(days=3)}, timedelta(days=8), False),
    ],
)
def test_a_delivery_is_given_up_after_a_week(changes: dict[str, object], after: timedelta, gone: bool) -> None:
    assert timing.expired(delivery(**changes), NOW + after) is gone


# -- batches -----------------------------------------------------------------------------------------


def batch(
    *waiting: Delivery, items: dict[str, Event | Notice] | None = None, aside: set[int] | None = None
) -> Batch | None:
    found = items or {}
    return plan(waiting, now=NOW, aside=aside or set(), pace=PACE, look_up=found.get)


LATER = NOW + timedelta(minutes=5)


def test_nothing_due_is_no_batch() -> None:
    assert batch() is None
    assert batch(delivery(due=LATER)) is None


def test_what_failed_holds_up_what_came_later() -> None:
    assert batch(delivery(1, due=LATER, attempts=1), delivery(2)) is None


def test_what_waits_for_its_first_try_holds_up_nothing() -> None:
    assert batch(delivery(1, due=LATER), delivery(2)) == Batch(kind=BatchKind.STORY, size=1)


def test_a_suspect_stands_aside() -> None:
    assert batch(delivery(1, due=LATER, attempts=5), delivery(2), aside={1}) == Batch(kind=BatchKind.STORY, size=1)


def test_items_of_one_post_travel_together() -> None:
    same, other = (evidence(entry="a"),), (evidence(entry="b"),)
    items: dict[str, Event | Notice] = {
        "r1": event("r1", evidence=same),
        "r2": event("r2", evidence=same),
        "r3": event("r3", evidence=other),
    }
    assert batch(delivery(1), delivery(2), delivery(3), items=items) == Batch(kind=BatchKind.STORY, size=2)


def test_a_notice_travels_alone() -> None:
    items: dict[str, Event | Notice] = {"r1": notice("r1"), "r2": notice("r2")}
    assert batch(delivery(1), delivery(2), items=items) == Batch(kind=BatchKind.STORY, size=1)


def test_a_flood_is_folded_and_a_repeat_never_mixed_with_news() -> None:
    rows = [delivery(n) for n in range(1, 40)]
    assert batch(*rows) == Batch(kind=BatchKind.FOLD, size=39)
    assert batch(delivery(1, repeat=True), *rows[1:]) == Batch(kind=BatchKind.STORY, size=1)
    assert batch(*(delivery(n) for n in range(1, 10_001))) == Batch(kind=BatchKind.FOLD, size=FOLDED)


def test_a_digest_stands_alone() -> None:
    assert batch(delivery(1, slot="daily@2026-11-21"), delivery(2)) == Batch(kind=BatchKind.DIGEST)


# -- what follows from a failure ---------------------------------------------------------------------


def failure(error: DeliveryError, **changes: object) -> outage.Failure:
    values: dict[str, object] = {
        "error": error,
        "state": ChannelState(channel_id="c"),
        "keyed": False,
        "now": NOW,
        "jitter": 0.0,
        **changes,
    }
    return outage.Failure(**values)  # type: ignore[arg-type]


def broke(**how: object) -> DeliveryError:
    return DeliveryError("broke", channel="c", **how)  # type: ignore[arg-type]


def test_a_plain_failure_rests_the_channel_and_keeps_the_row() -> None:
    found = failure(broke())
    ruling = outage.judge_delivery(delivery(attempts=1), found)
    state = outage.judge_channel(found)
    assert ruling.fate is outage.Fate.LATER
    assert ruling.due == state.hold_until == NOW + timedelta(seconds=10)
    assert (state.failures, state.broken_since) == (1, None)


def test_i5_a_permanent_error_breaks_the_channel_at_once_and_keeps_the_row() -> None:
    found = failure(broke(permanent=True))
    assert outage.judge_delivery(delivery(attempts=1), found).fate is outage.Fate.LATER
    assert outage.judge_channel(found).broken_since == NOW


def test_a_long_outage_breaks_the_channel_once() -> None:
    state = ChannelState(channel_id="c", failures=outage.BROKEN_AFTER - 1)
    assert outage.judge_channel(failure(broke(), state=state)).broken_since == NOW
    earlier = ChannelState(channel_id="c", failures=20, broken_since=NOW - timedelta(days=1))
    assert outage.judge_channel(failure(broke(), state=earlier)).broken_since == NOW - timedelta(days=1)


def test_i2_a_second_uncertain_try_without_a_key_is_the_last() -> None:
    doubt = failure(broke(uncertain=True))
    assert outage.judge_delivery(delivery(attempts=1), doubt).fate is outage.Fate.LATER
    assert outage.judge_delivery(delivery(attempts=2, repeat=True), doubt).fate is outage.Fate.DEAD
    keyed = failure(broke(uncertain=True), keyed=True)
    assert outage.judge_delivery(delivery(attempts=9, repeat=True), keyed).fate is outage.Fate.LATER


def test_i6_a_refused_message_steps_aside_and_dies_only_when_others_pass() -> None:
    refused = RefusedError("HTTP 500", channel="c")
    suspect = failure(refused, refusals=timing.SUSPECT)
    assert outage.judge_channel(suspect).hold_until is None
    assert outage.judge_delivery(delivery(attempts=5), suspect).due > NOW
    alone = failure(refused, refusals=timing.HOPELESS + 10)
    assert outage.judge_delivery(delivery(attempts=18), alone).fate is outage.Fate.LATER
    beaten = failure(refused, refusals=timing.HOPELESS, passed=True)
    assert outage.judge_delivery(delivery(attempts=8), beaten).fate is outage.Fate.DEAD


def test_notices_of_one_channel_have_references_of_their_own() -> None:
    one = channel()
    broken, well = outage.broken_notice(one, "HTTP 401", NOW), outage.recovered_notice(one, NOW)
    assert len({broken.ref, well.ref, outage.broken_notice(one, "HTTP 401", LATER).ref}) == 3
    assert "HTTP 401" in broken.text
    assert outage.notice_deliveries(broken, one, config=config(one), now=NOW) == ()


def test_what_is_not_folded_fits_into_one_burst() -> None:
    paces = {service.pace for service in SERVICES.values()} | {
        EmailChannel.pace,
        WebhookChannel.pace,
        ConsoleChannel.pace,
    }
    for pace in paces:
        assert pace.burst >= pace.fold
