"""By what a site is known again: its title, its © line, its language, where its links lead, words of casinos.

In:    a page.
Out:   `SiteMarks`.
Never: network, disk, clock. What the marks mean is `watcher.judge.hijack`'s business.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from watcher.memory import SiteMarks
from watcher.sources.dom import Page, absolute, spaced_text
from watcher.sources.plain import tidy
from watcher.sources.sitewords import words_in

_OWNER = re.compile(r"(?:©|\(c\)|ⓒ|&copy;|copyright)\s*([^©\n|]{2,80})", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:19|20)\d\d\b|[-–~,]|\ball rights reserved\b.*", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_READ = 60_000
_ENOUGH = 40
"""Letters from which a language can be told."""


def page_marks(page: Page) -> SiteMarks:
    """Read the marks of a page."""
    text = spaced_text(page.root)[:_READ]
    home = urlsplit(page.url).hostname or ""
    links = [absolute(node.get("href") or "", page.url) for node in page.root.iter("a")]
    hosts = [urlsplit(link).hostname or "" for link in links if link]
    away = sum(1 for host in hosts if not _related(host, home))
    return SiteMarks(
        title=page.title[:200],
        owner=_owner(text),
        japanese=_japanese(text),
        links=len(hosts),
        away=away,
        strong=words_in("strong", f"{page.title} {text}"),
        weak=words_in("weak", f"{page.title} {text}"),
    )


def _related(host: str, home: str) -> bool:
    shorter, longer = sorted((host.removeprefix("www."), home.removeprefix("www.")), key=len)
    return longer == shorter or longer.endswith(f".{shorter}")


def _owner(text: str) -> str:
    found = [tidy(_YEARS.sub(" ", one[1])) for one in _OWNER.finditer(text)]
    return next((owner[:80] for owner in reversed(found) if len(owner) > 1), "")


def _japanese(text: str) -> float | None:
    letters = len(_LETTER.findall(text))
    return round(len(_JAPANESE.findall(text)) / letters, 2) if letters >= _ENOUGH else None
