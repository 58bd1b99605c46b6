"""Kind ``wordpress``: the posts API (``/wp-json/wp/v2/posts``), for sites that switched their feed off.

In:    bytes and `ParseContext`.
Out:   `Parsed`; `ParseError` for the API's own errors and for anything else.
Never: network, disk, clock.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.model import Entry
from watcher.sources.blocks import blocks_from_html
from watcher.sources.decode import decode
from watcher.sources.feeddates import Moment, parse_date
from watcher.sources.jsonld import text_in
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import MAX_TITLE, unmarked

_PATH = "/wp-json/wp/v2/posts"
_FIELDS = "id,date_gmt,modified_gmt,link,title,excerpt,content"


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask the site's API for its newest posts; a bare site address is enough."""
    url = source.url if "/wp-json/" in source.url or "rest_route=" in source.url else source.url.rstrip("/") + _PATH
    if not urlsplit(url).query:
        url = f"{url}?{urlencode({'per_page': 20, '_fields': _FIELDS}, safe=',')}"
    headers = tuple((name, value) for name, value in source.headers)
    return Request(url=url, accept="application/json", headers=headers, validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read posts."""
    posts = _loaded(decode(body, context.content_type).text)
    read = [entry for post in posts if isinstance(post, dict) and (entry := _entry(post, context)) is not None]
    lost = len(posts) - len(read)
    return Parsed(
        entries=tuple(read[: context.limit]),
        kind="wordpress",
        warnings=(f"{lost} broken entries were left out",) if lost else (),
        dropped=lost,
        closed=False,
    )


def _loaded(text: str) -> list[Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError("this is not the answer of a WordPress API", reason="not_a_feed") from error
    if isinstance(answer, dict):
        raise ParseError(f"the WordPress API answered: {str(answer.get('message', ''))[:200]}", reason="unreadable")
    if not isinstance(answer, list):
        raise ParseError("this is not the answer of a WordPress API", reason="not_a_feed")
    return answer


def _entry(post: dict[str, Any], context: ParseContext) -> Entry | None:
    title, link = unmarked(text_in(post.get("title"))), absolute(text_in(post.get("link")), context.url)
    if not title or not (link or post.get("id")):
        return None
    published, updated = _moment(post, "date_gmt", context), _moment(post, "modified_gmt", context)
    markup = text_in(post.get("content")) or text_in(post.get("excerpt"))
    return Entry(
        id=f"wp:{post.get('id')}" if post.get("id") else str(link),
        link=link,
        title=title[:MAX_TITLE],
        blocks=blocks_from_html(markup, link or context.url),
        published=published.at if published else None,
        updated=updated.at if updated else None,
    )


def _moment(post: dict[str, Any], name: str, context: ParseContext) -> Moment | None:
    """Read a time that WordPress writes in GMT without saying so."""
    raw = text_in(post.get(name))
    return parse_date(f"{raw}Z", context.tz) if raw and not raw.startswith("0000") else None
