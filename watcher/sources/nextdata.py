"""Posts inside the state that a page made in the browser carries along.

In:    the data scripts of a `Page`: ``__NEXT_DATA__``, ``__NUXT__``, ``__INITIAL_STATE__`` and their like.
Out:   `Datum`s of the list that looks most like news.
Never: network, disk, clock; no script is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from watcher.sources.dom import Page
from watcher.sources.feeddates import from_epoch, parse_date
from watcher.sources.jsonld import Datum, loads, text_in
from watcher.sources.pagedates import whole
from watcher.sources.pagewords import words
from watcher.sources.plain import unmarked

_TITLES = ("title", "headline", "subject", "ttl", "newstitle", "posttitle", "name", "heading")
_DATES = (
    *("publishedat", "publishdate", "publisheddate", "datepublished", "pubdate", "published", "publishat", "publish"),
    *("postedat", "postdate", "posted", "newsdate", "displaydate", "opendate", "releasedat", "releasedate", "date"),
    *("datetime", "dategmt", "firstpublishedat", "startat", "createdat", "created", "time", "timestamp", "day"),
    *("updatedat", "updated", "modified"),
)
_LINKS = ("url", "link", "href", "permalink", "path", "uri", "slug", "id", "newsid", "postid", "contentid", "code")
_TEXTS = ("description", "excerpt", "summary", "lead", "body", "content")
_ASSIGNED = re.compile(r"[\w$.\[\]'\"]{2}\s*=\s*(?=[\[{])")
"""The end of a name, and what it is given."""
_PUSHED = re.compile(r"__next_f\.push\((\[.*?\])\)\s*;?\s*$", re.DOTALL)
_MAX_NODES = 100_000
_MAX_POSTS = 5_000


def posts(page: Page) -> list[Datum]:
    """Give the best list of posts in a page's state."""
    lists = [found for value in _states(page) for found in _lists(value)]
    return max(lists, key=_worth, default=(0.0, []))[1]


def _worth(found: tuple[float, list[Datum]]) -> float:
    weight, data = found
    dated = sum(1 for datum in data if datum.date is not None)
    return weight * (len(data) + 3 * dated)


def _states(page: Page) -> Iterator[Any]:
    pushed: list[str] = []
    for kind, text in page.data:
        if "ld+json" in kind or not text.strip():
            continue
        if kind == "__NUXT_DATA__":
            yield _revived(loads(text))
        elif (push := _PUSHED.search(text)) is not None:
            pushed += [piece for piece in loads(push[1]) or [] if isinstance(piece, str)]
        elif (value := loads(text)) is not None:
            yield value
        else:
            yield from _assigned(text)
    yield from _flight("".join(pushed))


def _assigned(text: str) -> Iterator[Any]:
    """Give the JSON values that a script assigns."""
    decoder = json.JSONDecoder(strict=False)
    for found in islice(_ASSIGNED.finditer(text[:2_000_000]), 20):
        try:
            yield decoder.raw_decode(text, found.end())[0]
        except (ValueError, RecursionError):
            continue


def _flight(text: str) -> Iterator[Any]:
    """Give the values of a streamed React page: lines of ``id:json``."""
    for row in text.splitlines()[:5_000]:
        _, _, value = row.partition(":")
        if value[:1] in "[{" and (found := loads(value)) is not None:
            yield found


def _revived(flat: Any) -> Any:
    """Undo Nuxt's flattening, in which every value of an object is an index into one list."""
    if not isinstance(flat, list):
        return None
    return [
        {key: flat[at] for key, at in node.items() if isinstance(at, int) and 0 <= at < len(flat)}
        for node in flat[:_MAX_NODES]
        if isinstance(node, dict)
    ]


def _lists(value: Any) -> Iterator[tuple[float, list[Datum]]]:
    """Give every list of objects that reads as posts, with the weight that its name has."""
    stack: list[tuple[Any, float]] = [(value, 1.0)]
    seen = 0
    while stack and seen < _MAX_NODES:
        node, weight = stack.pop()
        seen += 1
        if isinstance(node, dict):
            if (keyed := _keyed(node)) is not None:
                yield weight, keyed
            stack.extend((child, weight * _named(key)) for key, child in node.items() if isinstance(child, dict | list))
        elif isinstance(node, list):
            data = [
                datum for child in node[:_MAX_POSTS] if isinstance(child, dict) and (datum := _datum(child)) is not None
            ]
            if data and len(data) * 2 >= len(node):
                yield weight, data
            stack.extend((child, weight) for child in node if isinstance(child, dict | list))


def _keyed(node: dict[str, Any]) -> list[Datum] | None:
    """Read an object whose every value is a post: a list kept under the posts' ids."""
    if len(node) < 2 or not all(isinstance(child, dict) for child in node.values()):
        return None
    data = [_datum(child) for child in list(node.values())[:_MAX_POSTS]]
    dated = [datum for datum in data if datum is not None and datum.date is not None]
    return dated if len(dated) == len(data) else None


def _named(key: str) -> float:
    parts = set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", key).lower()))
    if not parts.isdisjoint(words("lists", "other")):
        return 0.2
    return 1.5 if not parts.isdisjoint(words("lists", "news")) else 1.0


def _datum(node: dict[str, Any]) -> Datum | None:
    """Read an object as a post: it has a headline, and a date or somewhere to go."""
    inner = node.get("node") or node.get("attributes") or node.get("fields")
    fields = {
        re.sub(r"[^a-z]", "", key.lower()): value
        for key, value in {**node, **(inner if isinstance(inner, dict) else {})}.items()
    }
    title = next((unmarked(text) for name in _TITLES if (text := text_in(fields.get(name)))), "")
    date = next((found for name in _DATES if (found := _date(fields.get(name))) is not None), None)
    link = next((text for name in _LINKS if (text := _link(fields.get(name)))), "")
    named = "title" in fields or "headline" in fields or "subject" in fields
    if len(title) < 2 or not (date is not None or (link and named)):
        return None
    text = next((text for name in _TEXTS if (text := text_in(fields.get(name)))), "")
    return Datum(title=title, link=link, date=date, text=text)


def _date(value: Any) -> str | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if value > 1e8 and from_epoch(float(value)) is not None else None
    text = text_in(value)
    readable = parse_date(text) is not None or ((label := whole(text)) is not None and label.full)
    return text if readable else None


def _link(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        value = value.get("current") or value.get("href") or value.get("path") or ""
    return value.strip() if isinstance(value, str) and len(value) < 500 else ""
