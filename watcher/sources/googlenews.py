"""Kind ``google-news``: a search feed (``https://news.google.com/rss/search?q=…``), a pointer to outlets.

In:    bytes and `ParseContext`.
Out:   `Parsed`: headline without the publisher behind it, `origin` is the publisher's home, `author` its name.
Never: network, disk, clock. The opaque link is not decoded.
"""

from __future__ import annotations

from dataclasses import replace

from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.feed import Item
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import unmarked

__all__ = ["parse", "request"]


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read search results."""
    return feed.parse_as(body, context, adapt=_adapt)


def _adapt(item: Item, entry: Entry) -> Entry:
    publisher = unmarked(str((item.get("source") or {}).get("title") or ""))
    title = entry.title.removesuffix(f" - {publisher}") if publisher else entry.title
    # The description repeats the headline as a link; it is no text of the article.
    return replace(entry, title=title or entry.title, author=publisher or entry.author, blocks=())
