"""Find where a site tells its news: the feed that it names, feeds at the usual places, else its page of news.

Polite: one page, and on request one round of guesses, one after the other, robots.txt obeyed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from watcher.config.settings import Config
from watcher.discover.search import short
from watcher.errors import FetchError, ParseError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import PAGE_ACCEPT, Request
from watcher.fetch.network import Resolver
from watcher.sources.decode import decode
from watcher.sources.discover import discover, probes
from watcher.sources.dom import parse_page, text_of
from watcher.sources.kinds import sniff
from watcher.sources.links import absolute

SECONDS = 6.0
_NEWS_PATH = re.compile(r"/(?:news|topics|information|info|whatsnew|blog)(?:/|\.\w+|/index\.\w+)?$", re.IGNORECASE)
_NEWS_WORD = re.compile(
    r"\s*(?:all\s+|latest\s+)?(?:news|topics|information|ニュース|お知らせ|新着情報)\s*", re.IGNORECASE
)

_NOT_HERE = frozenset({400, 401, 403, 404, 405, 406, 410})
"""Statuses that speak of one address; others speak of the server."""

Place = tuple[str, str]
"""A kind of source and an address."""


async def find_news(
    url: str,
    config: Config,
    *,
    now: Callable[[], datetime],
    seconds: float = SECONDS,
    resolve: Resolver | None = None,
) -> Place | None:
    """Look at a site's first page; None where it cannot be read in time."""
    try:
        async with (
            asyncio.timeout(seconds),
            Fetcher(config=short(config, seconds), now=now, resolve=resolve) as fetcher,
        ):
            response = await fetcher.fetch(Request(url=url, accept=PAGE_ACCEPT, robots=True))
        text = decode(response.body, response.headers.get("content-type", "")).text
    except (FetchError, ParseError, TimeoutError):
        return None
    return news_place(text, response.url, response.headers.get("link", ""))


def news_place(text: str, url: str, link_header: str = "") -> Place:
    """Say where a page's site tells its news; the page itself where it names no better place."""
    if feeds := discover(text, url, link_header):
        return "feed", feeds[0].url
    return "page", _news_page(text, url) or url


def _news_page(text: str, url: str) -> str | None:
    try:
        page = parse_page(text, url)
    except ParseError:
        return None
    host = urlsplit(page.url).hostname
    links = [(node, absolute(node.get("href"), page.url)) for node in page.root.iter("a") if node.get("href")]
    near = [(node, link.split("#")[0]) for node, link in links if link and urlsplit(link).hostname == host]
    named = (link for _, link in near if _NEWS_PATH.search(urlsplit(link).path))
    worded = (link for node, link in near if _NEWS_WORD.fullmatch(text_of(node)))
    return next(named, None) or next(worded, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One address that was asked for a feed."""

    url: str
    is_feed: bool = False
    became: str


async def probe_feeds(url: str, fetcher: Fetcher) -> tuple[Probed, ...]:
    """Ask for a feed where sites usually have one, one address after the other, until one answers.

    A server in trouble, or one that asks to be left alone, is not asked again.
    """
    asked: list[Probed] = []
    for address in probes(url):
        one, goes_on = await _probe(address, fetcher)
        asked.append(one)
        if not goes_on:
            break
    return tuple(asked)


async def _probe(address: str, fetcher: Fetcher) -> tuple[Probed, bool]:
    try:
        response = await fetcher.fetch(Request(url=address, robots=True))
    except FetchError as error:
        return Probed(url=address, became=str(error)), error.reason == "robots" or error.status in _NOT_HERE
    if sniff(response.body, response.headers.get("content-type", "")) == "feed":
        return Probed(url=response.url, is_feed=True, became="a feed"), False
    return Probed(url=address, became="no feed"), True
