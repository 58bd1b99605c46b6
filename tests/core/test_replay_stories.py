"""A story played from entries to events: its own memory, its own clock, known lines out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from watcher.replay import StoryError, replay

HEAD = {
    "story": "own",
    "title": {"name": "Copper Orchard", "aliases": ["銅の果樹園"], "season": 2, "official": ["copper-orchard.example"]},
    "policy": "credible",
    "since": "2026-01-01T00:00:00Z",
}


def step(number: int, at: str, tier: int, headline: str, body: str = "", **entry: Any) -> dict[str, Any]:
    url = entry.pop("url", f"https://outlet{number}.example/{number}")
    return {
        "step": number,
        "at": at,
        "source": {"name": entry.pop("source", f"outlet {number}"), "kind": entry.pop("kind", "feed"), "tier": tier},
        "entry": {"id": url, "url": url, "headline": headline, "body": body, "published": at[:10]} | entry,
    }


def play(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [one.as_json() for one in replay(json.dumps(row) for row in (HEAD, *rows))]


def test_a_story_in_lines_out() -> None:
    first, second = play(
        step(1, "2026-02-01T09:00:00Z", 3, "Copper Orchard Gets 2nd Season", "The official site announced it."),
        step(2, "2026-02-01T12:00:00Z", 3, "Copper Orchard Gets Second Season"),
    )
    assert (first["story"], first["step"], first["held"]) == ("own", 1, False)
    assert [(event["type"], event["date"], event["platform"]) for event in first["events"]] == [
        ("announced", None, None)
    ]
    assert second["events"] == []
    assert second["reasons"] == ["announced: the season is known to exist"]


def test_a_catalogue_step_needs_no_text() -> None:
    record = {
        "status": "not_yet_released",
        "start_date": {"year": 2026, "month": 10, "day": None},
        "season_number": 2,
        "name": "Copper Orchard 2nd Season",
        "platforms": [],
    }
    (only,) = play(
        step(1, "2026-02-01T09:00:00Z", 2, "Copper Orchard 2nd Season — Oct 2026", kind="catalogue", data=record)
    )
    assert [(event["type"], event["date"]) for event in only["events"]] == [("release_window", "2026-10")]


def test_an_entry_without_the_title_says_so() -> None:
    (only,) = play(step(1, "2026-02-01T09:00:00Z", 3, "Iron Meadow Gets 2nd Season"))
    assert (only["events"], only["held"]) == ([], False)
    assert only["reasons"] == ["the entry does not name the title"]


def test_what_was_published_before_the_watch_is_silent() -> None:
    old, new = play(
        step(1, "2026-02-01T09:00:00Z", 3, "Copper Orchard Gets 2nd Season", published="2025-12-24"),
        step(2, "2026-02-02T09:00:00Z", 3, "Copper Orchard Gets Second Season"),
    )
    assert (old["events"], new["events"]) == ([], [])


def test_several_stories_in_one_stream_do_not_meet() -> None:
    row = step(1, "2026-02-01T09:00:00Z", 3, "Copper Orchard Gets 2nd Season")
    lines = [json.dumps(line) for line in (HEAD, row, HEAD | {"story": "other"}, row)]
    answers = [one.as_json() for one in replay(lines)]
    assert [answer["story"] for answer in answers] == ["own", "other"]
    assert all(answer["events"] for answer in answers)


BROKEN = [
    (["nothing"], "line 1: not JSON"),
    (["[]"], "line 1: not a JSON object"),
    ([json.dumps({"step": 1})], "line 1: a story begins with"),
    ([json.dumps(HEAD), json.dumps({"step": 1})], "line 2: KeyError"),
    ([json.dumps(HEAD | {"since": "soon"})], "line 1: ValueError"),
    ([json.dumps(HEAD), json.dumps(step(1, "2026-02-01", 9, "x"))], "line 2: ValueError"),
]


@pytest.mark.parametrize(("lines", "message"), BROKEN)
def test_a_broken_line_is_named(lines: list[str], message: str) -> None:
    with pytest.raises(StoryError, match=message):
        list(replay(lines))
