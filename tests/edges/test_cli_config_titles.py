"""`watcher init, add, remove, pause, snooze`: what is watched."""

import json
import os
import pty
import stat
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.samples import NOON, entry, evidence, outcome
from watcher.cli.app import run
from watcher.cli.options import now
from watcher.config.load import load_config
from watcher.known import Existence, Fact, SeasonKnown
from watcher.model import Tier
from watcher.store import Store

CONSOLE = '\n# how to tell me\n[[channel]]\nname = "terminal"\nurl = "console:"\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("WATCHER_CONFIG", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    return tmp_path


@pytest.fixture
def watcher(home, capsys):
    def call(*arguments):
        offline = ["--offline"] if arguments[0] == "add" and "--help" not in arguments else []
        code = run([str(argument) for argument in (*arguments, *offline)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def file(home):
    path = home / "config" / "watcher" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[watcher]\ntimezone = "Asia/Tokyo"\n' + CONSOLE, encoding="utf-8")
    path.chmod(0o640)
    return path


def data(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def today():
    return now().astimezone(load_config().config.timezone).date()


# init


def test_init_writes_a_private_file_that_is_valid(watcher, home):
    code, out, _ = watcher("init")
    path = home / "config" / "watcher" / "config.toml"
    assert code == 0
    assert str(path) in out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = load_config(path)
    assert loaded.warnings == ()
    assert loaded.config.timezone.key == "Asia/Tokyo"
    assert [channel.url for channel in loaded.config.channels] == ["console:"]
    assert loaded.config.packs == ("anime-press-en", "licensors")


def test_init_leaves_an_existing_file_alone(watcher, file):
    before = file.read_bytes()
    code, _, err = watcher("init")
    assert code == 78
    assert "left alone" in err
    assert file.read_bytes() == before


def test_init_writes_where_it_is_told_and_never_through_a_link(watcher, home):
    (home / "link.toml").symlink_to("elsewhere.toml")
    assert watcher("init", "--config", home / "link.toml")[0] == 78
    assert not (home / "elsewhere.toml").exists()
    code, out, _ = watcher("init", "--config", home / "new" / "mine.toml", "--json")
    assert (code, json.loads(out)) == (0, {"file": str(home / "new" / "mine.toml"), "written": True})


def test_init_says_when_it_cannot_write(watcher, home):
    (home / "plain").write_text("")
    code, _, err = watcher("init", "--config", home / "plain" / "config.toml")
    assert code == 78
    assert "cannot be written" in err


def test_init_asks_on_a_terminal_and_takes_only_a_channel_that_works(home):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "watcher", "init", "--config", str(home / "c.toml")]
    asked = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, b"nonsense\nntfy://mytopic\n")
    assert asked.wait(30) == 0
    assert b"Where should messages go?" in os.read(ours, 10_000)
    os.close(ours)
    assert [channel.url for channel in load_config(home / "c.toml").config.channels] == ["ntfy://mytopic"]


# add


def test_add_writes_a_block_and_answers(watcher, file):
    before = file.read_text(encoding="utf-8")
    code, out, _ = watcher(
        "add", "Akudama Drive", "--season", "2", "--alias", "アクダマドライブ", "--official", "akudama-drive.com",
        "--id", "anilist=116566", "--id", "wikidata=Q1", "--also", "film",
    )  # fmt: skip
    assert code == 0
    assert out.startswith(f"Watching Akudama Drive, season 2, since {today()} (akudama-drive-s2 in ")
    assert "Known already: nothing." in out
    assert "the best of tier 1" in out
    assert "Warning" not in out
    assert data(file)["title"] == [
        {
            "name": "Akudama Drive",
            "season": 2,
            "aliases": ["アクダマドライブ"],
            "official": ["akudama-drive.com"],
            "ids": {"anilist": 116566, "wikidata": "Q1"},
            "also": ["film"],
            "since": today(),
        }
    ]
    assert file.read_text(encoding="utf-8").startswith(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_add_answers_programs(watcher, file):
    code, out, _ = watcher("add", "Akudama Drive", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["title"]["id"] == "akudama-drive-any"
    assert answer["title"]["season"] == "any"
    assert answer["known"] == []
    assert answer["best_tier"] == 1
    assert "crunchyroll-news" in answer["sources"]
    assert answer["channels"] == ["terminal"]
    assert any("--official" in hint for hint in answer["hints"])


def test_add_tells_when_no_source_could_ever_tell(watcher, file):
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[watcher]\n", "[watcher]\npacks = []\n"), encoding="utf-8")
    _, out, _ = watcher("add", "Akudama Drive")
    assert "Warning: no source is looked at for it" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("X", "--season", "two"),
        ("X", "--season", "0"),
        ("X", "--id", "anilist"),
        ("X", "--since", "yesterday"),
    ],
)
def test_add_refuses_what_it_does_not_understand(watcher, file, arguments):
    before = file.read_bytes()
    code, _, err = watcher("add", *arguments)
    assert code == 2
    assert arguments[1] in err
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("X", "--official", "https://x.example/y"), "must be a host"),
        (("X", "--also", "movie"), "one of season, film"),
        (("X\ny",), "control character"),
    ],
)
def test_add_judges_the_new_file_before_it_is_written(watcher, file, arguments, message):
    before = file.read_bytes()
    code, _, err = watcher("add", *arguments)
    assert code == 78
    assert message in err
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_title_is_added_once_for_each_season(watcher, file):
    assert watcher("add", "Akudama Drive", "--season", "2", "--alias", "AD")[0] == 0
    code, _, err = watcher("add", "AD", "--season", "2")
    assert code == 1
    assert "watched already (akudama-drive-s2)" in err
    assert watcher("add", "Akudama Drive", "--season", "3")[0] == 0
    assert [title["season"] for title in data(file)["title"]] == [2, 3]


def test_without_a_configuration_add_names_init(watcher, home):
    code, _, err = watcher("add", "X", "--config", home / "nothing.toml")
    assert code == 78
    assert "watcher init" in err


def test_add_says_what_is_known_already(watcher, file):
    watcher("add", "Akudama Drive", "--season", "2", "--since", "2020-01-01")
    config = load_config().config
    title_id = config.titles[0].id
    fact = Fact(evidence=(evidence(),), weight=Tier.OFFICIAL)
    season = SeasonKnown(season=2, existence=Existence.CONFIRMED, exists=fact)
    with Store.open(config.database, now=NOON) as store:
        store.watch(config.titles, NOON)
        knowledge = store.knowledge(title_id)
        known = replace(knowledge, known=replace(knowledge.known, seasons=(season,)))
        store.commit(outcome(entries=(entry(1, title="Akudama Drive gets a stage play"),), knowledge=(known,)))
    code, out, _ = watcher("add", "Akudama Drive", "--season", "3", "--json")
    assert code == 0
    first, second = json.loads(out)["known"]
    assert first.startswith("season 2: officially announced")
    assert second == "seen 2026-11-21: Akudama Drive gets a stage play"


# remove, pause, snooze


@pytest.fixture
def two(watcher, file):
    watcher("add", "Akudama Drive", "--season", "2", "--alias", "AD")
    watcher("add", "Akudama Drive", "--season", "3")
    return file


def test_remove_gives_the_old_file_back(watcher, file):
    before = file.read_bytes()
    watcher("add", "Akudama Drive")
    code, out, _ = watcher("remove", "akudama drive")
    assert code == 0
    assert "No longer watching Akudama Drive, any new season; its history is kept." in out
    assert file.read_bytes() == before


def test_remove_asks_which_season_is_meant(watcher, two):
    code, _, err = watcher("remove", "Akudama Drive")
    assert code == 78
    assert "akudama-drive-s2, akudama-drive-s3" in err
    assert len(data(two)["title"]) == 2
    assert watcher("remove", "Akudama Drive", "--season", "3")[0] == 0
    assert [title["season"] for title in data(two)["title"]] == [2]


def test_remove_can_forget(watcher, two):
    config = load_config().config
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    with Store.open(config.database, now=moment) as store:
        store.watch(config.titles, moment)
    code, out, _ = watcher("remove", "akudama-drive-s2", "--forget", "--json")
    assert (code, json.loads(out)["forgotten"]) == (0, True)
    with Store.open(config.database, now=moment) as store:
        assert set(store.titles()) == {"akudama-drive-s3"}


def test_an_unknown_title_is_named_with_the_nearest(watcher, two):
    for verb in (["remove", "Akudama Driv"], ["pause", "Akudama Driv"], ["snooze", "Akudama Driv", "2w"]):
        code, _, err = watcher(*verb)
        assert code == 78
        assert 'did you mean "Akudama Drive"?' in err


def states(config=None):
    config = config or load_config().config
    with Store.open(config.database, now=now(), read_only=True) as store:
        return {name: (state.paused, state.snoozed_until) for name, state in store.titles().items()}


def test_pause_and_resume(watcher, two):
    before = two.read_bytes()
    code, out, _ = watcher("pause", "AD")
    assert (code, out) == (0, "Not watching for now: Akudama Drive, season 2.\n")
    assert states() == {"akudama-drive-s2": (True, None), "akudama-drive-s3": (False, None)}
    assert watcher("pause", "Akudama Drive", "--resume", "--season", "2")[0] == 0
    assert states()["akudama-drive-s2"] == (False, None)
    assert two.read_bytes() == before


def test_snooze_until_a_day_is_local_midnight(watcher, two):
    day = today() + timedelta(days=14)
    code, out, _ = watcher("snooze", "Akudama Drive", day)
    assert code == 0
    assert f"Messages wait until {day} 00:00: Akudama Drive, season 3." in out
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    assert states() == {"akudama-drive-s2": (False, midnight), "akudama-drive-s3": (False, midnight)}
    assert watcher("snooze", "Akudama Drive", "off")[0] == 0
    assert states()["akudama-drive-s3"] == (False, None)


def test_snooze_for_a_span(watcher, two):
    code, out, _ = watcher("snooze", "AD", "2w", "--json")
    assert (code, json.loads(out)["titles"]) == (0, ["akudama-drive-s2"])
    _, until = states()["akudama-drive-s2"]
    assert abs(until - now() - timedelta(days=14)) < timedelta(minutes=1)


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01", "0s", "99999999w", "2026-02-30"])
def test_snooze_refuses_other_times(watcher, two, until):
    code, _, err = watcher("snooze", "Akudama Drive", until)
    assert code == 2
    assert "UNTIL" in err


@pytest.mark.parametrize("verb", ["init", "add", "remove", "pause", "snooze"])
def test_every_verb_has_help_with_an_example(watcher, verb):
    code, out, _ = watcher(verb, "--help")
    assert code == 0
    assert f"Example: watcher {verb}" in out
    assert "--json" in out
    assert "--config" in out
