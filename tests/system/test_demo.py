"""The demo plays the story it promises: guesses silent, each true change told once, re-polls silent."""

from __future__ import annotations

import asyncio

from watcher.demo import Scene, play


def test_the_story_is_told_once_step_by_step() -> None:
    scenes: list[Scene] = []
    dossier = asyncio.run(play(scenes.append))
    told = [
        [
            (event.type.value, str(event.date) if event.date else None)
            for report in scene.reports
            for event in report.events
        ]
        for scene in scenes
    ]
    assert told[0] == []  # the first look is a baseline
    assert told[1] == []  # two guessing pages
    assert told[2] == [("announced", None), ("visual", None)]
    assert told[3] == told[4] == []  # press and catalogue repeat it
    assert told[5] == [("release_window", "2027-04"), ("trailer", None)]
    assert told[6] == [("narrowed", "2027-04-03")]
    assert told[7] == [("delayed", "2027-07-10")]
    assert told[8] == []
    assert scenes[8].requests == (304,) * 5
    assert [scene.sent for scene in scenes] == [0, 0, 1, 0, 0, 1, 1, 1, 0]
    assert dossier.speculative == 2
    assert dossier.seasons[0].facet("date").text.startswith("2027-07-10")


def test_every_silence_has_a_reason() -> None:
    scenes: list[Scene] = []
    asyncio.run(play(scenes.append))
    silent = [judged for scene in scenes for judged in scene.silent]
    assert len(silent) >= 4
    assert all(judged.reasons or judged.reading.reasons for judged in silent)
