"""Could this title ever be told about?"""

import pytest

from watcher.config.coverage import advice, coverage
from watcher.config.load import parse_config
from watcher.model import Tier

TITLE = '[[title]]\nname = "Akudama Drive"\n'
CHANNEL = '[[channel]]\nname = "c"\nurl = "console:"\n'


def source(name, tier, more=""):
    return f'[[source]]\nname = "{name}"\nkind = "feed"\nurl = "https://{name}/f"\ntier = {tier}\n{more}\n'


def look(text):
    config = parse_config(text, env={}).config
    return config, coverage(config, config.titles[0], tier_of=lambda source, title: source.tier or Tier.UNKNOWN)


def test_the_sources_are_ranked_and_the_best_tier_is_told():
    _, found = look(TITLE + CHANNEL + source("a.example", 4) + source("b.example", 1) + source("c.example", 3))
    assert [one.id for one in found.sources] == ["b-example", "c-example", "a-example"]
    assert (found.best, found.channels, found.warnings) == (Tier.OFFICIAL, ("c",), ())


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("[watcher]\npacks = []\n" + TITLE + CHANNEL, "no source"),
        (TITLE + CHANNEL + source("a.example", 1, "enabled = false"), "no source"),
        (TITLE + CHANNEL + source("a.example", 1, 'titles = ["B"]') + '[[title]]\nname = "B"', "no source"),
        (TITLE + CHANNEL + source("a.example", 4) + source("b.example", 5), "tier 4 or 5"),
        (TITLE + source("a.example", 1), "no channel"),
        (TITLE + CHANNEL + 'titles = ["B"]\n' + source("a.example", 1) + '[[title]]\nname = "B"', "no channel"),
        (TITLE + CHANNEL + source("a.jp", 1), "Japanese"),
    ],
)
def test_what_stands_in_the_way_is_named(text, warning):
    [found] = look(text)[1].warnings
    assert warning in found


def test_advice_ends_when_it_is_followed():
    config, found = look(TITLE + source("a.jp", 1))
    assert len(advice(config.titles[0], found.sources)) == 2
    config, found = look(TITLE + 'aliases = ["アクダマ"]\nofficial = ["x.example"]\n' + source("a.jp", 1))
    assert advice(config.titles[0], found.sources) == ()
