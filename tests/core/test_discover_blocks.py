"""Sources and packs written by command: the file says the same as before, plus these."""

import tomllib
from pathlib import Path

import pytest

from watcher.config.edit import add_packs, add_source, remove_source
from watcher.config.load import parse_config
from watcher.errors import ConfigError

EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
TABLE = {"id": "x", "name": 'The "X" 公式', "kind": "page", "url": "https://x.example/", "tier": 1}
FILES = {
    "empty": "",
    "only a remark": "# mine\n",
    "no watcher": '[[title]]\nname = "A"\n',
    "no packs": '[watcher]\npolicy = "official"   # strict\n\n[[title]]\nname = "A"\n',
    "packs on one line": '[watcher]\npacks = ["licensors"]  # mine\n[watcher.limits]\nredirects = 3\n',
    "packs on many lines": '[watcher]\npacks = [\n  # good ones\n  "licensors",\n]\n',
    "dotted": 'watcher.packs = ["licensors"]\n',
    "inline": 'watcher = { packs = ["licensors"], contact = "a" }\n',
    "limits first": "[watcher.limits]\nredirects = 3\n",
    "windows": '[watcher]\r\npacks = ["licensors"]\r\n\r\n[[title]]\r\nname = "A"\r\n',
    "example": EXAMPLE,
}


def data(text):
    return tomllib.loads(text.removeprefix("\ufeff"))


def remarks(text):
    return [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line]


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_packs_are_added_and_the_rest_stays(text, mark):
    old = data(text)
    after = add_packs(mark + text, ("licensors", "studios"))
    had = old.get("watcher", {}).get("packs", [])
    expected = [*had, *(pack for pack in ("licensors", "studios") if pack not in had)]
    new = data(after)
    assert new["watcher"].pop("packs") == expected
    old.setdefault("watcher", {}).pop("packs", None)
    assert new == old
    assert remarks(after.removeprefix("\ufeff")) == remarks(text)
    assert after.startswith("\ufeff") is bool(mark)
    assert parse_config(after, env={}, need_secrets=False).config.packs == tuple(expected)


@pytest.mark.parametrize("text", [text for name, text in FILES.items() if name != "windows"])
def test_a_source_goes_behind_the_last_one_and_comes_out_again(text):
    after = add_source(text, TABLE)
    assert data(after)["source"][-1] == TABLE
    assert remarks(after) == remarks(text)
    back = remove_source(after, len(data(after)["source"]) - 1)
    assert data(back) == data(text)
    assert remarks(back) == remarks(text)


def test_windows_line_ends_stay():
    after = add_source(FILES["windows"], TABLE)
    assert "\n" not in after.replace("\r\n", "")
    assert data(after)["source"] == [TABLE]


def test_sources_in_a_form_that_cannot_be_changed_are_left_alone():
    with pytest.raises(ConfigError, match="by command"):
        add_source('source = [{ id = "a", name = "a", kind = "feed", url = "https://a.example/" }]\n', TABLE)
