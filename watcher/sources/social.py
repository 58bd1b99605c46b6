"""What posts of social networks have in common: who is mentioned, what is linked.

In:    the HTML of a post.
Out:   the first link that leads away from the network.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from watcher.sources.links import absolute

_LINK = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']([^\"'<>]{1,2000})[\"'][^<>]*>", re.IGNORECASE)


def outlet(markup: str, base: str, *, own: frozenset[str] = frozenset()) -> str | None:
    """Give the first link to somebody else: neither a mention, nor a hashtag, nor the network itself."""
    home = {host(base), *own}
    for found in _LINK.finditer(markup):
        if re.search(r"class\s*=\s*[\"'][^\"']*(?:mention|hashtag)", found[0], re.IGNORECASE):
            continue
        link = absolute(unescape(found[1]), base)
        if link is not None and host(link) not in home:
            return link
    return None


def host(url: str) -> str:
    """Give the host of an address, without ``www.``."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
