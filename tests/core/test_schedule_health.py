"""How a source is doing, and whether it is the source at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.settings import SourceConfig
from watcher.errors import FetchError, ParseError, SourceError
from watcher.memory import Health, Rhythm, SourceState
from watcher.schedule import Outlook, after_failure, after_outage, after_success, lasts
from watcher.schedule.condition import How, condition, why
from watcher.schedule.heat import Heat
from watcher.schedule.line import HOSTS, Line, answered, is_unreached, unreached
from watcher.schedule.windows import Span

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
H = timedelta(hours=1)
M = timedelta(minutes=1)
DAY = timedelta(days=1)
SOURCE = SourceConfig(id="s", name="Studio", kind="page", url="https://studio.example/news")
FINE = SourceState(source_id="s", health=Health.OK, last_ok=NOW - H, last_look=NOW - H, first_look=NOW - 30 * DAY)
NO_ROUTE = FetchError("studio.example: cannot connect: network is unreachable", reason="refused")


def failed(error, known=FINE, at=NOW):
    return after_failure(known, error, source=SOURCE, now=at, jitter=0.5)


# Our own line


def hear(*events):
    """`+a` is an answer of host a, `-a` none."""
    line = Line()
    for number, event in enumerate(events):
        line = answered(line, event[1]) if event[0] == "+" else unreached(line, event[1], NOW + number * M)
    return line


@pytest.mark.parametrize(
    ("events", "down"),
    [
        (["-a", "-b", "-c"], 0),
        (["+a", "+b", "+c", "-a", "-b", "-c"], 3),
        (["-a", "-b"], None),
        (["-a", "-a", "-a", "-b"], None),  # two hosts only
        (["-a", "-b", "+d", "-c"], None),  # somebody answered in between
        (["-a", "-b", "-c", "+d"], None),
        (["-a", "+z", "-b", "+z", "-c", "+z", "-a", "-b", "-c"], None),  # three servers that are dead for themselves
        (["-a", "+z", "-a", "-b", "-c", "-d"], 3),  # one of them is, the others are not
        (["-a", "+a", "-a", "-b", "-c"], 2),
        (["-a", "-b", "-c", "-d", "+d", "-a", "-b"], None),
        (["-a", "-b", "-c", "+d", "-a", "-b", "-c"], 4),  # down, back, and down again
    ],
)
def test_the_line_is_down_when_hosts_fall_silent_together(events, down):
    assert hear(*events).down_since == (None if down is None else NOW + down * M)


@given(st.lists(st.tuples(st.sampled_from("+-"), st.sampled_from("abcdef")), max_size=40))
def test_an_answer_ends_an_outage_and_no_outage_begins_with_few(events):
    line = hear(*("".join(event) for event in events))
    assert not events or events[-1][0] == "-" or line.down_since is None
    assert line.down_since is None or len(line.silent) >= HOSTS
    assert not line.broken & set(line.silent)


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (NO_ROUTE, True),
        (FetchError("x", reason="dns"), True),
        (FetchError("x", reason="timeout"), True),
        (FetchError("x", reason="status", status=503), False),
        (FetchError("x", reason="timeout", status=200), False),
        (FetchError("x", reason="blocked", status=403), False),
        (FetchError("x", reason="robots"), False),
        (ParseError("x", reason="not_a_feed"), False),
        (SourceError("internal"), False),
    ],
)
def test_only_the_lack_of_any_answer_may_be_our_line(error, unknown):
    assert is_unreached(error) is unknown


def test_no_source_is_blamed_for_our_line():
    state = FINE
    for number in range(300):
        state = after_outage(state, NO_ROUTE, since=NOW, now=NOW + number * 10 * M, jitter=0.3)
    assert (state.health, state.failures, state.failing_since, state.told_failing) == (Health.OK, 0, None, False)
    assert not lasts(state, SOURCE, now=NOW + 3 * DAY)
    assert 5 * M <= state.next_look - state.last_look <= 15 * M
    assert state.last_ok == FINE.last_ok


def test_blame_from_before_the_outage_was_noticed_is_taken_back():
    first = failed(NO_ROUTE, at=NOW)
    assert first.failures == 1
    cleared = after_outage(first, NO_ROUTE, since=NOW, now=NOW + 5 * M, jitter=0)
    assert (cleared.health, cleared.failures, cleared.failing_since) == (Health.OK, 0, None)


def test_trouble_of_its_own_outlives_our_outage():
    own = failed(FetchError("x", reason="status", status=500), at=NOW - DAY)
    during = after_outage(own, NO_ROUTE, since=NOW, now=NOW + H, jitter=0)
    assert (during.failures, during.failing_since) == (1, NOW - DAY)
    assert condition(during, SOURCE, now=NOW + H, line_down=NOW).how is not How.LINE


# Conditions


@pytest.mark.parametrize(
    ("known", "how"),
    [
        (SourceState(source_id="s"), How.NEW),
        (FINE, How.OK),
        (failed(FetchError("x", reason="status", status=500)), How.FAILING),
        (failed(FetchError("x", reason="blocked", status=403)), How.BLOCKED),
        (failed(ParseError("x", reason="challenge")), How.BLOCKED),
        (failed(FetchError("x", reason="status", status=410, permanent=True)), How.GONE),
        (failed(ParseError("x", reason="identity")), How.IDENTITY),
        (replace(FINE, doubts=("another name",)), How.IDENTITY),  # an official site that is read, but not believed
        (failed(ParseError("x", reason="selector")), How.LAYOUT),
        (failed(ParseError("x", reason="emptied")), How.LAYOUT),
        (failed(ParseError("x", reason="not_a_feed"), SourceState(source_id="s")), How.FAILING),  # it never was one
        (replace(FINE, rebuilt=NOW - DAY), How.REBUILT),
        (replace(FINE, rebuilt=NOW - 30 * DAY), How.OK),
        (replace(FINE, rhythm=Rhythm(posts=tuple(range(0, 6000, 600)))), How.SILENT),
    ],
)
def test_how_a_source_is_doing(known, how):
    found = condition(known, SOURCE, now=NOW)
    assert found.how is how
    assert found.well is (how in {How.NEW, How.OK, How.REBUILT, How.SILENT})
    assert bool(found.mend) is (how not in {How.NEW, How.OK, How.REBUILT})


def test_our_line_is_kept_apart_from_the_source():
    assert condition(failed(NO_ROUTE), SOURCE, now=NOW, line_down=NOW - M).how is How.LINE
    assert condition(FINE, SOURCE, now=NOW, line_down=NOW - M).how is How.OK  # not looked at since
    told = condition(failed(NO_ROUTE), SOURCE, now=NOW, line_down=NOW - M)
    assert told.well
    assert "no host can be reached since 2026-11-24 11:59" in told.text


def test_silence_is_said_with_its_measure():
    hourly = replace(FINE, rhythm=Rhythm(posts=tuple(int((NOW - n * H).timestamp() // 60) for n in range(80, 70, -1))))
    assert condition(hourly, SOURCE, now=NOW).text == "nothing new for 3 days; the longest pause before was 60 min"


@pytest.mark.parametrize(
    ("known", "changes", "outlook", "reason"),
    [
        (FINE, {}, Outlook(), "server hints, habit of the kind"),
        (FINE, {"every": H}, Outlook(), "every, as written"),
        (replace(FINE, rhythm=Rhythm(posts=(1, 100, 200, 300))), {}, Outlook(), "its rhythm"),
        (failed(NO_ROUTE), {}, Outlook(), "tried again with patience, 1 failed"),
        (after_outage(FINE, NO_ROUTE, since=NOW, now=NOW, jitter=0), {}, Outlook(), "tried again soon: our own line was down"),
        (FINE, {}, Outlook(hot=Heat(title_id="t", since=NOW, until=NOW, why="cast claimed by X")), "hot: cast claimed by X"),
        (FINE, {}, Outlook(spans=[Span(name="Jump Festa", start=NOW - H, end=NOW + H)]), "event window: Jump Festa"),
        (FINE, {}, Outlook(spans=[Span(name="Jump Festa", start=NOW + H, end=NOW + H)]), "server hints, habit of the kind"),
        (replace(FINE, not_before=NOW + H), {}, Outlook(), "the server asked to wait"),
    ],
)  # fmt: skip
def test_why_it_is_looked_at_then(known, changes, outlook, reason):
    assert why(known, replace(SOURCE, **changes), outlook, now=NOW) == reason


def test_a_good_look_ends_every_trouble():
    bad = failed(ParseError("x", reason="identity"))
    good = after_success(bad, source=SOURCE, now=NOW + H, jitter=0)
    assert condition(good, SOURCE, now=NOW + H).how is How.OK
