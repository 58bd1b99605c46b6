"""Kind ``feed``: RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom and JSON Feed.

In:    bytes and `ParseContext`.
Out:   `Parsed`; `ParseError` for what is no feed. A page where a feed was expected is never an empty feed.
Never: network, disk, clock. feedparser only ever sees a `BytesIO`: given text, it would open files and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from watcher.errors import ParseError
from watcher.model import Block, BlockKind, Entry
from watcher.sources import fastfeed, jsonfeed
from watcher.sources.blocks import blocks_from_html, blocks_from_text
from watcher.sources.decode import decode
from watcher.sources.dom import well_formed, xml_tree
from watcher.sources.feeddates import Moment, parse_date
from watcher.sources.feedhints import read_hints
from watcher.sources.identity import fingerprint
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import MAX_TITLE, tidy, unmarked
from watcher.sources.refusals import raw_refusal
from watcher.sources.xmltext import FeedText, prepare

_KINDS = {"rss10": "rdf", "rss090": "rdf"}
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}")
_DATE_IN_ITEM = re.compile(r"<(?:pubDate|dc:date|published|updated|issued)[^>]*>([^<]{6,60})<")
_MAX_BROKEN = 64
_STUMBLES = (ValueError, TypeError, LookupError, AttributeError, AssertionError)
_SHOWN = 120


Item = dict[str, Any]
"""One item (or the head of a feed) as feedparser gives it; of a JSON Feed, an empty one."""


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a feed of any make."""
    return parse_as(body, context)


def parse_as(
    body: bytes,
    context: ParseContext,
    *,
    adapt: Callable[[Item, Entry], Entry | None] | None = None,
    check: Callable[[Item, Sequence[Item]], None] | None = None,
    quick: bool = True,
) -> Parsed:
    """Read a feed for a kind that knows more about it.

    *adapt* completes an entry from its item, or leaves it out with None; *check* raises for a feed that is another one.
    Without *quick* even an ordinary feed goes through feedparser.
    """
    text = decode(body, context.content_type).text
    if text.lstrip().startswith("{"):
        parsed = jsonfeed.parse_text(text, context)
        return parsed if adapt is None else _adapted(parsed, [({}, entry) for entry in parsed.entries], adapt)
    feed = prepare(text)
    if feed is None:
        raise _no_feed(text)
    # A kind that knows more looks at what only feedparser reads.
    parsed, items, head = _read(feed, context, quick=quick and adapt is None and check is None)
    if check is not None:
        check(head, [item for item, _ in items])
    return parsed if adapt is None else _adapted(parsed, items, adapt)


def _adapted(
    parsed: Parsed, items: Sequence[tuple[Item, Entry]], adapt: Callable[[Item, Entry], Entry | None]
) -> Parsed:
    adapted = [adapt(item, entry) for item, entry in items]
    return replace(parsed, entries=tuple(entry for entry in adapted if entry is not None))


def _no_feed(text: str) -> ParseError:
    """Say what came instead of a feed."""
    head = text[:2_000].lower()
    if "<html" in head or "<!doctype html" in head or "<body" in head:
        refused = raw_refusal(text)
        if refused is not None:
            return ParseError(
                f"the server sent {refused.what} where a feed was expected",
                reason="challenge" if refused.reason == "challenge" else "not_a_feed",
            )
        return ParseError("this is a web page, not a feed", reason="not_a_feed")
    what = "XML of another kind" if "<" in head else "an empty answer" if not head.strip() else "text of another kind"
    return ParseError(f"this is {what}, not a feed", reason="not_a_feed")


def _read(feed: FeedText, context: ParseContext, *, quick: bool) -> tuple[Parsed, list[tuple[Item, Entry]], Item]:
    warnings = ["the feed is cut: its last, unfinished entry was left out"] if feed.cut else []
    feed, beyond = _limited(feed, context.limit)
    result, broken = _parsed(feed, quick=quick)
    if not result.get("version") and not result["entries"]:
        raise ParseError("this has the root of a feed but nothing of one inside", reason="not_a_feed")
    base = absolute(str(result["feed"].get("link") or ""), context.url) or context.url
    language = _language(result["feed"])
    read = [(item, _entry(item, base, language, context)) for item in result["entries"]]
    items = [(item, entry) for item, entry in read if entry is not None]
    lost = broken + sum(1 for item, entry in read if entry is None and item)
    undated = sum(1 for item, entry in items if entry.published is None and _raw_dates(item))
    warnings += (
        [f"only the newest {context.limit} of {beyond + context.limit} entries are considered"] if beyond else []
    )
    warnings += [f"{lost} broken entries were left out"] if lost else []
    warnings += [f"{undated} entries have a date that cannot be one"] if undated else []
    version = str(result.get("version") or "")
    parsed = Parsed(
        entries=tuple(entry for _, entry in items),
        kind=_KINDS.get(version, "atom" if version.startswith("atom") else "rss"),
        title=unmarked(str(result["feed"].get("title") or "")),
        hints=read_hints(feed.text, feed.item),
        warnings=tuple(warnings),
        dropped=beyond + lost,
        closed=False,
    )
    return parsed, items, result["feed"]


def _limited(feed: FeedText, limit: int) -> tuple[FeedText, int]:
    """Keep the newest items of an oversized feed, without parsing the others."""
    if feed.text.count(f"<{feed.item}") <= limit:
        return feed, 0
    head, items = feed.pieces()
    if len(items) <= limit:
        return feed, 0
    order = sorted(range(len(items)), key=lambda number: _age(items[number], number))
    kept = sorted(order[:limit])
    text = feed.with_items(head, [items[number] for number in kept])
    return FeedText(text=text, root=feed.root, item=feed.item, cut=feed.cut), len(items) - limit


def _age(item: str, position: int) -> tuple[float, int]:
    found = _DATE_IN_ITEM.search(item[:20_000])
    moment = parse_date(found[1]) if found else None
    return (-moment.at.timestamp() if moment else float("inf"), position)


def _parsed(feed: FeedText, *, quick: bool) -> tuple[Item, int]:
    """Parse strictly; where that fails, find the broken items and read the others. *quick* reads ordinary feeds."""
    tree = xml_tree(feed.text)
    if tree is None:
        feed = feed.mended()
        tree = xml_tree(feed.text)
    if tree is not None:
        return (fastfeed.read(tree) if quick else None) or _feedparser(feed.text), 0
    head, items = feed.pieces()
    if not items:
        return _feedparser(feed.text), 0
    good, bad = _sorted_out(feed, head, items)
    result = _feedparser(feed.with_items(head, good))
    for item in bad:
        mended = item if f"</{feed.item}>" in item else f"{item}</{feed.item}>"
        result["entries"] += [
            one for one in _feedparser(feed.with_items(head, [mended]))["entries"][:1] if _usable(one)
        ]
    return result, len(items) - len(result["entries"])


def _sorted_out(feed: FeedText, head: str, items: list[str]) -> tuple[list[str], list[str]]:
    """Halve until the broken items stand alone."""
    good: list[str] = []
    bad: list[str] = []
    stack = [items]
    while stack:
        some = stack.pop()
        if well_formed(feed.with_items(head, some)):
            good = some + good
        elif len(some) == 1:
            bad.append(some[0])
        elif len(bad) < _MAX_BROKEN:
            stack += [some[: len(some) // 2], some[len(some) // 2 :]]
    return good, bad


def _usable(item: Item) -> bool:
    title = dict.get(item, "title", "")
    return bool(title) and "<" not in title.replace("<b>", "").replace("<i>", "")


def _feedparser(text: str) -> Item:
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load, and ordinary feeds need none

    headers = {"content-type": "application/xml; charset=utf-8"}
    body = BytesIO(text.encode("utf-8", "replace"))
    try:
        return dict(feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False))
    except _STUMBLES as error:  # over names and references that no feed means
        raise ParseError(f"the feed is too broken to be read ({error})", reason="unreadable") from error


def _entry(item: Item, base: str, language: str | None, context: ParseContext) -> Entry | None:
    """Read one item; None where there is nothing to know it by."""
    blocks = _blocks(item, base)
    title = unmarked(dict.get(item, "title", "")) or _first_line(blocks)
    link = _link(item, base)
    own = tidy(str(dict.get(item, "id", "") or ""))[:2_048]
    if not title or (not link and not own and not blocks and not dict.get(item, "title")):
        return None
    published, updated = _dates(item, context)
    return Entry(
        id=own or link or fingerprint(title, published.at if published else None),
        link=link,
        title=title[:MAX_TITLE],
        blocks=blocks,
        published=published.at if published else None,
        date_only=published.date_only if published else False,
        updated=updated.at if updated else None,
        language=_language(item.get("title_detail") or {}) or language,
        author=unmarked(dict.get(item, "author", "") or "")[:200] or None,
        origin=absolute(str((dict.get(item, "source") or {}).get("href") or ""), base),
    )


def _first_line(blocks: Sequence[Block]) -> str:
    """Give posts without a title their first line (Mastodon, Bluesky)."""
    text = next((block.text for block in blocks if block.kind is not BlockKind.RELATED), "")
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + "…"


def _link(item: Item, base: str) -> str | None:
    for raw in _links(item):
        link = raw.strip()
        if link and " " not in link and (found := absolute(link, base)):
            return found
    return None


def _links(item: Item) -> Iterator[str]:
    yield str(dict.get(item, "feedburner_origlink") or "")
    yield str(dict.get(item, "link") or "")
    yield from (str(link.get("href") or "") for link in dict.get(item, "links", []) if link.get("rel") == "alternate")
    if dict.get(item, "guidislink") is not False:
        yield str(dict.get(item, "id") or "")


def _blocks(item: Item, base: str) -> Sequence[Block]:
    """Read the longest text that an item carries."""
    parts = [(str(part.get("value") or ""), str(part.get("type") or "")) for part in dict.get(item, "content", [])]
    detail = dict.get(item, "summary_detail") or {}
    parts.append((str(dict.get(item, "summary", "") or ""), str(detail.get("type") or "")))
    text, kind = max(parts, key=lambda part: len(part[0]))
    return blocks_from_text(text) if kind == "text/plain" else blocks_from_html(text, base)


def _raw_dates(item: Item) -> list[str]:
    return [str(raw) for name in ("published", "created", "updated") if (raw := dict.get(item, name))]


def _dates(item: Item, context: ParseContext) -> tuple[Moment | None, Moment | None]:
    updated = parse_date(dict.get(item, "updated"), context.tz)
    stated = [parse_date(dict.get(item, name), context.tz) for name in ("published", "created")]
    published = next((moment for moment in stated if moment is not None), None)
    return published or (updated if not dict.get(item, "published") else None), updated


def _language(detail: Item) -> str | None:
    found = str(detail.get("language") or "").strip().replace("_", "-")
    return found if _LANGUAGE.fullmatch(found) else None
