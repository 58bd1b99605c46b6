"""Posts that a page states for machines (schema.org JSON-LD, microdata is read with the page itself).

In:    the data scripts of a `Page`.
Out:   `Datum`s: headline, link, date, all as stated.
Never: network, disk, clock; broken JSON is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from watcher.sources.dom import Page
from watcher.sources.plain import unmarked

_POSTS = frozenset(
    {
        "Article",
        "NewsArticle",
        "BlogPosting",
        "Report",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "TechArticle",
        "AnalysisNewsArticle",
        "PressRelease",
    }
)
_MAX_NODES = 50_000
_MAX_SCRIPT = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """A post as a data script states it."""

    title: str
    link: str = ""
    """As stated: absolute, relative, a slug, or nothing."""
    date: str | float | None = None
    text: str = ""
    author: str = ""


def posts(page: Page) -> list[Datum]:
    """Give the posts that JSON-LD describes."""
    found: list[Datum] = []
    for kind, text in page.data:
        if "ld+json" in kind and (value := loads(text)) is not None:
            found += [datum for node in walk(value) if (datum := _datum(node)) is not None]
    return list(dict.fromkeys(found))


def loads(text: str) -> Any:
    """Read JSON, or give None."""
    if len(text) > _MAX_SCRIPT:
        return None
    try:
        return json.loads(text.strip().removeprefix("<!--").removesuffix("-->").rstrip("; \n"), strict=False)
    except (ValueError, RecursionError):
        return None


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object inside a JSON value, in order, without recursion."""
    stack, seen = [value], 0
    while stack and seen < _MAX_NODES:
        seen += 1
        node = stack.pop()
        if isinstance(node, dict):
            if "BreadcrumbList" in types(node):
                continue
            yield node
            stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))


def types(node: dict[str, Any]) -> set[str]:
    """Give the schema.org types of an object, without their address."""
    kinds = node.get("@type")
    return {str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _datum(node: dict[str, Any]) -> Datum | None:
    kinds = types(node)
    listed = "ListItem" in kinds and not isinstance(node.get("item"), dict)
    if not (kinds & _POSTS or listed):
        return None
    title = unmarked(text_in(node.get("headline")) or text_in(node.get("name")))
    link = (
        text_in(node.get("url"))
        or text_in(node.get("mainEntityOfPage"))
        or text_in(node.get("@id"))
        or text_in(node.get("item"))
    )
    if not title or (listed and not link):
        return None
    date = text_in(node.get("datePublished")) or text_in(node.get("dateCreated")) or None
    return Datum(
        title=title, link=link, date=date, text=text_in(node.get("description")), author=text_in(node.get("author"))
    )


def text_in(value: Any) -> str:
    """Give the text of a value that may be wrapped in an object or a list."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = (
            value.get("name")
            or value.get("rendered")
            or value.get("@id")
            or value.get("url")
            or value.get("@value")
            or ""
        )
    return value.strip() if isinstance(value, str) else ""
