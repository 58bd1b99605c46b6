"""Looking closer: read the article behind a short entry that names a watched title and says something of a season.

Feeds and lists often carry a headline and a teaser only; what was announced, by whom and for when stands in the
article. It is asked for once, by the same rules as every page (guards, politeness, robots.txt), and the entry is
judged and remembered with its text. Where that fails, the entry is judged by what it says itself.

`choose` and `enriched` are pure and run at the desk; `Closer` asks, and runs beside it, so that a slow site holds up
nobody else.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.concerns import Concern, Item, Voice, is_baseline
from watcher.config.settings import PageMode, Selectors, SourceConfig
from watcher.errors import ParseError, SourceError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import PAGE_ACCEPT, Request, Response
from watcher.model import BlockKind, Entry
from watcher.sources.identity import Recognised, canonical, read_closer
from watcher.sources.parsed import ParseContext
from watcher.sources.pool import Parser

if TYPE_CHECKING:  # reads and judges: loaded when an entry concerns a title
    from watcher.examine import Examiner

KINDS = frozenset({"feed", "page", "sitemap", "wordpress", "prtimes"})
"""Kinds of source whose links lead to articles; catalogues, videos, posts and pointers are left alone."""
MOST = 3
"""Articles read for one look; a flood is no reason to burden a site."""
SHORT = 280
"""Letters (signs of wide scripts count twice) up to which a text is a teaser."""

ContextOf = Callable[[Response], ParseContext]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An entry whose article is worth reading."""

    key: str
    link: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What to read before a look can be judged."""

    source: SourceConfig
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """What came of an errand."""

    by_key: Mapping[str, Entry] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


# choosing, without asking anybody


def choose(
    concerns: Sequence[Concern], source: SourceConfig, voice: Voice, examiner: Examiner, *, now: datetime
) -> Errand | None:
    """Pick the newest short entries that are news and have a season or event cue; None where there are none."""
    if source.kind not in KINDS:
        return None
    picked: list[Wanted] = []
    for concern in reversed(concerns):
        if len(picked) == MOST:
            break
        link = concern.item.entry.link
        if link and _is_worth(concern, link, source, voice, now) and examiner.has_cue(concern, voice):
            picked.append(Wanted(key=concern.item.record.key, link=link, headline=concern.item.entry.title))
    return Errand(source=source, wanted=tuple(picked)) if picked else None


def _is_worth(concern: Concern, link: str, source: SourceConfig, voice: Voice, now: datetime) -> bool:
    if canonical(link) == canonical(source.url) or width(concern.item.entry) > SHORT:
        return False
    return any(not is_baseline(concern.item, title, voice, now) for title in concern.titles)


def width(entry: Entry) -> int:
    """Measure the text of an entry itself, without its headline and what it links to."""
    said = (block.text for block in entry.blocks if block.kind not in {BlockKind.HEADLINE, BlockKind.RELATED})
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for text in said for char in text)


def enriched(
    concerns: Sequence[Concern], found: Recognised, articles: Articles, voice: Voice, examiner: Examiner
) -> tuple[tuple[Concern, ...], Recognised]:
    """Put the articles' text in the place of the entries' own, where they are about the same."""
    changed = tuple(_enriched(concern, articles.by_key, voice, examiner) for concern in concerns)
    records = {
        new.item.record.key: new.item.record for new, old in zip(changed, concerns, strict=True) if new is not old
    }
    return changed, replace(found, records=tuple(records.get(record.key, record) for record in found.records))


def _enriched(concern: Concern, articles: Mapping[str, Entry], voice: Voice, examiner: Examiner) -> Concern:
    item = concern.item
    article = articles.get(item.record.key)
    if article is None or width(article) <= width(item.entry):
        return concern
    # A link that leads to a front page, a notice or another story says nothing about this entry.
    named = examiner.finder.concerned(replace(article, link=item.entry.link), voice)
    if {title.id for title in concern.titles}.isdisjoint(title.id for title in named):
        return concern
    dated = item.entry.published is not None
    entry = replace(
        item.entry,
        blocks=article.blocks,
        language=item.entry.language or article.language,
        published=item.entry.published if dated else article.published,
        date_only=item.entry.date_only if dated else article.date_only,
    )
    return Concern(
        item=Item(entry=entry, record=read_closer(item.record, entry), edited=item.edited), titles=concern.titles
    )


# asking


class Closer:
    """Asks for articles; *outside* is a fetcher that reaches public addresses only, where the other one may do more."""

    def __init__(self, *, fetcher: Fetcher, outside: Fetcher | None, parser: Parser, seconds: float) -> None:
        self._fetcher = fetcher
        self._outside = outside or fetcher
        self._parser = parser
        self._seconds = seconds

    async def read(self, errand: Errand, context: ContextOf) -> Articles:
        """Read what is wanted, one after the other, in the time that one answer may take; what fails is a warning."""
        articles: dict[str, Entry] = {}
        warnings: list[str] = []
        try:
            async with asyncio.timeout(self._seconds):
                for wanted in errand.wanted:
                    try:
                        articles[wanted.key] = await self._article(errand.source, wanted.link, context)
                    except SourceError as error:
                        warnings.append(f"judged by its own words: {wanted.headline[:80]} ({error})")
        except TimeoutError:
            warnings.append(f"not every article was read: more than {self._seconds:g} s")
        return Articles(by_key=articles, warnings=tuple(warnings))

    async def _article(self, source: SourceConfig, link: str, context: ContextOf) -> Entry:
        # A stranger's feed must not lead us into the user's own network: only the source's own server may be private.
        fetcher = self._fetcher if _server(link) == _server(source.url) else self._outside
        response = await fetcher.fetch(Request(url=link, accept=PAGE_ACCEPT, robots=True))
        how = replace(context(response), mode=PageMode.ARTICLE, selectors=Selectors())
        parsed = await self._parser.parse("page", response.body, how)
        if not parsed.entries:
            raise ParseError("the page has no article that can be read", reason="unreadable")
        return parsed.entries[0]


def _server(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port
