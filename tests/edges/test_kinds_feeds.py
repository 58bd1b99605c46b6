"""Every kind that reads posts, asked over the line: its own shape becomes an event, its errors and traps do not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import START
from tests.support.judging import event_text
from tests.support.web import Answer
from tests.support.whole import Whole
from watcher.config.kinds import KINDS
from watcher.config.settings import SourceConfig
from watcher.looks import PollReport, PollStatus
from watcher.model import Tier, Title

NAME = "Lantern Parade"
TITLE = Title(id="lantern-parade-s2", name=NAME, season=2, since=START - timedelta(days=30))
OLD = ("Harbor Cats collaboration cafe", "The cafe is open until December.")
NEWS = (f"{NAME} Gets Season 2", f"The official website announced that {NAME} is getting season 2.")
Post = tuple[str, str]
CHANNEL, DID = "UCharborAnimation0000000", "did:plc:harbor"


def when(number: int) -> datetime:
    return START - timedelta(hours=10 - number)


def rss(
    posts: list[Post], *, link: str = "http://studio.example/{}", item: str = "", title: str = "Studio Harbor"
) -> str:
    items = "".join(
        f"<item>{f'<title>{escape(head)}</title>' if item != 'untitled' else ''}<link>{link.format(number)}</link>"
        f"<guid isPermaLink='false'>post-{number}</guid><pubDate>{when(number):%a, %d %b %Y %H:%M:%S GMT}</pubDate>"
        f"<description>{escape(f'<p>{head}. {text}</p>' if item == 'untitled' else f'<p>{text}</p>')}</description>"
        f"{item if item != 'untitled' else ''}</item>"
        for number, (head, text) in reversed(list(enumerate(posts)))
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>http://studio.example/</link><description>d</description>{items}</channel></rss>'


def atom(
    posts: list[Post],
    *,
    head: str = "",
    entry: Callable[[int], str] = lambda _: "",
    link: str = "http://studio.example/{}",
) -> str:
    entries = "".join(
        f"<entry><id>post-{number}</id><title>{escape(title)}</title><link rel='alternate' href='{link.format(number)}'/>"
        f"<published>{when(number):%Y-%m-%dT%H:%M:%SZ}</published><updated>{when(number):%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<summary>{escape(text)}</summary>{entry(number)}</entry>"
        for number, (title, text) in reversed(list(enumerate(posts)))
    )
    spaces = 'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"'
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" {spaces}><id>f</id><title>Studio Harbor</title><updated>2026-11-01T00:00:00Z</updated>{head}{entries}</feed>'


def page(posts: list[Post]) -> str:
    # What a page is about must be more than one row for a list to be seen.
    rows = [*[("Office moved", ""), ("Winter holidays", ""), ("Recruiting", "")], *posts]
    items = "".join(
        f'<li><a href="/news/{number}/"><time datetime="{when(number):%Y-%m-%d}">{when(number):%Y.%m.%d}</time><p class="ttl">{escape(head)}</p></a></li>'
        for number, (head, _) in reversed(list(enumerate(rows)))
    )
    return f'<html lang="en"><head><title>News</title></head><body><h1>News</h1><ul class="p-news__list">{items}</ul></body></html>'


def sitemap(posts: list[Post]) -> str:
    urls = "".join(
        f"<url><loc>http://studio.example/{number}</loc><news:news><news:publication><news:name>Studio</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>{when(number):%Y-%m-%dT%H:%M:%SZ}</news:publication_date><news:title>{escape(head)}</news:title></news:news></url>"
        for number, (head, _) in enumerate(posts)
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'


def wordpress(posts: list[Post]) -> str:
    return json.dumps(
        [
            {"id": number, "date_gmt": f"{when(number):%Y-%m-%dT%H:%M:%S}", "modified_gmt": f"{when(number):%Y-%m-%dT%H:%M:%S}",
             "link": f"http://studio.example/{number}", "title": {"rendered": head}, "content": {"rendered": f"<p>{text}</p>"}}
            for number, (head, text) in enumerate(posts)
        ]
    )  # fmt: skip


def youtube(posts: list[Post], channel: str = CHANNEL) -> str:
    head = f"<yt:channelId>{channel.removeprefix('UC')}</yt:channelId><author><name>Studio Harbor</name></author>"
    return atom(
        posts, head=head, link="https://www.youtube.com/watch?v=V{}",
        entry=lambda number: f"<yt:videoId>V{number}</yt:videoId><yt:channelId>{channel}</yt:channelId>"
        f"<media:group><media:title>x</media:title><media:description>{escape(posts[number][1])}</media:description></media:group>",
    )  # fmt: skip


def bluesky(posts: list[Post], did: str = DID) -> str:
    feed = [
        {"post": {"uri": f"at://{did}/app.bsky.feed.post/{number}", "cid": "x", "author": {"did": did, "handle": "harbor.example"},
                  "record": {"$type": "app.bsky.feed.post", "text": f"{head}. {text}", "createdAt": f"{when(number):%Y-%m-%dT%H:%M:%S.000Z}"}}}
        for number, (head, text) in enumerate(posts)
    ]  # fmt: skip
    return json.dumps({"feed": feed, "cursor": "x"})


def prtimes(posts: list[Post], company: int = 1234) -> str:
    items = "".join(
        f'<item rdf:about="https://prtimes.jp/main/html/rd/p/00000000{number}.{company:09}.html"><title>{escape(head)}</title>'
        f"<link>https://prtimes.jp/main/html/rd/p/00000000{number}.{company:09}.html</link><description>[Studio Harbor]{escape(text)}</description>"
        f"<dc:date>{when(number) + timedelta(hours=9):%Y-%m-%dT%H:%M:%S}+09:00</dc:date></item>"
        for number, (head, text) in reversed(list(enumerate(posts)))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://prtimes.jp/"><title>Studio Harbor</title></channel>{items}</rdf:RDF>'
    )


def reddit(posts: list[Post]) -> str:
    pointing = '<a href="https://press.example/{}">[link]</a> <a href="https://www.reddit.com/r/anime/1">[comments]</a>'
    return atom(
        posts, link="https://www.reddit.com/r/anime/comments/{}",
        entry=lambda number: f'<content type="html">{escape(pointing.format(number))}</content>',
    )  # fmt: skip


def google(posts: list[Post]) -> str:
    named = [(f"{head} - The Herald", text) for head, text in posts]
    return rss(
        named,
        link="https://news.google.com/rss/articles/CBMi{}",
        item='<source url="https://herald.example">The Herald</source>',
    )


def broken(title: str) -> Callable[[list[Post]], str]:
    return lambda posts: rss([*posts, (title, "Details: cURL error 28")])


@dataclass(frozen=True)
class Shape:
    """How one kind is served."""

    write: Callable[[list[Post]], str]
    path: str = "/feed"
    type_: str = "application/xml"
    tier: Tier = Tier.OFFICIAL
    told: bool = True
    traps: tuple[tuple[str, Answer], ...] = ()
    """What this kind in particular sends instead: (a word of the error, the answer)."""


def trap(word: str, text: str, status: int = 200, type_: str = "application/xml") -> tuple[str, Answer]:
    return word, Answer(text.encode(), status, {"Content-Type": type_})


LOGIN = '<!doctype html><html><head><title>reddit.com: Log in</title></head><body><form><input type="password"></form>Log in</body></html>'
SHAPES = {
    "feed": Shape(rss, traps=(trap("not a feed", '{"items": []}'),)),
    "page": Shape(page, "/news/", "text/html", traps=(trap("JavaScript", f'<html><body><div id="root"></div><script>{"x=1;" * 200}</script></body></html>', type_="text/html"),)),
    "sitemap": Shape(sitemap, "/sitemap.xml", traps=(trap("not a sitemap", rss([NEWS])),)),
    "wordpress": Shape(wordpress, "/wp-json/wp/v2/posts", "application/json",
                       traps=(trap("No route", '{"code":"rest_no_route","message":"No route was found","data":{"status":404}}', 404, "application/json"),)),
    "youtube": Shape(youtube, f"/feeds/videos.xml?channel_id={CHANNEL}", traps=(trap("another channel", youtube([NEWS], "UCsomebodyElse0000000000")),)),
    "bluesky": Shape(bluesky, f"/xrpc/app.bsky.feed.getAuthorFeed?actor={DID}&filter=posts_no_replies&limit=30", "application/json",
                     traps=(trap("another account", bluesky([NEWS], "did:plc:stranger"), type_="application/json"),
                            trap("Profile not found", '{"error":"InvalidRequest","message":"Profile not found"}', 400, "application/json"))),
    "mastodon": Shape(lambda posts: rss(posts, item="untitled"), "/@harbor.rss", traps=(trap("page", "<html><body>This account is suspended</body></html>"),)),
    "reddit": Shape(reddit, "/r/anime/search.rss?q=flair%3ANews&restrict_sr=1&sort=new", tier=Tier.POINTER, told=False,
                    traps=(trap("login", LOGIN, type_="text/html"),)),
    "prtimes": Shape(prtimes, "/companyrdf.php?company_id=1234", traps=(trap("another company", prtimes([NEWS], 99)),)),
    "rsshub": Shape(rss, "/netflix/newsroom", traps=(trap("HTTP 503", "<html><title>RSSHub</title>Looks like something went wrong</html>", 503, "text/html"),
                                                     trap("bridge failed", rss([("RSSHub error: NotFoundError", "")])))),
    "rss-bridge": Shape(atom, "/?action=display&bridge=CssSelector&format=Atom",
                        traps=(trap("bridge failed", atom([("Bridge returned error 500! (20780)", "")])),
                               trap("bridge failed", atom([NEWS, ("RSS-Bridge: Bridge returned error 403!", "")])))),
    "google-news": Shape(google, "/rss/search?q=%22Lantern+Parade%22", tier=Tier.POINTER, told=False,
                         traps=(trap("page", "<html><head><title>Before you continue</title></head><body>consent</body></html>", type_="text/html"),)),
}  # fmt: skip


class Stand(Whole):
    """A machine that reads one source of one kind."""

    def serve(self, kind: str, **changes: Any) -> Shape:
        shape = SHAPES[kind]
        source = SourceConfig(
            id=kind, name=kind, kind=kind, url=self.web.url(shape.path), tier=shape.tier, every=timedelta(hours=1)
        )
        self.config = replace(self.config, sources=(replace(source, **changes),))
        return shape

    def publish(self, shape: Shape, *posts: Post) -> None:
        self.answer(shape, Answer(shape.write(list(posts)).encode(), 200, {"Content-Type": shape.type_}))

    def answer(self, shape: Shape, answer: Answer) -> None:
        self.web.answers(shape.path.partition("?")[0], answer)

    def once(self, **passed: float) -> PollReport:
        (report,) = self.look(**(passed or {"hours": 25}))
        return report


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Stand(tmp_path, titles=(TITLE,)) as machine:
        yield machine


def told(report: PollReport) -> list[str]:
    assert not report.error
    return [event_text(event) for event in report.events]


def test_every_kind_is_polled_somewhere_here() -> None:
    from tests.support.catalogue_worlds import BY_KIND  # noqa: PLC0415

    assert {*SHAPES, *BY_KIND} == set(KINDS)


@pytest.mark.parametrize("kind", SHAPES)
def test_an_announcement_is_told_once_and_pointers_wait(kind: str, stand: Stand) -> None:
    shape = stand.serve(kind)
    stand.publish(shape, OLD)
    assert stand.once().baseline
    stand.publish(shape, OLD, NEWS)
    report = stand.once(hours=2)
    assert told(report) == (["announced"] if shape.told else [])
    assert [entry.title.split(".")[0].startswith(NEWS[0]) for entry in report.new] == [True]
    assert told(stand.once(hours=2)) == []
    assert [type_ for _, type_ in stand.told] == (["announced"] if shape.told else [])


@pytest.mark.parametrize("kind", SHAPES)
def test_refusals_and_traps_are_errors_and_the_next_good_answer_goes_on(kind: str, stand: Stand) -> None:
    shape = stand.serve(kind)
    stand.publish(shape, OLD)
    stand.once()
    common = [
        trap("503", "down", 503),
        trap("429", "", 429),
        trap("challenge", "<html><title>Just a moment...</title></html>", 403, "text/html"),
        trap("", ""),
        trap(
            "",
            "<!doctype html><html><head><title>Maintenance</title></head><body>We are down for maintenance.</body></html>",
            type_="text/html",
        ),
    ]
    for word, answer in (*common, *shape.traps):
        stand.answer(shape, answer)
        report = stand.once()
        assert (report.status, report.events) == (PollStatus.FAILED, ()), word
        assert word in report.error
    stand.publish(shape, OLD, NEWS)
    assert told(stand.once()) == (["announced"] if shape.told else [])


def test_a_pointer_names_the_outlet_it_points_to(stand: Stand) -> None:
    for kind, outlet in (("reddit", "https://press.example/1"), ("google-news", "https://herald.example")):
        shape = stand.serve(kind)
        stand.publish(shape, OLD, NEWS)
        assert outlet in {entry.origin for entry in stand.once().new}


def test_youtube_down_for_hours_as_on_most_days_is_no_notice(stand: Stand) -> None:
    shape = stand.serve("youtube", every=None)
    stand.publish(shape, OLD)
    stand.once()
    stand.answer(shape, Answer(b"", 404))
    for _ in range(6):
        assert stand.once(hours=1).status in {PollStatus.FAILED, PollStatus.WAITING}
    stand.publish(shape, OLD, NEWS)
    assert told(stand.once(hours=1)) == ["announced"]
    assert stand.notices == []


def test_bluesky_handle_that_changes_hands_is_noticed_and_the_account_can_be_pinned(stand: Stand) -> None:
    shape = stand.serve("bluesky", url=stand.web.url("/xrpc/app.bsky.feed.getAuthorFeed?actor=harbor.example"))
    stand.publish(shape, OLD)
    assert any(DID in warning for warning in stand.once().warnings)
    stand.answer(shape, Answer(bluesky([NEWS], "did:plc:stranger").encode(), 200, {"Content-Type": "application/json"}))
    report = stand.once()
    assert (report.status, report.events) == (PollStatus.FAILED, ())
    assert "another account (did:plc:stranger)" in report.error
    stand.publish(shape, OLD, NEWS)
    assert told(stand.once()) == ["announced"]


def test_youtube_playlist_of_uploads_is_checked_by_its_channel(stand: Stand) -> None:
    shape = stand.serve("youtube", url=stand.web.url(f"/feeds/videos.xml?playlist_id=UULF{CHANNEL.removeprefix('UC')}"))
    stand.publish(shape, OLD)
    assert stand.once().status is PollStatus.OK
    stand.answer(
        shape, Answer(youtube([NEWS], "UCsomebodyElse0000000000").encode(), 200, {"Content-Type": shape.type_})
    )
    assert "another channel" in stand.once().error


def test_prtimes_issuer_is_trusted_by_its_number(stand: Stand) -> None:
    """The company's own feed is as good as the company: a publisher `prtimes:1234`."""
    from watcher.judge.trust import Publishers  # noqa: PLC0415

    ours = Publishers([("prtimes:1234", Tier.OFFICIAL)])
    assert ours.of("https://prtimes.jp/companyrdf.php?company_id=1234").tier is Tier.OFFICIAL
    assert ours.of("https://prtimes.jp/companyrdf.php?company_id=1235").tier is Tier.POINTER
    shape = stand.serve("prtimes")
    stand.publish(shape, NEWS)
    assert stand.once().new[0].author == "Studio Harbor"


def test_pages_of_a_list_are_read_on_request(stand: Stand) -> None:
    pages = {1: ["Cafe opens"], 2: ["Badge sale", NEWS[0]], 3: ["Old things"]}
    stand.serve("page", pages=2)

    def answer(seen: Any) -> Answer:
        number = int(seen.target.partition("page=")[2] or 1)
        body = page([(head, "") for head in pages[number]]).replace('href="/news/', f'href="/news/{number}-')
        body = body.replace("</ul>", f'</ul><a rel="next" href="/news/?page={number + 1}">next</a>')
        return Answer(body.encode(), 200, {"Content-Type": "text/html"})

    stand.web.call("/news/", answer)
    report = stand.once()
    titles = {entry.title for entry in report.new}
    assert not report.error
    assert {"Cafe opens", "Badge sale", NEWS[0]} <= titles
    assert "Old things" not in titles
    stand.serve("page", pages=1)
    asked = len(stand.web.asked("/news/"))
    stand.once()
    assert len(stand.web.asked("/news/")) == asked + 1


def test_the_parts_of_a_sitemap_index_are_read_as_one(stand: Stand) -> None:
    stand.serve("sitemap")
    xml = {"Content-Type": "application/xml"}
    parts = "".join(f"<sitemap><loc>{stand.web.url(f'/part-{number}.xml')}</loc></sitemap>" for number in (1, 2))
    stand.web.answers("/sitemap.xml", Answer(f"<sitemapindex>{parts}</sitemapindex>".encode(), 200, xml))
    stand.web.answers("/part-1.xml", Answer(sitemap([OLD]).encode(), 200, xml))
    second = Answer(
        sitemap([("Office moved", ""), ("Holidays", "")]).replace("example/", "example/2-").encode(), 200, xml
    )
    stand.web.answers("/part-2.xml", second)
    assert told(stand.once()) == []
    more = sitemap([("Office moved", ""), ("Holidays", ""), NEWS]).replace("example/", "example/2-")
    stand.web.answers("/part-2.xml", Answer(more.encode(), 200, xml))
    assert told(stand.once()) == ["announced"]
    stand.web.answers("/part-2.xml", Answer(b"", 503))
    report = stand.once()
    assert report.status is not PollStatus.OK
    assert not report.events


def test_a_feed_delta_is_taken_only_where_it_was_asked_for(stand: Stand) -> None:
    shape = stand.serve("feed")
    delta = Answer(rss([NEWS]).encode(), 226, {"Content-Type": shape.type_, "IM": "feed", "ETag": '"2"'})
    stand.publish(shape, OLD)
    stand.once()
    stand.answer(shape, delta)
    assert (stand.once().status, "a-im" in stand.web.seen[-1].headers) == (PollStatus.FAILED, False)
    stand.serve("feed", headers=(("A-IM", "feed"),))
    assert told(stand.once()) == ["announced"]
    assert stand.web.seen[-1].headers["a-im"] == "feed"


def test_a_hub_is_noted_and_the_feed_still_polled(stand: Stand) -> None:
    shape = stand.serve("feed")
    text = rss([OLD]).replace(
        "<channel>",
        '<channel><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>',
    )
    stand.answer(shape, Answer(text.encode(), 200, {"Content-Type": shape.type_}))
    report = stand.once()
    assert report.next_look is not None
    assert stand.store.source_state("feed").hints.hub == "https://hub.example/"
    assert [seen.path for seen in stand.web.seen if "hub" in seen.target] == []
