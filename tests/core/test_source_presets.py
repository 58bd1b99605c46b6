"""Kinds that know more about a feed: social networks, bridges, search, sitemaps, WordPress (sources.md §5-§9, §11.2)."""

import json
from datetime import UTC, datetime

import pytest

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.memory import SourceState
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CHANNEL = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc"


def read(kind: str, text: str, url: str = "https://bridge.example/feed", **more: object) -> Parsed:
    return KINDS[kind].parse(text.encode(), ParseContext(url=url, content_type="", now=NOW, **more))


def refused(kind: str, text: str, url: str = "https://bridge.example/feed") -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(kind, text, url)
    return caught.value


def rss(items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title><link>https://bridge.example/</link>{items}</channel></rss>'


def asked(kind: str, url: str):
    return KINDS[kind].request(SourceConfig(id="s", name="s", kind=kind, url=url), SourceState(source_id="s"))


def videos(channel: str = "UCabc", shorts: bool = False) -> str:
    place = "https://www.youtube.com/shorts/V2" if shorts else "https://www.youtube.com/watch?v=V2"
    return f"""<?xml version="1.0"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
    xmlns="http://www.w3.org/2005/Atom"><yt:channelId>{channel.removeprefix("UC")}</yt:channelId><title>Harbor Animation</title>
    <author><name>Harbor Animation</name></author><entry><id>yt:video:V1</id><yt:videoId>V1</yt:videoId><yt:channelId>{channel}</yt:channelId>
    <title>Lantern Parade Season 2 | Official Trailer</title><link rel="alternate" href="https://www.youtube.com/watch?v=V1"/>
    <author><name>Harbor Animation</name></author><published>2026-11-20T11:00:00+00:00</published><updated>2026-11-20T12:00:00+00:00</updated>
    <media:group><media:title>x</media:title><media:description>Coming in April.
Second line.</media:description></media:group></entry>
    <entry><id>yt:video:V2</id><yt:videoId>V2</yt:videoId><yt:channelId>{channel}</yt:channelId><title>Clip</title>
    <link rel="alternate" href="{place}"/><published>2026-11-19T11:00:00+00:00</published></entry></feed>"""


def test_youtube_videos_are_read() -> None:
    found = read("youtube", videos(), CHANNEL)
    entry = found.entries[0]
    assert (found.title, len(found.entries)) == ("Harbor Animation", 2)
    assert (entry.id, entry.author, entry.body) == ("yt:video:V1", "Harbor Animation", "Coming in April.\nSecond line.")


def test_youtube_shorts_are_left_out() -> None:
    assert [entry.id for entry in read("youtube", videos(shorts=True), CHANNEL).entries] == ["yt:video:V1"]


def test_youtube_feed_of_another_channel_is_an_error() -> None:
    assert refused("youtube", videos("UCother"), CHANNEL).reason == "identity"


def test_mastodon_post_points_to_the_first_foreign_link() -> None:
    post = """<p>Season two! <a href="https://soc.example/@pal" class="u-url mention">@pal</a>
    <a href="https://soc.example/tags/anime" class="mention hashtag">#anime</a> <a href="https://studio.example/news/2?a=1&amp;b=2">link</a></p>"""
    text = rss(
        f"<item><guid>https://soc.example/@studio/1</guid><link>https://soc.example/@studio/1</link><description><![CDATA[{post}]]></description></item>"
    )
    (entry,) = read("mastodon", text, "https://soc.example/@studio.rss").entries
    assert entry.title.startswith("Season two!")
    assert entry.origin == "https://studio.example/news/2?a=1&b=2"


def test_reddit_post_names_the_outlet_and_a_login_page_is_an_error() -> None:
    content = '&lt;table&gt;&lt;a href="https://press.example/a"&gt;[link]&lt;/a&gt; &lt;a href="https://www.reddit.com/r/anime/1"&gt;[comments]&lt;/a&gt;'
    text = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>anime</title><entry><id>t3_1</id><title>Season 2 announced</title>
    <link href="https://www.reddit.com/r/anime/comments/1"/><updated>2026-11-20T10:00:00+00:00</updated><content type="html">{content}</content></entry></feed>"""
    (entry,) = read("reddit", text, "https://www.reddit.com/r/anime/.rss").entries
    assert entry.origin == "https://press.example/a"
    login = '<!doctype html><html><head><title>Log in</title></head><body><input type="password">Log in to Reddit</body></html>'
    assert refused("reddit", login).reason == "challenge"


def test_prtimes_issuer_is_the_author() -> None:
    url = "https://prtimes.jp/companyrdf.php?company_id=1234"
    item = rss(
        "<item><title>第2期決定</title><link>https://prtimes.jp/main/html/rd/p/000000007.000001234.html</link>"
        "<description>[株式会社灯台]テレビアニメの第2期を発表しました。</description></item>"
    )
    assert read("prtimes", item, url).entries[0].author == "株式会社灯台"
    assert refused("prtimes", item, "https://prtimes.jp/companyrdf.php?company_id=9").reason == "identity"


@pytest.mark.parametrize("kind", ["rsshub", "rss-bridge"])
@pytest.mark.parametrize("title", ["Bridge returned error 403! (20777)", "RSS-Bridge: Bridge returned error 0!"])
def test_error_items_of_a_bridge_are_failures(kind: str, title: str) -> None:
    error = refused(kind, rss(f"<item><title>{title}</title><link>https://bridge.example/e</link></item>"))
    assert error.reason == "unreadable"
    assert "Bridge returned error" in str(error)
    assert read(kind, rss("<item><title>Errors in episode 3 corrected</title><link>/1</link></item>")).entries


def test_google_news_is_a_pointer_to_its_outlet() -> None:
    text = rss(
        "<item><title>Moss - Marrow gets season 2 - The Press - Herald</title><link>https://news.google.com/rss/articles/CBMiX</link>"
        '<guid isPermaLink="false">CBMiX</guid><description>&lt;a href="https://news.google.com/x"&gt;Moss&lt;/a&gt;</description>'
        '<source url="https://press-herald.example">The Press - Herald</source></item>'
    )
    (entry,) = read("google-news", text).entries
    assert (entry.title, entry.author, entry.origin) == (
        "Moss - Marrow gets season 2",
        "The Press - Herald",
        "https://press-herald.example",
    )


DID = "did:plc:abc123"
API = f"https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor={DID}"


def post(did: str = DID, **more: object) -> dict:
    record = {"text": "Season 2 is official.\nMore soon", "createdAt": "2026-11-20T10:00:00.000Z", "langs": ["en"]}
    record["embed"] = {"external": {"uri": "https://studio.example/s2"}}
    return {
        "post": {
            "uri": f"at://{did}/app.bsky.feed.post/3k",
            "author": {"did": did, "handle": "studio.example"},
            "record": record,
        },
        **more,
    }


def test_bluesky_posts_come_from_the_pinned_account() -> None:
    found = read("bluesky", json.dumps({"feed": [post(), post(reason={"by": {}}), {"post": None}, 3]}), API)
    (entry,) = found.entries
    assert (entry.title, entry.origin, entry.language) == ("Season 2 is official.", "https://studio.example/s2", "en")
    assert entry.link == f"https://bsky.app/profile/{DID}/post/3k"
    assert refused("bluesky", json.dumps({"feed": [post("did:plc:other")]}), API).reason == "identity"
    assert refused("bluesky", '{"error": "InvalidRequest", "message": "Profile not found"}', API).reason == "unreadable"


def test_bluesky_rss_has_no_titles() -> None:
    text = rss(
        f"<item><link>https://bsky.app/profile/x/post/1</link><guid>at://{DID}/app.bsky.feed.post/1</guid><description>Hello all</description></item>"
    )
    assert read("bluesky", text, f"https://bsky.app/profile/{DID}/rss").entries[0].title == "Hello all"


NEWS_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>https://p.example/a?x=1&amp;y=2</loc><image:image><image:title>Not this</image:title></image:image>
 <news:news><news:publication><news:name>Press</news:name><news:language>en</news:language></news:publication>
 <news:publication_date>2026-11-20T08:00:00Z</news:publication_date><news:title><![CDATA[Salt & Smoke returns]]></news:title></news:news></url></urlset>"""


def test_news_sitemap_has_headlines_and_dates() -> None:
    (entry,) = read("sitemap", NEWS_SITEMAP).entries
    assert (entry.title, entry.author, entry.language) == ("Salt & Smoke returns", "Press", "en")
    assert (entry.link, entry.published) == ("https://p.example/a?x=1&y=2", datetime(2026, 11, 20, 8, tzinfo=UTC))


def plain_sitemap(dates: list[str]) -> str:
    urls = "".join(
        f"<url><loc>https://p.example/news/season-{number}-announced.html</loc><lastmod>{date}</lastmod></url>"
        for number, date in enumerate(dates)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def test_sitemap_words_come_from_the_address_and_dates_only_where_they_vary() -> None:
    found = read("sitemap", plain_sitemap(["2026-11-01", "2026-11-03", "2026-11-02"]))
    assert [entry.title for entry in found.entries] == [
        "season 1 announced",
        "season 2 announced",
        "season 0 announced",
    ]
    assert all(entry.updated is None for entry in read("sitemap", plain_sitemap(["2026-11-20"] * 5)).entries)


def test_sitemap_limit_keeps_the_newest() -> None:
    found = read("sitemap", plain_sitemap(["2026-11-01", "2026-11-03", "2026-11-02"]), limit=1)
    assert [entry.title for entry in found.entries] == ["season 1 announced"]
    assert found.dropped == 2


def test_of_an_index_of_sitemaps_the_parts_that_changed_last_are_read() -> None:
    parts = "".join(
        f"<sitemap><loc>/part-{day}.xml</loc><lastmod>2026-11-{day:02}T00:00:00Z</lastmod></sitemap>"
        for day in (3, 9, 1, 7, 5)
    )
    found = read("sitemap", f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>')
    assert [address.rpartition("/")[2] for address in found.further] == [
        "part-9.xml",
        "part-7.xml",
        "part-5.xml",
        "part-3.xml",
    ]
    assert found.warnings == ("of an index of sitemaps the 4 that changed last are read, 1 are not",)


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>x</body></html>",
        "",
        "<sitemapindex></sitemapindex>",
        '<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>https://p.example/&a;</loc></url></urlset>',
    ],
)
def test_what_is_no_sitemap_is_an_error(text: str) -> None:
    assert refused("sitemap", text).reason == "not_a_feed"


def test_wordpress_posts_are_read_and_asked_for() -> None:
    posts = [
        {"id": 7, "date_gmt": "2026-11-20T09:00:00", "modified_gmt": "2026-11-20T10:00:00", "link": "https://w.example/s2/",
         "title": {"rendered": "Season&#8217;s return"}, "content": {"rendered": "<h2>What</h2><p>It is back.</p>"}},
        {"id": 8, "date_gmt": "0000-00-00T00:00:00", "link": "https://w.example/x/", "title": {"rendered": "Undated"}},
        {"title": {}},
    ]  # fmt: skip
    found = read("wordpress", json.dumps(posts))
    assert [(entry.id, entry.title) for entry in found.entries] == [("wp:7", "Season’s return"), ("wp:8", "Undated")]
    assert found.entries[0].published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert found.entries[1].published is None
    assert found.dropped == 1
    assert asked("wordpress", "https://w.example").url.startswith("https://w.example/wp-json/wp/v2/posts?per_page=20")
    assert (
        asked("wordpress", "https://w.example/wp-json/wp/v2/posts?tags=3").url
        == "https://w.example/wp-json/wp/v2/posts?tags=3"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"code": "rest_no_route", "message": "No route", "data": {"status": 404}}', "unreadable"),
        ("<html>", "not_a_feed"),
        ("3", "not_a_feed"),
    ],
)
def test_wordpress_errors_are_errors(text: str, reason: str) -> None:
    assert refused("wordpress", text).reason == reason
