"""Pages: modes, selectors, refusals, articles (reliability group F, C5, C6; sources.md §6.3, §6.5)."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.settings import PageMode, Selectors
from watcher.errors import ParseError
from watcher.model import BlockKind
from watcher.sources.page import parse
from watcher.sources.parsed import ParseContext, Parsed

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)
ROWS = "".join(
    f'<li><span class="d">2026.11.{20 - number}</span><a href="/n/{number}">Season news, part {number} of the story</a></li>'
    for number in range(5)
)
LIST = f'<html lang="en"><head><title>News</title></head><body><ul class="news">{ROWS}</ul></body></html>'
TEXT = "The committee said on Friday that the work goes on and that there is more to say in spring. " * 4
ARTICLE = f"""<!doctype html><html lang="en"><head><title>Lantern Parade gets a second season | Harbor Press</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-18T09:00:00+00:00">
<link rel="canonical" href="https://harbor.example/lantern-2"></head><body>
<nav><a href="/">Home</a><a href="/news">News</a></nav>
<article><h1>Lantern Parade gets a second season</h1><p class="byline">By <a href="/mika">Mika</a></p>
<h2>What was announced</h2><p>{TEXT}</p><p>{TEXT}</p><ul><li>Director: Yuki Arisato</li></ul>
<table><tr><th>Premiere</th><td>April 2027</td></tr></table></article>
<section class="related"><h3>Related stories</h3><ul><li><a href="/a">Copper Garden confirmed for season 3</a></li></ul></section>
<div id="comments"><p class="comment">I hope that season 3 is confirmed soon as well</p></div>
<aside><h4>Latest</h4><ul class="latest"><li><time datetime="2026-11-20">Nov 20</time><a href="/b">Another show returns</a></li>
<li><time datetime="2026-11-19">Nov 19</time><a href="/c">A third show returns</a></li></ul></aside></body></html>"""


def read(text: str | bytes, mode: PageMode = PageMode.AUTO, **more: object) -> Parsed:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return parse(
        body, ParseContext(url="https://harbor.example/news", content_type="text/html", now=NOW, mode=mode, **more)
    )


def refused(text: str | bytes, mode: PageMode = PageMode.AUTO, **more: object) -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(text, mode, **more)
    return caught.value


def test_a_list_is_read_as_a_list() -> None:
    found = read(LIST)
    assert (found.kind, len(found.entries)) == ("list", 5)
    assert found.entries[0].published == datetime(2026, 11, 20, tzinfo=UTC)
    assert found.entries[0].date_only
    assert found.selectors == Selectors(item="ul.news > li", title="a", link="a", date="span.d")


def test_guessed_selectors_find_the_same_items() -> None:
    guessed = read(LIST)
    assert guessed.selectors is not None
    again = read(LIST, selectors=guessed.selectors)
    assert again.kind == "selectors"
    assert again.entries == guessed.entries


def test_an_article_is_read_as_one_entry_with_its_structure() -> None:
    found = read(ARTICLE)
    (entry,) = found.entries
    assert (found.kind, entry.title) == ("article", "Lantern Parade gets a second season")
    assert entry.link == "https://harbor.example/lantern-2"
    assert entry.published == datetime(2026, 11, 18, 9, tzinfo=UTC)
    kinds = {block.text: block.kind for block in entry.blocks}
    assert kinds["What was announced"] is BlockKind.HEADING
    assert kinds[TEXT.strip()] is BlockKind.PARAGRAPH
    assert kinds["Director: Yuki Arisato"] is BlockKind.LIST_ITEM
    assert "Premiere April 2027" in kinds
    main = " ".join(block.text for block in entry.blocks if block.kind is not BlockKind.RELATED)
    assert "Copper Garden" not in main
    assert "I hope" not in main
    assert "Another show" not in main


def test_article_mode_takes_a_page_with_a_list_as_an_article() -> None:
    assert read(ARTICLE, PageMode.ARTICLE).kind == "article"
    assert (
        refused("<html><head><title>x</title></head><body><p>Short.</p></body></html>", PageMode.ARTICLE).reason
        == "unreadable"
    )


def test_plain_old_article_without_any_markup_of_its_kind() -> None:
    paragraphs = "".join(f"<p>{TEXT}</p>" for _ in range(3))
    text = f"<html><head><title>Akane returns - Old Site</title></head><body><div><div><b>Akane returns</b><br>November 12, 2026<br>{paragraphs}</div></div></body></html>"
    (entry,) = read(text).entries
    assert entry.title == "Akane returns"
    assert entry.published == datetime(2026, 11, 12, tzinfo=UTC)


def test_list_mode_never_falls_back_to_an_article() -> None:
    assert (
        refused(f"<html><body><h1>Title of it</h1><p>{TEXT * 3}</p></body></html>", PageMode.LIST).reason
        == "unreadable"
    )


def test_f1_a_selector_that_finds_nothing_is_an_error() -> None:
    assert refused(LIST, selectors=Selectors(item="div.gone > p")).reason == "selector"
    assert refused(LIST, selectors=Selectors(item="ul.news > li", date="time.gone")).reason == "selector"


def test_k3_a_broken_selector_is_an_error_that_names_it() -> None:
    error = refused(LIST, selectors=Selectors(item="ul.news > li[["))
    assert error.reason == "selector"
    assert "li[[" in str(error)


def test_selectors_may_name_attributes() -> None:
    text = '<ul><li data-on="2026-11-20"><b>Season two is coming</b><i data-to="/x/1">go</i></li></ul>'
    found = read(text, selectors=Selectors(item="li", title="b", link="i@data-to", date=".@data-on"))
    (entry,) = found.entries
    assert (entry.title, entry.link, entry.published) == (
        "Season two is coming", "https://harbor.example/x/1", datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            '<html><body><div id="root"></div><script src="/app.js"></script></body></html>',
            "unreadable",
            id="F4-empty-root",
        ),
        pytest.param(
            "<html><title>Just a moment...</title><body>Checking your browser</body></html>",
            "challenge",
            id="A25-challenge",
        ),
        pytest.param(
            '<html><title>Login</title><body><form><input type="password"></form></body></html>',
            "challenge",
            id="F7-login",
        ),
        pytest.param(
            "<html><title>Maintenance</title><body>We'll be back soon</body></html>", "unreadable", id="A25-maintenance"
        ),
        pytest.param("", "unreadable", id="empty"),
        pytest.param("   \n", "unreadable", id="blank"),
        pytest.param("plain words", "unreadable", id="no-markup"),
    ],
)
def test_pages_that_cannot_be_read_are_errors(text: str, reason: str) -> None:
    assert refused(text).reason == reason


def test_f5_a_phrase_of_the_user_marks_a_placeholder() -> None:
    assert refused(LIST.replace("<ul", "<p>Coming Soon!</p><ul"), deny=("coming soon",)).reason == "unreadable"


def test_f8_inline_images_of_megabytes_cost_nothing() -> None:
    image = f'<img src="data:image/png;base64,{"A" * 4_000_000}">'
    assert len(read(LIST.replace("<ul", image + "<ul")).entries) == 5


@pytest.mark.parametrize(
    "junk", ["<div>" * 50_000, '<a b="' * 20_000, "<a " * 20_000, "<!-- --" * 20_000, "<li><a href=x>y" * 5_000]
)
def test_c5_c6_hostile_markup_ends_quickly(junk: str) -> None:
    began = time.monotonic()
    with suppress(ParseError):
        read(LIST.replace("<ul", junk + "<ul"))
    assert time.monotonic() - began < 5


def test_the_limit_is_said() -> None:
    found = read(LIST, limit=2)
    assert (len(found.entries), found.dropped) == (2, 3)
    assert "first 2 of 5" in found.warnings[0]


def test_json_ld_gives_entries_where_nothing_is_visible() -> None:
    text = """<html><body><div id="app"></div><script type="application/ld+json">{"@graph": [
    {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Home", "item": "https://harbor.example/"}]},
    {"@type": "NewsArticle", "headline": "Season two", "url": "/n/2", "datePublished": "2026-11-20", "author": {"name": "Mika"}},
    {"@type": ["BlogPosting"], "headline": "Season one", "mainEntityOfPage": {"@id": "https://harbor.example/n/1"}}]}</script>
    <script type="application/ld+json">{broken</script></body></html>"""
    found = read(text)
    assert found.kind == "json-ld"
    assert [(entry.title, entry.link, entry.author) for entry in found.entries] == [
        ("Season two", "https://harbor.example/n/2", "Mika"),
        ("Season one", "https://harbor.example/n/1", None),
    ]


def test_lists_of_other_things_are_not_news() -> None:
    schedule = "".join(
        f"<li>2026.12.{number:02} <a href='/e/{number}'>Fan meeting in city {number}</a></li>" for number in range(1, 9)
    )
    text = LIST.replace("<ul", f"<h2>Events</h2><ul class='event-list'>{schedule}</ul><h2>News</h2><ul")
    assert [entry.link for entry in read(text).entries] == [f"https://harbor.example/n/{number}" for number in range(5)]


@given(st.text(alphabet="<>/ abdhilpru=\"'!-2026.1", max_size=150))
def test_any_markup_is_entries_or_a_parse_error(text: str) -> None:
    for body in (text, LIST.replace("<ul", text + "<ul")):
        try:
            found = read(body)
        except ParseError:
            continue
        assert found.entries
        assert all(entry.title and entry.id for entry in found.entries)


def test_a_short_official_post_is_an_article_even_where_the_title_is_the_site() -> None:
    text = """<html lang="ja"><head><title>NEWS｜TVアニメ「茜の街」公式サイト</title></head><body><header><a href="/">TOP</a></header><main><div class="newsDetail">
    <p class="newsDetail_date">2026.11.20</p><h2>TVアニメ第2期制作決定！</h2><div>いつも応援ありがとうございます。<br>TVアニメ「茜の街」の第2期制作が決定いたしました！<br>
    放送時期などの詳細は続報をお待ちください。</div></div></main><footer>©製作委員会</footer></body></html>"""
    (entry,) = read(text).entries
    assert entry.title == "TVアニメ第2期制作決定！"
    assert entry.published is not None
    assert entry.published.date().isoformat() == "2026-11-20"


def test_pointers_and_places_on_the_page_are_related() -> None:
    inside = "<p>Read more: <a href='/x'>Moon Diner season 3 is confirmed</a></p><ul><li><a href='#a'>Is there a season 2</a></li></ul>"
    (entry,) = read(ARTICLE.replace("<h2>", inside + "<h2>", 1), PageMode.ARTICLE).entries
    kinds = {block.text: block.kind for block in entry.blocks}
    assert kinds["Read more: Moon Diner season 3 is confirmed"] is BlockKind.RELATED
    assert kinds["Is there a season 2"] is BlockKind.RELATED


def test_an_attribute_with_an_impossible_name_does_no_harm() -> None:
    assert len(read(LIST.replace("<head>", '<head><link {x}="1" <b="2" href="/feed" rel="alternate">')).entries) == 5
