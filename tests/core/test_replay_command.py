"""`watcher replay` with stories: lines out, a broken story named, nothing else touched."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from watcher.cli.app import app

STORY = Path(__file__).parents[1] / "corpus" / "stories" / "os-01.jsonl"
runner = CliRunner()


def test_a_file_leads_to_one_line_per_entry() -> None:
    result = runner.invoke(app, ["replay", str(STORY)])
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == len(STORY.read_text(encoding="utf-8").splitlines()) - 1
    assert [line["step"] for line in lines] == list(range(1, len(lines) + 1))
    assert set(lines[0]) == {"story", "step", "events", "held", "reasons"}


def test_standard_input_is_read() -> None:
    story = "\n".join(STORY.read_text(encoding="utf-8").splitlines()[:3])
    result = runner.invoke(app, ["replay", "-"], input=story)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2


def test_a_broken_story_is_named() -> None:
    result = runner.invoke(app, ["replay", "-"], input="not json")
    assert result.exit_code == 2
    assert "line 1: not JSON" in result.stderr
