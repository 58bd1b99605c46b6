"""Kind ``bluesky``: an account's posts, as RSS (``https://bsky.app/profile/did:…/rss``) or from the public API.

In:    bytes and `ParseContext`.
Out:   `Parsed`; `ParseError` where the posts are of another account than the DID in the address.
Never: network, disk, clock. A handle can change hands, a DID cannot: pin the DID.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from watcher.errors import ParseError
from watcher.model import Entry
from watcher.sources import feed
from watcher.sources.askfeed import request
from watcher.sources.blocks import blocks_from_text
from watcher.sources.decode import decode
from watcher.sources.feeddates import parse_date
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed

__all__ = ["parse", "request"]

_DID = re.compile(r"did:(?:plc|web):[A-Za-z0-9._:%-]+")
_SHOWN = 120


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read an account's posts from either form."""
    text = decode(body, context.content_type).text.lstrip()
    parsed = _from_api(text, context) if text.startswith("{") else feed.parse(body, context)
    asked = _DID.search(unquote(context.url))
    spoken = dict.fromkeys(found[0] for entry in parsed.entries if (found := _DID.search(entry.id)))
    if asked is not None and spoken and asked[0] not in spoken:
        raise ParseError("these are posts of another account", reason="identity")
    return replace(
        parsed, account=asked[0] if asked else next(iter(spoken), ""), warnings=_unpinned(parsed, asked, spoken)
    )


def _unpinned(parsed: Parsed, asked: re.Match[str] | None, spoken: Iterable[str]) -> tuple[str, ...]:
    """Advise to pin the account, where the address has only its handle."""
    did = next(iter(spoken), "")
    return parsed.warnings if asked or not did else (*parsed.warnings, f"write {did} in place of the handle: it stays")


def _from_api(text: str, context: ParseContext) -> Parsed:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError("the answer is broken JSON", reason="unreadable") from error
    posts = answer.get("feed")
    if not isinstance(posts, list):
        raise ParseError(
            f"the service answered with an error: {str(answer.get('message', ''))[:200]}", reason="unreadable"
        )
    entries = [entry for post in posts if isinstance(post, dict) and (entry := _entry(post, context)) is not None]
    return Parsed(entries=tuple(entries[: context.limit]), kind="bluesky", title=_name(posts), closed=False)


def _name(posts: Iterable[Any]) -> str:
    return next((str(_at(post, "post", "author", "handle") or "") for post in posts), "")


def _at(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _entry(item: dict[str, Any], context: ParseContext) -> Entry | None:
    uri, text = _at(item, "post", "uri"), _at(item, "post", "record", "text")
    if item.get("reason") or not isinstance(uri, str) or not isinstance(text, str) or not text.strip():
        return None  # a repost is somebody else's word
    blocks = blocks_from_text(text)
    published = parse_date(_at(item, "post", "record", "createdAt"), context.tz)
    title = blocks[0].text
    languages = _at(item, "post", "record", "langs")
    return Entry(
        id=uri,
        link=f"https://bsky.app/profile/{_at(item, 'post', 'author', 'did')}/post/{uri.rsplit('/', 1)[-1]}",
        title=title if len(title) <= _SHOWN else title[:_SHOWN].rsplit(" ", 1)[0] + "…",
        blocks=blocks,
        published=published.at if published else None,
        language=languages[0] if isinstance(languages, list) and languages and isinstance(languages[0], str) else None,
        author=_at(item, "post", "author", "handle"),
        origin=absolute(str(_at(item, "post", "record", "embed", "external", "uri") or ""), context.url),
    )
