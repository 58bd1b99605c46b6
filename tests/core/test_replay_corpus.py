"""Whole stories through the real reader and judge: our own ones, and the shared ones where they are at hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from watcher.replay import replay

OWN = Path(__file__).parents[1] / "corpus" / "stories"
SHARED = Path(__file__).parents[3] / "shared" / "stories"


@dataclass
class Score:
    """What went right and wrong over some stories."""

    steps: int = 0
    hits: int = 0
    wanted: int = 0
    told: int = 0
    false_alerts: int = 0
    exact_stories: int = 0
    mistakes: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        return self.hits / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        return self.hits / self.wanted if self.wanted else 1.0


def score(folder: Path, pattern: str) -> Score:
    """Play each story and count."""
    total = Score()
    for path in sorted(folder.glob(pattern)):
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        before = len(total.mistakes)
        for step, row in zip(replay(lines), map(json.loads, lines[1:]), strict=True):
            count(total, step.as_json(), row)
        total.exact_stories += len(total.mistakes) == before
    return total


def count(total: Score, answer: dict[str, Any], row: dict[str, Any]) -> None:
    wanted, got = row["expect"]["events"], Counter((event["type"], event["date"]) for event in answer["events"])
    told, hits = sum(got.values()), 0
    for event in wanted:
        accepted = [event["date"], *event.get("date_also_ok", [])]
        found = next(((event["type"], day) for day in accepted if got[event["type"], day] > 0), None)
        if found is not None:
            hits += 1
            got[found] -= 1
    total.steps += 1
    total.hits += hits
    total.wanted += len(wanted)
    total.told += told
    total.false_alerts += bool(told) and not wanted
    if not hits == told == len(wanted):
        total.mistakes += (f"{answer['story']}/{answer['step']}: want {wanted}, got {answer['events']}",)


def test_our_own_stories() -> None:
    own = score(OWN, "os-*.jsonl")
    assert own.steps >= 50
    shown = "\n".join(own.mistakes)
    assert own.false_alerts <= 1, shown
    assert own.precision >= 0.90, shown
    assert own.recall >= 0.60, shown


def test_the_shared_stories() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"no shared stories at {SHARED}")
    shared = score(SHARED, "st-*.jsonl")
    shown = "\n".join(shared.mistakes)
    assert shared.precision >= 0.88, shown
    assert shared.recall >= 0.70, shown
    assert shared.false_alerts <= shared.steps * 0.015, shown
    assert shared.exact_stories >= 3, shown
