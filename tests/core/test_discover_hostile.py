"""Whatever a catalogue answers: works that are safe to show and to write, or a `ParseError`; never another error."""

import json
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.catalogues import show, work
from watcher.config.edit import NewTitle, add_source, add_title
from watcher.config.load import parse_config
from watcher.config.settings import Config
from watcher.discover import anilist, tvmaze
from watcher.discover.candidate import cleaned, merged
from watcher.discover.proposals import own_host, propose_packs, propose_sources
from watcher.discover.site import news_place
from watcher.errors import ParseError
from watcher.model import Tier
from watcher.sources.parsed import ParseContext

CONTEXT = ParseContext(url="https://catalogue.example/", now=datetime(2026, 11, 21, tzinfo=UTC))
NOWHERE = Config(path=None, state=Path("/nowhere"), timezone=ZoneInfo("UTC"))
SITES = st.sampled_from(
    ["http://[::1", "https://x.example:99999/", "//x", "https://x.example/", "http://a b/", "javascript:1"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | SITES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url", "site", "type", "nodes", "thetvdb", "imdb"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def spoiled(whole):
    """Make a work some of whose values are anything at all."""
    return st.dictionaries(st.sampled_from(sorted(whole)), JUNK, max_size=4).map(lambda changes: whole | changes)


def follow(found):
    """Do with works what `add` does."""
    for candidate in merged([tuple(one for one in map(cleaned, found) if one.name)], "Akudama"):
        own = own_host(candidate, lambda _: Tier.UNKNOWN)
        block = NewTitle(
            name=candidate.name, season=2, since=date(2026, 1, 1), aliases=candidate.aliases(candidate.name),
            official=(own,) if own else (), ids=dict(candidate.ids),
        )  # fmt: skip
        text = add_title("", block)
        for proposal in propose_sources(candidate, NOWHERE, official=block.official):
            add_source(text, proposal.table(candidate.name, []))
        propose_packs(candidate, NOWHERE)
        assert parse_config(text, env={}).config.titles[0].name == candidate.name
        # Not isprintable(): Python's own tables may be older than those of the library that cleans names.
        letters = {unicodedata.category(char) for name in (candidate.name, *block.aliases) for char in name}
        assert not letters & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(spoiled(work(1, "Akudama Drive", native="アクダマ", site="https://akudama-drive.com/")))
def test_any_work_of_anilist(media):
    follow(anilist.parse(json.dumps({"data": {"Page": {"media": [media]}}}).encode(), CONTEXT))


@given(spoiled(show(1, "Akudama Drive")))
def test_any_show_of_tvmaze(one):
    follow(tvmaze.parse(json.dumps([{"score": 1, "show": one}]).encode(), CONTEXT))


@given(st.binary(max_size=60) | JUNK.map(lambda junk: json.dumps(junk).encode()))
@pytest.mark.parametrize("catalogue", [anilist, tvmaze])
def test_any_answer_at_all(catalogue, body):
    with suppress(ParseError):
        follow(catalogue.parse(body, CONTEXT))


@given(
    st.text(max_size=80)
    | SITES.map(
        lambda site: f'<a href="{site}">News</a><link rel="alternate" type="application/rss+xml" href="{site}">'
    )
)
def test_any_page_of_a_site(text):
    kind, url = news_place(text, "https://site.example/")
    assert kind in {"feed", "page"}
    assert url.startswith(("http://", "https://"))
