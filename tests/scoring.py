"""How well answers fit a labelled corpus: the rules of its README, in the product's own words.

A case has `id` and `expect` {"relevant", "verdict", "alert", "events"}; an answer is what `watcher read --jsonl` prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SOLID = {"confirmed", "reported"}
IMPLIES_EXISTENCE = {"announced", "release_date", "release_window", "delayed", "cancelled", "streaming", "finished"}
ANNOUNCED = ("announced", None)

Pair = tuple[str, str | None]


@dataclass
class Tally:
    """Counts over many cases, and the figures that follow from them."""

    cases: int = 0
    hits: int = 0
    false_alerts: int = 0
    missed: int = 0
    silent: int = 0
    verdicts: int = 0
    relevant: int = 0
    wanted: int = 0
    predicted: int = 0
    right: int = 0
    dated: int = 0
    exact: int = 0
    mistakes: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        def share(part: int, whole: int, empty: float = 1.0) -> float:
            return round(part / whole, 4) if whole else empty

        return {
            "alert_precision": share(self.hits, self.hits + self.false_alerts),
            "alert_recall": share(self.hits, self.hits + self.missed),
            "false_alert_rate": share(self.false_alerts, self.silent, 0.0),
            "verdict": share(self.verdicts, self.cases),
            "relevant": share(self.relevant, self.cases),
            "event_f1": share(2 * self.right, self.wanted + self.predicted),
            "date_exact": share(self.exact, self.dated),
        }


def score(cases: Iterable[Mapping[str, Any]], answers: Mapping[str, Mapping[str, Any]]) -> Tally:
    """Compare answers with what the cases expect."""
    tally = Tally()
    for case in cases:
        answer = answers.get(case["id"], {})
        if "verdict" not in answer:
            answer = {"relevant": False, "verdict": "missing", "alert": False, "events": []}
        _count(tally, case, answer)
    return tally


def _count(tally: Tally, case: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    want = case["expect"]
    tally.cases += 1
    tally.silent += not want["alert"]
    tally.hits += want["alert"] and answer["alert"]
    tally.missed += want["alert"] and not answer["alert"]
    tally.false_alerts += answer["alert"] and not want["alert"]
    tally.verdicts += _merged(want["verdict"]) == _merged(answer["verdict"])
    tally.relevant += want["relevant"] == answer["relevant"]
    if want["alert"] != answer["alert"]:
        kind = "missed" if want["alert"] else "FALSE ALERT"
        tally.mistakes.append(f"{kind} {case['id']} [{want['verdict']} → {answer['verdict']}] {case['headline'][:90]}")
    if want["alert"]:
        _count_events(tally, case, answer["events"] if answer["alert"] else [])


def _merged(verdict: str) -> str:
    return "solid" if verdict in SOLID else verdict


def _count_events(tally: Tally, case: Mapping[str, Any], events: list[Mapping[str, Any]]) -> None:
    got = {(event["type"], event.get("date")) for event in events}
    want = {_settled(event, got) for event in case["expect"]["events"]}
    implied = len(want) > 1 or bool({kind for kind, _ in got} & IMPLIES_EXISTENCE)
    if (ANNOUNCED in want - got and implied) or (ANNOUNCED in got - want and len(got) > 1):
        want, got = want - {ANNOUNCED}, got - {ANNOUNCED}
    tally.right += len(want & got)
    tally.wanted += len(want)
    tally.predicted += len(got)
    kinds = {kind for kind, _ in got}
    for kind, day in want:
        if day and kind in kinds:
            tally.dated += 1
            tally.exact += (kind, day) in got
    if want != got:
        lost, extra = sorted(map(str, want - got)), sorted(map(str, got - want))
        tally.mistakes.append(f"events {case['id']} lost {lost} extra {extra}")


def _settled(event: Mapping[str, Any], got: set[Pair]) -> Pair:
    """Of dates that are equally right, want the one that was given."""
    dates = [event.get("date"), *event.get("date_also_ok", [])]
    return event["type"], next((day for day in dates if (event["type"], day) in got), dates[0])
