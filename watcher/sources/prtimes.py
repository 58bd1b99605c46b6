"""Kind ``prtimes``: press releases of one company (``https://prtimes.jp/companyrdf.php?company_id=…``) or of all.

In:    bytes and `ParseContext`.
Out:   `Parsed`: the issuing company is the entry's author, since a release is the word of its issuer.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from dataclasses import replace

from watcher.errors import ParseError
from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.feed import Item
from watcher.sources.parsed import ParseContext, Parsed

__all__ = ["parse", "request"]

_ISSUER = re.compile(r"\s*[\[［【]([^\]］】]{1,80})[\]］】]")
_RELEASE = re.compile(r"/p/(\d{9})\.(\d{9})\.html")
_ASKED = re.compile(r"company_id=0*(\d+)")


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read releases; those of another company than the one asked for are an error."""
    asked = _ASKED.search(context.url)

    def adapt(_: Item, entry: Entry) -> Entry:
        issuer = _ISSUER.match(entry.body)
        return replace(entry, author=issuer[1].strip() if issuer else entry.author)

    parsed = feed.parse_as(body, context, adapt=adapt)
    issuers = {int(found[2]) for entry in parsed.entries if (found := _RELEASE.search(entry.link or ""))}
    if asked is not None and issuers and int(asked[1]) not in issuers:
        raise ParseError("these are releases of another company", reason="identity")
    return parsed
