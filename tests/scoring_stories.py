"""Score stories: what was told at each step, beside what had to be told.

An event is right when type and date are (a date in `date_also_ok` counts as the wanted one); two services that start at
one step are told apart, one event told twice in a step is one.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.replay import replay


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
    wanted = row["expect"]["events"]
    got = Counter((kind, day) for kind, day, _ in {_key(event): event for event in answer["events"]})
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


def _key(event: dict[str, Any]) -> tuple[str, str | None, str | None]:
    return event["type"], event["date"], event["platform"] if event["type"] == "streaming" else None
