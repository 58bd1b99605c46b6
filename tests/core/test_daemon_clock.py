"""The wall clock can be set while the daemon runs, and wrong when it starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.daemon.clock import BUILT, Doubt, StepMeter, soon_enough
from watcher.daemon.service import Pulse

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("step", [timedelta(0), HOUR, -HOUR, 365 * DAY, -365 * DAY])
def test_g1_g2_a_step_is_measured_once(step: timedelta) -> None:
    meter = StepMeter(wall=NOW)
    assert abs(meter.step(NOW + step) - step) < timedelta(seconds=1)
    assert abs(meter.step(NOW + step)) < timedelta(seconds=1)


def test_g6_a_suspend_looks_like_a_step_ahead() -> None:
    """The monotonic clock stands still while the machine sleeps."""
    meter = StepMeter(wall=NOW)
    assert meter.step(NOW + 8 * HOUR) > 7 * HOUR


@pytest.mark.parametrize(
    ("now", "latest", "believed"),
    [
        (datetime(1970, 1, 1, 0, 1, tzinfo=UTC), None, False),
        (BUILT - timedelta(seconds=1), None, False),
        (NOW, None, True),
        (NOW, NOW - HOUR, True),
        (NOW, NOW + timedelta(minutes=1), True),
        (NOW, NOW + HOUR, False),
    ],
)
def test_g3_a_clock_before_the_program_or_the_last_look_is_doubted(
    now: datetime, latest: datetime | None, believed: bool
) -> None:
    assert (Doubt(latest=latest).reason(now) == "") is believed


def test_g3_a_database_written_by_a_clock_ahead_is_doubted_for_an_hour_only() -> None:
    doubt = Doubt(latest=NOW + 365 * DAY)
    assert doubt.reason(NOW)
    doubt.since -= 3601
    assert doubt.reason(NOW) == ""


def test_g3_a_clock_before_the_program_is_never_believed() -> None:
    doubt = Doubt(latest=None)
    doubt.since -= 10**6
    assert doubt.reason(datetime(1970, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("due", "expected"), [(NOW - DAY, NOW - DAY), (NOW + 20 * HOUR, NOW + 20 * HOUR), (NOW + 365 * DAY, NOW)]
)
def test_g2_a_plan_of_a_clock_that_was_ahead_is_not_waited_for(due: datetime, expected: datetime) -> None:
    assert soon_enough(due, NOW, longest=DAY) == expected


def test_l3_the_pulse_wants_scheduler_and_sender_both() -> None:
    pulse = Pulse()
    moves = []
    for ticks, drains in ((0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (2, 2), (3, 3)):
        pulse.ticks, pulse.drains = ticks, drains
        moves.append(pulse.moved())
    assert moves == [True, False, True, False, True, False, True]
