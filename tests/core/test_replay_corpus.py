"""Whole stories through the real reader and judge: our own ones, and the shared ones where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scoring_stories import score

OWN = Path(__file__).parents[1] / "corpus" / "stories"
SHARED = Path(__file__).parents[3] / "shared" / "stories"


def test_our_own_stories() -> None:
    own = score(OWN, "os-*.jsonl")
    assert own.steps >= 50
    shown = "\n".join(own.mistakes)
    assert own.false_alerts <= 1, shown
    assert own.precision >= 0.90, shown
    assert own.recall >= 0.60, shown


def test_stories_told_by_other_authors() -> None:
    others = score(OWN, "ws-*.jsonl")
    assert others.steps >= 270
    shown = "\n".join(others.mistakes)
    assert others.precision >= 0.90, shown
    assert others.recall >= 0.85, shown
    assert others.false_alerts <= 8, shown


def test_the_shared_stories() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"no shared stories at {SHARED}")
    shared = score(SHARED, "st-*.jsonl")
    shown = "\n".join(shared.mistakes)
    assert shared.precision >= 0.88, shown
    assert shared.recall >= 0.70, shown
    assert shared.false_alerts <= shared.steps * 0.015, shown
    assert shared.exact_stories >= 3, shown
