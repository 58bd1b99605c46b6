"""The example configuration is complete and valid, and the manual names every key."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from watcher.config.door import (
    ChannelBlock,
    FileBlock,
    LimitsBlock,
    SelectorsBlock,
    SourceBlock,
    TitleBlock,
    WatcherBlock,
    WebBlock,
    WindowBlock,
)
from watcher.config.load import load_config, parse_config
from watcher.config.schema import config_schema
from watcher.config.settings import ChannelConfig, Limits
from watcher.errors import ConfigError

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
OPTION = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)
SECTIONS = {
    "watcher": WatcherBlock,
    "watcher.web": WebBlock,
    "watcher.limits": LimitsBlock,
    "title": TitleBlock,
    "source": SourceBlock,
    "window": WindowBlock,
    "channel": ChannelBlock,
}
KEYS = [(name, key) for name, block in SECTIONS.items() for key in block.model_fields if key not in {"limits", "web"}]


def with_all_options(text: str) -> str:
    """Switch on every optional key, but one place for the channel's URL."""
    text = re.sub(r"^# (?=(?:url_file|url_env|credential|fallback|headers|token) = )", "#- ", text, flags=re.MULTILINE)
    return OPTION.sub("", text)


def section(name: str) -> str:
    header = f"[{name}]" if name.startswith("watcher") else f"[[{name}]]"
    return EXAMPLE.split(f"\n{header}\n", 1)[1].split("\n[", 1)[0]


def test_it_is_valid_as_it_stands_without_a_warning():
    loaded = load_config(ROOT / "config.example.toml", env={})
    assert loaded.warnings == ()
    assert [title.id for title in loaded.config.titles] == ["akudama-drive-s2"]
    assert [channel.name for channel in loaded.config.channels] == ["terminal"]
    assert {source.pack for source in loaded.config.sources} == {None, "anime-press-en", "licensors"}


def test_it_has_the_systems_where_this_title_would_be_told():
    sources = {source.name: source for source in parse_config(EXAMPLE, env={}).config.sources if source.pack is None}
    assert {source.kind for source in sources.values()} >= {"page", "anilist", "mal", "rsshub", "rss-bridge"}
    on = {name for name, source in sources.items() if source.enabled}
    assert on >= {
        "Akudama Drive, official site",
        "Studio Pierrot",
        "AniList",
        "Tokyo MX, anime",
        "BS NTV, anime",
        "SUN TV",
    }
    assert sources.keys() - on == {"Too Kyo Games", "MyAnimeList", "Akudama Drive on X", "Akudama Drive on Facebook"}


def test_it_is_valid_with_every_optional_key():
    config = parse_config(with_all_options(EXAMPLE), env={}).config
    assert config.timezone.key == "Europe/Berlin"
    assert config.sources[0].selectors.item == "ul.news li"


@pytest.mark.parametrize(("name", "key"), KEYS, ids=[f"{name}.{key}" for name, key in KEYS])
def test_every_key_is_there_behind_one_line_about_it(name, key):
    lines = section(name).splitlines()
    [at] = [index for index, line in enumerate(lines) if re.match(rf"(# )?{key} = ", line)]
    comments = [line for line in lines[:at] if line.startswith("# ") and not OPTION.match(line)]
    assert lines[at - 1] in comments
    assert at < 2 or lines[at - 2] not in comments


def test_top_level_tables_and_selectors_are_all_there():
    for name in FileBlock.model_fields:
        assert re.search(rf"^\[+{name}\]", EXAMPLE, re.MULTILINE)
    assert all(re.search(rf"selectors = .*\b{key} =", EXAMPLE) for key in SelectorsBlock.model_fields)


def test_written_defaults_are_the_defaults():
    data = tomllib.loads(OPTION.sub("#- ", EXAMPLE))
    told = parse_config(EXAMPLE, env={}).config
    silent = parse_config('[[channel]]\nname = "terminal"\nurl = "console:"', env={}).config
    assert told.limits == silent.limits == Limits()
    assert (told.policy, told.contact, told.host_gap, told.packs, told.rhythm, told.hot, told.windows) == (
        silent.policy, silent.contact, silent.host_gap, silent.packs, silent.rhythm, silent.hot, silent.windows,
    )  # fmt: skip
    assert told.channels == silent.channels
    assert isinstance(told.channels[0], ChannelConfig)
    source = SourceBlock.model_validate({"name": "x", "kind": "page", "url": "https://example.org/"})
    for key in ("mode", "robots", "enabled"):
        assert data["source"][0][key] == getattr(source, key)


@pytest.mark.parametrize(("name", "key"), KEYS, ids=[f"{name}.{key}" for name, key in KEYS])
def test_the_manual_names_every_key(name, key):
    manual = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"`{key}`" in manual


def test_the_schema_describes_every_key():
    schema = config_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert set(schema["properties"]) == set(FileBlock.model_fields)
    for block in (*SECTIONS.values(), SelectorsBlock):
        described = schema["$defs"][block.__name__]
        assert described["additionalProperties"] is False
        assert set(described["properties"]) == set(block.model_fields)
        assert all(prop.get("description") for prop in described["properties"].values())


def test_a_wrong_key_in_the_example_would_be_noticed():
    with pytest.raises(ConfigError):
        parse_config(EXAMPLE.replace("robots =", "robot ="), env={})
