"""Works that catalogues offer: what is read of them, how two lists become one, what they lead to."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.catalogues import show, work
from watcher.config.settings import Config, SourceConfig
from watcher.discover import anilist, tvmaze
from watcher.discover.candidate import Candidate, cleaned, merged
from watcher.discover.proposals import own_host, propose_packs, propose_sources
from watcher.discover.search import place
from watcher.discover.site import news_place
from watcher.errors import ParseError
from watcher.model import Tier
from watcher.sources.parsed import ParseContext

CONTEXT = ParseContext(url="https://catalogue.example/", now=datetime(2026, 11, 21, tzinfo=UTC))
DRIVE = Candidate(
    catalogues=("AniList",),
    name="Akudama Drive",
    names=("Akudama Drive", "アクダマドライブ"),
    year=2020,
    country="JP",
    ids={"anilist": 116566},
    site="https://akudama-drive.com/",
)


def config(**changes):
    return Config(path=None, state=Path("/nowhere"), timezone=ZoneInfo("UTC"), **changes)


def listed(*works):
    return anilist.parse(json.dumps({"data": {"Page": {"media": list(works)}}}).encode(), CONTEXT)


def shown(*shows):
    return tvmaze.parse(json.dumps([{"score": 1, "show": one} for one in shows]).encode(), CONTEXT)


def unknown(_url):
    return Tier.UNKNOWN


def test_a_work_of_anilist_is_read_whole():
    [found] = listed(
        work(
            116566,
            "Akudama Drive",
            native="アクダマドライブ",
            mal=41433,
            site="https://akudama-drive.com/",
            synonyms=["AkuDrive"],
        )
    )
    assert found.names == ("Akudama Drive", "アクダマドライブ", "AkuDrive")
    assert (found.year, found.format, found.maker, found.status) == (2020, "TV", "Studio Pierrot", "finished")
    assert found.ids == {"anilist": 116566, "mal": 41433}
    assert found.site == "https://akudama-drive.com/"
    assert found.services == ("Crunchyroll",)


def test_a_show_of_tvmaze_is_read_whole():
    [found] = shown(show(49041, "Akudama Drive", officialSite="https://akudama-drive.com"))
    assert (found.name, found.year, found.maker, found.country) == ("Akudama Drive", 2020, "Tokyo MX", "JP")
    assert found.ids == {"tvmaze": 49041, "tvdb": 378879, "imdb": "tt11398132"}


@pytest.mark.parametrize(
    "media",
    [
        {},
        {"id": 1},
        {"id": "x", "title": {"english": "A"}},
        {"id": 1, "title": None},
        {"id": 1, "title": {"english": 5}},
    ],
)
def test_what_is_no_work_is_passed_over(media):
    assert listed(media) == ()


@pytest.mark.parametrize(
    "body", [b"<html>down</html>", b"[]", b'{"data":null,"errors":[{"message":"disabled"}]}', b"5"]
)
def test_a_paused_anilist_is_an_error_not_an_empty_list(body):
    with pytest.raises(ParseError):
        anilist.parse(body, CONTEXT)


@pytest.mark.parametrize("body", [b"<html>down</html>", b'{"name":"Too Many Requests","status":429}', b"null"])
def test_a_troubled_tvmaze_is_an_error_not_an_empty_list(body):
    with pytest.raises(ParseError):
        tvmaze.parse(body, CONTEXT)


def test_one_work_of_two_catalogues_is_offered_once_and_exact_matches_come_first():
    other = work(2, "Akudama Drive: Encore", year=2024)
    works = merged([listed(other, work(116566, "Akudama Drive")), shown(show(49041, "AKUDAMA DRIVE"))], "akudama drive")
    assert [one.name for one in works] == ["Akudama Drive", "Akudama Drive: Encore"]
    assert works[0].catalogues == ("AniList", "TVmaze")
    assert works[0].ids == {"anilist": 116566, "tvmaze": 49041, "tvdb": 378879, "imdb": "tt11398132"}


def test_a_remake_of_the_same_name_is_another_work():
    works = merged(
        [listed(work(1, "Copper Lanterns", year=1998)), shown(show(2, "Copper Lanterns"))], "Copper Lanterns"
    )
    assert [one.year for one in works] == [1998, 2020]


def test_aliases_are_the_other_names_that_news_may_use():
    names = ("Copper Lanterns", "銅の灯", "Copper Lanterns Season 2", "CL", "COPPER LANTERNS", "Dou no Tomoshibi", "道")
    assert Candidate(catalogues=("AniList",), name="Copper Lanterns", names=names).aliases("copper lanterns") == (
        "銅の灯", "Dou no Tomoshibi",
    )  # fmt: skip


def test_a_strangers_words_cannot_steer_a_terminal_or_break_a_file():
    bad = cleaned(
        Candidate(
            catalogues=("AniList",),
            name="Evil\x1b[2J\nName",
            names=("Evil\x1b[2J\nName", "x" * 500),
            site="javascript:alert(1)",
            link='https://x.example/"\n[[channel]]',
        )
    )
    assert bad.name == "Evil[2J Name"
    assert bad.names == ("Evil[2J Name",)
    assert (bad.site, bad.link) == ("", "")


@pytest.mark.parametrize(
    ("site", "catalogue", "host"),
    [
        ("https://akudama-drive.com/", "AniList", "akudama-drive.com"),
        ("https://www.akudama-drive.com/en/", "AniList", "akudama-drive.com"),
        ("https://akudama-drive.com/index.html", "TVmaze", "akudama-drive.com"),
        ("https://www.tv-tokyo.example/anime/akudama/", "AniList", ""),
        ("https://www.broadcaster.example/", "TVmaze", ""),
        ("http://127.0.0.1:8080/", "AniList", ""),
        ("https://localhost/", "AniList", ""),
        ("", "AniList", ""),
    ],
)
def test_only_a_site_of_its_own_speaks_for_a_work(site, catalogue, host):
    candidate = Candidate(catalogues=(catalogue,), name="Akudama Drive", site=site)
    assert own_host(candidate, unknown) == host


def test_a_publisher_we_know_never_becomes_a_works_own_site():
    assert own_host(DRIVE, lambda _: Tier.PRESS) == ""


def test_sources_are_proposed_that_nobody_looks_at_yet():
    known = SourceConfig(id="a", name="a", kind="anilist", url="https://graphql.anilist.co?ids=116566")
    found = propose_sources(DRIVE, config(sources=(known,)), official=("akudama-drive.com",))
    assert [(one.kind, one.url, one.tier, one.tz) for one in found] == [
        ("page", "https://akudama-drive.com/", None, "Asia/Tokyo")
    ]
    several = replace(known, url="https://graphql.anilist.co?ids=1,116566")
    assert propose_sources(replace(DRIVE, site=""), config(sources=(several,)), official=()) == ()
    assert propose_sources(DRIVE, config(), official=())[0].tier is Tier.OFFICIAL
    fresh = propose_sources(DRIVE, config(), official=(), news=("feed", "https://akudama-drive.com/feed/"))
    assert [(one.kind, one.url) for one in fresh] == [
        ("feed", "https://akudama-drive.com/feed/"),
        ("anilist", "https://graphql.anilist.co?ids=116566"),
    ]


def test_a_proposed_block_has_a_free_id():
    [first, *_] = propose_sources(DRIVE, config(), official=("akudama-drive.com",))
    table = first.table("Akudama Drive", ["akudama-drive-official-site"])
    assert table["id"] == "akudama-drive-official-site-2"
    assert table["titles"] == ["Akudama Drive"]


def test_packs_fit_the_work():
    assert propose_packs(DRIVE, config(packs=("licensors",))) == ("anime-press-en", "anime-press-ja", "studios")
    western = Candidate(catalogues=("TVmaze",), name="Copper Lanterns", country="US")
    assert propose_packs(western, config()) == ("tv-trades",)


def test_the_users_own_catalogue_source_says_which_server_to_ask():
    own = SourceConfig(id="m", name="m", kind="tvmaze", url="https://mirror.example/maze/shows/7?embed[]=seasons")
    assert place(tvmaze, config(sources=(own,))) == "https://mirror.example/maze"
    assert place(tvmaze, config()) == "https://api.tvmaze.com"
    assert (
        tvmaze.request("https://mirror.example/maze", "a & b").url
        == "https://mirror.example/maze/search/shows?q=a+%26+b"
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            '<a href="/news/">News</a><link rel="alternate" type="application/rss+xml" href="/x.xml">',
            ("page", "/news/"),
        ),
        ('<a href="/about/">About</a><a href="/news/">x</a>', ("page", "/news/")),
        ('<a href="/n.html">NEWS</a>', ("page", "/n.html")),
        ('<a href="/n.html">お知らせ</a>', ("page", "/n.html")),
        ('<a href="https://elsewhere.example/news/">News</a>', ("page", "/")),
        ('<a href="/news/2026/10/post/">New!</a>', ("page", "/")),
        ("<p>hello</p>", ("page", "/")),
    ],
)
def test_where_a_site_tells_its_news(body, found):
    kind, path = found
    text = f"<html><head><title>x</title></head><body>{body}</body></html>"
    if "alternate" in body:
        text = '<html><head><link rel="alternate" type="application/rss+xml" href="/x.xml"></head><body></body></html>'
        kind, path = "feed", "/x.xml"
    assert news_place(text, "https://site.example/") == (kind, f"https://site.example{path}")
