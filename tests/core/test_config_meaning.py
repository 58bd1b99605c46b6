"""What a right configuration means."""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config import values
from watcher.config.door import PackSourceBlock
from watcher.config.kinds import KINDS
from watcher.config.load import parse_config
from watcher.config.packs import DEFAULT_PACKS, load_pack, pack_names
from watcher.config.settings import Digest, PageMode, QuietHours, Secret
from watcher.config.trust import build_publishers
from watcher.config.wrong import Findings, WrongError
from watcher.model import Medium, Policy, Tier


def config_of(text, **more):
    return parse_config(text, env=more.pop("env", {}), **more).config


def test_naming_a_title_is_enough():
    config = config_of('[[title]]\nname = "Akudama Drive"')

    [title] = config.titles
    assert (title.id, title.season, title.since, title.policy) == ("akudama-drive-any", None, None, None)
    assert config.packs == DEFAULT_PACKS
    assert {source.pack for source in config.sources} == set(DEFAULT_PACKS)
    assert config.policy is Policy.CREDIBLE


def test_an_own_source_replaces_the_default_packs():
    config = config_of('[[source]]\nname = "x"\nkind = "feed"\nurl = "https://example.org/"')
    assert [source.id for source in config.sources] == ["x"]
    assert config.packs == ()


def test_a_block_with_a_packs_id_changes_single_keys():
    config = config_of('[[source]]\nid = "ann-news"\nevery = "2h"\n[[source]]\nid = "animecorner"\nenabled = false')

    by_id = {source.id: source for source in config.sources}
    assert by_id["ann-news"].every == timedelta(hours=2)
    assert by_id["ann-news"].url.startswith("https://www.animenewsnetwork.com/")
    assert by_id["ann-news"].pack == "anime-press-en"
    assert not by_id["animecorner"].enabled
    assert config.packs == DEFAULT_PACKS
    assert len(by_id) == len(config.sources)


def test_everything_about_a_title():
    config = config_of(
        """
        [watcher]
        timezone = "Europe/Berlin"
        [[title]]
        name = "Akudama Drive"
        season = 2
        aliases = ["アクダマドライブ", "Akudama Drive"]
        official = ["Akudama-Drive.com", "例え.jp"]
        ids = { anilist = 116566, wikidata = "Q1" }
        since = 2026-11-20
        also = ["film"]
        policy = "official"
        """
    )
    [title] = config.titles
    assert title.id == "akudama-drive-s2"
    assert title.names == ("Akudama Drive", "アクダマドライブ")
    assert title.official == ("akudama-drive.com", "xn--r8jz45g.jp")
    assert title.ids == {"anilist": 116566, "wikidata": "Q1"}
    assert title.since == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert title.also == {Medium.FILM}
    assert title.policy is Policy.OFFICIAL


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 19, 15, tzinfo=UTC)),
        ('"2026-11-20"', datetime(2026, 11, 19, 15, tzinfo=UTC)),
        ("2026-11-20T10:00:00", datetime(2026, 11, 20, 1, tzinfo=UTC)),
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
    ],
)
def test_since_is_local_midnight_unless_it_says_more(written, moment):
    config = config_of(f'[watcher]\ntimezone = "Asia/Tokyo"\n[[title]]\nname = "x"\nsince = {written}')
    assert config.titles[0].since == moment


def test_everything_about_a_source():
    config = config_of(
        """
        [watcher]
        allow_networks = ["127.0.0.0/8"]
        [[title]]
        name = "A"
        season = 2
        [[title]]
        name = "A"
        season = 3
        [[source]]
        name = "Studio News"
        kind = "page"
        url = "http://127.0.0.1:8080/news/"
        every = "1s"
        tier = 1
        titles = ["a"]
        mode = "list"
        selectors = { item = "li.news", link = "a[href]" }
        tz = "Asia/Tokyo"
        headers = { X-Key = "k" }
        robots = false
        deny = ["coming soon"]
        """
    )
    [source] = config.sources
    assert source.id == "studio-news"
    assert source.titles == ("a-s2", "a-s3")
    assert (source.every, source.tier, source.mode) == (timedelta(seconds=1), Tier.OFFICIAL, PageMode.LIST)
    assert (source.selectors.item, source.selectors.date) == ("li.news", "")
    assert source.headers == (("X-Key", Secret("k")),)
    assert (source.tz, source.robots, source.deny) == ("Asia/Tokyo", False, ("coming soon",))
    assert config.allow_networks == (ip_network("127.0.0.0/8"),)


def test_everything_about_channels():
    config = config_of(
        """
        [[title]]
        name = "A"
        [[channel]]
        name = "Phone"
        url = "ntfy://topic"
        quiet = "23:00-07:00"
        digest = "weekly@mon-08:00"
        titles = ["A"]
        fallback = "Desk"
        [[channel]]
        id = "desk-1"
        name = "Desk"
        url_env = "DESK"
        quiet = "off"
        digest = "daily@8:00"
        """,
        env={"DESK": " console: "},
    )
    phone, desk = config.channels
    assert (phone.id, phone.fallback, phone.titles) == ("phone", "desk-1", ("a-any",))
    assert phone.quiet == QuietHours(start=time(23), end=time(7))
    assert phone.digest == Digest(at=time(8), weekday=0)
    assert (desk.url, desk.quiet, desk.digest) == ("console:", None, Digest(at=time(8)))


def test_own_trust_and_limits():
    config = config_of(
        '[watcher.limits]\ndeadline = "9s"\nraw_bytes = "1MiB"\n[publishers]\n"Example.org/news" = 3\n"b.example" = 5'
    )
    assert config.publishers == (("example.org/news", Tier.PRESS), ("b.example", Tier.UNKNOWN))
    assert (config.limits.deadline, config.limits.raw_bytes) == (timedelta(seconds=9), 1024**2)
    assert config.limits.redirects == 5


def test_windows_line_ends_tabs_and_a_byte_order_mark_are_fine():
    config = config_of('\ufeff[[title]]\r\n\tname\t=\t"A"\r\n')
    assert config.titles[0].name == "A"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "x" * 300, "・・・", "C:\\x"])
def test_no_name_becomes_a_path(name):
    config = config_of(f"[[title]]\nname = '{name}'\nseason = 2", env={"STATE_DIRECTORY": "/var/lib/watcher"})
    block_id = config.titles[0].id
    assert len(block_id) <= 80
    assert not {"/", "\\", "\0"} & set(block_id)
    assert ".." not in block_id
    assert str(config.database) == "/var/lib/watcher/watcher.db"


@given(st.text(min_size=1, max_size=400))
def test_a_slug_is_short_clean_and_stable(name):
    block_id = values.slug(name)
    assert block_id == values.slug(name)
    assert 0 < len(block_id) <= 80
    assert values.block_id(block_id + "-s2")


def test_different_names_without_words_have_different_slugs():
    assert values.slug("!!!") != values.slug("???")
    assert values.slug("x" * 100) != values.slug("x" * 101)


@given(st.integers(min_value=1, max_value=30 * 86400))
def test_a_printed_duration_reads_back(seconds):
    span = timedelta(seconds=seconds)
    assert values.duration(values.spoken(span)) == span


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.text()))
def test_readers_of_values_raise_nothing_but_their_own(value):
    readers = (
        values.duration,
        values.size,
        values.zone,
        values.web_address,
        values.network,
        values.host,
        values.quiet_hours,
        values.digest,
        values.day_or_moment,
        values.block_id,
    )
    for read in readers:
        with suppress(WrongError):
            read(value)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.1", True), ("2130706433", True), ("0x7f000001", True), ("0177.0.0.1", True), ("[::1]", True),
        ("[::ffff:127.0.0.1]", True), ("10.0.0.1", True), ("169.254.169.254", True), ("localhost", True),
        ("nas", True), ("nas.local", True), ("[fd00::1]", True), ("127。0。0。1", True),
        ("example.org", False), ("1.1.1.1", False), ("[2606:4700::1111]", False),
    ],
)  # fmt: skip
def test_private_addresses_want_to_be_listed(host, private):
    text = f'[[source]]\nname = "x"\nkind = "feed"\nurl = "http://{host}/f"'
    if not private:
        config_of(text)
        return
    with pytest.raises(Exception, match="private network"):
        config_of(text)
    config_of(text + '\n[watcher]\nallow_networks = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"]')


@pytest.mark.parametrize("pack", pack_names())
def test_every_pack_is_valid_and_polite(pack):
    config = config_of(f'[watcher]\npacks = ["{pack}"]')

    raw = load_pack(pack)
    assert raw.version >= 1
    assert raw.description
    assert len(config.sources) == len(raw.sources) > 0
    for source, table in zip(config.sources, raw.sources, strict=True):
        assert source.kind in KINDS
        assert source.every is not None
        assert source.every >= timedelta(hours=1)
        assert source.publisher
        assert source.tier is not None
        assert source.url.startswith("https://")
        block = PackSourceBlock.model_validate(table)
        assert block.verified != "M" or not source.enabled or block.note


def test_the_packs_of_the_design_are_there_and_share_no_id():
    assert set(pack_names()) == {"anime-press-en", "anime-press-ja", "licensors", "studios", "tv-trades"}
    ids = [table["id"] for name in pack_names() for table in load_pack(name).sources]
    assert len(ids) == len(set(ids))


def test_the_time_zone_of_the_machine_is_the_default():
    assert config_of("", env={"TZ": "Asia/Tokyo"}).timezone == ZoneInfo("Asia/Tokyo")
    assert config_of("", env={"TZ": "Nowhere/Land"}).timezone is not None


def test_publishers_may_be_domains_paths_and_accounts() -> None:
    findings = Findings(file="config.toml", line_of=lambda _: None)
    table = {"Blog.Example": 3, "example.org/rumours": 5, "youtube:UCabc": 1, "prtimes:12": 1, "bluesky:did:plc:x": 2}
    assert [name for name, _ in build_publishers(table, findings)] == [
        "blog.example", "example.org/rumours", "youtube:UCabc", "prtimes:12", "bluesky:did:plc:x",
    ]  # fmt: skip
    assert build_publishers({"tiktok:x y": 1}, findings) == ()
