"""Find the next page of a news list.

In:    a page.
Out:   the address of the page behind it, or None.
Never: network, disk, clock.

What a page states (``rel="next"``) comes before what it looks like: a link that says "next" in a few languages, or an
arrow, and leads to the same folder or path with another page number.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from watcher.sources.dom import Element, Page, text_of
from watcher.sources.links import absolute
from watcher.sources.plain import tidy

_NEXT = re.compile(
    r"(?:next(?:\s+page)?|older(?:\s+(?:posts|news|entries))?|次へ|次の?ページ|次|もっと見る|siguiente|próxima|suivante?"
    r"|nächste(?:\s+seite)?|weiter|successiva|[›»>→]{1,2})(?:\s*[›»>→]{1,2})?",
    re.IGNORECASE,
)
_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.IGNORECASE)
_PAGED = re.compile(
    r"(?:[/?&_-](?:page|paged|p|pg|offset|start)[/=_-]?\d+|/\d{1,4}(?:\.html?)?/?$|[_-]\d{1,4}\.html?$)"
)


def next_page(page: Page) -> str | None:
    """Give where the list goes on, at the same server."""
    stated = [link.get("href", "") for link in page.head_links if "next" in link.get("rel", "").split()]
    anchors = [(node, href) for node in page.root.iter("a") if (href := node.get("href"))]
    stated += [href for node, href in anchors if "next" in (node.get("rel") or "").split()]
    seen = [href for node, href in anchors if _PAGED.search(href) and _says_next(node)]
    found = [absolute(href, page.url) for href in (*stated, *seen) if href]
    return next((link for link in found if link and _same_server(link, page.url) and link != page.url), None)


def _says_next(node: Element) -> bool:
    said = (text_of(node), tidy(node.get("aria-label") or ""))
    return any(map(_NEXT.fullmatch, said)) or _CLASS.search(node.get("class") or "") is not None


def _same_server(link: str, home: str) -> bool:
    one, other = urlsplit(link), urlsplit(home)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)
