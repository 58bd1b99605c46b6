"""Mistakes that people make in `config.toml`: each is found with its place, its line and what to write instead."""

import time
from typing import NamedTuple

import pytest

from watcher.config.load import parse_config
from watcher.errors import ConfigError, Problem

TITLE = '[[title]]\nname = "Akudama Drive"\nseason = 2\n'
SOURCE = '[[source]]\nname = "press"\nkind = "feed"\nurl = "https://example.org/rss"\n'
CHANNEL = '[[channel]]\nname = "phone"\nurl = "console:"\n'


class Mistake(NamedTuple):
    name: str
    text: str
    path: str
    line: int
    hint: str
    message: str = ""


MISTAKES = [
    # unknown and misspelt keys
    Mistake("misspelt key", '[watcher]\ntimezon = "UTC"', "watcher.timezon", 2, 'did you mean "timezone"?'),
    Mistake("misspelt key of a title", TITLE + 'alises = ["x"]', "title[0].alises", 4, '"aliases"'),
    Mistake("another program's word", SOURCE + 'interval = "1h"', "source[0].interval", 5, '"every"'),
    Mistake("key of another block", '[watcher]\nevery = "1h"', "watcher.every", 2, "[[source]]"),
    Mistake("source's zone", SOURCE + 'timezone = "UTC"', "source[0].timezone", 5, '"tz"'),
    Mistake("hyphen for underscore", '[watcher]\nhost-gap = "1s"', "watcher.host-gap", 2, '"host_gap"'),
    Mistake("misspelt block", "[[tittle]]\nname = 1", "tittle", 1, '"title"'),
    Mistake("plural block", '[[sources]]\nname = "x"', "sources", 1, '"source"'),
    Mistake("misspelt limit", '[watcher.limits]\ndedline = "9s"', "watcher.limits.dedline", 2, '"deadline"'),
    Mistake("unknown selector", SOURCE + 'selectors = { tittle = "a" }', "source[0].selectors.tittle", 5, '"title"'),
    Mistake("nothing near", "[watcher]\nzzz = 1", "watcher.zzz", 2, "one of state, timezone"),
    Mistake("single table", '[title]\nname = "x"', "title", 1, "begin each one with [[title]]"),
    Mistake("list of watcher", '[[watcher]]\npolicy = "official"', "watcher", 1, "write it as [watcher]"),
    # missing keys
    Mistake("title without name", "[[title]]\nseason = 2", "title[0].name", 1, 'name = "…"', "missing"),
    Mistake("source without url", '[[source]]\nname = "x"\nkind = "feed"', "source[0].url", 1, "https://", "missing"),
    Mistake("channel without url", '[[channel]]\nname = "x"', "channel[0]", 1, "one of url, url_file"),
    Mistake("override of no pack", '[[source]]\nid = "an-news"\nenabled = false', "source[0].id", 2, '"ann-news"'),
    # wrong types
    Mistake("text for true", SOURCE + 'enabled = "yes"', "source[0].enabled", 5, "true or false"),
    Mistake("number in quotes", TITLE.replace("2", '"2"'), "title[0].season", 3, "2 without quotes"),
    Mistake("name is a number", "[[title]]\nname = 86", "title[0].name", 2, "quotes", "must be text, not a number"),
    Mistake("text for a list", TITLE + 'aliases = "アクダマ"', "title[0].aliases", 4, "brackets"),
    Mistake("tier in quotes", SOURCE + 'tier = "3"', "source[0].tier", 5, "without quotes"),
    Mistake("no such tier", SOURCE + "tier = 7", "source[0].tier", 5, "1 official"),
    Mistake("season zero", "[[title]]\nname = 'x'\nseason = 0", "title[0].season", 3, "from 1 to 99"),
    Mistake("redirects below zero", "[watcher.limits]\nredirects = -1", "watcher.limits.redirects", 2, "at least 0"),
    # durations and sizes
    Mistake("missing unit", SOURCE + "every = 60", "source[0].every", 5, '"60s"', "has no unit"),
    Mistake("missing unit in quotes", SOURCE + 'every = "60"', "source[0].every", 5, '"60m"', "has no unit"),
    Mistake("interval of zero", SOURCE + 'every = "0s"', "source[0].every", 5, '"1m" or more', "not to be hurried"),
    Mistake("negative interval", SOURCE + 'every = "-1m"', "source[0].every", 5, '"15m"', "negative"),
    Mistake("one second", SOURCE + 'every = "1s"', "source[0].every", 5, '"1m" or more'),
    Mistake("a hundred years", SOURCE + 'every = "36500d"', "source[0].every", 5, '"30d" or less', "would be missed"),
    Mistake("not a duration", SOURCE + 'every = "hourly"', "source[0].every", 5, '"1h30m"'),
    Mistake("not a size", '[watcher.limits]\nraw_bytes = "many"', "watcher.limits.raw_bytes", 2, '"8MiB"'),
    # choices and formats
    Mistake("no such kind", SOURCE.replace("feed", "fed"), "source[0].kind", 3, 'did you mean "feed"?'),
    Mistake("no such policy", CHANNEL + 'policy = "oficial"', "channel[0].policy", 4, '"official"'),
    Mistake("no such pack", '[watcher]\npacks = ["licensor"]', "watcher.packs[0]", 2, '"licensors"'),
    Mistake("no such zone", '[watcher]\ntimezone = "Europe/Belin"', "watcher.timezone", 2, '"Europe/Berlin"'),
    Mistake("bad date", TITLE + 'since = "soon"', "title[0].since", 4, "2026-11-20"),
    Mistake("bad quiet hours", CHANNEL + 'quiet = "23-7"', "channel[0].quiet", 4, "00:00 to 23:59"),
    Mistake("half a quiet span", CHANNEL + 'quiet = "23:00"', "channel[0].quiet", 4, '"23:00-07:00"'),
    Mistake("quiet for ever", CHANNEL + 'quiet = "07:00-07:00"', "channel[0].quiet", 4, "watcher pause"),
    Mistake("bad digest", CHANNEL + 'digest = "hourly"', "channel[0].digest", 4, "daily@08:00"),
    Mistake("no such weekday", CHANNEL + 'digest = "weekly@xyz-08:00"', "channel[0].digest", 4, "mon, tue"),
    Mistake("bad selector", SOURCE + 'selectors = { item = "li[" }', "source[0].selectors.item", 5, '"li.news"'),
    Mistake("ftp", SOURCE.replace("https:", "ftp:"), "source[0].url", 4, "https://"),
    Mistake("no scheme", SOURCE.replace("https://", ""), "source[0].url", 4, "https://"),
    Mistake("password in a url", SOURCE.replace("//", "//me:pw@"), "source[0].url", 4, "headers"),
    Mistake("bad port", SOURCE.replace(".org", ".org:99999"), "source[0].url", 4, "the port"),
    Mistake("loopback", SOURCE.replace("example.org", "0x7f.1"), "source[0].url", 4, "allow_networks"),
    Mistake("own header", SOURCE + 'headers = { Host = "x" }', "source[0].headers.Host", 5, "X-API-Key"),
    Mistake("address for a host", TITLE + 'official = ["https://a.jp/x"]', "title[0].official[0]", 4, '"a.jp"'),
    Mistake("no network", '[watcher]\nallow_networks = ["lan"]', "watcher.allow_networks[0]", 2, "127.0.0.0/8"),
    Mistake("host bits", '[watcher]\nallow_networks = ["10.1.2.3/8"]', "watcher.allow_networks[0]", 2, '"10.0.0.0/8"'),
    Mistake("state in a cache", '[watcher]\nstate = "/var/cache/watcher"', "watcher.state", 2, "/var/lib/watcher"),
    Mistake("trust for no host", '[publishers]\n"??" = 3', "publishers.??", 2, "example.org"),
    Mistake("control character", '[[title]]\nname = "a\\u0000b"', "title[0].name", 2, "one line"),
    Mistake("nowhere to listen", '[watcher.web]\nlisten = "8323"', "watcher.web.listen", 2, '"127.0.0.1:8323"'),
    Mistake("a name to listen at", '[watcher.web]\nlisten = "nas.lan:80"', "watcher.web.listen", 2, '"127.0.0.1:8323"'),
    Mistake("port 0", '[watcher.web]\nlisten = "127.0.0.1:0"', "watcher.web.listen", 2, "a port"),
    Mistake("an address for a name", '[watcher.web]\nnames = ["http://x/"]', "watcher.web.names[0]", 2, '"nas.lan"'),
    # duplicates and references
    Mistake("title twice", TITLE + TITLE, "title[1].name", 5, "another season", "watched twice for season 2"),
    Mistake("id twice", SOURCE + 'id = "a"\n' + SOURCE + 'id = "a"', "source[1].id", 10, "id of its own"),
    Mistake("source name twice", SOURCE + SOURCE, "source[1].name", 6, "id of its own"),
    Mistake("channel name twice", CHANNEL + CHANNEL, "channel[1].name", 5, "id of its own"),
    Mistake("unknown title", TITLE + SOURCE + 'titles = ["Akudama Driv"]', "source[0].titles[0]", 8, '"Akudama Drive"'),
    Mistake("unknown fallback", CHANNEL + 'fallback = "fone"', "channel[0].fallback[0]", 4, '"phone"'),
    Mistake("own fallback", CHANNEL + 'fallback = "phone"', "channel[0].fallback", 4, "another channel"),
    Mistake("two places of a url", CHANNEL + 'credential = "x"', "channel[0]", 1, "one of url", "url and credential"),
    Mistake("no variable", '[[channel]]\nname = "x"\nurl_env = "NOPE"', "channel[0].url_env", 3, "before the program"),
    Mistake("no url of a channel", CHANNEL.replace("console:", "phone"), "channel[0].url", 3, "ntfy://topic"),
    # TOML itself
    Mistake("no quotes", "[[title]]\nname = Akudama", "", 2, "quotes", "not TOML"),
    Mistake("YAML", "[[title]]\nname: x", "", 2, "key = value", "not TOML"),
    Mistake("Python's True", SOURCE + "enabled = True", "", 5, "true or false", "not TOML"),
    Mistake("key twice", TITLE + "season = 3", "", 4, "stands once", "not TOML"),
    Mistake("open string", '[watcher]\ncontact = "x\n', "", 2, "", "not TOML"),
]


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, env={})
    return caught.value.problems


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_is_found_with_place_line_and_hint(mistake):
    [problem] = problems_of(mistake.text)

    assert (problem.path, problem.line) == (mistake.path, mistake.line)
    assert mistake.hint in problem.hint
    assert mistake.message in problem.message
    assert problem.file == "config.toml"


def test_all_mistakes_of_a_file_are_told_at_once_in_order():
    text = "\n".join(
        [
            "[watcher]",
            'timezon = "UTC"',
            'packs = ["licensor"]',
            TITLE + 'also = ["movie"]',
            SOURCE + 'every = "5s"\ntitles = ["Nobody"]',
            CHANNEL + 'quiet = "x"',
        ]
    )

    found = problems_of(text)

    assert [problem.path for problem in found] == [
        "watcher.timezon",
        "watcher.packs[0]",
        "title[0].also[0]",
        "source[0].every",
        "source[0].titles[0]",
        "channel[0].quiet",
    ]


def test_a_broken_block_makes_no_second_problem_where_it_is_named():
    text = "[[title]]\nname = 'A'\nseason = 'x'\n" + SOURCE + "titles = ['A']"

    assert [problem.path for problem in problems_of(text)] == ["title[0].season"]


def test_a_broken_list_of_networks_makes_no_second_problem_for_each_source():
    text = "[watcher]\nallow_networks = ['lan']\n" + SOURCE.replace("example.org", "127.0.0.1:80")

    assert [problem.path for problem in problems_of(text)] == ["watcher.allow_networks[0]"]


def test_the_whole_table_takes_less_than_a_second():
    assert len(MISTAKES) >= 40
    begin = time.process_time()
    for mistake in MISTAKES:
        problems_of(mistake.text)
    assert time.process_time() - begin < 1.0


def test_no_mistake_shows_what_may_be_secret():
    canary = "CANARY77"
    texts = [
        f"[[channel]]\nname = 'x'\nurl = ['ntfy://{canary}']",
        f"[[channel]]\nname = 'x'\nurl = '{canary}'",
        f"[[channel]]\nname = 'x'\nurl = {{ fil = '{canary}' }}",
        f"[[channel]]\nname = 'x'\nurl = 'ntfy://{canary}'\nquiet = 'x'",
        f"[watcher]\nproxy = 'ftp://u:{canary}@h'",
        f"[watcher]\nproxy = ['http://u:{canary}@h']",
        SOURCE + f"headers = {{ X-Key = ['{canary}'] }}",
        SOURCE.replace("//", f"//u:{canary}@"),
        f"[[channel]]\nname = 'x'\nurl = 'ntfy://{canary}\n",
        f"[[channel]]\nname = 'x'\nurl = ntfy://{canary}\n",
        f"[[channel]]\nname = 'x'\nurl = 'ntfy://{canary}'\nurl = 'ntfy://{canary}'",
    ]
    for text in texts:
        found = problems_of(text)
        assert found
        assert canary not in repr(found) + "".join(map(str, found))


def test_the_channel_checker_is_asked_and_its_answer_is_masked():
    url = "ntfy://CANARY77"
    with pytest.raises(ConfigError) as caught:
        parse_config(
            f"[[channel]]\nname = 'x'\nurl = '{url}'", env={}, validate_channel=lambda text: f"unknown scheme in {text}"
        )
    [problem] = caught.value.problems
    assert "unknown scheme" in problem.message
    assert "CANARY77" not in str(problem)


WARNINGS = [
    ("channel[1]", CHANNEL + CHANNEL.replace("phone", "desk"), "same place"),
    ("source[1].url", SOURCE + SOURCE.replace("press", "again"), "also looked at"),
    ("title[0].ids.anlist", TITLE + "ids = { anlist = 1 }", "catalogue"),
    ("source[0].mode", SOURCE + 'mode = "list"', "kind feed"),
    ("watcher.allow_networks", '[watcher]\nallow_networks = ["0.0.0.0/0"]', "every private network"),
    ("title[1].aliases", TITLE + '[[title]]\nname = "B"\naliases = ["akudama drive"]', "also a name"),
]


@pytest.mark.parametrize(("path", "text", "message"), WARNINGS, ids=[path for path, _, _ in WARNINGS])
def test_what_works_but_looks_wrong_is_a_warning(path, text, message):
    [warning] = parse_config(text, env={}).warnings
    assert warning.path == path
    assert message in warning.message
