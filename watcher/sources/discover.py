"""Find the feeds behind a site: what its head names, and where feeds usually are.

In:    the text of a page and its address; headers.
Out:   addresses, best first.
Never: network; asking them is for the caller (one probe per host and day).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from watcher.errors import ParseError
from watcher.sources.dom import Page, parse_page
from watcher.sources.links import absolute
from watcher.sources.plain import tidy

_TYPES = {
    "application/atom+xml": 0,
    "application/rss+xml": 0,
    "application/rdf+xml": 1,
    "application/feed+json": 1,
    "application/json": 3,
    "application/xml": 3,
    "text/xml": 3,
}
_PROBES = ("/feed/", "/news/feed/", "/rss.xml", "/rss", "/index.rdf", "/atom.xml", "/index.xml")
_COMMENTS = re.compile(r"comments?(?:/|%20|\b)", re.IGNORECASE)
_FEED_LIKE = re.compile(
    r"(?:/feed/?|\.rss|\.rdf|/rss/?|/atom(?:\.xml)?|rss2?\.xml|feed\.(?:xml|json)|index\.rdf)$", re.IGNORECASE
)
_HEADER = re.compile(r"<([^>]{1,2000})>\s*((?:;[^,<]*)*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a site names."""

    url: str
    title: str = ""
    kind: str = ""
    """Its media type, where stated."""


def discover(text: str, url: str, link_header: str = "") -> tuple[FeedLink, ...]:
    """Give the feeds that a page names: in its Link header, its head, and among its own links."""
    try:
        page = parse_page(text, url)
    except ParseError:
        return ()
    found = [*_from_header(link_header, url), *_from_head(page), *_from_links(page)]
    distinct = {link.url: link for link in reversed(found)}
    return tuple(link for link in dict.fromkeys(distinct[one.url] for one in found) if not _is_comments(link))


def probes(url: str) -> tuple[str, ...]:
    """Give the addresses at which a site's feed may be, in the order to ask."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    folder = urljoin(url, ".")
    below = [f"{folder}feed/"] if folder.rstrip("/") != root else []
    return tuple(dict.fromkeys([*below, *(root + path for path in _PROBES)]))


def _from_header(header: str, url: str) -> list[FeedLink]:
    links = []
    for target, rest in _HEADER.findall(header):
        kind = found[1].lower() if (found := re.search(r"type=\"?([\w/+.-]+)", rest)) else ""
        if "alternate" in rest.lower() and kind in _TYPES and (link := absolute(target, url)):
            links.append(FeedLink(url=link, kind=kind))
    return links


def _from_head(page: Page) -> list[FeedLink]:
    ranked: list[tuple[int, FeedLink]] = []
    for link in page.head_links:
        rel, kind = link.get("rel", "").lower().split(), link.get("type", "").lower().split(";")[0].strip()
        named = "feed" in rel or ("alternate" in rel and kind in _TYPES and not link.get("hreflang"))
        target = absolute(link["href"], page.url)
        if named and target and "/wp-json/" not in target and "oembed" not in target:
            ranked.append((_TYPES.get(kind, 2), FeedLink(url=target, title=tidy(link.get("title", "")), kind=kind)))
    return [link for _, link in sorted(ranked, key=lambda pair: pair[0])]


def _from_links(page: Page) -> list[FeedLink]:
    """Give links in the page's text that look like feeds of the same site."""
    host = urlsplit(page.url).hostname
    targets = [absolute(node.get("href"), page.url) for node in page.root.iter("a") if node.get("href")]
    near = [
        target
        for target in targets
        if target and urlsplit(target).hostname == host and _FEED_LIKE.search(urlsplit(target).path)
    ]
    return [FeedLink(url=target) for target in near]


def _is_comments(link: FeedLink) -> bool:
    return bool(_COMMENTS.search(urlsplit(link.url).path) or _COMMENTS.search(link.title.split("»")[-1]))
