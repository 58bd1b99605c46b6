"""Kind ``ann``: a work's page in the Anime News Network encyclopedia (``…/encyclopedia/api.xml?anime=ID``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one entry per news article that the encyclopedia files under the work, and one record per sequel.
Never: network, disk, clock. A work that is not there is told with status 200 and a warning: `ParseError` here.
"""

from __future__ import annotations

import re
from html import unescape

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.model import Entry
from watcher.sources.decode import decode
from watcher.sources.dom import absolute
from watcher.sources.feeddates import parse_date
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import tidy, unmarked
from watcher.sources.records import Record, entry_of

_ANIME = re.compile(r"<anime\b([^>]*)>")
_NEWS = re.compile(r"<news\b([^>]*)>(.*?)</news>", re.DOTALL)
_NEXT = re.compile(r"<related-next\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*\"([^\"]*)\"")
_WARNING = re.compile(r"<warning>([^<]*)</warning>")
_BASE = "https://www.animenewsnetwork.com"


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask as the address says."""
    return Request(url=source.url, accept="application/xml", validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work's news and sequels."""
    text = decode(body, context.content_type).text
    head = _ANIME.search(text)
    if "<ann" not in text[:2_000] or head is None:
        warning = _WARNING.search(text[:2_000])
        said = f": {tidy(warning[1])}" if warning else ""
        raise ParseError(f"the encyclopedia has nothing here{said}", reason="unreadable")
    work = _attributes(head[1])
    news = [entry for found in _NEWS.finditer(text) if (entry := _news(found, context)) is not None]
    sequels = [_sequel(_attributes(found[1]), work) for found in _NEXT.finditer(text) if 'rel="sequel"' in found[1]]
    entries = (*news[-context.limit :], *map(entry_of, sequels))
    return Parsed(entries=entries, kind="ann", title=work.get("name", ""), closed=False)


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _news(found: re.Match[str], context: ParseContext) -> Entry | None:
    attributes, title = _attributes(found[1]), unmarked(found[2])
    link = absolute(attributes.get("href", ""), _BASE)
    if not title or link is None:
        return None
    published = parse_date(attributes.get("datetime"), context.tz)
    return Entry(id=link, link=link, title=title, published=published.at if published else None, language="en")


def _sequel(related: dict[str, str], work: dict[str, str]) -> Record:
    """Tell that a sequel is listed; what it is called stands on a page of its own."""
    return Record(
        catalogue="ann",
        id=related.get("id", ""),
        name=f"{work.get('name', '')} (sequel)",
        season=None,
        status="listed",
        ids={"ann": int(work["id"])} if work.get("id", "").isdigit() else {},
        aliases=[work.get("name", "")],
        link=f"{_BASE}/encyclopedia/anime.php?id={related.get('id', '')}",
        relations=[{"type": "SEQUEL", "id": related.get("id", "")}],
    )
