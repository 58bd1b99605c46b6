"""Kind ``reddit``: the Atom feed of a subreddit or a search (``https://www.reddit.com/r/anime/.rss``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: each post with the outlet that it points to as `origin`; a login page is an error, not a quiet day.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from dataclasses import replace

from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.feed import Item
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.social import host, outlet

__all__ = ["parse", "request"]

_OWN = frozenset({"reddit.com", "old.reddit.com", "redd.it", "i.redd.it", "v.redd.it", "preview.redd.it"})
_TARGET = re.compile(r"<a href=\"([^\"<>]{1,2000})\">\[link\]</a>")


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read posts and where they point."""

    def adapt(item: Item, entry: Entry) -> Entry:
        markup = " ".join(str(part.get("value") or "") for part in item.get("content") or [])
        pointed = absolute(found[1].replace("&amp;", "&"), context.url) if (found := _TARGET.search(markup)) else None
        target = pointed if pointed is not None and host(pointed) not in _OWN else outlet(markup, context.url, own=_OWN)
        return replace(entry, origin=target)

    return feed.parse_as(body, context, adapt=adapt)
