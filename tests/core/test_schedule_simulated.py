"""The simulation of `bench/schedule.py`, small: the real schedule finds posts sooner, or with fewer looks, than a fixed one."""

from __future__ import annotations

import importlib.util
import random
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

DAYS = 70
PATH = Path(__file__).parents[2] / "bench" / "schedule.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_schedule", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@cache
def played(bench, name, every=None):
    [kind] = [kind for kind in bench.KINDS if kind.name == name]
    posts, leaks = bench.histories(kind, 1, DAYS)
    return bench.play(kind, posts, leaks, days=DAYS, every=every, rng=random.Random(1))


def price(tally):
    """Looks a day times mean delay in hours: 12 for any fixed interval."""
    return tally.a_day * tally.mean


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("daily press", 0.8),
        ("round the clock", 1.2),  # nothing to be learned, little lost
        ("JST, on the hour", 0.4),
        ("weekly studio page", 0.7),
        ("official site after a leak", 0.4),
    ],
)
def test_the_learned_schedule_is_cheaper_than_a_fixed_one(bench, name, most):
    assert price(played(bench, name)) / 12 < most


def test_a_fixed_interval_has_its_price(bench):
    assert price(played(bench, "round the clock", every=timedelta(hours=4))) == pytest.approx(12, rel=0.1)


def test_no_look_is_sooner_or_later_than_allowed(bench):
    busy, asleep = played(bench, "round the clock"), played(bench, "sleeping official site")
    assert busy.a_day < 96
    assert asleep.a_day >= 2
