"""Kinds ``rsshub`` and ``rss-bridge``: feeds that a program of the user makes from something else.

In:    bytes and `ParseContext`.
Out:   `Parsed`; a bridge tells its own failures as items, which are `ParseError` here and never news.
Never: network, disk, clock.
"""

from __future__ import annotations

import re

from watcher.errors import ParseError
from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.feed import Item
from watcher.sources.parsed import ParseContext, Parsed

__all__ = ["parse", "request"]

_FAILURE = re.compile(
    r"(?:RSS-Bridge:\s*)?(?:Bridge returned error|.{0,60}was unable to receive or process)|RSSHub(?: \S+)? error"
    r"|Looks like something went wrong|Error: .{0,40}(?:RequestInProgress|NotFound|FetchError)",
    re.IGNORECASE,
)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a bridged feed."""
    failures: list[str] = []

    def adapt(_: Item, entry: Entry) -> Entry | None:
        if _FAILURE.match(entry.title) is None:
            return entry
        failures.append(entry.title)
        return None

    parsed = feed.parse_as(body, context, adapt=adapt)
    if failures:
        raise ParseError(f"the bridge failed: {failures[0][:200]}", reason="unreadable")
    return parsed
