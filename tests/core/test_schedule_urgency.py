"""Hot titles and event windows: when looking becomes more frequent, and what still bounds it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.samples import evidence
from watcher.config.load import parse_config
from watcher.config.settings import SourceConfig, WindowConfig
from watcher.config.windows import events, window_names
from watcher.errors import ConfigError
from watcher.fuzzydate import FuzzyDate
from watcher.known import Fact, Held, Known, SeasonKnown
from watcher.memory import Hints, SourceState, Validators
from watcher.model import Claim, EventType, Tier
from watcher.schedule import LONGEST, SHORTEST, Outlook, brought_forward, next_look
from watcher.schedule.heat import Heat, heat, wait
from watcher.schedule.windows import Span, event_spans, final_spans

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
H = timedelta(hours=1)
M = timedelta(minutes=1)
DAY = timedelta(days=1)


def held(since=NOW, *, tier=Tier.POINTER, date_=None, published=None):
    claim = Claim(type=EventType.RELEASE_DATE, season=2, date=date_, quote="q")
    said = evidence("pointer")
    said = type(said)(
        **{**{f: getattr(said, f) for f in said.__dataclass_fields__}, "tier": tier, "published": published}
    )
    return Held(claim=claim, evidence=said, domain="pointer.example", text_digest="", since=since)


def source(**changes):
    return SourceConfig(**{"id": "s", "name": "s", "kind": "feed", "url": "https://example.org/", **changes})


def state(**changes):
    return SourceState(source_id="s", validators=Validators(etag='"1"'), **changes)


def hot(since=NOW):
    return Heat(title_id="t", since=since, until=since + 72 * H, why="w")


# Heat


@pytest.mark.parametrize(
    ("tier", "hours", "is_hot"),
    [
        (Tier.POINTER, 0, True),
        (Tier.POINTER, 71, True),
        (Tier.POINTER, 72, False),
        (Tier.PRESS, 71, True),  # held for a policy that wants officials only
        (Tier.UNKNOWN, 23, True),
        (Tier.UNKNOWN, 24, False),
    ],
)
def test_a_held_claim_heats_for_a_while(tier, hours, is_hot):
    assert (heat("t", (held(tier=tier),), NOW + hours * H) is not None) is is_hot


def test_nothing_held_is_cool():
    assert heat("t", (), NOW) is None


def test_what_is_repeated_heats_once_and_something_else_anew():
    first, repeated = held(), held(NOW + 80 * H)
    assert heat("t", (first, repeated), NOW + 81 * H) is None
    other = held(NOW + 80 * H, date_=FuzzyDate.day(2027, 4, 4))
    assert heat("t", (first, other), NOW + 81 * H).since == NOW + 80 * H


def test_old_stories_read_for_a_new_title_are_no_heat():
    assert heat("t", (held(published=NOW - 10 * DAY),), NOW) is None
    assert heat("t", (held(published=NOW - DAY),), NOW) is not None


def test_looks_follow_each_other_in_proportion_to_the_time_passed():
    waits = [wait(hot(), NOW + hours * H, bound=True, soonest=SHORTEST) for hours in (0, 1, 8, 24, 64)]
    assert waits == [15 * M, 15 * M, H, 3 * H, 8 * H]
    assert wait(hot(), NOW, bound=False, soonest=SHORTEST) == 30 * M


def test_all_looks_of_one_heat_are_few():
    at, looks = NOW, 0
    while at < NOW + 72 * H:
        at, looks = at + wait(hot(), at, bound=True, soonest=SHORTEST), looks + 1
    assert looks < 45


def following(outlook, *, known=None, jitter=0.0, **changes):
    return next_look(known or state(), source(**changes), now=NOW, jitter=jitter, outlook=outlook) - NOW


def test_a_hot_title_hurries_its_sources():
    assert following(Outlook(), kind="page", jitter=0.5) == 6 * H
    assert following(Outlook(hot=hot(), bound=True), kind="page") == 15 * M
    assert following(Outlook(hot=hot()), kind="page") == 30 * M


def test_heat_never_slows_down():
    assert following(Outlook(hot=hot(NOW - 60 * H))) <= H


def test_a_written_interval_is_shortened_to_a_quarter_at_most():
    assert following(Outlook(hot=hot(), bound=True), every=6 * H) == 1.5 * H
    assert following(Outlook(hot=hot(), bound=True), every=M) == M
    assert following(Outlook(spans=[Span(name="w", start=NOW - H, end=NOW + H)]), every=2 * H) == 30 * M


def test_freshness_that_the_server_states_bounds_heat():
    fresh = state(hints=Hints(max_age=2 * H))
    assert following(Outlook(hot=hot(), bound=True), known=fresh, jitter=0.5) == 2 * H
    # How often a site says it is updated ("hourly") is no wish about being asked.
    assert following(Outlook(hot=hot(), bound=True), known=state(hints=Hints(period=6 * H))) == 15 * M


def test_the_planned_look_is_brought_forward():
    planned = state(last_look=NOW - 2 * H, next_look=NOW + 4 * H)
    known = Outlook(hot=hot(), bound=True)
    assert brought_forward(planned, source(kind="page"), now=NOW, jitter=0, outlook=known) == NOW
    recent = state(last_look=NOW - 5 * M, next_look=NOW + 4 * H)
    assert brought_forward(recent, source(kind="page"), now=NOW, jitter=0, outlook=known) == NOW + 10 * M


@pytest.mark.parametrize(
    "known",
    [
        state(last_look=NOW - H, next_look=NOW - M),  # due already
        state(last_look=NOW - H, next_look=NOW + 4 * H, failures=2),
        state(last_look=None, next_look=None),
        state(last_look=NOW - H, next_look=NOW + 2 * H, hints=Hints(max_age=3 * H)),
        state(last_look=NOW - H, next_look=NOW + H, not_before=NOW + H),
    ],
)
def test_what_must_not_be_hurried_is_not(known):
    assert brought_forward(known, source(), now=NOW, jitter=0, outlook=Outlook(hot=hot(), bound=True)) is None


def test_a_server_that_asked_to_wait_is_left_alone():
    waiting = state(last_look=NOW - H, next_look=NOW + 4 * H, not_before=NOW + 3 * H)
    at = brought_forward(waiting, source(), now=NOW, jitter=0, outlook=Outlook(hot=hot(), bound=True))
    assert at == NOW + 3 * H


# Windows

ZONES = {"anime-japan": "Asia/Tokyo", "jump-festa": "Asia/Tokyo", "anime-expo": "America/Los_Angeles"}


@pytest.mark.parametrize(
    ("event", "first"),
    [
        ("anime-japan", date(2016, 3, 26)),  # by the rule
        ("anime-japan", date(2025, 3, 22)),
        ("anime-japan", date(2026, 3, 28)),
        ("anime-japan", date(2027, 3, 27)),
        ("jump-festa", date(2014, 12, 20)),
        ("jump-festa", date(2023, 12, 16)),
        ("jump-festa", date(2026, 12, 19)),
        ("anime-expo", date(2019, 7, 4)),
        ("anime-expo", date(2023, 7, 1)),  # a known exception
        ("anime-expo", date(2026, 7, 2)),
        ("comic-con", date(2021, 7, 22)),
        ("new-york-comic-con", date(2026, 10, 8)),
        ("upfronts", date(2026, 5, 11)),
    ],
)
def test_days_of_the_known_events(event, first):
    assert events()[event].first_day(first.year) == first


def test_the_packaged_events_are_sound():
    for event in events().values():
        assert ZoneInfo(event.zone)
        assert event.opens < event.closes
        assert all(day.month == event.month for day in event.known)
        for year in range(2024, 2040):
            assert event.first_day(year).month == event.month


def test_a_window_is_open_in_its_local_hours():
    eve = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
    first, second = event_spans(["jump-festa"], (), eve)
    assert (first.start, first.end) == (
        datetime(2026, 12, 19, 0, 0, tzinfo=UTC),  # 9 h in Tokyo
        datetime(2026, 12, 19, 11, 0, tzinfo=UTC),
    )
    assert second.start == datetime(2026, 12, 20, 0, 0, tzinfo=UTC)
    assert event_spans(["anime-japan"], (), eve) == ()
    assert event_spans([], (), eve) == ()


def test_looks_wait_for_a_window_and_hurry_in_it():
    opens = Span(name="w", start=NOW + H, end=NOW + 9 * H)
    wait_before = following(Outlook(spans=[opens]), kind="page")
    assert H < wait_before < 3 * H
    inside = Span(name="w", start=NOW - H, end=NOW + 30 * H)
    assert following(Outlook(spans=[inside]), kind="page") == 1.5 * H
    assert following(Outlook(spans=[inside])) == SHORTEST


def test_the_last_episode_of_a_running_season_is_a_window():
    told = SeasonKnown(season=1, began=True, finished=Fact(date=FuzzyDate.day(2026, 11, 25)))
    listed = SeasonKnown(season=2, record={"tvmaze": {"end_date": {"year": 2026, "month": 11, "day": 24}}})
    blank = SeasonKnown(season=3, record={"tvmaze": {"end_date": {"year": 2026, "month": None, "day": None}}})
    first, second = final_spans(Known(title_id="t", seasons=(told, listed, blank)), "Copper Lanterns", NOW)
    assert first.name == "final episode of Copper Lanterns"
    assert first.start == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert second.end == datetime(2026, 11, 27, tzinfo=UTC)
    assert final_spans(Known(title_id="t", seasons=(told,)), "x", NOW + 30 * DAY) == ()


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1)])
def test_absurd_last_days_are_no_window(day):
    ends = SeasonKnown(season=1, record={"a": {"end_date": {"year": day.year, "month": day.month, "day": day.day}}})
    assert final_spans(Known(title_id="t", seasons=(ends,)), "x", NOW) == ()


def test_own_windows_last_until_the_end_of_their_day():
    config = parse_config('[[window]]\nname = "Stream"\nstart = 2026-11-25\nend = 2026-11-25', env={"TZ": "UTC"}).config
    [own] = config.own_windows
    assert own.end - own.start == DAY
    assert [span.name for span in event_spans((), config.own_windows, own.start - H)] == ["Stream"]
    assert event_spans((), [WindowConfig(name="past", start=NOW - 3 * DAY, end=NOW - DAY)], NOW) == ()


def test_presets_are_chosen_and_switched_off():
    assert parse_config("", env={}).config.windows == window_names()
    assert parse_config("[watcher]\nwindows = []", env={}).config.windows == ()
    assert parse_config('[watcher]\nwindows = ["jump-festa"]', env={}).config.windows == ("jump-festa",)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[watcher]\nwindows = ["jumpfesta"]', "watcher.windows[0]"),
        ('[[window]]\nname = "x"\nstart = 2026-11-25\nend = 2026-11-24', "window[0].end"),
        ('[[window]]\nname = "x"\nstart = "soon"\nend = 2026-11-24', "window[0].start"),
        ('[[window]]\nname = "x"\nstart = 2026-11-25', "window[0].end"),
        ('[[window]]\nname = "x"\nstart = 2026-11-25\nend = 2026-11-26\ntitles = ["who"]', "window[0].titles[0]"),
    ],
)
def test_mistakes_in_windows_are_named(text, where):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, env={})
    assert where in [problem.path for problem in caught.value.problems]


def test_every_window_and_heat_stay_within_a_day():
    far = Span(name="w", start=NOW + 47 * H, end=NOW + 60 * H)
    assert following(Outlook(spans=[far]), kind="page") <= LONGEST
