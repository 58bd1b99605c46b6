"""The quick reader of ordinary feeds gives what feedparser gives, or leaves the feed to it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.sources import fastfeed
from watcher.sources.dom import xml_tree
from watcher.sources.feed import parse_as
from watcher.sources.parsed import ParseContext, Parsed

FIXTURES = Path(__file__).parents[1] / "fixtures" / "feeds"
CONTEXT = ParseContext(
    url="https://wire.example/feed.xml", content_type="text/xml", now=datetime(2026, 11, 21, tzinfo=UTC)
)
RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
)
RDF = (
    '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xml:lang="ja">'
)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'


def both(text: str) -> tuple[Parsed | str, Parsed | str]:
    """Read a feed with the quick reader and without."""
    return one(text, quick=True), one(text, quick=False)


def one(text: str, *, quick: bool) -> Parsed | str:
    try:
        return parse_as(text.encode("utf-8", "replace"), CONTEXT, quick=quick)
    except ParseError as error:
        return error.reason


def is_ordinary(text: str) -> bool:
    tree = xml_tree(text)
    return tree is not None and fastfeed.read(tree) is not None


words = st.text(st.sampled_from("abc éß 第二期「」’“&<>;:/#\n\t1二"), max_size=30)
urls = st.sampled_from(
    [
        "https://wire.example/1",
        "http://wire.example/a?x=1&y=2",
        "https:///odd",
        "/relative",
        "",
        "tag:wire.example,2026:1",
        "42",
        "https://wire.example/two words",
        "//wire.example/3",
        "https://wire.example/?a=1&copy;=2",
        "urn:x:1/2",
    ]
)
dates = st.sampled_from(
    ["Sat, 21 Nov 2026 10:00:00 +0900", "2026-11-21T10:00:00Z", "2026-11-21", "soon", "", "Nov 21, 2026"]
)
markup = st.one_of(words, words.map(lambda w: f"<p>{escape(w)}</p><ul><li><b>one</b></li></ul>&nbsp;"))
texts = st.one_of(words.map(escape), markup.map(escape), markup.map(lambda m: f"<![CDATA[{m.replace(']]>', '')}]]>"))


def elements(*options: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*options), max_size=7).map("".join)


def tag(name: str, inner: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    return inner.map(lambda text: f"<{name}{attributes}>{text}</{name}>")


rss_parts = (
    tag("title", texts),
    tag("link", urls.map(escape)),
    tag("guid", urls.map(escape)),
    tag("guid", urls.map(escape), ' isPermaLink="false"'),
    tag("guid", urls.map(escape), ' isPermaLink="True"'),
    tag("description", texts),
    tag("content:encoded", texts),
    tag("pubDate", dates),
    tag("dc:date", dates),
    tag("dc:creator", texts),
    tag("author", st.sampled_from(["a@wire.example (Ann)", "Ann", "", "Ann &lt;a@wire.example&gt;"])),
    tag("source", words.map(escape), ' url="https://other.example/"'),
    tag("category", words.map(escape)),
    tag("media:title", texts),
    tag("media:description", texts),
    tag("unheard-of", texts),
    st.sampled_from(
        [
            '<media:thumbnail url="https://wire.example/i.jpg"/>',
            '<atom:link rel="self" href="https://wire.example/self"/>',
            '<atom:link href="https://wire.example/other"/>',
            "<slash:comments>3</slash:comments>",
            '<enclosure url="https://wire.example/a.mp3" length="1" type="audio/mpeg"/>',
            "<!-- a remark -->",
            "<TITLE>loud</TITLE>",
            '<title type="html">&lt;b&gt;typed&lt;/b&gt;</title>',
            "<comments>https://wire.example/1#comments</comments>",
        ]
    ),
)
atom_parts = (
    tag("title", texts),
    tag("title", texts, ' type="html"'),
    tag("title", words.map(escape), ' type="xhtml"'),
    tag("id", urls.map(escape)),
    urls.map(lambda url: f'<link href="{escape(url)}"/>'),
    urls.map(lambda url: f'<link rel="alternate" type="text/plain" href="{escape(url)}"/>'),
    urls.map(lambda url: f'<link rel="enclosure" href="{escape(url)}"/>'),
    tag("updated", dates),
    tag("published", dates),
    tag("summary", texts),
    tag("summary", texts, ' type="html"'),
    tag("content", texts, ' type="html"'),
    tag("content", texts),
    st.just('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Deep</p></div></content>'),
    st.just('<content src="https://wire.example/far"/>'),
    words.map(lambda name: f"<author><name>{escape(name)}</name></author>"),
    words.map(lambda name: f"<author><name>{escape(name)}</name><email>a@wire.example</email></author>"),
    st.just('<category term="anime"/>'),
    st.just('<title xml:lang="ja">第二期</title>'),
)
heads = elements(
    tag("title", texts),
    tag("link", urls.map(escape)),
    tag("language", st.sampled_from(["ja", "en-US", "?"])),
    tag("description", texts),
    st.just(
        "<image><title>Logo</title><link>https://wire.example/logo</link><url>https://wire.example/l.png</url></image>"
    ),
    st.just('<atom:link rel="self" href="https://wire.example/feed.xml"/>'),
)
rss_feeds = st.tuples(heads, st.lists(elements(*rss_parts), max_size=4)).map(
    lambda feed: f"{RSS}{feed[0]}{''.join(f'<item>{one}</item>' for one in feed[1])}</channel></rss>"
)
plain_heads = elements(tag("title", texts), tag("link", urls.map(escape)), tag("dc:language", st.just("ja")))
rdf_feeds = st.tuples(
    plain_heads, st.lists(st.tuples(urls, elements(*rss_parts[:3], *rss_parts[5:10])), max_size=3)
).map(
    lambda feed: (
        f'{RDF}<channel rdf:about="https://wire.example/">{feed[0]}</channel>'
        + "".join(f'<item rdf:about="{escape(about)}">{inner}</item>' for about, inner in feed[1])
        + "</rdf:RDF>"
    )
)
atom_heads = elements(
    tag("title", texts),
    tag("id", urls.map(escape)),
    tag("updated", dates),
    urls.map(lambda url: f'<link href="{escape(url)}"/>'),
    st.just('<link rel="self" href="https://wire.example/self"/>'),
    st.just("<author><name>Desk</name></author>"),
)
atom_feeds = st.tuples(atom_heads, st.lists(elements(*atom_parts), max_size=4)).map(
    lambda feed: f"{ATOM}{feed[0]}{''.join(f'<entry>{one}</entry>' for one in feed[1])}</feed>"
)


@given(st.one_of(rss_feeds, rdf_feeds, atom_feeds))
def test_same_entries_as_feedparser(text: str) -> None:
    quick, careful = both(text)
    assert quick == careful


@given(st.one_of(rss_feeds, atom_feeds), st.data())
def test_same_for_damaged_feeds(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 40))
    quick, careful = both(
        text[:at] + data.draw(st.sampled_from(["", "&", "<", "</item>", "\x00", "é", "]]>"])) + text[at + cut :]
    )
    assert quick == careful


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.xml")), ids=lambda path: path.stem)
def test_same_for_real_shapes(path: Path) -> None:
    quick, careful = both(path.read_text(encoding="utf-8"))
    assert quick == careful


def ordinary() -> Iterable[str]:
    items = (
        "<title>One &amp; two</title><link>https://wire.example/1</link><guid isPermaLink='false'>1</guid>"
        "<pubDate>Sat, 21 Nov 2026 10:00:00 +0900</pubDate><dc:creator>Ann</dc:creator><category>x</category>"
        "<description><![CDATA[<p>Text</p>]]></description><content:encoded>&lt;p&gt;More text&lt;/p&gt;</content:encoded>"
    )
    yield f"{RSS}<title>Wire</title><link>https://wire.example/</link><language>en</language><item>{items}</item></channel></rss>"
    yield (
        f'{RDF}<channel rdf:about="https://wire.example/"><title>電信</title><link>https://wire.example/</link></channel>'
        '<item rdf:about="https://wire.example/1"><title>第二期</title><link>https://wire.example/1</link>'
        "<dc:date>2026-11-21T10:00:00+09:00</dc:date><description>本文</description></item></rdf:RDF>"
    )
    yield (
        f"{ATOM}<title>Wire</title><id>tag:wire.example,2026:0</id><link href='https://wire.example/'/><updated>2026-11-21</updated>"
        "<entry><title type='html'>&lt;b&gt;One&lt;/b&gt;</title><id>tag:wire.example,2026:1</id>"
        "<link href='https://wire.example/1'/><updated>2026-11-21T10:00:00Z</updated><author><name>Ann</name></author>"
        "<content type='html'>&lt;p&gt;Text&lt;/p&gt;</content></entry></feed>"
    )


@pytest.mark.parametrize("text", list(ordinary()), ids=["rss", "rdf", "atom"])
def test_ordinary_feeds_are_read_quickly(text: str) -> None:
    assert is_ordinary(text)
    quick, careful = both(text)
    assert quick == careful
    assert isinstance(quick, Parsed)
    assert quick.entries
    assert quick != replace(quick, entries=())


@pytest.mark.parametrize(
    "text",
    [
        f"{RSS}<item><title>One</title><title>Two</title></item></channel></rss>",
        f"{RSS}<item><title xml:lang='ja'>One</title></item></channel></rss>",
        f"{RSS}<item><link>/relative</link></item></channel></rss>",
        f"{ATOM}<entry><title type='xhtml'>One</title></entry></feed>",
        f"{ATOM}<entry xml:base='https://other.example/'><title>One</title></entry></feed>",
        '<rss version="0.91"><channel/></rss>',
        "<html/>",
    ],
)
def test_anything_unusual_is_left_to_feedparser(text: str) -> None:
    assert not is_ordinary(text)


def test_a_root_whose_own_tag_is_damaged_is_still_read() -> None:
    text = (
        RSS.replace(" x", "&x", 1) + "<item><title>Hi there</title><dc:date>2026-11-21</dc:date></item></channel></rss>"
    )
    quick, careful = both(text)
    assert quick == careful
