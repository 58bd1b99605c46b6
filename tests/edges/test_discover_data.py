"""`watcher add` with imported alias data: without the network, and beside the catalogues."""

import json
import tomllib
from datetime import UTC, datetime

import pytest

from tests.support.aliasdata import bangumi, item, lined, record
from tests.support.catalogues import anilist, config_text, show, tvmaze, tvmaze_seasons, work
from tests.support.web import Web
from watcher.cli.app import run
from watcher.config.load import load_config
from watcher.discover import anilist as search_anilist
from watcher.discover.candidate import Candidate, Season
from watcher.discover.data import with_seasons
from watcher.read.text import key
from watcher.sources.parsed import ParseContext
from watcher.store.works import Works, folder_of, keep_works
from watcher.works import DataInfo, Work, WorkKind

STREET = item("ランタン通り", en=["Lantern Street"], mal=7, anilist=70, tmdb="tv/11",
              site="https://lantern-street.example/", on=["crunchyroll"])  # fmt: skip
SECOND = item("ランタン通り 第2期", mal=8, anilist=80, tmdb="tv/11/season/2", begin="2022-04-03T12:00:00.000Z")
FILM = item("劇場版 ランタン通り", type="movie", mal=9, begin="2021-01-01T12:00:00.000Z")


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def file(tmp_path, web, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "config.toml"
    path.write_text(config_text(web), encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def imported(file, tmp_path, capsys):
    def call(data):
        path = tmp_path / "data"
        path.write_bytes(data)
        assert run(["aliases", "update", str(path), "--config", str(file)]) == 0
        capsys.readouterr()

    return call


@pytest.fixture
def add(file, capsys):
    def call(*arguments):
        code = run(["add", *arguments, "--config", str(file)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def title(file):
    return tomllib.loads(file.read_text(encoding="utf-8"))["title"][-1]


def test_a_title_is_completed_without_the_network(add, file, web, imported):
    imported(bangumi(STREET, SECOND, FILM))
    code, out, _ = add("lantern street", "--offline")
    assert code == 0
    assert "  1  Lantern Street  (2020, TV)" in out
    assert "bangumi-data  https://anilist.co/anime/70" in out
    assert "Seasons known: 1 (2020), 2 (2022)." in out
    written = title(file)
    assert written | {"since": 0} == {
        "name": "Lantern Street",
        "season": "any",
        "aliases": ["ランタン通り"],
        "official": ["lantern-street.example"],
        "ids": {"anilist": 70, "mal": 7, "tmdb": 11},
        "seasons": 2,
        "streams": ["Crunchyroll"],
        "since": 0,
    }
    assert web.seen == []
    watched = load_config(file).config.titles[-1]
    assert (watched.seasons, watched.streams) == (2, ("Crunchyroll",))


def test_a_part_of_a_name_offers_works_and_pick_takes_one(add, file, imported):
    imported(bangumi(SECOND, STREET, FILM, item("霧の港")))
    code, out, _ = add("ランタン", "--offline", "--pick", "1", "--json")
    answer = json.loads(out)
    assert code == 0
    assert [one["name"] for one in answer["candidates"]] == [
        "ランタン通り",
        "ランタン通り 第2期",
        "劇場版 ランタン通り",
    ]
    assert answer["picked"] == 1
    assert (answer["title"]["seasons"], answer["title"]["ids"]["anilist"]) == (2, 70)


def test_a_season_that_has_begun_is_said(add, imported):
    imported(bangumi(STREET, SECOND))
    _, out, _ = add("Lantern Street", "--season", "2", "--offline")
    assert "Season 2 has begun; the next would be --season 3." in out


def test_nothing_in_the_data_adds_it_as_written(add, file, imported):
    imported(bangumi(STREET))
    code, out, _ = add("Ember Coast", "--offline")
    assert code == 0
    assert "nothing was found" in out
    assert title(file)["name"] == "Ember Coast"


def test_the_data_completes_what_a_catalogue_offers_by_its_id(add, file, web, imported):
    imported(bangumi(STREET, SECOND))
    anilist(web, work(70, "Street of Lanterns", mal=7))
    tvmaze(web)
    code, out, _ = add("Street of Lanterns")
    assert code == 0
    assert "AniList, bangumi-data" in out
    written = title(file)
    assert written["name"] == "Street of Lanterns"
    assert {"ランタン通り", "Lantern Street"} <= set(written["aliases"])
    assert written["official"] == ["lantern-street.example"]
    assert (written["seasons"], written["ids"]["tmdb"]) == (2, 11)


def test_works_of_one_name_and_other_ids_stay_two(add, imported, web):
    imported(bangumi(item("Copper Lanterns", anilist=2)))
    anilist(web, work(1, "Copper Lanterns"))
    tvmaze(web)
    _, out, _ = add("Copper Lanterns", "--json")
    answer = json.loads(out)
    assert [one["catalogues"] for one in answer["candidates"]] == [["AniList"], ["bangumi-data"]]
    assert answer["picked"] is None


def test_tvmaze_tells_the_seasons(add, file, web):
    anilist(web)
    tvmaze(web, show(5, "Ember Coast"))
    tvmaze_seasons(web, 5, "2020-10-08", "2022-01-05", "2099-01-01", "")
    code, out, _ = add("Ember Coast")
    assert code == 0
    assert "Seasons known: 1 (2020), 2 (2022), 3 (2099), 4." in out
    assert title(file)["seasons"] == 2  # the others have not begun


def edge(kind, name, year, **more):
    node = {"type": "ANIME", "format": "TV", "title": {"english": name}, "startDate": {"year": year, "month": 4}} | more
    return {"relationType": kind, "node": node}


@pytest.mark.parametrize(
    ("name", "edges", "seasons"),
    [
        ("Ember Coast", [], {1: "2020"}),
        ("Ember Coast", [edge("SEQUEL", "Ember Coast: Ashes", 2022)], {1: "2020", 2: "2022-04"}),
        ("Ember Coast", [edge("SEQUEL", "Ember Coast the Movie", 2022, format="MOVIE")], {1: "2020"}),
        ("Ember Coast", [edge("SEQUEL", "Ember Coast Part 2", 2021)], {1: "2020"}),
        ("Ember Coast", [edge("SPIN_OFF", "Ember Coast Junior", 2021)], {1: "2020"}),
        ("Ember Coast Season 3", [edge("PREQUEL", "Ember Coast Season 2", 2018)], {2: "2018-04", 3: "2020"}),
        ("Ember Coast Season 2", [edge("PREQUEL", "Ember Coast", 2018, startDate=None)], {1: "", 2: "2020"}),
        ("Ember Coast: Ashes", [edge("PREQUEL", "Ember Coast", 2018)], {}),
        (
            "Ember Coast",
            [{"relationType": "SEQUEL", "node": None}, {"relationType": "SEQUEL", "node": {}}],
            {1: "2020"},
        ),
    ],
)
def test_anilist_tells_the_seasons_next_to_it(name, edges, seasons):
    media = work(1, name, relations={"edges": edges})
    body = json.dumps({"data": {"Page": {"media": [media]}}}).encode()
    [found] = search_anilist.parse(body, ParseContext(url="x", content_type="application/json", now=datetime.now(UTC)))
    assert {one.number: one.begin for one in found.seasons} == seasons


@pytest.mark.parametrize("answer", ["{}", '[1, {}, {"number": "2"}, {"number": true}]', "<html>"])
def test_seasons_that_make_no_sense_are_none(add, file, web, answer):
    anilist(web)
    tvmaze(web, show(5, "Ember Coast"))
    web.page("/maze/shows/5/seasons", answer.encode())
    assert add("Ember Coast")[0] == 0
    assert "seasons" not in title(file)


def test_damaged_data_is_left_aside(add, file, imported):
    imported(bangumi(STREET))
    (folder_of(load_config(file).config.database) / "bangumi-data.db").write_bytes(b"x" * 5000)
    code, _, _ = add("Lantern Street", "--offline")
    assert code == 0
    assert "ids" not in title(file)


def test_relations_and_names_tell_the_seasons(add, file, imported):
    imported(
        lined(
            record("Lantern Street", "mal:7", related=["mal:8", "mal:12"], year=2019),
            record("Lantern Street 2nd Season", "mal:8", related=["mal:7", "mal:9"], year=2021),
            record("Lantern Street 2nd Season Part 2", "mal:10", related=["mal:8"], year=2022),
            record("Lantern Street Season 3", "mal:9", related=["mal:8"], year=2023),
            record("Mist Harbour Season 4", "mal:12", related=["mal:7"], year=2024),
        )
    )
    _, out, _ = add("Lantern Street", "--offline")
    assert "Seasons known: 1 (2019), 2 (2021), 3 (2023)." in out
    assert title(file)["ids"] == {"mal": 7}


def test_a_film_is_no_season(tmp_path):
    works = [Work(names=("Mist Harbour",), kind=kind, ids={"mal": at}, part_of="tmdb:tv/1", begin=f"202{at}")
             for at, kind in enumerate((WorkKind.SERIES, WorkKind.FILM, WorkKind.OVA), 1)]  # fmt: skip
    told = DataInfo(name="bangumi-data", version="", licence="", attribution="", origin="", works=3,
                    imported=datetime.now(UTC))  # fmt: skip
    keep_works(tmp_path, "bangumi-data", works, key=key, info=lambda: told)
    with Works(tmp_path) as data:
        found = with_seasons(Candidate(catalogues=("AniList",), name="Mist Harbour", ids={"mal": 1}), data)
    assert found.seasons == (Season(number=1, begin="2021"),)
