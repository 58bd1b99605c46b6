"""`watcher add` with catalogues that answer, fail, hang and lie."""

import json
import os
import pty
import subprocess
import sys
import tomllib

import pytest

from tests.support.catalogues import anilist, anilist_paused, config_text, show, tvmaze, work
from tests.support.web import HANG, Web
from watcher.cli.app import run
from watcher.config.load import load_config

DRIVE = {"native": "アクダマドライブ", "romaji": "Akudama Doraibu", "mal": 41433}


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
def add(file, capsys):
    def call(*arguments):
        code = run(["add", *arguments, "--config", str(file)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def title(file):
    return tomllib.loads(file.read_text(encoding="utf-8"))["title"][-1]


def test_the_only_exact_match_is_taken_and_completes_the_block(add, file, web):
    anilist(web, work(116566, "Akudama Drive", **DRIVE), work(7, "Akudama Drive Recap"))
    tvmaze(web, show(49041, "Akudama Drive"))
    code, out, _ = add("akudama drive", "--season", "2")
    assert code == 0
    assert "  1  Akudama Drive  (2020, TV, Studio Pierrot, finished)" in out
    assert "AniList, TVmaze" in out
    assert "streams on Crunchyroll" in out
    written = title(file)
    assert written["name"] == "Akudama Drive"
    assert written["aliases"] == ["Akudama Doraibu", "アクダマドライブ"]
    assert written["ids"] == {"tvmaze": 49041, "tvdb": 378879, "imdb": "tt11398132", "anilist": 116566, "mal": 41433}
    assert load_config(file).warnings == ()
    assert json.loads(web.asked("/graphql")[0].body)["variables"] == {"words": "akudama drive"}


def test_sources_and_packs_are_written_on_request_and_the_file_stays_as_it_was(add, file, web):
    before = file.read_text(encoding="utf-8")
    web.page("/", '<html><body><a href="/news/">News</a><p>Akudama Drive</p></body></html>')
    anilist(web, work(116566, "Akudama Drive", **DRIVE, site=web.url("/")))
    tvmaze(web)
    code, out, _ = add("Akudama Drive", "--sources")
    assert code == 0, out
    assert "Sources written:" in out
    assert "official site is not known" not in out  # a page of its own is watched as such
    config = load_config(file).config
    site = next(source for source in config.sources if source.id == "akudama-drive-official-site")
    assert (site.kind, site.url, site.tier, site.titles) == ("page", web.url("/news/"), 1, ("akudama-drive-any",))
    assert config.packs == ("licensors", "anime-press-en", "anime-press-ja", "studios")
    after = file.read_text(encoding="utf-8")
    assert {line for line in before.splitlines() if "#" in line} <= set(after.splitlines())


def test_removing_a_title_takes_the_sources_that_were_only_for_it(add, file, web, capsys):
    anilist(web, work(116566, "Akudama Drive", **DRIVE))
    tvmaze(web)
    before = file.read_text(encoding="utf-8")
    add("Akudama Drive", "--season", "2", "--sources")
    text = file.read_text(encoding="utf-8")
    assert "ids=116566" in text
    code = run(["remove", "Akudama Drive", "--config", str(file)])
    out = capsys.readouterr().out
    assert code == 0
    assert "only for it: akudama-drive-on-anilist." in out
    packs = 'packs = [\n  "licensors",  # who streams\n'
    assert file.read_text(encoding="utf-8").split("\n]\n", 1)[1] == before.split("\n]\n", 1)[1]
    assert packs in file.read_text(encoding="utf-8")


def test_a_source_for_two_seasons_stays_while_one_of_them_is_watched(add, file, web, capsys):
    anilist(web, work(116566, "Akudama Drive", **DRIVE))
    tvmaze(web)
    add("Akudama Drive", "--season", "2", "--sources")
    add("Akudama Drive", "--season", "3", "--offline")
    assert run(["remove", "Akudama Drive", "--season", "2", "--config", str(file)]) == 0
    capsys.readouterr()
    [source] = [source for source in load_config(file).config.sources if source.id == "akudama-drive-on-anilist"]
    assert source.titles == ("akudama-drive-s3",)


def test_what_is_proposed_is_not_written_unasked(add, file, web):
    anilist(web, work(116566, "Akudama Drive", **DRIVE))
    tvmaze(web)
    _, out, _ = add("Akudama Drive")
    assert "Worth looking at, too (--sources writes them):" in out
    assert len(load_config(file).config.packs) == 1
    assert {source.id for source in load_config(file).config.sources if not source.pack} == {"anilist", "tvmaze"}


def test_doubt_takes_nothing_and_says_so(add, file, web):
    anilist(web, work(1, "Copper Lanterns", year=1998), work(2, "Copper Lanterns", year=2020))
    tvmaze(web)
    code, out, _ = add("Copper Lanterns", "--alias", "CopLan")
    assert code == 0
    assert "none is surely meant" in out
    assert title(file)["aliases"] == ["CopLan"]
    assert "ids" not in title(file)


def test_pick_takes_one(add, file, web):
    anilist(web, work(1, "Copper Lanterns", year=1998), work(2, "Copper Lanterns", year=2020))
    tvmaze(web)
    code, out, _ = add("Copper Lanterns", "--pick", "2", "--id", "mal=5", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["picked"] == 2
    assert [one["year"] for one in answer["candidates"]] == [1998, 2020]
    assert answer["title"]["ids"] == {"anilist": 2, "mal": 5}
    assert answer["proposed"]["written"] is False
    assert [one["kind"] for one in answer["proposed"]["sources"]] == ["anilist"]
    assert answer["catalogues"] == [{"name": "AniList", "error": None}, {"name": "TVmaze", "error": None}]


def test_a_pick_that_nobody_offered_changes_nothing(add, file, web):
    anilist(web)
    tvmaze(web)
    before = file.read_bytes()
    code, _, err = add("Copper Lanterns", "--pick", "1")
    assert code == 2
    assert "0 were found" in err
    assert file.read_bytes() == before


def test_a_paused_catalogue_is_named_and_the_other_one_serves(add, file, web):
    anilist_paused(web)
    tvmaze(web, show(9, "Akudama Drive"))
    code, out, _ = add("Akudama Drive")
    assert code == 0
    assert out.count("AniList could not be asked: ") == 1
    assert "HTTP 403" in out
    assert title(file)["ids"]["tvmaze"] == 9


def test_all_down_adds_what_was_written(add, file, web):
    code, out, _ = add("Akudama Drive", "--season", "2")
    assert code == 0
    assert out.count("could not be asked: ") == 2
    assert "nothing was found" in out
    assert title(file)["season"] == 2


def test_a_catalogue_that_hangs_costs_little_time(add, file, web):
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[watcher.limits]\ndeadline = "1s"\n', encoding="utf-8")
    web.raw("/graphql", HANG)
    tvmaze(web, show(9, "Akudama Drive"))
    code, out, _ = add("Akudama Drive")
    assert code == 0
    assert "AniList could not be asked: " in out
    assert title(file)["ids"]["tvmaze"] == 9


def test_offline_asks_nobody(add, file, web):
    code, out, _ = add("Akudama Drive", "--offline")
    assert code == 0
    assert web.seen == []
    assert "could not be asked" not in out
    assert add("Other", "--offline", "--pick", "1")[0] == 2


def test_a_title_watched_already_under_its_other_name_is_refused(add, file, web):
    anilist(web, work(116566, "Akudama Drive", **DRIVE))
    tvmaze(web)
    assert add("Akudama Drive", "--season", "2")[0] == 0
    before = file.read_bytes()
    code, _, err = add("アクダマドライブ", "--season", "2", "--offline")
    assert code != 0
    assert "watched already" in err
    assert file.read_bytes() == before


def test_hostile_names_end_in_a_valid_file(add, file, web):
    anilist(
        web, work(1, "Akudama Drive", synonyms=['"""\n[[channel]]\nname="x"', "\x1b]0;owned\x07", "é" * 5000, None, 7])
    )
    tvmaze(web, show(2, "Akudama\x00 Drive", officialSite="http://[::1"))
    code, out, _ = add("Akudama Drive", "--sources")
    assert code == 0, out
    assert "\x1b" not in out
    assert [channel.name for channel in load_config(file).config.channels] == ["terminal"]


def test_on_a_terminal_the_user_picks_and_agrees(file, web):
    anilist(web, work(1, "Copper Lanterns", year=1998), work(2, "Copper Lanterns", year=2020))
    tvmaze(web)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "watcher", "add", "Copper Lanterns", "--config", str(file)]
    asked = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"})
    os.close(theirs)
    os.write(ours, b"9\n2\ny\n")
    code = asked.wait(60)
    said = os.read(ours, 100_000)
    assert code == 0, said
    os.close(ours)
    assert b"Which one do you mean? (1-2, 0: none of them)" in said
    assert b"Write these into the file?" in said
    assert title(file)["ids"] == {"anilist": 2}
    assert any(source.url.endswith("ids=2") for source in load_config(file).config.sources)
