"""Clocks that jump, at the level of the whole machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.clock import START
from tests.support.web import Answer
from tests.support.whole import ORBIT, Whole, announcement, post
from watcher.looks import PollStatus
from watcher.memory import DeliveryState

ANNOUNCED = ("Copper Lanterns", "announced")
STEPS = (timedelta(hours=1), timedelta(days=365), -timedelta(hours=1), -timedelta(days=365))


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    with Whole(tmp_path) as whole:
        whole.feed(post("An old post"))
        whole.look()
        yield whole


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_g1_g2_a_clock_that_is_set_repeats_and_loses_nothing(whole: Whole, step: timedelta) -> None:
    whole.feed(announcement())
    whole.look()
    whole.clock.now += step
    whole.look(minutes=1)
    whole.feed(announcement(), announcement(ORBIT, at=START))
    for _ in range(3):
        whole.look()
    assert whole.told == [ANNOUNCED, ("Velvet Orbit", "announced")]


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(hours=2)], ids=str)
def test_g2_what_waited_when_the_clock_was_ahead_goes_out_when_it_is_right(whole: Whole, ahead: timedelta) -> None:
    whole.clock.now += ahead
    whole.hook.answers(Answer(status=503))
    whole.feed(announcement())
    whole.look()
    assert whole.told == []
    whole.clock.now -= ahead
    whole.hook.answers(Answer())
    for _ in range(3):
        whole.look(minutes=40)
    assert whole.told == [ANNOUNCED]


def test_g2_a_message_written_down_in_the_future_is_not_kept_for_a_year(whole: Whole) -> None:
    whole.clock.pass_(days=365)
    whole.feed(announcement())

    async def look_only(machine: object) -> None:
        await machine.check(whole.config.sources)  # type: ignore[attr-defined]

    whole.during(look_only)
    assert [one.state for one in whole.store.deliveries()] == [DeliveryState.NEW]
    whole.clock.pass_(days=-365)
    whole.look()
    assert whole.told == [ANNOUNCED]


def test_g2_a_server_that_asked_for_time_in_a_wrong_year_is_asked_again(whole: Whole) -> None:
    whole.clock.pass_(days=365)
    whole.web.answers("/feed.xml", Answer(b"", 429, {"Retry-After": "7200"}))
    whole.look()
    whole.clock.pass_(days=-365)
    whole.feed(announcement())
    [report] = whole.look()
    assert report.status is not PollStatus.WAITING
    assert whole.told == [ANNOUNCED]


def test_g2_validators_from_a_wrong_year_do_not_hide_news_for_a_year(whole: Whole) -> None:
    """A server that says 304 for ever is asked for everything daily, also after the clock came back."""
    whole.web.page("/feed.xml", "<feed/>", headers={"ETag": '"same"'})
    asked = len(whole.web.asked("/feed.xml"))
    whole.clock.pass_(days=365)
    whole.feed(post("One"))
    whole.look()
    whole.clock.pass_(days=-365)
    whole.look()
    last = whole.web.asked("/feed.xml")[-1]
    assert len(whole.web.asked("/feed.xml")) >= asked + 2
    assert "if-none-match" not in last.headers


def test_g10_g11_a_year_asleep_is_one_look_and_tells_what_is_there_once(whole: Whole) -> None:
    whole.feed(announcement())
    begun: datetime = whole.clock()
    whole.look(days=200)
    assert whole.clock() - begun == timedelta(days=200)
    assert whole.told == [ANNOUNCED]
    whole.look()
    assert whole.told == [ANNOUNCED]
