"""Where a post of a list leads: by its headline, by another link in it, by a script, to a place on the page itself.

In:    the elements of a stretch of a page's line.
Out:   an absolute address, and the link that gave it.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.sources.dom import Element
from watcher.sources.links import absolute
from watcher.sources.runs import Runs, Stretch

_ONCLICK = re.compile(r"""(?:location(?:\.href)?\s*=|open\s*\(|navigate\s*\()\s*['"]([^'"]+)['"]""")


def link_of(anchor: Element | None, line: Runs, stretch: Stretch, url: str) -> tuple[str | None, Element | None]:
    """Give the link of a post: that of its headline, else the first that leads anywhere."""
    if anchor is not None:
        link = _in_page(anchor, [], url) or absolute(anchor.get("href"), url)
        if link is not None:
            return link, anchor
    anchors = _anchors(line, stretch)
    for node in [anchor, *anchors] if anchor is not None else anchors:
        link = absolute(node.get("href"), url) or _scripted(node, url)
        if link is not None:
            return link, node
    for node in stretch.nodes:
        for inner in [node, *node.iterdescendants()]:
            if (link := _scripted(inner, url)) is not None:
                return link, None
    return _in_page(anchor, anchors, url), anchor


def _anchors(line: Runs, stretch: Stretch) -> list[Element]:
    """Give the links with words in a stretch, then those with none (images)."""
    found = list(dict.fromkeys(run.anchor for run in line.runs[stretch.start : stretch.end] if run.anchor is not None))
    for node in stretch.nodes:
        found += [link for link in node.iter("a") if link.get("href") and link not in found]
    return found


def _scripted(node: Element, url: str) -> str | None:
    target = node.get("data-href") or node.get("data-url") or node.get("data-link") or ""
    if not target and (found := _ONCLICK.search(node.get("onclick") or node.get("href") or "")):
        target = found[1]
    return absolute(target, url) if target else None


def _in_page(anchor: Element | None, anchors: Sequence[Element], url: str) -> str | None:
    """Give a link to a place on the same page, where that is all there is."""
    for node in [anchor, *anchors] if anchor is not None else anchors:
        href = (node.get("href") or "").strip()
        if len(href) > 1 and href.startswith("#"):
            return url.split("#", 1)[0] + href
    return None
