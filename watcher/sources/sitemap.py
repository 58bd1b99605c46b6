"""Kind ``sitemap``: sitemaps and news sitemaps, for sites that list their pages for machines only.

In:    bytes and `ParseContext`.
Out:   `Parsed`: one entry per page, or of an index the parts to be read; `ParseError` for no sitemap.
Never: network, disk, clock.

A plain sitemap has no headlines: the words of the address stand for them. ``lastmod`` is used as a date only where it
varies; servers that put today everywhere say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote, urlsplit

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.model import Entry
from watcher.sources import askfeed
from watcher.sources.decode import decode
from watcher.sources.feeddates import parse_date
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import MAX_TITLE, tidy, unmarked

_URL = re.compile(r"<(?:[\w.-]+:)?url\s*>(.*?)</(?:[\w.-]+:)?url\s*>", re.DOTALL)
_FIELD = re.compile(
    r"<(?:(?P<space>[\w.-]+):)?(?P<name>loc|lastmod|title|publication_date|language|name)\s*>(?P<text>[^<]*(?:<!\[CDATA\[.*?\]\]>)?[^<]*)<",
    re.DOTALL,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex)[\s>]")
_PART = re.compile(r"<(?:[\w.-]+:)?sitemap\s*>(.*?)</(?:[\w.-]+:)?sitemap\s*>", re.DOTALL)
_PARTS = 4
"""So many parts of an index are read: those that changed last. What is new stands in one of them."""
_VARIED = 3


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the sitemap like for a feed."""
    return askfeed.request(source, state)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a sitemap; newest pages first where dates tell."""
    text = decode(body, context.content_type).text
    root = _ROOT.search(text[:20_000])
    if root is None or "<!ENTITY" in text[:20_000]:
        raise ParseError("this is not a sitemap", reason="not_a_feed")
    if root[1] == "sitemapindex":
        return _index(text, context)
    pages = [_fields(found[1]) for found in _URL.finditer(text)]
    trusted = len({fields.get("lastmod") for fields in pages}) >= min(_VARIED, len(pages))
    read = [entry for fields in pages if (entry := _entry(fields, context, dated=trusted)) is not None]
    kept = _newest(read, context.limit)
    beyond = len(read) - len(kept)
    warnings = (f"only the newest {len(kept)} of {len(read)} pages are considered",) if beyond else ()
    return Parsed(entries=tuple(kept), kind="sitemap", warnings=warnings, dropped=beyond)


def _index(text: str, context: ParseContext) -> Parsed:
    """Name the parts of an index that changed last (sitemaps.org: ``lastmod`` of a ``sitemap``)."""
    parts: list[tuple[float, str]] = []
    for found in _PART.finditer(text):
        fields = _fields(found[1])
        changed = parse_date(fields.get("lastmod"), context.tz)
        if (link := absolute(fields.get("loc", ""), context.url)) is not None:
            parts.append((-changed.at.timestamp() if changed else float("inf"), link))
    if not parts:
        raise ParseError("this index of sitemaps names none", reason="not_a_feed")
    newest = [link for _, link in sorted(parts, key=lambda part: part[0])[:_PARTS]]
    left = len(parts) - len(newest)
    warnings = (
        (f"of an index of sitemaps the {len(newest)} that changed last are read, {left} are not",) if left else ()
    )
    return Parsed(entries=(), kind="sitemap", further=tuple(newest), warnings=warnings)


def _fields(part: str) -> dict[str, str]:
    """Give the texts of one page; those of the news namespace by their own names."""
    found: dict[str, str] = {}
    for field in _FIELD.finditer(part):
        name = "publisher" if field["name"] == "name" else field["name"]
        text = field["text"].replace("<![CDATA[", "").replace("]]>", "")
        found.setdefault(f"image {name}" if field["space"] in {"image", "video"} else name, tidy(unescape(text)))
    return found


def _entry(fields: dict[str, str], context: ParseContext, *, dated: bool) -> Entry | None:
    link = absolute(fields.get("loc", ""), context.url)
    if link is None:
        return None
    published = parse_date(fields.get("publication_date"), context.tz)
    changed = parse_date(fields.get("lastmod"), context.tz) if dated else None
    return Entry(
        id=link,
        link=link,
        title=unmarked(fields.get("title", "")) or _words(link),
        published=published.at if published else None,
        date_only=published.date_only if published else False,
        updated=changed.at if changed else None,
        language=fields.get("language") or None,
        author=fields.get("publisher") or None,
    )


def _words(link: str) -> str:
    """Read an address as words: ``/news/season-2-announced.html`` is "season 2 announced"."""
    path = unquote(urlsplit(link).path).rstrip("/")
    name = re.sub(r"\.\w{2,5}$", "", path.rsplit("/", 1)[-1])
    return tidy(re.sub(r"[-_+]+", " ", name))[:MAX_TITLE] or link


def _newest(entries: Sequence[Entry], limit: int) -> list[Entry]:
    def age(entry: Entry) -> float:
        at = entry.published or entry.updated
        return -at.timestamp() if at else float("inf")

    return sorted(entries, key=age)[:limit]
