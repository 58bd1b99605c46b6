"""When they are told: quiet hours and digests, over both nights on which the clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.news import BERLIN, channel, config, event, notice
from watcher.config.settings import Digest, QuietHours
from watcher.notify.route import route
from watcher.notify.slots import next_slot, quiet_until

NIGHT = QuietHours(start=time(23), end=time(7))
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, utc(2026, 11, 21, 12), None),
        (NIGHT, utc(2026, 11, 21, 22, 0), utc(2026, 11, 22, 6)),
        (NIGHT, utc(2026, 11, 21, 21, 59), None),
        (NIGHT, utc(2026, 11, 22, 5, 59), utc(2026, 11, 22, 6)),
        (NIGHT, utc(2026, 11, 22, 6), None),
        (QuietHours(start=time(12), end=time(14)), utc(2026, 11, 21, 11, 30), utc(2026, 11, 21, 13)),
        (QuietHours(start=time(12), end=time(14)), utc(2026, 11, 21, 13), None),
        (QuietHours(start=time(8), end=time(8)), utc(2026, 11, 21, 8), None),
        (None, utc(2026, 11, 21, 23), None),
        # The clock goes forward at 02:00: the night is an hour shorter, and ends at seven all the same.
        (NIGHT, utc(2027, 3, 27, 22), utc(2027, 3, 28, 5)),
        # It goes back at 03:00: an hour longer.
        (NIGHT, utc(2026, 10, 24, 21), utc(2026, 10, 25, 6)),
        # An end inside the gap comes when the gap is over.
        (QuietHours(start=time(23), end=time(2, 30)), utc(2027, 3, 27, 23), utc(2027, 3, 28, 1, 30)),
    ],
)
def test_quiet_hours_end_when_they_should(quiet: QuietHours | None, now: datetime, until: datetime | None) -> None:
    assert quiet_until(quiet, now, BERLIN) == until


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: utc(2026, 1, 1) + timedelta(minutes=minutes)),
    st.times(),
    st.times(),
    st.sampled_from(ZONES),
)
def test_after_quiet_hours_it_is_not_quiet(now: datetime, start: time, end: time, zone: ZoneInfo) -> None:
    quiet = QuietHours(start=start.replace(tzinfo=None, fold=0), end=end.replace(tzinfo=None, fold=0))
    until = quiet_until(quiet, now, zone)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)


@pytest.mark.parametrize(
    ("digest", "now", "slot", "due"),
    [
        (Digest(at=time(8)), utc(2026, 11, 21, 6, 59), "daily@2026-11-21", utc(2026, 11, 21, 7)),
        (Digest(at=time(8)), utc(2026, 11, 21, 7), "daily@2026-11-22", utc(2026, 11, 22, 7)),
        (Digest(at=time(8), weekday=0), utc(2026, 11, 21, 12), "weekly@2026-11-23", utc(2026, 11, 23, 7)),
        (Digest(at=time(8), weekday=0), utc(2026, 11, 23, 7), "weekly@2026-11-30", utc(2026, 11, 30, 7)),
        (Digest(at=time(2, 30)), utc(2027, 3, 28, 0), "daily@2027-03-28", utc(2027, 3, 28, 1, 30)),
        (Digest(at=time(2, 30)), utc(2026, 10, 25, 0), "daily@2026-10-25", utc(2026, 10, 25, 0, 30)),
        # The second 02:30 of that night belongs to the next day's digest.
        (Digest(at=time(2, 30)), utc(2026, 10, 25, 1, 0), "daily@2026-10-26", utc(2026, 10, 26, 1, 30)),
    ],
)
def test_g4_every_moment_has_one_digest(digest: Digest, now: datetime, slot: str, due: datetime) -> None:
    assert next_slot(digest, now, BERLIN) == (slot, due)


@given(st.sampled_from(ZONES), st.times(), st.sampled_from([None, *range(7)]), st.integers(0, 400))
def test_g4_slots_follow_one_another_without_gap_or_double(
    zone: ZoneInfo, at: time, weekday: int | None, offset: int
) -> None:
    digest = Digest(at=at.replace(tzinfo=None, fold=0, second=0, microsecond=0), weekday=weekday)
    now = utc(2026, 3, 1) + timedelta(days=offset)
    seen = []
    for _ in range(12):
        slot, due = next_slot(digest, now, zone)
        assert due > now
        assert next_slot(digest, due - timedelta(microseconds=1), zone) == (slot, due)
        seen.append(slot)
        now = due
    assert len(set(seen)) == len(seen)
    days = [datetime.fromisoformat(slot.partition("@")[2]) for slot in seen]
    assert {b - a for a, b in pairwise(days)} == {timedelta(days=1 if weekday is None else 7)}


def test_i15_an_event_in_quiet_hours_waits_until_they_end() -> None:
    [one] = route(event(), config=config(channel(quiet=NIGHT)), now=utc(2026, 11, 21, 23))
    assert one.due == utc(2026, 11, 22, 6)


def test_a_digest_that_falls_into_quiet_hours_comes_when_they_end() -> None:
    settings = config(channel(quiet=NIGHT, digest=Digest(at=time(5))))
    [one] = route(event(), config=settings, now=utc(2026, 11, 21, 12))
    assert (one.slot, one.due) == ("daily@2026-11-22", utc(2026, 11, 22, 6))


def test_notices_do_not_wait_for_a_digest() -> None:
    now = utc(2026, 11, 21, 12)
    [one] = route(notice(), config=config(channel(digest=Digest(at=time(8)))), now=now)
    assert (one.slot, one.due) == ("", now)
