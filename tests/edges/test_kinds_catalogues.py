"""Every catalogue, asked over the line: a season's history becomes events; refusals, blanks and new shapes do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.catalogue_worlds import BY_KIND, IDS, NAME, NATIVE, AniList, Jikan, Season, World, whole, world_of
from tests.support.clock import START
from tests.support.judging import event_text
from tests.support.web import Answer
from tests.support.whole import Whole
from watcher.engine import Engine
from watcher.judge.dossier import dossier
from watcher.looks import PollReport, PollStatus
from watcher.model import Title

LANTERN = Title(
    id="lantern-parade-s2", name=NAME, aliases=(NATIVE,), season=2, since=START - timedelta(days=30),
    ids={**IDS, "trakt": "lantern-parade", "animeschedule": "lantern-parade", "wikidata": "Q7"},
)  # fmt: skip
STEPS = {
    "undated": Season(),
    "year": Season(2027),
    "month": Season(2027, 4),
    "day": Season(2027, 4, 4),
    "moved": Season(2027, 7, 4),
    "vanished": None,
    "back": Season(2027, 7, 4),
}
TOLD = {
    "parts": [
        "announced",
        "release_window 2027",
        "narrowed 2027-04",
        "narrowed 2027-04-04",
        "delayed 2027-07-04",
        "",
        "",
    ],
    "year or day": ["announced", "release_window 2027", "", "narrowed 2027-04-04", "delayed 2027-07-04", "", ""],
    "day": ["announced", "", "", "release_date 2027-04-04", "delayed 2027-07-04", "", ""],
    "month": ["announced", "release_window 2027", "narrowed 2027-04", "", "delayed 2027-07", "", ""],
    "none": ["announced", "", "", "", "", "", ""],
}


class Shelf(Whole):
    """A machine that watches one show in one catalogue."""

    def stand(self, kind: str, **source: object) -> World:
        world = world_of(kind, self.web, self.clock)
        self.config = replace(self.config, sources=(world.source(**source),))
        return world

    async def look_once(self, machine: Engine, **passed: float) -> PollReport:
        (report,) = await self.round(machine, **(passed or {"hours": 7}))
        return report


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path, titles=(LANTERN,)) as machine:
        yield machine


def told(report: PollReport) -> str:
    assert not report.error
    return "; ".join(text for event in report.events if not (text := event_text(event)).startswith("streaming"))


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_season_from_nothing_to_dated_moved_vanished_and_back(kind: str, shelf: Shelf) -> None:
    world = shelf.stand(kind)

    async def history(machine: Engine) -> dict[str, str]:
        first = await shelf.look_once(machine)
        assert (first.status, first.baseline, first.events) == (PollStatus.OK, True, ())
        said = {}
        for step, season in STEPS.items():
            world.season = season
            said[step] = told(await shelf.look_once(machine))
        return said

    assert shelf.during(history) == dict(zip(STEPS, TOLD[world.precise], strict=True))
    assert all(event[0] == LANTERN.name for event in shelf.told)


@pytest.mark.parametrize("kind", [kind for kind, world in BY_KIND.items() if world.cancels])
def test_a_cancelled_season_is_told_once(kind: str, shelf: Shelf) -> None:
    world = shelf.stand(kind)

    async def history(machine: Engine) -> list[str]:
        said = []
        for season in (None, Season(), Season(status="cancelled"), Season(status="cancelled")):
            world.season = season
            said.append(told(await shelf.look_once(machine)))
        return said

    assert shelf.during(history) == ["", "announced", "cancelled", ""]


HTML = Answer(
    b"<!doctype html><html><head><title>Welcome</title></head><body>Hello</body></html>",
    200,
    {"Content-Type": "text/html"},
)
TROUBLES = ["down", "limited", "page", "empty", "null", "drift"]


def trouble(world: World, name: str) -> Answer:
    return {
        "down": Answer(b"upstream timed out", 503),
        "limited": world.limited,
        "page": HTML,
        "empty": Answer(b""),
        "null": whole(world.null),
        "drift": whole(world.drift),
    }[name]


@pytest.mark.parametrize("kind", BY_KIND)
def test_what_is_no_answer_is_an_error_and_the_next_good_one_goes_on(kind: str, shelf: Shelf) -> None:
    world = shelf.stand(kind)

    async def history(machine: Engine) -> None:
        world.season = Season(2027, 4, 4)
        await shelf.look_once(machine)
        for name in TROUBLES:
            world.trouble = trouble(world, name)
            report = await shelf.look_once(machine, hours=25)
            assert (report.status, report.events) == (PollStatus.FAILED, ()), name
            assert report.error, name
            world.trouble = None
            assert told(await shelf.look_once(machine, hours=25)) == "", name
        world.season = Season(2027, 7, 4)
        assert bool(told(await shelf.look_once(machine))) == (world.precise != "none")

    shelf.during(history)


@pytest.mark.parametrize("kind", [kind for kind, world in BY_KIND.items() if world.key])
def test_without_its_key_a_service_is_not_asked(kind: str, shelf: Shelf) -> None:
    shelf.stand(kind, headers=())
    (report,) = shelf.look()
    assert report.status is PollStatus.FAILED
    assert "only with a key" in report.error
    assert "headers = {" in report.error
    assert not shelf.web.seen


@pytest.mark.parametrize("kind", [kind for kind, world in BY_KIND.items() if world.key])
def test_an_expired_key_is_said_and_not_repeated(kind: str, shelf: Shelf) -> None:
    world = shelf.stand(kind)
    world.trouble = world.refused()
    (report,) = shelf.look()
    assert (report.status, report.http) == (PollStatus.FAILED, 401)
    assert "does not take the key" in report.error
    assert all(value not in report.error for value in world.key.values() if len(value) > 5)


def test_anilist_switched_off_is_a_pause_that_grows(shelf: Shelf) -> None:
    world = shelf.stand("anilist")
    world.trouble = AniList.paused

    async def history(machine: Engine) -> list[timedelta]:
        waits = []
        for _ in range(6):
            report = await shelf.look_once(machine, hours=7)
            assert "AniList is paused" in report.error
            assert "temporarily disabled" in report.error
            waits.append(report.next_look - shelf.clock())
        return waits

    waits = shelf.during(history)
    assert timedelta(minutes=30) <= waits[0] <= timedelta(minutes=40)
    assert timedelta(hours=6) <= waits[-1] <= timedelta(hours=7)


def test_anilist_asks_for_all_works_in_one_request_and_for_their_sequels_in_a_second(shelf: Shelf) -> None:
    world = shelf.stand("anilist", url=shelf.web.url("/graphql?ids=116,117,118"))
    shelf.look()
    assert len(shelf.web.asked("/graphql")) == 1
    world.season = Season()
    shelf.look()
    assert len(shelf.web.asked("/graphql")) == 3


def test_anilist_more_than_fifty_works_are_asked_for_in_turn(shelf: Shelf) -> None:
    ids = ",".join(map(str, [*range(2_000, 2_060), 116]))
    world = shelf.stand("anilist", url=shelf.web.url(f"/graphql?ids={ids}"))
    world.season = Season()
    (report,) = shelf.look()
    assert "lantern-parade-s2" not in report.error
    assert {entry.data["name"] for entry in report.new} == {NAME, "Gyoretsu no Akari"}


def test_anilist_without_ids_says_how_they_are_written(shelf: Shelf) -> None:
    shelf.stand("anilist", url=shelf.web.url("/graphql"))
    (report,) = shelf.look()
    assert "?ids=" in report.error
    assert not shelf.web.seen


def test_a_work_added_to_the_address_begins_as_known(shelf: Shelf) -> None:
    """What the service has listed for months is no news because we ask for it since today."""
    world = shelf.stand("anilist", url=shelf.web.url("/graphql?ids=5"))
    world.season = Season(2027, 4)
    shelf.look()
    shelf.config = replace(shelf.config, sources=(world.source(),))
    world.trouble = AniList.paused
    shelf.look()
    world.trouble = None
    (report,) = shelf.look(hours=7)
    assert (len(report.new), report.events) == (2, ())
    world.season = Season(2027, 4, 4)
    (report,) = shelf.look(hours=7)
    assert told(report) == "narrowed 2027-04-04"


def test_a_film_between_two_seasons_is_no_season(shelf: Shelf) -> None:
    world = shelf.stand("mal")
    film = {**world.work(300, f"{NAME}: The Night Film", "not_yet_aired", "2027"), "media_type": "movie"}
    later = world.work(301, "Gyoretsu no Hi", "not_yet_aired", "2028")
    film["related_anime"] = [world.related(41, NAME, "prequel"), world.related(301, "Gyoretsu no Hi", "sequel")]
    later["related_anime"] = [world.related(300, film["title"], "prequel")]
    first = world.work(41, NAME, "finished_airing", "2024-04-07")
    first["related_anime"] = [world.related(300, film["title"], "sequel")]
    shelf.look()
    for path, work in (("/v2/anime/41", first), ("/v2/anime/300", film)):
        shelf.web.call(path, lambda _, work=work: whole(work))
    shelf.web.answers("/v2/anime/301", Answer(b"{}", 404), whole(later))
    (failed,) = shelf.look(hours=7)
    assert (failed.status, failed.events) == (PollStatus.FAILED, ())
    (report,) = shelf.look(hours=25)
    assert told(report) == "release_window 2028"


def test_tvmaze_asks_for_changes_and_then_for_what_changed(shelf: Shelf) -> None:
    world = shelf.stand("tvmaze", url=shelf.web.url("/updates/shows?ids=61"))

    async def history(machine: Engine) -> None:
        await shelf.look_once(machine)
        assert shelf.web.seen[0].target == "/updates/shows?since=week"
        assert len(shelf.web.asked("/shows/61")) == 1
        quiet = await shelf.look_once(machine)
        assert (quiet.status, quiet.error, len(shelf.web.asked("/shows/61"))) == (PollStatus.OK, "", 1)
        world.season = Season(2027, 4, 4)
        assert told(await shelf.look_once(machine)) == "release_date 2027-04-04"
        assert len(shelf.web.asked("/shows/61")) == 2
        await shelf.look_once(machine, hours=25)
        assert len(shelf.web.asked("/shows/61")) == 3, "all are asked for once a day"

    shelf.during(history)


def test_tvmaze_a_show_that_cannot_be_had_is_asked_for_again(shelf: Shelf) -> None:
    world = shelf.stand("tvmaze", url=shelf.web.url("/updates/shows?ids=61"))

    async def history(machine: Engine) -> None:
        await shelf.look_once(machine)
        world.season = Season(2027, 4, 4)
        shelf.web.answers("/shows/61", Answer(status=500), Answer(status=500))
        assert (await shelf.look_once(machine)).status is PollStatus.FAILED
        shelf.web.call("/shows/61", lambda seen: whole(world.show(seen)))
        assert told(await shelf.look_once(machine, hours=12)) == "release_date 2027-04-04"

    shelf.during(history)


def test_kitsu_asks_for_what_changed_since(shelf: Shelf) -> None:
    world = shelf.stand("kitsu", url=shelf.web.url("/api/edge/anime?filter[id]=51"))

    async def history(machine: Engine) -> None:
        await shelf.look_once(machine)
        assert "since" not in shelf.web.seen[-1].target
        quiet = await shelf.look_once(machine)
        assert "filter%5Bsince%5D=" in shelf.web.seen[-1].target
        assert (quiet.error, quiet.events) == ("", ())
        world.season = Season(2027, 4, 4)
        assert told(await shelf.look_once(machine)) == "release_date 2027-04-04"
        await shelf.look_once(machine, hours=25)
        assert "since" not in shelf.web.seen[-1].target, "everything is asked for once a day"

    shelf.during(history)


def test_kitsu_further_pages_are_read(shelf: Shelf) -> None:
    world = shelf.stand("kitsu", url=shelf.web.url("/api/edge/anime?filter[id]=51,52"))
    more = shelf.web.url("/api/edge/anime?filter[id]=51,52&page[offset]=20")
    first = {"data": [world.anime("51", NAME, "finished", "2024-04-07")], "links": {"next": more}}
    second = {"data": [world.anime("52", f"{NAME} 2", "upcoming", None)], "links": {}}
    shelf.web.call("/api/edge/anime", lambda seen: whole(second if "offset" in seen.target else first))
    (report,) = shelf.look()
    assert (report.error, len(report.new)) == ("", 2)


def test_animeschedule_first_episode_put_off_is_a_delay(shelf: Shelf) -> None:
    world = shelf.stand("animeschedule")
    world.season = Season(2027, 4, 4)
    shelf.look()
    late = {
        **world.second(),
        "status": "Delayed",
        "delayedFrom": "2027-04-04T15:00:00Z",
        "delayedUntil": "2027-04-18T15:00:00Z",
    }
    shelf.web.call("/api/v3/anime/lantern-parade-2nd-season", lambda _: whole(late))
    (report,) = shelf.look(hours=7)
    assert told(report) == "delayed 2027-04-18"


def test_animeschedule_episode_put_off_in_the_middle_is_no_delay_of_the_season(shelf: Shelf) -> None:
    world = shelf.stand("animeschedule")
    world.season = Season(2027, 4, 4)
    shelf.look()
    late = {
        **world.second(),
        "status": "Delayed",
        "delayedFrom": "2027-05-02T15:00:00Z",
        "delayedUntil": "2027-05-09T15:00:00Z",
    }
    shelf.web.call("/api/v3/anime/lantern-parade-2nd-season", lambda _: whole(late))
    (report,) = shelf.look(hours=7)
    assert told(report) == ""


def test_jikan_stale_answers_count_and_a_failing_upstream_does_not(shelf: Shelf) -> None:
    world = shelf.stand("jikan")
    shelf.look()
    world.trouble = Jikan.broken
    (report,) = shelf.look(hours=25)
    assert (report.status, report.http, "failed to connect" in report.error) == (PollStatus.FAILED, 504, True)
    world.trouble = None
    world.season = Season(2027)
    (report,) = shelf.look(hours=25)
    assert told(report) == "release_window 2027"


def test_facets_of_a_record_are_in_the_dossier(shelf: Shelf) -> None:
    world = shelf.stand("mal")
    world.season = Season(2027, 4, 4)
    shelf.look()
    found = dossier(LANTERN, shelf.store.knowledge(LANTERN.id), shelf.clock())
    facets = {season.season: {facet.name: facet.text for facet in season.facets} for season in found.seasons}
    assert facets[1]["reception"] == "mal 7.62 from 163,707 votes"
    assert facets[2]["studio"] == "Studio Harbor"


def test_a_title_added_later_is_not_told_what_has_long_been_listed(tmp_path: Path) -> None:
    """What the record said before is remembered, so that its next change, a score, is no announcement."""
    with Shelf(tmp_path, titles=(replace(LANTERN, id="other-s2", name="Harbor Clock", aliases=(), ids={}),)) as shelf:
        world = shelf.stand("anilist")
        world.season = Season(2027, 4)
        shelf.during(shelf.look_once)
        shelf.clock.pass_(days=60)
        shelf.config = replace(shelf.config, titles=(*shelf.config.titles, replace(LANTERN, since=shelf.clock())))

        async def later(machine: Engine) -> list[str]:
            await machine.poller.catch_up()
            quiet = told(await shelf.look_once(machine))
            world.score = 81
            rated = told(await shelf.look_once(machine))
            world.season = Season(2027, 7)
            return [quiet, rated, told(await shelf.look_once(machine))]

        assert shelf.during(later) == ["", "", "delayed 2027-07"]
