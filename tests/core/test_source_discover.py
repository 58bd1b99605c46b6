"""Find the feeds behind a page (sources.md §2.7)."""

from watcher.sources.discover import FeedLink, discover, probes

PAGE = """<html><head>
<link rel="alternate" type="application/rss+xml" title="Site » Comments Feed" href="https://a.example/comments/feed/">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="ja" type="application/rss+xml" href="/ja/feed">
<link rel="ALTERNATE" type="application/rss+xml; charset=utf-8" title="Site" href="/feed/">
<link rel="feed" href="all.atom"></head><body><a href="/news/rss.xml">RSS</a><a href="https://other.example/feed/">x</a></body></html>"""


def test_head_and_links_are_read_best_first() -> None:
    assert [link.url for link in discover(PAGE, "https://a.example/news/")] == [
        "https://a.example/feed/",
        "https://a.example/news/all.atom",
        "https://a.example/news/rss.xml",
    ]


def test_the_link_header_comes_first() -> None:
    header = '</n.atom>; rel="alternate"; type="application/atom+xml", <https://hub.example/>; rel="hub"'
    assert discover("<p>x</p>", "https://a.example/", header) == (
        FeedLink(url="https://a.example/n.atom", kind="application/atom+xml"),
    )


def test_a_page_without_feeds_gives_none() -> None:
    assert discover("", "https://a.example/") == ()


def test_probes_begin_below_the_page() -> None:
    assert probes("https://a.example/anime/news.html")[:3] == (
        "https://a.example/anime/feed/",
        "https://a.example/feed/",
        "https://a.example/news/feed/",
    )
    assert len(probes("https://a.example/")) == 7
