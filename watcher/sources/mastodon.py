"""Kind ``mastodon``: the RSS of an account or a hashtag (``https://instance/@user.rss``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: posts have no title (their first line stands for it); `origin` is the first link away from the network.
Never: network, disk, clock.
"""

from __future__ import annotations

from dataclasses import replace

from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.feed import Item
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.social import outlet

__all__ = ["parse", "request"]


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read an account's posts."""

    def adapt(item: Item, entry: Entry) -> Entry:
        return replace(entry, origin=outlet(str(item.get("summary") or ""), entry.link or context.url))

    return feed.parse_as(body, context, adapt=adapt)
