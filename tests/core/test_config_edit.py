"""Changing a configuration by command keeps everything else as it was."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.edit import NewTitle, add_title, remove_title
from watcher.config.load import parse_config
from watcher.errors import ConfigError

EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
NEW = NewTitle(
    name='The "Quoted" Title',
    season=2,
    since=date(2026, 11, 21),
    aliases=("アクダマドライブ", "a\\b"),
    official=("x.example",),
    ids={"anilist": 116566, "wikidata": "Q1"},
)
TWO = """\
# mine
[watcher]
policy = "official"   # strict

# the first
[[title]]
name = "A"   # a remark
season = 1
# paused = true

# the second
[[title]]
name = "B"
aliases = [
  "b", # one
  "bb",
]
[title.ids]
mal = 1

[[channel]] # end
name = "c"
url = "console:"
"""


def titles(text):
    return tomllib.loads(text.removeprefix("\ufeff")).get("title", [])


def test_a_title_is_written_behind_the_last_one():
    text = add_title(TWO, NEW)

    assert titles(text)[2] == NEW.table()
    assert text.index('name = "B"') < text.index("Quoted") < text.index("[[channel]]")
    added = text.split("mal = 1\n", 1)[1].split("\n[[channel]]", 1)[0]
    assert text.replace(added, "", 1) == TWO


def test_the_new_block_is_a_valid_title():
    config = parse_config(add_title(EXAMPLE, NEW), env={}).config
    assert config.titles[1].names == ('The "Quoted" Title', "アクダマドライブ", "a\\b")
    assert config.titles[1].ids == {"anilist": 116566, "wikidata": "Q1"}


def test_a_comment_that_leads_the_next_block_stays_with_it():
    text = add_title(EXAMPLE, NEW)
    assert (
        text.index('# reminders = ["7d", "1d", "start"]\n\n')
        < text.index("Quoted")
        < text.index("# Places to look, besides the packs.")
    )
    assert "\n\n# Places to look, besides the packs." in text


@pytest.mark.parametrize("text", ["", "# only a comment", '[watcher]\npolicy = "official"', "\ufeff[watcher]\n"])
def test_the_first_title_is_written_at_the_end(text):
    new = add_title(text, NEW)
    assert titles(new) == [NEW.table()]
    assert new.startswith(text)


def test_windows_line_ends_and_a_byte_order_mark_are_kept():
    old = "\ufeff" + TWO.replace("\n", "\r\n")
    for new in (add_title(old, NEW), remove_title(old, 0)):
        assert new.startswith("\ufeff# mine\r\n")
        assert new.count("\n") == new.count("\r\n")


def test_removing_takes_the_block_and_nothing_else():
    text = remove_title(TWO, 0)
    assert [title["name"] for title in titles(text)] == ["B"]
    assert text == TWO.replace('[[title]]\nname = "A"   # a remark\nseason = 1\n# paused = true\n\n', "")
    assert "# the second\n[[title]]" in text
    assert "# the first" in text


def test_removing_a_title_with_tables_of_its_own():
    text = remove_title(TWO, 1)
    assert [title["name"] for title in titles(text)] == ["A"]
    assert "mal" not in text
    assert "# the second" in text
    assert "[[channel]] # end" in text


def test_removing_the_last_title():
    assert titles(remove_title(remove_title(TWO, 1), 0)) == []


def test_adding_and_removing_gives_the_old_text_back():
    for old in (TWO, EXAMPLE):
        assert remove_title(add_title(old, NEW), len(titles(old))) == old


@pytest.mark.parametrize("text", ['title = [{ name = "A" }]', 'title = [\n  { name = "A" },\n  { name = "B" },\n]\n'])
def test_a_form_that_cannot_be_changed_is_left_to_the_user(text):
    for change in (
        lambda: add_title(text, NEW),
        lambda: remove_title(text, 0),
    ):
        with pytest.raises(ConfigError, match="by hand"):
            change()


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(name=names, aliases=st.lists(names, max_size=3), season=st.none() | st.integers(1, 99))
def test_any_name_is_written_as_it_is(name, aliases, season):
    new = NewTitle(name=name, season=season, aliases=tuple(aliases), since=date(2026, 1, 1))
    [_, _, title] = titles(add_title(TWO, new))
    assert (title["name"], title.get("aliases", [])) == (name, aliases)
    assert title["season"] == ("any" if season is None else season)
