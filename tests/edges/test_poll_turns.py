"""Jobs for the desk's thread are done together, and nobody gets another's result (`watcher.turns`)."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from watcher.store import BusyError
from watcher.turns import MOST, Turns


class Doubler:
    """Doubles numbers, notes which came together, and can be held up."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error or ValueError("no negative numbers")
        self.turns: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        assert self.gate.wait(5)
        self.turns.append(list(numbers))
        if -1 in numbers:
            raise self.error
        return [2 * number for number in numbers]


async def play(doubler: Doubler, numbers: Sequence[int]) -> list[int | BaseException]:
    """Do one job alone, then the others while it is held up."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        turns = Turns(doubler, thread)
        doubler.gate.clear()
        tasks = [asyncio.ensure_future(turns.do(number)) for number in numbers]
        await asyncio.sleep(0)
        doubler.gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)


def test_what_waits_is_done_in_one_turn() -> None:
    doubler = Doubler()
    assert asyncio.run(play(doubler, [1, 2, 3, 4])) == [2, 4, 6, 8]
    assert doubler.turns == [[1], [2, 3, 4]]


def test_a_turn_is_bounded() -> None:
    doubler = Doubler()
    numbers = list(range(2 * MOST + 3))
    assert asyncio.run(play(doubler, numbers)) == [2 * number for number in numbers]
    assert max(map(len, doubler.turns)) == MOST


def test_what_concerns_all_is_told_to_all_of_the_turn_and_to_nobody_else() -> None:
    doubler = Doubler(BusyError("busy"))
    first, second, third = asyncio.run(play(doubler, [1, -1, 3]))
    assert first == 2
    assert isinstance(second, BusyError)
    assert isinstance(third, BusyError)
    assert doubler.turns == [[1], [-1, 3]]


def test_a_bug_costs_only_the_job_that_met_it() -> None:
    doubler = Doubler(ValueError("no negative numbers"))
    first, second, third, fourth = asyncio.run(play(doubler, [1, 2, -1, 3]))
    assert (first, second, fourth) == (2, 4, 6)
    assert isinstance(third, ValueError)
    assert doubler.turns == [[1], [2, -1, 3], [2], [-1], [3]]


def test_who_gave_up_is_left_out_and_the_others_are_served() -> None:
    async def run() -> tuple[list[int], list[list[int]]]:
        doubler = Doubler()
        with ThreadPoolExecutor(max_workers=1) as thread:
            turns = Turns(doubler, thread)
            doubler.gate.clear()
            tasks = [asyncio.ensure_future(turns.do(number)) for number in (1, 2, 3)]
            await asyncio.sleep(0)
            tasks[1].cancel()
            with suppress(asyncio.CancelledError):
                await tasks[1]
            doubler.gate.set()
            return [await tasks[0], await tasks[2]], doubler.turns

    results, turns = asyncio.run(run())
    assert results == [2, 6]
    assert turns == [[1], [3]]


def test_after_an_error_work_goes_on() -> None:
    async def run() -> int:
        doubler = Doubler()
        with ThreadPoolExecutor(max_workers=1) as thread:
            turns = Turns(doubler, thread)
            with pytest.raises(ValueError, match="negative"):
                await turns.do(-1)
            return await turns.do(21)

    assert asyncio.run(run()) == 42
