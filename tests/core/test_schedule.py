"""When a source is looked at next, and when its trouble is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.settings import SourceConfig
from watcher.errors import FetchError, ParseError, SourceError
from watcher.memory import Health, Hints, SourceState, Validators
from watcher.schedule import LONGEST, SHORTEST, after_failure, after_success, lasts, next_look

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday
H = timedelta(hours=1)
M = timedelta(minutes=1)
MIDDLE = 0.5
ETAG = Validators(etag='"1"')

durations = st.timedeltas(timedelta(seconds=1), timedelta(days=400))
jitters = st.floats(0, 1, exclude_max=True)
hints = st.builds(
    Hints,
    ttl=st.none() | durations,
    max_age=st.none() | durations,
    period=st.none() | durations,
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)


def source(kind="feed", **changes):
    return SourceConfig(**{"id": "s", "name": "s", "kind": kind, "url": "https://example.org/", **changes})


def state(**changes):
    return SourceState(source_id="s", **changes)


def wait(known, **changes):
    kind = changes.pop("kind", "feed")
    jitter = changes.pop("jitter", MIDDLE)
    return next_look(known, source(kind, **changes), now=NOW, jitter=jitter) - NOW


@pytest.mark.parametrize(
    ("kind", "known", "expected"),
    [
        ("feed", state(validators=ETAG), 1 * H),
        ("feed", state(validators=Validators(last_modified="x")), 1 * H),
        ("feed", state(), 3 * H),
        ("page", state(), 6 * H),
        ("anilist", state(), 6 * H),
        ("feed", state(hints=Hints(max_age=4 * H, ttl=30 * M)), 4 * H),
        ("feed", state(hints=Hints(max_age=1 * M, ttl=30 * M)), 30 * M),
        ("feed", state(hints=Hints(max_age=1 * M), validators=ETAG), 1 * H),
        ("feed", state(hints=Hints(ttl=2 * H, period=12 * H)), 2 * H),
        ("feed", state(hints=Hints(period=12 * H)), 12 * H),
        ("feed", state(hints=Hints(ttl=1 * M)), SHORTEST),
        ("feed", state(hints=Hints(ttl=999 * H)), LONGEST),
    ],
)
def test_what_the_schedule_learns(kind, known, expected):
    assert wait(known, kind=kind) == expected


def test_what_the_user_wrote_is_the_base():
    known = state(hints=Hints(max_age=4 * H, ttl=30 * M))
    assert wait(known, every=1 * M, jitter=0) == 1 * M
    assert wait(known, every=72 * H, jitter=0) == 72 * H
    assert 1 * M <= wait(known, every=1 * M, jitter=0.999) < 1.1 * M


def test_jitter_spreads_by_a_tenth():
    known = state(validators=ETAG)
    assert wait(known, jitter=0) == 54 * M
    assert 65 * M < wait(known, jitter=0.999) <= 66 * M


@pytest.mark.parametrize(
    ("skip", "expected"),
    [
        (Hints(skip_hours=frozenset({13})), 2 * H),
        (Hints(skip_hours=frozenset({13, 14, 15})), 4 * H),
        (Hints(skip_hours=frozenset({14})), 1 * H),
        (Hints(skip_hours=frozenset(range(24))), 1 * H),  # cannot be meant
        (Hints(skip_days=frozenset({5})), 12 * H),
        (Hints(skip_days=frozenset({5, 6})), LONGEST),  # but at least daily
        (Hints(skip_days=frozenset(range(7))), 1 * H),
    ],
)
def test_hours_and_days_that_a_feed_asks_to_skip(skip, expected):
    assert wait(state(hints=skip, validators=ETAG)) == expected


def test_skipped_hours_are_meant_in_gmt():
    tokyo = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    known = state(hints=Hints(skip_hours=frozenset({13})), validators=ETAG)
    assert next_look(known, source(), now=tokyo, jitter=MIDDLE) == NOW + 2 * H


@given(hints, jitters, st.sampled_from(["feed", "page", "anilist"]), st.datetimes(timezones=st.just(UTC)))
def test_the_learnt_schedule_is_bounded(given_hints, jitter, kind, now):
    if not datetime(1, 1, 3, tzinfo=UTC) < now < datetime(9999, 12, 20, tzinfo=UTC):
        return
    at = next_look(state(hints=given_hints), source(kind), now=now, jitter=jitter)
    assert SHORTEST <= at - now <= LONGEST


@given(hints, jitters, st.timedeltas(timedelta(seconds=1), timedelta(days=30)))
def test_a_written_interval_is_never_undercut(given_hints, jitter, every):
    assert wait(state(hints=given_hints), every=every, jitter=jitter) >= every


# Failures


def fail(known, error=None, *, at=NOW, jitter=MIDDLE, **changes):
    error = error or FetchError("down", reason="timeout")
    return after_failure(known, error, source=source(**changes), now=at, jitter=jitter)


def test_a_failure_keeps_what_was_learnt():
    known = state(validators=ETAG, body_hash="h", hints=Hints(ttl=2 * H), entries_last=7, last_ok=NOW - H, polls=3)
    failed = fail(known, FetchError("example.org: HTTP 500", reason="status", status=500))
    assert (failed.validators, failed.body_hash, failed.hints, failed.entries_last) == (ETAG, "h", Hints(ttl=2 * H), 7)
    assert (failed.failures, failed.failing_since, failed.health) == (1, NOW, Health.FAILING)
    assert (failed.last_error, failed.last_reason, failed.polls) == ("example.org: HTTP 500", "status", 4)
    assert (failed.last_ok, failed.last_look) == (NOW - H, NOW)
    assert fail(failed, at=NOW + H).failing_since == NOW


def test_backoff_starts_at_five_minutes_and_doubles():
    known = state()
    waits = []
    for _ in range(12):
        known = fail(known, jitter=0.999999)
        waits.append(round((known.next_look - NOW) / M))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440]


def test_full_jitter_reaches_down_to_the_first_step():
    known = state(failures=8)
    assert fail(known, jitter=0).next_look - NOW == 5 * M


def test_a_short_written_interval_shortens_the_first_step():
    assert fail(state(), every=timedelta(seconds=2)).next_look - NOW == timedelta(seconds=2)
    assert fail(state(), every=9 * H).next_look - NOW == 5 * M


@given(st.integers(0, 10_000), jitters, st.none() | durations, st.sampled_from(["timeout", "blocked", "internal"]))
def test_backoff_is_bounded_and_monotone_and_never_gives_up(failures, jitter, every, reason):
    error = FetchError("x", reason=reason)
    one, two = (fail(state(failures=n), error, jitter=jitter, every=every) for n in (failures, failures + 1))
    first = min(5 * M, every) if every else 5 * M
    assert first <= one.next_look - NOW <= two.next_look - NOW <= LONGEST


@given(durations, st.integers(0, 50), jitters, st.none() | durations)
def test_a_wait_that_was_asked_for_wins_up_to_a_day(asked, failures, jitter, every):
    error = FetchError("busy", reason="status", status=429, retry_after=asked)
    failed = fail(state(failures=failures), error, jitter=jitter, every=every)
    assert failed.not_before == NOW + min(asked, LONGEST)
    assert failed.not_before <= failed.next_look <= NOW + LONGEST


def test_a24_a_short_wait_is_neither_undercut_nor_stretched():
    failed = fail(state(failures=9), FetchError("busy", reason="status", status=503, retry_after=20 * M), jitter=0.9)
    assert 20 * M <= failed.next_look - NOW <= 22 * M
    assert not failed.told_failing


def test_a_new_failure_without_a_wait_forgets_the_old_one():
    assert fail(state(not_before=NOW - H)).not_before is None


def test_a23_gone_slows_to_daily_and_comes_back():
    gone = fail(state(), FetchError("gone", reason="status", status=410, permanent=True))
    assert gone.health is Health.GONE
    assert 21 * H < gone.next_look - NOW <= LONGEST
    back = after_success(gone, source=source(), now=NOW + 30 * H, jitter=MIDDLE)
    assert (back.health, back.failures, back.next_look) == (Health.OK, 0, NOW + 33 * H)


@pytest.mark.parametrize(
    "error",
    [
        FetchError("wall", reason="blocked", status=403),
        FetchError("no", reason="robots"),
        ParseError("wall", reason="challenge"),
    ],
)
def test_a_block_is_met_with_patience(error):
    blocked = fail(state(), error, jitter=0.5)
    assert blocked.health is Health.BLOCKED
    assert blocked.next_look - NOW == H
    assert 10 * H < fail(replace(blocked, failures=5), error).next_look - NOW <= LONGEST


def test_a_plain_error_is_a_failure_too():
    failed = fail(state(), SourceError("internal error: KeyError()"))
    assert (failed.health, failed.last_reason) == (Health.FAILING, "internal")


# What is told


def failing_for(hours, *, every_hours=1, kind="feed"):
    known, at = state(), NOW
    while at <= NOW + hours * H:
        known = fail(known, at=at, kind=kind)
        at += every_hours * H
    return known


@pytest.mark.parametrize(
    ("hours", "every_hours", "kind", "told"),
    [
        (0, 1, "feed", False),
        (2, 1, "feed", False),
        (23, 1, "feed", False),
        (24, 1, "feed", True),
        (24, 24, "feed", False),  # only two looks
        (48, 24, "feed", True),
        (48, 1, "youtube", False),
        (72, 1, "youtube", True),
    ],
)
def test_trouble_is_told_when_it_lasts(hours, every_hours, kind, told):
    assert failing_for(hours, every_hours=every_hours, kind=kind).told_failing is told


def test_trouble_is_told_once_and_recovery_ends_it():
    told = failing_for(30)
    assert fail(told, at=NOW + 31 * H).told_failing
    fine = after_success(told, source=source(), now=NOW + 32 * H, jitter=MIDDLE)
    assert not fine.told_failing
    assert (fine.failing_since, fine.last_error, fine.last_reason, fine.not_before) == (None, "", "", None)
    assert (fine.last_ok, fine.last_look) == (NOW + 32 * H, NOW + 32 * H)
    assert not fail(fine, at=NOW + 33 * H).told_failing


def test_a22_one_error_is_told_to_nobody():
    known = fail(state(health=Health.OK), FetchError("gone?", reason="status", status=404))
    assert not known.told_failing
    assert not lasts(known, source(), now=NOW + 100 * H)


def test_a_clock_set_back_tells_nothing_early():
    known = state(failures=10, failing_since=NOW + 1000 * H)
    assert not lasts(known, source(), now=NOW)
