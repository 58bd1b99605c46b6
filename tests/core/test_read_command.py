"""`watcher read`: JSON in, JSON out, in the same order; and a page for people."""

from __future__ import annotations

import io
import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from watcher.cli.app import VERBS
from watcher.cli.read import answer_all, read

CASE = {
    "id": "a",
    "headline": "Copper Orchard Season 2 Announced",
    "body": "The official site announced that the second season starts in October 2026.",
    "published": "2026-03-10",
    "watch": {"title": "Copper Orchard", "aliases": [], "season": 2},
}


def answers(*records: object) -> list[dict]:
    out = io.StringIO()
    answer_all(iter(one if isinstance(one, str) else json.dumps(one) for one in records), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_case_gets_one_line_in_its_order() -> None:
    first, second = answers(CASE, {**CASE, "id": "b", "body": "", "headline": "Weather"})
    assert (first["id"], first["alert"], first["verdict"]) == ("a", True, "confirmed")
    assert {(event["type"], event["date"]) for event in first["events"]} >= {("release_window", "2026-10")}
    assert (second["id"], second["alert"]) == ("b", False)


def test_a_line_that_is_no_case_is_answered_with_its_error() -> None:
    assert [set(answer) for answer in answers("{", "[]", {"id": "x"})] == [{"id", "error"}] * 3


def test_an_unknown_address_holds_the_alert() -> None:
    (held,) = answers({**CASE, "url": "https://nobody-knows.example/1"})
    assert (held["alert"], held["held"], held["tier"]) == (False, True, 5)


def test_a_person_sees_the_sentences_and_the_reasons(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(f"{CASE['headline']}\n{CASE['body']}", encoding="utf-8")
    app = typer.Typer()
    app.command()(read)
    shown = CliRunner().invoke(app, [str(text), "--title", "Copper Orchard", "--season", "2"])
    assert shown.exit_code == 0
    assert "confirmed" in shown.stdout
    assert "official" in shown.stdout
    assert "read" in VERBS
