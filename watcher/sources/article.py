"""One article as one entry: headline, date, and its text with the structure kept.

In:    a `Page`.
Out:   an `Entry`; `ParseError` where the page has no text to speak of.
Never: network, disk, clock.

Structure comes from the page's own elements; what is main text and what is decoration is trafilatura's judgement,
where it has one. What is decoration stays, as `BlockKind.RELATED`, so that a reader of the reasons can see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module

from watcher.errors import ParseError
from watcher.model import Block, BlockKind, Entry
from watcher.sources import jsonld
from watcher.sources.blocks import blocks_of
from watcher.sources.dom import Element, Page, ancestors, text_of, words_of
from watcher.sources.feeddates import Moment, parse_date
from watcher.sources.links import absolute
from watcher.sources.pagedates import Says
from watcher.sources.pagewords import words
from watcher.sources.plain import comparable, unmarked
from watcher.sources.resolve import Setting, Written, resolve
from watcher.sources.runs import Runs, Spot, read_runs

_SHORT_HEADING = 12
_LEAST = 60
"""Letters (CJK signs count twice) below which a page says nothing."""
_DATE_META = (
    *("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued"),
    *("dcterms.created", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date"),
)
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified")
_SITE = re.compile(r"\s+[|｜\-–—»·:]\s+|[|｜]")


def read_article(page: Page, setting: Setting, source: str | None = None) -> Entry:
    """Read a page as one article; *source* is its HTML, for a second opinion on what is main text."""
    title = _headline(page)
    blocks = _main_blocks(page, title, source)
    body = [block for block in blocks if block.kind is not BlockKind.RELATED]
    if not title or _width(block.text for block in body) < _LEAST:
        raise ParseError("the page has no article that can be read", reason="unreadable")
    published = _published(page, title, setting)
    updated = parse_date(next((page.meta[name] for name in _UPDATED_META if name in page.meta), None), setting.zone)
    link = _canonical(page)
    return Entry(
        id=link,
        link=link,
        title=title,
        blocks=blocks,
        published=published.at if published else None,
        date_only=published.date_only if published else False,
        updated=updated.at if updated else None,
        language=page.language or None,
        author=page.meta.get("author") or None,
    )


def has_heading(page: Page, title: str) -> bool:
    """Say whether a title stands as a heading on the page, not only in its head."""
    wanted = comparable(title)
    return any(comparable(text_of(node)) == wanted and _may_open(node) for node in page.root.iter("h1", "h2", "h3"))


def main_width(page: Page) -> int:
    """Measure how much running text a page has, outside of lists and links."""
    blocks = blocks_of(page.root, page.url)
    return _width(
        block.text
        for block in blocks
        if block.kind is BlockKind.PARAGRAPH and block.href is None and len(block.text) > 40
    )


def _width(texts: Iterable[str]) -> int:
    return sum(2 if char > "\u2e7f" else 1 for text in texts for char in text)


def _canonical(page: Page) -> str:
    stated = next((link["href"] for link in page.head_links if link.get("rel", "").lower() == "canonical"), "")
    link = absolute(stated, page.url) if stated else None
    same = link is not None and link.split("/")[2].removeprefix("www.") == page.url.split("/")[2].removeprefix("www.")
    return link if link is not None and same else page.url


def _headline(page: Page) -> str:
    """Choose among the headings and what the head of the page says the title is."""
    stated = unmarked(page.meta.get("og:title") or page.title)
    headings = [text for node in page.root.iter("h1") if (text := unmarked(text_of(node)))]
    named = next(
        (text for text in headings if comparable(text) in comparable(stated) or comparable(stated) in comparable(text)),
        "",
    )
    if named:
        return named
    machine = next((datum.title for datum in jsonld.posts(page) if comparable(datum.title) in comparable(stated)), "")
    second = next(
        (
            text
            for node in page.root.iter("h2")
            if (text := unmarked(text_of(node))) and comparable(text) in comparable(stated)
        ),
        "",
    )
    return machine or second or _first_heading(page) or _without_site(stated) or next(iter(headings), "")


def _first_heading(page: Page) -> str:
    """Give the heading that opens the text, on sites whose title is always the site's name."""
    nodes = (node for node in _main_node(page).iter("h1", "h2", "h3") if _may_open(node))
    return next((unmarked(text_of(node)) for node in nodes), "")


def _may_open(node: Element) -> bool:
    """Say whether a heading can be that of an article rather than of a list beside it."""
    text = unmarked(text_of(node))
    named = text.casefold() in words("lists", "other") | words("lists", "news")
    beside = any(not words("lists", "other").isdisjoint(words_of(around)) for around in ancestors(node))
    return _width([text]) > _SHORT_HEADING and not named and not beside


def _without_site(title: str) -> str:
    """Leave a site's name out of a title, where it is clearly the shorter part."""
    parts = sorted((part for part in _SITE.split(title) if part.strip()), key=len)
    clear = len(parts) > 1 and len(parts[-1]) * 2 >= 3 * len(parts[-2])
    return parts[-1].strip() if clear else title


def _published(page: Page, title: str, setting: Setting) -> Moment | None:
    """Find the day of publication: as stated for machines, else the date nearest to the headline."""
    data = jsonld.posts(page)
    own = next((datum.date for datum in data if comparable(datum.title) == comparable(title)), None)
    stated = [str(own)] if own else []
    stated += [str(datum.date) for datum in data[:1] if datum.date]
    stated += [page.meta[name] for name in _DATE_META if name in page.meta]
    found = next((moment for raw in stated if (moment := parse_date(raw, setting.zone))), None)
    return found or _near_headline(page, title, setting)


def _near_headline(page: Page, title: str, setting: Setting) -> Moment | None:
    line = read_runs(page.root)
    wanted = comparable(title)
    places = (
        number for number, run in enumerate(line.runs) if len(run.text) > 3 and wanted.startswith(comparable(run.text))
    )
    at = next(places, 0)
    spots = [spot for spot in line.spots if at - 12 <= spot.start <= at + 25 and _stamps(spot, line)]
    moments = resolve([Written(spot=spot) for spot in sorted(spots, key=lambda spot: abs(spot.start - at))], setting)
    return next((moment for moment in moments if moment is not None), None)


def _stamps(spot: Spot, line: Runs) -> bool:
    """Say whether a date may be that of the article's publication."""
    told = spot.label is None or spot.label.says is Says.PUBLISHED
    node = line.runs[min(spot.start, len(line.runs) - 1)].node
    return (
        spot.full and spot.alone and told and not any(one.tag in {"aside", "nav", "footer"} for one in ancestors(node))
    )


def _main_blocks(page: Page, title: str, source: str | None) -> tuple[Block, ...]:
    root = _main_node(page)
    blocks = blocks_of(root, page.url)
    start = next((number for number, block in enumerate(blocks) if comparable(block.text) == comparable(title)), -1)
    before = [
        _as_related(block)
        for block in blocks[:start]
        if start > 0 and block.kind is not BlockKind.RELATED and len(block.text) < 80
    ]
    blocks = (*before, *blocks[start + 1 :]) if start >= 0 else blocks
    return _judged(blocks, _main_text(source))


def _as_related(block: Block) -> Block:
    return Block(kind=BlockKind.RELATED, text=block.text, href=block.href)


def _main_node(page: Page) -> Element:
    """Choose the element that holds the text: a named one, else the one with the most paragraphs."""
    for node in page.root.iter("article", "main", "div", "section", "td"):
        named = (
            (node.get("itemprop") or "").lower() == "articlebody" or node.get("role") == "main" or node.tag == "main"
        )
        if named and _width([text_of(node)]) > 2 * _LEAST:
            return node
    weights: dict[Element, float] = {}
    for node in page.root.iter("p", "blockquote", "h2", "h3", "li", "br"):
        text = text_of(node) if node.tag != "br" else (node.tail or "").strip()
        share = float(_width([text])) * (0.3 if node.tag in {"li", "h2", "h3"} else 1.0)
        for depth, around in enumerate(list(ancestors(node.getparent()))[:4]):
            weights[around] = weights.get(around, 0.0) + share / (1, 1.4, 2.2, 3.5)[depth]
    best = max(weights, key=lambda node: weights[node] * _named_weight(node), default=page.root)
    return best if _width([text_of(best)]) * 5 > _width([text_of(page.root)]) else page.root


def _named_weight(node: Element) -> float:
    found = set(words_of(node))
    if node.tag in {"aside", "nav", "footer"} or found & {
        "comment",
        "comments",
        "related",
        "sidebar",
        "footer",
        "widget",
    }:
        return 0.1
    return 1.3 if node.tag == "article" or found & words("marks", "main") else 1.0


def _main_text(source: str | None) -> str:
    """Ask trafilatura which text is the article's; empty where it finds none."""
    if source is None:
        return ""
    trafilatura = import_module("trafilatura")  # heavy: only where an article is read
    found = trafilatura.extract(
        source, include_comments=False, include_tables=True, favor_recall=True, output_format="txt"
    )
    return comparable(found or "")


def _judged(blocks: tuple[Block, ...], main: str) -> tuple[Block, ...]:
    """Mark as related what the second opinion leaves out, if it saw most of the text at all."""
    body = [block for block in blocks if block.kind is not BlockKind.RELATED]
    seen = sum(len(block.text) for block in body if comparable(block.text)[:60] in main)
    if not main or seen * 2 < sum(len(block.text) for block in body):
        return blocks
    return tuple(_as_related(block) if _left_out(block, main) else block for block in blocks)


def _left_out(block: Block, main: str) -> bool:
    short = len(block.text) < 120 and block.kind is not BlockKind.HEADING
    return short and block.kind is not BlockKind.RELATED and comparable(block.text)[:60] not in main
