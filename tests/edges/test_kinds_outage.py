"""All catalogues down, paused or limited for days: no event, one word about each, and they come back by themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.edges.test_kinds_catalogues import LANTERN
from tests.support.catalogue_worlds import WORLDS, AniList, Season, World
from tests.support.judging import event_text
from tests.support.web import Answer
from tests.support.whole import Whole
from watcher.engine import Engine
from watcher.looks import PollReport, PollStatus

DOWN = Answer(b"<html><body>502 Bad Gateway</body></html>", 502, {"Content-Type": "text/html"})
LIMITED = Answer(b"", 429, {"Retry-After": "30"})


def paused(world: World) -> Answer:
    return AniList.paused if isinstance(world, AniList) else Answer(b'{"message": "temporarily disabled"}', 403)


def troubles(world: World) -> dict[str, Answer]:
    mixed = (DOWN, LIMITED, paused(world))[WORLDS.index(type(world)) % 3]
    return {"down": DOWN, "limited": LIMITED, "paused": paused(world), "mixed": mixed}


@pytest.mark.parametrize("name", ["down", "limited", "paused", "mixed"])
def test_days_without_any_catalogue(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Whole(tmp_path, titles=(LANTERN,)) as machine:
        worlds = [world(machine.web, machine.clock) for world in WORLDS]
        machine.config = replace(machine.config, sources=tuple(world.source() for world in worlds))
        for world in worlds:
            world.season = Season(2027, 4, 4)

        async def days(engine: Engine) -> tuple[list[PollReport], list[PollReport]]:
            first = await machine.round(engine)
            assert {report.status for report in first} == {PollStatus.OK}, [report.error for report in first]
            for world in worlds:
                world.trouble = troubles(world)[name]
            bad = [report for _ in range(12) for report in await machine.round(engine, hours=10)]
            for world in worlds:
                world.trouble, world.season = None, Season(2027, 7, 4)
            good = [report for _ in range(4) for report in await machine.round(engine, hours=10)]
            return bad, good

        bad, good = machine.during(days)
        assert {report.status for report in bad} <= {PollStatus.FAILED, PollStatus.WAITING}
        assert [report.events for report in bad if report.events] == []
        words = {report.error for report in bad if name == "paused" and report.source.kind == "anilist"}
        assert all("paused" in word for word in words)
        assert {report.status for report in good[-len(worlds) :]} <= {PollStatus.OK, PollStatus.UNCHANGED}
        told = [event_text(event) for report in good for event in report.events]
        assert told == ["delayed 2027-07-04"] or told == ["delayed 2027-07", "narrowed 2027-07-04"], told
        said = Counter(machine.notices)
        assert said == {"source_failing": len(worlds), "source_recovered": len(worlds)}
        errors = [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
        assert errors == []
