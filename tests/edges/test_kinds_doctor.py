"""`watcher doctor` tells how each source and kind is: paused, limited, without its key, somebody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.edges.test_kinds_catalogues import LANTERN
from tests.support.catalogue_worlds import WORLDS, AniList, Season, World
from tests.support.web import Answer
from tests.support.whole import Whole
from watcher.cli.doctor import examine
from watcher.config.keys import KEYS, missing_key
from watcher.config.load import parse_config


@pytest.fixture
def shelf(tmp_path: Path):
    with Whole(tmp_path, titles=(LANTERN,)) as machine:
        yield machine


def stand(machine: Whole, *kinds: str, keys: bool = True) -> dict[str, World]:
    worlds = {world.kind: world(machine.web, machine.clock) for world in WORLDS if not kinds or world.kind in kinds}
    sources = [world.source() if keys else world.source(headers=()) for world in worlds.values()]
    machine.config = replace(machine.config, sources=tuple(sources))
    return worlds


def said(machine: Whole) -> dict[str, tuple[bool, str, str]]:
    """What doctor finds, by the first two words."""
    found = list(examine(machine.config, machine.store, machine.clock()))
    return {" ".join(one.what.split()[:2]).rstrip(":"): (one.ok, one.what, one.mend) for one in found}


def test_every_catalogue_that_is_read_is_fine(shelf: Whole) -> None:
    worlds = stand(shelf)
    shelf.look()
    found = said(shelf)
    for kind in worlds:
        assert found[f"source {kind}"][0], found[f"source {kind}"]
        assert found[f"kind {kind}"][1] == f"kind {kind}: 1 of 1 fine"


def test_a_missing_key_is_named_before_and_after_a_look(shelf: Whole) -> None:
    stand(shelf, *KEYS, keys=False)
    for _ in range(2):
        found = said(shelf)
        for kind, key in KEYS.items():
            ok, what, mend = found[f"source {kind}"]
            assert not ok
            assert key.header in what
            assert "headers" in mend
            assert found[f"kind {kind}"][1] == f"kind {kind}: 0 of 1 fine, 1 without its key"
        shelf.look()


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        (AniList.paused, "paused"),
        (AniList.limited, "limited"),
        (Answer(b"{}"), "layout changed"),
        (Answer(b"", 500), "failing"),
    ],
)
def test_what_ails_a_catalogue_is_told_apart(answer: Answer, how: str, shelf: Whole) -> None:
    world = stand(shelf, "anilist")["anilist"]
    shelf.look()
    world.trouble = answer
    shelf.look(hours=25)
    ok, what, mend = said(shelf)["source anilist"]
    assert (ok, f"is {how}" in what) == (False, True), what
    assert mend
    world.trouble, world.season = None, Season()
    shelf.look(hours=25)
    assert said(shelf)["source anilist"][0]


def test_an_expired_key_is_told(shelf: Whole) -> None:
    world = stand(shelf, "trakt")["trakt"]
    world.trouble = world.refused()
    shelf.look()
    ok, what, _ = said(shelf)["source trakt"]
    assert (ok, "without its key" in what, "does not take the key" in what) == (False, True, True)


def test_a_key_that_only_the_service_is_given_is_not_missing() -> None:
    text = """
[[source]]
name = "TMDB"
kind = "tmdb"
url = "https://api.themoviedb.org/3/tv/1"
headers = { Authorization = { credential = "tmdb" } }
[[source]]
name = "Trakt"
kind = "trakt"
url = "https://api.trakt.tv/shows/x/seasons"
"""
    loaded = parse_config(text, env={}, need_secrets=False)
    lacking = [missing_key(one.kind, [name for name, _ in one.headers], one.url) for one in loaded.config.sources]
    assert [bool(one) for one in lacking] == [False, True]
    assert any("Trakt answers only with a key" in str(warning) for warning in loaded.warnings)
