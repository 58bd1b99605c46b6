"""JSON Feed 1.0 and 1.1, read for the kind ``feed``.

In:    decoded text and `ParseContext`.
Out:   `Parsed`; `ParseError` for JSON of another kind.
Never: network, disk, clock.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from watcher.errors import ParseError
from watcher.model import Block, Entry
from watcher.sources.blocks import blocks_from_html, blocks_from_text
from watcher.sources.feeddates import Moment, parse_date
from watcher.sources.identity import fingerprint
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import MAX_TITLE, unmarked

_SHOWN = 120


def parse_text(text: str, context: ParseContext) -> Parsed:
    """Read a JSON Feed."""
    feed = _loaded(text)
    items = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version", "")) or not isinstance(items, list):
        raise ParseError(f"this is JSON, but not a feed{_message(feed)}", reason="not_a_feed")
    base = absolute(str(feed.get("home_page_url") or ""), context.url) or context.url
    read = [_entry(item, base, feed, context) for item in items if isinstance(item, dict)]
    entries = [entry for entry in read if entry is not None]
    beyond = max(0, len(entries) - context.limit)
    lost = len(items) - len(entries)
    if beyond:
        entries = _newest(entries, context.limit)
    warnings = [f"only the newest {context.limit} of {beyond + context.limit} entries are considered"] if beyond else []
    warnings += [f"{lost} broken entries were left out"] if lost else []
    return Parsed(
        entries=tuple(entries),
        kind="json",
        title=unmarked(str(feed.get("title") or "")),
        warnings=tuple(warnings),
        dropped=beyond + lost,
        closed=False,
    )


def _newest(entries: list[Entry], limit: int) -> list[Entry]:
    order = sorted(
        range(len(entries)),
        key=lambda number: -moment.timestamp() if (moment := entries[number].published) else float("inf"),
    )
    return [entries[number] for number in sorted(order[:limit])]


def _loaded(text: str) -> dict[str, Any]:
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError("this begins like JSON, but is not", reason="not_a_feed") from error
    if not isinstance(feed, dict):
        raise ParseError("this is JSON, but not a feed", reason="not_a_feed")
    return feed


def _message(feed: dict[str, Any]) -> str:
    """Give the words of an error that an API sent in place of a feed."""
    words = feed.get("message") or feed.get("error") or feed.get("detail") or ""
    return f": {unmarked(words)[:200]}" if isinstance(words, str) and words else ""


def _entry(item: dict[str, Any], base: str, feed: dict[str, Any], context: ParseContext) -> Entry | None:
    own = item.get("id")
    link = next((found for name in ("url", "external_url") if (found := absolute(_text(item, name), base))), None)
    blocks = _blocks(item, base)
    title = unmarked(_text(item, "title")) or (blocks[0].text[:_SHOWN] if blocks else "")
    if not title or not (own or link or blocks):
        return None
    published, updated = _moment(item, "date_published", context), _moment(item, "date_modified", context)
    published = published or (updated if not item.get("date_published") else None)
    return Entry(
        id=str(own) if own else link or fingerprint(title, published.at if published else None),
        link=link,
        title=title[:MAX_TITLE],
        blocks=blocks,
        published=published.at if published else None,
        date_only=published.date_only if published else False,
        updated=updated.at if updated else None,
        language=_text(item, "language") or _text(feed, "language") or None,
        author=_author(item) or _author(feed),
        origin=absolute(_text(item, "external_url"), base),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _blocks(item: dict[str, Any], base: str) -> Sequence[Block]:
    if marked := _text(item, "content_html"):
        return blocks_from_html(marked, base)
    return blocks_from_text(_text(item, "content_text") or _text(item, "summary"))


def _moment(item: dict[str, Any], name: str, context: ParseContext) -> Moment | None:
    return parse_date(_text(item, name), context.tz)


def _author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors") or [item.get("author")]
    first = authors[0] if isinstance(authors, list) and authors else None
    name = first.get("name") if isinstance(first, dict) else None
    return unmarked(name)[:200] if isinstance(name, str) and name else None
