"""What a source's own history says about when to look next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.settings import SourceConfig
from watcher.memory import Hints, Rhythm, SourceState, Validators
from watcher.model import Entry, Tier
from watcher.schedule import LONGEST, SHORTEST, Outlook, next_look, rhythm
from watcher.schedule.rhythm import WHOLE, Boost, learn, place, profile

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
H = timedelta(hours=1)
M = timedelta(minutes=1)
DAY = timedelta(days=1)
NOTHING = Rhythm()


def entry(at=None, **changes):
    return Entry(**{"id": str(at), "title": "t", "published": at, **changes})


def minute(at):
    return int(at.timestamp() // 60)


def posts(*at, zone="UTC"):
    """Remember dated posts, as a first look does."""
    return learn(NOTHING, [entry(one) for one in at], before=None, now=max(NOW, *at), zone=zone)


def counted(known):
    """List the hours that were counted, with how many posts."""
    return {hour: count / WHOLE for hour, count in enumerate(known.hours) if count}


def daily(hour, *, days=14, minute=0, weekdays=range(7)):
    """A post a day at this hour (UTC) up to now."""
    midnight = NOW.replace(hour=0)
    found = [midnight - n * DAY + hour * H + minute * M for n in range(days, -1, -1)]
    return posts(*(at for at in found if at <= NOW and at.weekday() in weekdays))


def source(**changes):
    return SourceConfig(**{"id": "s", "name": "s", "kind": "feed", "url": "https://example.org/", **changes})


def following(known, *, now=NOW, hints=None, tier=Tier.PRESS, jitter=0.0, **changes):
    state = SourceState(source_id="s", rhythm=known, validators=Validators(etag='"1"'), hints=hints or Hints())
    return next_look(state, source(**changes), now=now, jitter=jitter, outlook=Outlook(tier=tier))


# Learning


def test_the_first_look_learns_from_what_the_feed_dates():
    dated = [entry(NOW - n * H - 7 * M) for n in range(1, 6)]
    learned = learn(NOTHING, dated, before=None, now=NOW, zone="UTC")
    assert learned.posts == tuple(sorted(minute(one.published) for one in dated))
    assert counted(learned) == {6: 1, 7: 1, 8: 1, 9: 1, 10: 1}
    assert learned.days[1] == 5 * WHOLE  # a Tuesday
    assert learned.slots[10] == 5 * WHOLE  # :53
    assert learned.since == learned.posts[0]


@pytest.mark.parametrize(
    "odd",
    [
        entry(NOW + H),  # a date in the future
        entry(NOW - 900 * DAY),
        entry(None),
        entry(NOW - H, data={"status": "releasing"}),  # a catalogue's record
    ],
)
def test_what_says_nothing_about_the_rhythm_is_left_out(odd):
    assert learn(NOTHING, [odd], before=None, now=NOW, zone="UTC") == NOTHING


@pytest.mark.parametrize(
    ("only_a_day", "zone"),
    [
        (entry(NOW.replace(hour=0)), "UTC"),
        (entry(NOW.replace(hour=15) - DAY), "Asia/Tokyo"),  # midnight there
        (entry(NOW - H, date_only=True), "UTC"),
    ],
)
def test_a_day_without_a_time_tells_no_hour(only_a_day, zone):
    learned = learn(NOTHING, [only_a_day], before=None, now=NOW, zone=zone)
    assert len(learned.posts) == 1
    assert learned.hours == ()


def test_an_undated_post_appeared_between_two_looks():
    near = learn(NOTHING, [entry(None)], before=NOW - H, now=NOW, zone="UTC")
    assert (near.posts, counted(near), sum(near.slots)) == ((minute(NOW - 30 * M),), {11: 1}, 0)
    wide = learn(NOTHING, [entry(None)], before=NOW - 4 * H, now=NOW, zone="UTC")
    assert (wide.posts, counted(wide)) == ((minute(NOW - 2 * H),), {8: 0.25, 9: 0.25, 10: 0.25, 11: 0.25})
    lost = learn(NOTHING, [entry(None)], before=NOW - 20 * H, now=NOW, zone="UTC")
    assert (lost.posts, counted(lost)) == ((minute(NOW - 10 * H),), {})


def test_hours_are_counted_where_the_source_lives():
    assert counted(posts(NOW - H, zone="Asia/Tokyo")) == {20: 1}


def test_a_stamp_from_before_the_last_look_is_not_believed():
    learned = learn(NOTHING, [entry(NOW - 5 * H)], before=NOW - H, now=NOW, zone="UTC")
    assert learned.posts == (minute(NOW - 30 * M),)


def test_a_clock_set_back_between_two_looks_breaks_nothing():
    learned = learn(NOTHING, [entry(None)], before=NOW + 5 * H, now=NOW, zone="UTC")
    assert learned.posts == (minute(NOW),)


def test_old_habits_fade():
    known = posts(*(NOW - n * M for n in range(1, 600)))
    assert sum(known.hours) == 599 * WHOLE
    later = learn(known, [entry(NOW + H)], before=NOW, now=NOW + 2 * H, zone="UTC")
    assert sum(later.hours) < 301 * WHOLE


def test_a_backfill_teaches_nothing():
    old = [entry(NOW - n * DAY) for n in range(8, 300)]
    assert learn(NOTHING, old, before=NOW - H, now=NOW, zone="UTC") == NOTHING


def test_what_comes_together_is_one_post_between_gaps():
    batch = [entry(NOW - 3 * H + n * M) for n in range(5)]
    learned = learn(NOTHING, batch, before=None, now=NOW, zone="UTC")
    assert (len(learned.posts), counted(learned)) == (1, {9: 5})


@given(st.lists(st.integers(0, 2_000_000), max_size=300))
def test_memory_is_bounded_and_ordered(ages):
    learned = learn(NOTHING, [entry(NOW - age * M) for age in ages], before=None, now=NOW, zone="UTC")
    assert len(learned.posts) <= rhythm.POSTS
    assert sum(learned.hours) == sum(learned.slots) == sum(learned.days)
    assert list(learned.posts) == sorted(set(learned.posts))
    again = learn(learned, [entry(NOW - age * M) for age in ages], before=None, now=NOW, zone="UTC")
    assert again.posts[-1:] == learned.posts[-1:]


# Placing


@pytest.mark.parametrize("mean", [15 * M, H, 2 * H, 6 * H, 24 * H])
def test_without_a_pattern_looks_are_even(mean):
    flat = profile(NOTHING, zone="UTC", now=NOW)
    assert place(flat, now=NOW, mean=mean, earliest=15 * M, latest=LONGEST) == NOW + mean


moments = st.lists(st.integers(0, 500_000), max_size=64)


@given(moments, st.integers(15, 1440), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]), st.floats(1, 100))
def test_a_look_is_placed_within_its_bounds(ages, mean, zone, factor):
    known = posts(*(NOW - age * M for age in ages), zone=zone) if ages else NOTHING
    boosts = [Boost(start=NOW + 2 * H, end=NOW + 5 * H, factor=factor)]
    likely = profile(known, zone=zone, now=NOW)
    at = place(likely, now=NOW, mean=mean * M, earliest=SHORTEST, latest=LONGEST, boosts=boosts)
    assert SHORTEST <= at - NOW <= LONGEST


@given(moments, st.integers(0, 48), st.floats(0, 1, exclude_max=True), st.sampled_from(list(Tier)))
def test_the_learned_schedule_is_bounded(ages, hour, jitter, tier):
    known = posts(*(NOW - age * M for age in ages)) if ages else NOTHING
    at = following(known, now=NOW + hour * H, tier=tier, jitter=jitter)
    assert SHORTEST <= at - (NOW + hour * H) <= LONGEST


def test_nights_are_slept_and_posts_are_met():
    morning = daily(9)
    evening = NOW.replace(hour=20)
    at = following(morning, now=evening)
    assert at - evening >= 3 * H  # a flat schedule would look after four hours at most, several times a night
    before = NOW.replace(hour=8)
    assert NOW.replace(hour=9) < following(replace(morning), now=before) <= NOW.replace(hour=11)


def test_posts_on_the_hour_are_met_right_behind_it():
    known = posts(*(NOW - n * H for n in range(60, 0, -1)))
    at = following(known, now=NOW + 7 * M)
    assert at.minute in range(3, 11)
    assert "on the hour" in rhythm.described(known, zone="UTC", now=NOW)


def test_a_japanese_source_is_looked_at_in_office_hours_from_the_first_day():
    friday_night = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # 22 h in Tokyo
    assert following(NOTHING, now=friday_night, kind="page", tz="Asia/Tokyo") - friday_night > 12 * H
    monday = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 10 h in Tokyo
    assert following(NOTHING, now=monday, kind="page", tz="Asia/Tokyo") - monday < 6 * H


# How often


def test_many_posts_mean_more_looks_and_few_fewer():
    busy = posts(*(NOW - 13 * n * M for n in range(60, 0, -1)))
    rare = posts(*(NOW - 7 * n * DAY - 3 * n * H for n in range(20, 0, -1)))
    waits = [following(known) - NOW for known in (busy, NOTHING, rare)]
    assert waits == sorted(waits)
    assert waits[0] < 50 * M
    assert waits[2] > 2 * H


def test_an_official_source_is_never_left_alone_for_longer_than_usual():
    rare = posts(*(NOW - 90 * n * DAY - 5 * n * H for n in range(6, 0, -1)))
    assert following(rare, tier=Tier.OFFICIAL) - NOW < 2 * H
    assert following(rare, tier=Tier.PRESS) - NOW > 2 * H


@pytest.mark.parametrize("fresh", [Hints(max_age=2 * H), Hints(ttl=2 * H)])
def test_what_the_server_calls_fresh_is_not_asked_for_again(fresh):
    busy = posts(*(NOW - 13 * n * M for n in range(60, 0, -1)))
    assert following(busy, hints=fresh) - NOW >= 2 * H


def test_learning_can_be_switched_off():
    state = SourceState(source_id="s", rhythm=daily(9), validators=Validators(etag='"1"'))
    at = next_look(state, source(), now=NOW, jitter=0.5, outlook=Outlook(learned=False))
    assert at == NOW + H


def test_three_posts_are_no_rhythm():
    few = posts(NOW - 3 * H, NOW - 2 * H, NOW - H)
    assert following(few, jitter=0.5) == NOW + H
    assert rhythm.described(few, zone="UTC", now=NOW) == ""


# Silence


def test_silence_is_measured_by_the_longest_pause_there_was():
    weekly = posts(*(NOW - 7 * n * DAY for n in range(10, 0, -1)))
    assert rhythm.silence(weekly, NOW + 6 * DAY) is None
    assert rhythm.silence(weekly, NOW + 8 * DAY) == 15 * DAY
    hourly = posts(*(NOW - n * H for n in range(10, 0, -1)))
    assert rhythm.silence(hourly, NOW + DAY) is None  # a day is nothing to remark on
    assert rhythm.silence(hourly, NOW + 2 * DAY) is not None
    assert rhythm.silence(posts(NOW - 400 * DAY, NOW - 399 * DAY), NOW) is None


def test_a_rhythm_in_words():
    known = daily(9, minute=20, weekdays=range(5), days=20)
    assert rhythm.described(known, zone="UTC", now=NOW) == "about every 33 h, mostly 09–10 h, Mon–Fri (UTC)"
    assert "Mon–Fri" not in rhythm.described(daily(9, days=9, weekdays=range(5)), zone="UTC", now=NOW)


def test_two_days_show_no_week():
    weekend = posts(*(datetime(2026, 11, 21, hour, 30, tzinfo=UTC) for hour in range(24)))
    monday = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert set(profile(weekend, zone="UTC", now=monday).days) == {1.0}
    assert len(set(profile(weekend, zone="UTC", now=monday + 20 * DAY).days)) > 1
