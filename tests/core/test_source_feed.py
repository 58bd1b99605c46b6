"""Feeds of every make, well and badly formed (reliability groups C and D, E18, A14; sources.md §11.2)."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.memory import Hints, SourceState
from watcher.model import BlockKind
from watcher.sources.feed import parse
from watcher.sources.identity import fingerprint, recognise
from watcher.sources.parsed import ParseContext, Parsed

FEEDS = Path(__file__).parents[1] / "fixtures" / "feeds"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def read(text: str | bytes, **more: object) -> Parsed:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return parse(
        body, ParseContext(url="https://wire.example/feed.xml", content_type="application/xml", now=NOW, **more)
    )


def rss(items: str, head: str = "") -> str:
    return f'{HEAD}<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>{head}{items}</channel></rss>'


def item(title: str, number: int = 1, more: str = "") -> str:
    return f"<item><title>{title}</title><link>https://wire.example/{number}</link>{more}</item>"


def refused(text: str | bytes) -> str:
    with pytest.raises(ParseError) as caught:
        read(text)
    return caught.value.reason


def expectation(path: Path) -> dict:
    """Each fixture tells in its first comment what must come out."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text.split("EXPECT", 1)[1].split("-->", 1)[0])


@pytest.mark.parametrize("path", sorted(FEEDS.glob("*.xml")), ids=lambda path: path.stem)
def test_fixture(path: Path) -> None:
    want, got = expectation(path), read(path.read_bytes())
    assert got.kind == want["kind"]
    assert [entry.title for entry in got.entries] == [one["title"] for one in want["entries"]]
    for entry, one in zip(got.entries, want["entries"], strict=True):
        assert (entry.link, entry.published and entry.published.isoformat()) == (one["link"], one["published"])
        for name in ("id", "author", "language", "origin", "body"):
            assert one.get(name, getattr(entry, name)) == getattr(entry, name)


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY a SYSTEM "http://127.0.0.1/x">',
        '<!ENTITY % p "x"><!ENTITY a "%p;">',
        f'<!ENTITY a "{"x" * 5_000}">',
        "".join(f'<!ENTITY e{number} "x">' for number in range(100)),
    ],
)
def test_c1_c2_entities_that_expand_or_lead_outside_are_refused(subset: str) -> None:
    text = (
        f'<?xml version="1.0"?><!DOCTYPE rss [{subset}]><rss version="2.0"><channel><title>&a;</title></channel></rss>'
    )
    assert refused(text) == "hostile"


def test_c1_harmless_entities_are_words() -> None:
    text = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY show "Lantern Parade">]>{rss(item("&show; &eacute;&nbsp;returns"))[len(HEAD) :]}'
    assert read(text).entries[0].title == "Lantern Parade é returns"


def test_c3_text_that_is_a_path_or_address_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(item("from disk")))
    assert refused(str(secret)) == "not_a_feed"
    assert refused("http://127.0.0.1:9/feed.xml") == "not_a_feed"


def test_c7_a_long_description_is_cut() -> None:
    found = read(rss(item("a", more=f"<description>{'word ' * 200_000}</description>")))
    assert 100_000 < len(found.entries[0].body) <= 200_000


def test_c8_only_the_newest_entries_are_considered_and_it_is_said() -> None:
    items = "".join(
        item(f"n{number}", number, f"<pubDate>{NOW - timedelta(days=900 - number):%a, %d %b %Y %H:%M:%S} GMT</pubDate>")
        for number in range(60)
    )
    found = read(rss(items), limit=10)
    assert [entry.title for entry in found.entries] == [f"n{number}" for number in range(50, 60)]
    assert found.dropped == 50
    assert "newest 10 of 60" in found.warnings[0]


def test_c9_thousands_of_attributes_cost_nothing() -> None:
    attributes = " ".join(f'a{number}="x"' for number in range(20_000))
    found = read(rss(f"<item><title {attributes}>a</title><link>/1</link></item>"))
    assert found.entries[0].title == "a"


def test_c10_control_characters_and_surrogates_are_removed() -> None:
    found = read(rss(item("a\x00b\x01c\u200b\u202e")))
    assert found.entries[0].title == "abc"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<!doctype html><html><head><title>Blog</title></head><body>" + "Hello there. " * 300, "not_a_feed"),
        (
            "<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>",
            "challenge",
        ),
        ('<html><title>Log in</title><form><input type="password"></form></html>', "challenge"),
        ("<html><title>Wartung</title><body>Wegen Wartungsarbeiten geschlossen</body></html>", "not_a_feed"),
        ("", "not_a_feed"),
        ("Service Unavailable", "not_a_feed"),
        ('{"message": "Not Found"}', "not_a_feed"),
        ("{broken", "not_a_feed"),
        ('[{"id": 1}]', "not_a_feed"),
        ("<ann><warning>no result for anime=1</warning></ann>", "not_a_feed"),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "not_a_feed"),
        (b"%PDF-1.7", "not_a_feed"),
        (b"\x1f\x8b\x08", "not_a_feed"),
        (f'{HEAD}<rss version="2.0"><channel><title>Cut', "unreadable"),
    ],
)
def test_c11_a25_what_is_no_feed_is_an_error_never_empty(text: str | bytes, reason: str) -> None:
    assert refused(text) == reason


def test_a_feed_with_a_root_and_no_items_is_valid() -> None:
    assert read(rss("")).entries == ()


def test_c12_stylesheets_and_includes_are_not_processed() -> None:
    text = rss(
        item(
            "a",
            more='<description xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/hostname"/></description>',
        )
    )
    found = read(text.replace(HEAD, f'{HEAD}<?xml-stylesheet href="http://127.0.0.1/x.xsl"?>'))
    assert found.entries[0].body == ""


def test_a14_cut_feed_leaves_out_its_last_item_and_says_so() -> None:
    text = rss(item("whole", 1) + item("second", 2))
    found = read(text[: text.index("second") + 3], complete=False)
    assert [entry.title for entry in found.entries] == ["whole"]
    assert "cut" in found.warnings[0]


def test_impossible_character_references_are_left_out() -> None:
    found = read(rss(item("a&#0;b&#x110000;c&#xD800;") + "<item><title>broken<item>"))
    assert found.entries[0].title == "abc"


def test_one_bad_item_does_not_drop_the_rest() -> None:
    found = read(rss(item("a", 1) + "<item><title>b<description>zz</item>" + item("c", 3) + item("d", 4)))
    assert [entry.title for entry in found.entries] == ["a", "c", "d"]
    assert found.dropped == 1


def test_bare_ampersands_and_undeclared_prefixes_are_mended() -> None:
    found = read(
        rss(
            item(
                "Salt & Smoke", more="<link>/x?a=1&b=2</link><dc:date>2026-11-20</dc:date><media:title>t</media:title>"
            )
        )
    )
    assert found.entries[0].title == "Salt & Smoke"
    assert found.entries[0].published is not None


def test_an_item_without_a_link_is_kept_if_it_has_an_id() -> None:
    found = read(rss('<item><title>a</title><guid isPermaLink="false">g1</guid></item>'))
    assert (found.entries[0].id, found.entries[0].link) == ("g1", None)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://["])
def test_b11_unusable_links_are_dropped(link: str) -> None:
    found = read(rss(f'<item><title>a</title><guid isPermaLink="false">1</guid><link>{link}</link></item>'))
    assert found.entries[0].link is None


def test_b11_credentials_leave_links() -> None:
    assert (
        read(rss("<item><title>a</title><link>https://u:p@wire.example/1</link></item>")).entries[0].link
        == "https://wire.example/1"
    )


@pytest.mark.parametrize("raw", ["not a date", "0000-00-00", "2026-02-30T00:00:00Z", "11/12/2026"])
def test_d7_d9_an_impossible_date_is_unknown_with_a_warning(raw: str) -> None:
    found = read(rss(item("a", more=f"<pubDate>{raw}</pubDate>")))
    assert found.entries[0].published is None
    assert "date" in found.warnings[0]


@pytest.mark.parametrize(
    "title",
    [
        "<![CDATA[Salt & Smoke <b>returns</b>]]>",
        "Salt &amp; Smoke &lt;b&gt;returns&lt;/b&gt;",
        "Salt &amp;amp; Smoke &amp;lt;b&amp;gt;returns&amp;lt;/b&amp;gt;",
        "Salt &#38; Smoke returns",
    ],
)
def test_d4_escaping_styles_are_one_title(title: str) -> None:
    entry = read(rss(item(title))).entries[0]
    assert entry.title == "Salt & Smoke returns"
    assert fingerprint(entry.title, None) == fingerprint("Salt & Smoke returns", None)


def test_d13_a_future_date_is_kept() -> None:
    assert (
        read(rss(item("a", more="<pubDate>Sun, 03 Jan 2027 10:00:00 GMT</pubDate>"))).entries[0].published is not None
    )


def test_hints_are_read() -> None:
    head = "<ttl>60</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    head += "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert read(rss(item("a"), head)).hints == Hints(
        ttl=timedelta(hours=1), skip_hours=frozenset({0, 1}), skip_days=frozenset({6}), period=timedelta(hours=12)
    )


def test_nonsense_hints_are_left_out() -> None:
    head = "<ttl>0</ttl><skipHours><hour>99</hour></skipHours><skipDays><day>Never</day></skipDays><sy:updatePeriod>soon</sy:updatePeriod>"
    assert read(rss(item("a"), head)).hints == Hints()


def test_e18_one_story_in_three_formats_is_one_entry() -> None:
    when = "2026-11-20T10:00:00Z"
    as_rss = rss(item("Season 2 announced", more=f"<guid>https://wire.example/1</guid><dc:date>{when}</dc:date>"))
    as_atom = (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><id>urn:x:1</id><title>Season 2 announced</title>'
        f'<link href="https://wire.example/1"/><updated>{when}</updated></entry></feed>'
    )
    as_json = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [
                {"id": "1", "url": "https://wire.example/1", "title": "Season 2 announced", "date_published": when}
            ],
        }
    )
    state = SourceState(source_id="s")
    first = recognise(read(as_rss).entries, (), source_id="s", state=state, now=NOW)
    assert len(first.new) == 1
    for text in (as_atom, as_json):
        assert not recognise(read(text).entries, first.records, source_id="s", state=state, now=NOW).new


def test_json_feed_items_need_not_have_a_title() -> None:
    found = read(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": 7, "content_text": "A short note"}, {}, 3]}'
    )
    assert [(entry.id, entry.title) for entry in found.entries] == [("7", "A short note")]
    assert found.dropped == 2


def test_text_becomes_blocks() -> None:
    marked = "&lt;h2&gt;What we know&lt;/h2&gt;&lt;p&gt;It &lt;b&gt;is&lt;/b&gt; back.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;One&lt;/li&gt;&lt;/ul&gt;"
    blocks = read(rss(item("a", more=f"<description>{marked}</description>"))).entries[0].blocks
    assert [(block.kind, block.text) for block in blocks] == [
        (BlockKind.HEADING, "What we know"),
        (BlockKind.PARAGRAPH, "It is back."),
        (BlockKind.LIST_ITEM, "One"),
    ]


@given(st.text(max_size=200))
def test_any_text_is_entries_or_a_parse_error(text: str) -> None:
    with suppress(ParseError):
        read(text)


@given(st.text(alphabet='<>/&;[]!-itemrsch"= ', max_size=120))
def test_any_markup_inside_an_item_is_entries_or_a_parse_error(text: str) -> None:
    try:
        found = read(rss(item("first", 1) + f"<item><title>{text}</title></item>" + item("last", 3)))
    except ParseError:
        return
    assert all(entry.title for entry in found.entries)
