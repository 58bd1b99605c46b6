"""The next page of a news list: stated, said in words, or shown as an arrow; sliders and other servers are none."""

import pytest

from watcher.sources.dom import parse_page
from watcher.sources.pagenext import next_page

HOME = "https://studio.example/news/"


def found(markup: str, head: str = "") -> str | None:
    return next_page(parse_page(f"<html><head>{head}</head><body><p>News</p>{markup}</body></html>", HOME))


@pytest.mark.parametrize(
    ("markup", "link"),
    [
        ('<a rel="next" href="?page=2">2</a>', "https://studio.example/news/?page=2"),
        ('<a rel="nofollow next" href="/news/archive">more</a>', "https://studio.example/news/archive"),
        ('<a href="/news/page/2/">Next</a>', "https://studio.example/news/page/2/"),
        ('<a href="/news/page/2/">次のページ</a>', "https://studio.example/news/page/2/"),
        ('<a href="/news/page/2/">次へ ›</a>', "https://studio.example/news/page/2/"),
        ('<a href="/news/?p=20" aria-label="Next page">▸</a>', "https://studio.example/news/?p=20"),
        ('<a class="pager-next" href="list_2.html">2</a>', "https://studio.example/news/list_2.html"),
        ('<a href="/news/page/2/">Older posts</a>', "https://studio.example/news/page/2/"),
        ('<a class="slider-next" href="#">›</a>', None),
        ('<a href="/about/">Next</a>', None),
        ('<a href="/news/page/2/">Next stop: Berlin</a>', None),
        ('<a rel="next" href="https://other.example/2">2</a>', None),
        ('<a rel="next" href="https://studio.example/news/">1</a>', None),
        ("<p>no pager</p>", None),
    ],
)
def test_next_page(markup: str, link: str | None) -> None:
    assert found(markup) == link


def test_next_page_of_the_head() -> None:
    assert found("<p>x</p>", '<link rel="next" href="/news/page/2/">') == "https://studio.example/news/page/2/"
