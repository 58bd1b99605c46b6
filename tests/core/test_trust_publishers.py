"""Who speaks at an address, and how far they are trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.judging import TITLE
from watcher.judge.trust import Publishers, hostname, packaged, registrable_domain
from watcher.model import Tier

DOMAINS = [
    ("https://www.tv-tokyo.co.jp/anime/x", "tv-tokyo.co.jp"),
    ("https://nlab.itmedia.co.jp/nl/1", "itmedia.co.jp"),
    ("https://about.netflix.com/en/news", "netflix.com"),
    ("https://old.forum.example/r/a", "forum.example"),
    ("https://one.github.io/x", "one.github.io"),
    ("https://two.pages.dev/x", "two.pages.dev"),
    ("https://news.shop.食狮.公司.cn/1", "食狮.公司.cn"),
    ("https://news.xn--85x722f.xn--55qx5d.cn/1", "xn--85x722f.xn--55qx5d.cn"),
    ("https://github.io/x", "github.io"),
    ("https://nada.kobe.jp/1", "nada.kobe.jp"),
    ("https://www.city.kawasaki.jp/1", "city.kawasaki.jp"),
    ("http://127.0.0.1:8080/feed", "127.0.0.1"),
    ("http://[::1]:8080/feed", "::1"),
    ("http://localhost/feed", "localhost"),
    ("https://EXAMPLE.ORG./x", "example.org"),
    ("example.org/path", "example.org"),
    ("not a url", "not a url"),
    ("", ""),
    ("http://[broken", ""),
]


@pytest.mark.parametrize(("url", "domain"), DOMAINS, ids=lambda value: value or "empty")
def test_registrable_domain(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain


@given(st.text(alphabet=st.sampled_from("a.-日ß本:/@%_\x00 "), max_size=20) | st.text(max_size=300))
def test_any_address_has_some_domain_or_none(text: str) -> None:
    assert isinstance(registrable_domain(f"https://{text}"), str)


TIERS = [
    # the list itself
    ("https://pierrot.jp/news/1", 1),
    ("https://www.kyotoanimation.co.jp/information/rss.php", 1),
    ("https://www.tv-tokyo.co.jp/anime/x", 1),
    ("https://www.crunchyroll.com/news/1", 1),
    ("https://anilist.co/anime/1", 2),
    ("https://natalie.mu/comic/news/1", 3),
    ("https://deadline.com/2026/1", 3),
    ("https://comicbook.com/anime/1", 4),
    ("https://animegeek.com/x", 5),
    # a subdomain inherits
    ("https://about.netflix.com/en", 1),
    ("https://nlab.itmedia.co.jp/x", 3),
    ("https://old.reddit.com/r/x", 4),
    ("https://en.wikipedia.org/wiki/X", 2),
    # a path overrides
    ("https://myanimelist.net/anime/5", 2),
    ("https://myanimelist.net/news/5", 3),
    ("https://myanimelist.net/forum/5", 4),
    ("https://www.animenewsnetwork.com/news/5", 3),
    ("https://www.animenewsnetwork.com/encyclopedia/anime.php?id=1", 2),
    # an account overrides
    ("https://www.youtube.com/feeds/videos.xml?channel_id=UC14Yc2Qv92DMuyNRlHvpo2Q", 1),
    ("https://www.youtube.com/channel/UC14Yc2Qv92DMuyNRlHvpo2Q", 1),
    ("https://www.youtube.com/feeds/videos.xml?channel_id=UCunknownunknownunknown0", 4),
    ("https://bsky.app/profile/did:plc:abc/rss", 4),
    ("https://prtimes.jp/companyrdf.php?company_id=12", 4),
    # nobody knows them
    ("https://season2-release-date.example/x", 5),
    ("https://notnetflix.com/x", 5),
    ("https://netflix.com.evil.example/x", 5),
    ("https://funimation.in/x", 5),
    ("http://127.0.0.1/x", 5),
    ("", 5),
]


@pytest.mark.parametrize(("url", "tier"), TIERS, ids=str)
def test_tier_of_an_address(url: str, tier: int) -> None:
    assert Publishers().of(url).tier == tier


OVERRIDES = [
    ("comicbook.com", "https://comicbook.com/anime/1", 5),
    ("comicbook.com", "https://www.comicbook.com/anime/1", 5),
    ("myanimelist.net", "https://myanimelist.net/news/5", 5),
    ("https://natalie.mu/comic", "https://natalie.mu/comic/news/1", 5),
    ("https://natalie.mu/comic", "https://natalie.mu/music/news/1", 3),
    ("prtimes:12", "https://prtimes.jp/companyrdf.php?company_id=12", 5),
    ("bluesky:did:plc:abc", "https://bsky.app/profile/did:plc:abc/rss", 5),
    ("x:copperorchard", "https://x.com/CopperOrchard", 5),
    (
        "youtube:UC14Yc2Qv92DMuyNRlHvpo2Q",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC14Yc2Qv92DMuyNRlHvpo2Q",
        5,
    ),
    (
        "youtube.com/channel/UC14Yc2Qv92DMuyNRlHvpo2Q",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC14Yc2Qv92DMuyNRlHvpo2Q",
        5,
    ),
    (
        "https://www.youtube.com/channel/UC14Yc2Qv92DMuyNRlHvpo2Q",
        "https://www.youtube.com/channel/UC14Yc2Qv92DMuyNRlHvpo2Q",
        5,
    ),
    (
        "bsky.app/profile/did:plc:abc",
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=did:plc:abc",
        5,
    ),
    ("prtimes.jp/companyrdf.php?company_id=12", "https://prtimes.jp/companyrdf.php?company_id=12", 5),
    ("x.com/copperorchard", "https://x.com/CopperOrchard", 5),
]


@pytest.mark.parametrize(("address", "url", "tier"), OVERRIDES)
def test_the_users_overrides_come_first(address: str, url: str, tier: int) -> None:
    assert Publishers([(address, Tier.UNKNOWN)]).of(url).tier == tier


LOOK_ALIKES = [
    # another alphabet, written as browsers show it and as it travels
    ("https://crunchyr\u043ell.com/news", "crunchyroll.com"),
    ("https://" + "crunchyr\u043ell".encode("idna").decode() + ".com/news", "crunchyroll.com"),
    ("https://crunchyro11.com/news", "crunchyroll.com"),
    ("https://kyotoanirnation.co.jp/x", "kyotoanimation.co.jp"),
    # one letter
    ("https://crunchyrol.com/news", "crunchyroll.com"),
    ("https://crunchyrolll.com/news", "crunchyroll.com"),
    ("https://cruncyhroll.com/news", "crunchyroll.com"),
    ("https://crunchyrool.com/news", "crunchyroll.com"),
    # another ending
    ("https://crunchyroll.in/news", "crunchyroll.com"),
    ("https://pierrot.example/news", "pierrot.jp"),
    ("https://akudama-drive.net/", "akudama-drive.com"),
    ("https://akudamadrive.com/", "akudama-drive.com"),
    # more around it
    ("https://crunchyroll-news2.com/", "crunchyroll.com"),
    ("https://notnetflix.com/x", "netflix.com"),
    # nothing of the kind
    ("https://herald-of-harbors.example/", None),
    ("https://bonesmith.example/", None),
    ("https://vix.com/", None),
    ("https://hulu.example/x", None),  # so short a name is many others'
    ("http://127.0.0.1/x", None),
]


@pytest.mark.parametrize(("url", "twin"), LOOK_ALIKES)
def test_look_alikes_never_have_the_trust_and_are_named(url: str, twin: str | None) -> None:
    found = Publishers().of(url)
    assert found.tier is Tier.UNKNOWN
    assert (f"(not {twin})" in found.name) == bool(twin)
    assert ("(not" in found.name) == bool(twin)


def test_a_look_alike_of_an_own_host_in_another_alphabet_is_not_official() -> None:
    own = replace(TITLE, official=("lantern.example",))
    for url in (
        "https://l\u0430ntern.example/",
        "https://xn--lntern-6nf.example/",
        "https://lantern.example.evil.example/",
    ):
        assert Publishers().of(url, title=own).tier is Tier.UNKNOWN


def test_a_users_override_makes_a_look_alike_a_publisher_of_its_own() -> None:
    assert Publishers([("crunchyroll.in", Tier.PRESS)]).of("https://crunchyroll.in/x").tier is Tier.PRESS


def test_a_titles_own_hosts_are_official_for_it_alone() -> None:
    url = "https://news.copper-orchard.example/1"
    other = replace(TITLE, official=("elsewhere.example",))
    assert Publishers().of(url, title=TITLE).tier is Tier.OFFICIAL
    assert Publishers().of(url, title=other).tier is Tier.UNKNOWN
    assert Publishers().of(url).tier is Tier.UNKNOWN


def test_a_look_alike_of_an_own_host_is_not_official() -> None:
    assert Publishers().of("https://xcopper-orchard.example/1", title=TITLE).tier is Tier.UNKNOWN


def test_an_override_beats_an_own_host() -> None:
    hijacked = Publishers([("copper-orchard.example", Tier.UNKNOWN)])
    assert hijacked.of("https://copper-orchard.example/1", title=TITLE).tier is Tier.UNKNOWN


def test_hostname_never_raises() -> None:
    assert hostname("https://www.Example.org:8080/x") == "example.org"
    assert hostname("http://[broken") == ""


def test_the_packaged_list_names_every_tier() -> None:
    tiers = {publisher.tier for publisher in packaged().values()}
    assert tiers == set(Tier)
    assert all(publisher.name for publisher in packaged().values())
