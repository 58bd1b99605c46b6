"""By what a site is known again: its title, its © line, its language, where its links lead, words of casinos.

In:    a page.
Out:   `SiteMarks`.
Never: network, disk, clock. What the marks mean is `watcher.judge.hijack`'s business.
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from watcher.memory import SiteMarks
from watcher.sources.dom import Page
from watcher.sources.links import absolute
from watcher.sources.plain import tidy
from watcher.sources.sitewords import words_in

_OWNER = re.compile(r"(?:©|\(c\)|ⓒ|&copy;|copyright)\s*([^©\n|]{2,80})", re.IGNORECASE)
_OWNED = ("©", "(c)", "ⓒ", "&copy;", "copyright")
_YEARS = re.compile(r"\b(?:19|20)\d\d\b|[-–~,]|\ball rights reserved\b.*", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_READ = 60_000
_ENOUGH = 40
"""Letters from which a language can be told."""


def page_marks(page: Page) -> SiteMarks:
    """Read the marks of a page."""
    text = page.text[:_READ]
    home = urlsplit(page.url).hostname or ""
    hosts = _hosts(page)
    said = f"{page.title} {text}".casefold()
    return SiteMarks(
        title=page.title[:200],
        owner=_owner(text, said),
        japanese=_japanese(text),
        links=hosts.total(),
        away=sum(count for host, count in hosts.items() if not _related(host, home)),
        strong=words_in("strong", said),
        weak=words_in("weak", said),
    )


def _hosts(page: Page) -> Counter[str]:
    """Count the servers that links lead to; a list's links lead to few."""
    links = [absolute(node.get("href") or "", page.url) for node in page.root.iter("a")]
    places = Counter(link.split("/", 3)[2] for link in links if link)
    hosts: Counter[str] = Counter()
    for place, count in places.items():
        hosts[urlsplit(f"//{place}").hostname or ""] += count
    return hosts


def _related(host: str, home: str) -> bool:
    shorter, longer = sorted((host.removeprefix("www."), home.removeprefix("www.")), key=len)
    return longer == shorter or longer.endswith(f".{shorter}")


def _owner(text: str, lowered: str) -> str:
    if not any(sign in lowered for sign in _OWNED):
        return ""
    found = [tidy(_YEARS.sub(" ", one[1])) for one in _OWNER.finditer(text)]
    return next((owner[:80] for owner in reversed(found) if len(owner) > 1), "")


def _japanese(text: str) -> float | None:
    if text.isascii() and _width(_LETTERS, text[: 10 * _ENOUGH]) >= _ENOUGH:
        return 0.0
    letters = _width(_LETTERS, text)
    return round(_width(_JAPANESE, text) / letters, 2) if letters >= _ENOUGH else None


def _width(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))
