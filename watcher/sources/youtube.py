"""Kind ``youtube``: the Atom feed of a channel or playlist (``…/feeds/videos.xml?channel_id=UC…``).

In:    bytes and `ParseContext`.
Out:   `Parsed`; `ParseError` where the feed belongs to another channel than the one asked for.
Never: network, disk, clock.

These feeds answer 404 or 500 for hours on most days; that is the fetcher's matter and never "gone". Wrong channel ids
circulate widely, so the feed must carry the id that was asked for, and its name is shown as the feed's title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from watcher.errors import ParseError
from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.feed import Item
from watcher.sources.parsed import ParseContext, Parsed

__all__ = ["parse", "request"]

_UPLOADS = re.compile(r"UU(?:LF)?([\w-]{22})")


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a channel's newest videos, without shorts."""
    query = parse_qs(urlsplit(context.asked or context.url).query)
    # A playlist of all uploads has its channel's id, with another beginning: UU…, UULF… (without shorts).
    uploads = _UPLOADS.fullmatch(query.get("playlist_id", [""])[0])
    wanted = query.get("channel_id", [f"UC{uploads[1]}" if uploads else ""])[0]
    speaking: list[str] = []

    def check(head: Item, items: Sequence[Item]) -> None:
        found = {str(item.get("yt_channelid") or "") for item in items} | {str(head.get("yt_channelid") or "")}
        named = {id_.removeprefix("UC") for id_ in found if id_}
        speaking.extend(sorted(named))
        if wanted and named and named != {wanted.removeprefix("UC")}:
            raise ParseError(f"this is the feed of another channel ({head.get('title', '')})", reason="identity")

    parsed = feed.parse_as(body, context, adapt=_adapt, check=check)
    return replace(parsed, account=f"UC{speaking[0]}" if len(speaking) == 1 else "")


def _adapt(item: Item, entry: Entry) -> Entry | None:
    if "/shorts/" in (entry.link or ""):
        return None
    video = str(item.get("yt_videoid") or "")
    return replace(entry, id=f"yt:video:{video}") if video else entry
