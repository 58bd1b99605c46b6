"""Which reminders are due, and what they say: table tests of `notify.remind` (G10, G11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.support.news import BERLIN, evidence
from watcher.fuzzydate import FuzzyDate
from watcher.known import Existence, Fact, Known, SeasonKnown
from watcher.model import Medium, Title
from watcher.notify.remind import START, Wish, due, moment, start_of

TITLE = Title(id="lanterns", name="Copper Lanterns", season=2)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
LATE_NIGHT = FuzzyDate.day(2026, 10, 3, slot="25:30", zone="Asia/Tokyo")  # 18:30 on the 3rd in Berlin
PLAIN = FuzzyDate.day(2026, 10, 4)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def known(date_, **changes):
    fact = Fact(date=date_, evidence=(evidence(),), open=changes.pop("open", False))
    season = SeasonKnown(**{"season": 2, "existence": Existence.CONFIRMED, "dates": {1: fact}, **changes})
    return Known(title_id=TITLE.id, seasons=(season,))


def wish(*leads, **changes):
    return Wish(
        **{"title": TITLE, "leads": leads or (WEEK, DAY, START), "zone": BERLIN, "since": utc(2026, 1, 1), **changes}
    )


def leads_at(now, date_=LATE_NIGHT, **changes):
    return [one.lead for one in due(wish(), known(date_, **changes), now)]


@pytest.mark.parametrize(
    ("now", "lead"),
    [
        (utc(2026, 9, 26, 16, 29), None),
        (utc(2026, 9, 26, 16, 30), WEEK),
        (utc(2026, 10, 2, 16, 29), WEEK),
        (utc(2026, 10, 2, 16, 30), DAY),
        (utc(2026, 10, 3, 16, 29), DAY),
        (utc(2026, 10, 3, 16, 30), START),
        (utc(2026, 10, 10, 16, 30), START),
        (utc(2026, 10, 10, 16, 31), None),
    ],
)
def test_the_nearest_lead_holds_at_the_real_moment_of_a_late_night_slot(now, lead):
    assert leads_at(now) == ([] if lead is None else [lead])


def test_where_only_the_day_is_known_it_begins_in_the_users_morning():
    assert start_of(PLAIN, BERLIN) == utc(2026, 10, 4, 7)
    assert start_of(PLAIN, ZoneInfo("Asia/Tokyo")) == utc(2026, 10, 4, 0)
    assert start_of(FuzzyDate.month(2026, 10), BERLIN) is None


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 21)])
def test_whole_days_keep_the_hour_on_the_users_clock_over_a_change_of_clocks(day):
    starts = start_of(FuzzyDate(earliest=day, latest=day, precision=PLAIN.precision), BERLIN)
    at = moment(starts, DAY, BERLIN).astimezone(BERLIN)
    assert (at.hour, at.date()) == (9, day - DAY)
    assert moment(starts, timedelta(hours=1), BERLIN) == starts - timedelta(hours=1)


def test_every_zone_and_day_of_a_year_counts_down_in_order():
    for zone in map(
        ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Apia", "Australia/Lord_Howe")
    ):
        for offset in range(365):
            day = date(2026, 1, 1) + timedelta(days=offset)
            starts = start_of(FuzzyDate.day(day.year, day.month, day.day), zone)
            moments = [moment(starts, lead, zone) for lead in (WEEK, DAY, timedelta(hours=1), START)]
            assert all(earlier < later for earlier, later in pairwise(moments)), (zone, day)


def test_g10_a_date_that_moves_has_reminders_of_its_own():
    now = utc(2026, 9, 29)
    [first] = due(wish(), known(LATE_NIGHT), now)
    moved = replace(LATE_NIGHT, earliest=date(2026, 10, 5), latest=date(2026, 10, 5))
    [second] = due(wish(), known(moved), now)
    assert first.ref != second.ref
    assert due(wish(), known(FuzzyDate.day(2026, 12, 5)), now) == ()
    assert due(wish(), known(FuzzyDate.month(2026, 12)), now) == ()
    [again] = due(wish(), known(LATE_NIGHT), now + DAY)
    assert again.ref == first.ref


def test_g10_a_date_closer_than_the_lead_is_told_at_once():
    assert leads_at(utc(2026, 10, 1)) == [WEEK]


def test_g11_after_the_start_it_says_so_and_never_of_what_began_before_the_watch():
    late = utc(2026, 10, 5)
    [told] = due(wish(DAY), known(LATE_NIGHT), late)
    assert "started Saturday 3 October 2026" in told.text
    assert "late" in told.text
    assert due(wish(DAY, since=utc(2026, 10, 4)), known(LATE_NIGHT), late) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"open": True},
        {"existence": Existence.CANCELLED},
        {"existence": Existence.FINISHED},
        {"season": 1},
        {"medium": Medium.FILM},
    ],
)
def test_nobody_is_reminded_of_what_is_not_to_come(changes):
    assert leads_at(utc(2026, 9, 28), **changes) == []


def test_a_film_is_reminded_of_where_films_are_wanted_and_parts_apart():
    film = due(
        wish(title=replace(TITLE, also=frozenset({Medium.FILM}))),
        known(PLAIN, season=None, medium=Medium.FILM),
        utc(2026, 9, 28),
    )
    assert "– film starts" in film[0].text
    two = known(PLAIN, dates={1: Fact(date=PLAIN), 2: Fact(date=FuzzyDate.day(2026, 10, 5))})
    assert len({one.ref for one in due(wish(), two, utc(2026, 9, 30))}) == 2


def test_it_names_title_day_time_and_who_says_so_and_no_day_by_a_word_that_ages():
    [one] = due(wish(), known(LATE_NIGHT), utc(2026, 10, 2, 18))
    first, time, says = one.text.splitlines()
    assert first == "Reminder: Copper Lanterns – season 2 starts Saturday 3 October 2026"
    assert time == "Time: Saturday 3 October, 25:30 JST = Saturday 18:30 your time"
    assert says.startswith("Says akudama-drive.com, official source: https://")
    assert "tomorrow" not in one.text
    assert one.digest_before is None


def test_far_ones_may_wait_for_a_digest_until_the_day_before():
    [one] = due(wish(), known(LATE_NIGHT), utc(2026, 9, 28))
    assert one.digest_before == utc(2026, 10, 2, 16, 30)
