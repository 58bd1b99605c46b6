"""Kind ``page``: a web page read as a list of news, or as one article.

In:    bytes and `ParseContext`.
Out:   `Parsed`; `ParseError` for what cannot be read as either. Never an empty list.
Never: network, disk, clock.

A list of news is looked for in the visible page first, in what the page states for machines second. Where both are
there, the visible one tells what is a post and the other one when it was published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from watcher.config.settings import PageMode, Selectors
from watcher.errors import ParseError
from watcher.model import Block, BlockKind, Entry
from watcher.sources import jsonld, nextdata
from watcher.sources.article import has_heading, main_width, read_article
from watcher.sources.blocks import blocks_from_html
from watcher.sources.decode import decode
from watcher.sources.dom import Page, parse_page, text_of
from watcher.sources.feeddates import Moment, from_epoch, parse_date
from watcher.sources.identity import fingerprint
from watcher.sources.jsonld import Datum
from watcher.sources.links import absolute
from watcher.sources.newslist import NewsList, find_news
from watcher.sources.pagedates import whole
from watcher.sources.pagenext import next_page
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import comparable
from watcher.sources.refusals import Refusal, refusal
from watcher.sources.resolve import Setting, Written, resolve
from watcher.sources.runs import Spot
from watcher.sources.selected import select_rows
from watcher.sources.sitemarks import page_marks

_ARTICLE_WIDTH = 1_200
"""Running text beyond which a page with a short list beside it is an article."""
_MANY = 15
"""Posts from which a list is no longer beside anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """A post of a list, from wherever it was read."""

    title: str
    link: str | None
    moment: Moment | None
    teaser: Sequence[Block] = ()
    author: str | None = None


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a page in the mode that is asked for."""
    text = decode(body, context.content_type).text
    page = parse_page(text, context.url)
    read = replace(_read(text, page, context), marks=page_marks(page))
    following = next_page(page) if context.pages > 1 and read.kind != "article" else None
    return replace(read, further=(following,) if following else ())


def _read(text: str, page: Page, context: ParseContext) -> Parsed:
    setting = Setting(now=context.now, zone=_zone(context, page), language=page.language)
    _check_denied(page, context)
    if context.selectors.item and context.mode is not PageMode.ARTICLE:
        return _selected(text, page, context, setting)
    refused = _refused(page)
    if context.mode is PageMode.ARTICLE:
        return _article(page, context, setting, text, refused)
    found = _list(page, context, setting, refused)
    if found is not None and not (context.mode is PageMode.AUTO and _is_article(page, found)):
        return found
    if context.mode is PageMode.LIST:
        raise refused.error() if refused else ParseError(_nothing(page), reason="unreadable")
    return _article(page, context, setting, text, refused)


def _zone(context: ParseContext, page: Page) -> str:
    """Give the zone in which the page's days are meant; a Japanese page counts Japan's days."""
    return "Asia/Tokyo" if context.tz == "UTC" and page.language.startswith("ja") else context.tz


def _check_denied(page: Page, context: ParseContext) -> None:
    if not context.deny:
        return
    words = f"{page.title} {page.text}".casefold()
    for phrase in context.deny:
        if phrase.casefold() in words:
            raise ParseError(f"the page carries the placeholder phrase {phrase!r}", reason="unreadable")


def _refused(page: Page) -> Refusal | None:
    password = any(node.get("type") == "password" for node in page.root.iter("input"))
    return refusal(page.title, page.text, password=password)


def _nothing(page: Page) -> str:
    if (page.script_text > 200 and len(text_of(page.root)) < 300) or any(
        link.get("rel") == "modulepreload" for link in page.head_links
    ):
        return "the page is made by JavaScript in the browser; there is nothing in it to read"
    return "no list of news was found on this page; name it with selectors"


def _selected(text: str, page: Page, context: ParseContext, setting: Setting) -> Parsed:
    rows = select_rows(text, context.selectors, page.url)
    moments = resolve([Written(spot=row.spot) for row in rows], setting)
    posts = [
        _Post(title=row.title, link=row.link, moment=moment, teaser=_paragraphs(row.teaser))
        for row, moment in zip(rows, moments, strict=True)
    ]
    return _parsed(posts, "selectors", page, context, context.selectors)


def _list(page: Page, context: ParseContext, setting: Setting, refused: Refusal | None) -> Parsed | None:
    seen = find_news(page, setting)
    visible = [] if seen is None else _visible(seen)
    if seen is not None and refused is not None and (seen.dated < 2 or seen.dated * 2 < len(visible)):
        visible, seen = [], None
    if visible and seen is not None and seen.dated * 2 >= len(visible):
        return _parsed(visible, "list", page, context, seen.selectors)
    stated = _best_stated(page, setting)
    if visible:
        visible = _dated_from(visible, stated[1])
        if not any(post.moment for post in visible) and sum(1 for post in stated[1] if post.moment) > 1:
            visible = []
    if visible:
        return _parsed(visible, "list", page, context, seen.selectors if seen else None)
    if len(stated[1]) > 1 or (stated[1] and not text_of(page.root)):
        return _parsed(stated[1], stated[0], page, context, None)
    return None


def _visible(found: NewsList) -> list[_Post]:
    return [
        _Post(title=row.title, link=row.link, moment=moment, teaser=_paragraphs(row.teaser))
        for row, moment in zip(found.rows, found.moments, strict=True)
    ]


def _paragraphs(texts: Sequence[str]) -> tuple[Block, ...]:
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)


def _best_stated(page: Page, setting: Setting) -> tuple[str, list[_Post]]:
    """Give the posts that the page states for machines, as JSON-LD or in its state."""
    both = [
        (name, _stated(module, page, setting))
        for name, module in (("json-ld", jsonld.posts(page)), ("state", nextdata.posts(page)))
    ]
    return max(both, key=lambda found: (sum(1 for post in found[1] if post.moment), len(found[1])))


def _stated(data: Sequence[Datum], page: Page, setting: Setting) -> list[_Post]:
    if not data:
        return []
    anchors = {comparable(text_of(node)): node.get("href") for node in page.root.iter("a") if node.get("href")}
    targets = {href.split("?")[0].rstrip("/").rsplit("/", 1)[-1]: href for href in anchors.values()}
    return [
        _Post(
            title=datum.title,
            link=_resolved(datum, anchors, targets, page),
            moment=_moment(datum.date, setting),
            teaser=tuple(blocks_from_html(datum.text, page.url)),
            author=datum.author or None,
        )
        for datum in data
    ]


def _resolved(datum: Datum, anchors: dict[str, str], targets: dict[str, str], page: Page) -> str | None:
    """Turn what a script says about a post's place into a link: a slug is looked up among the page's links."""
    link = datum.link
    if link.startswith(("http://", "https://", "/", "./", "../", "?")):
        return absolute(link, page.url)
    shown = anchors.get(comparable(datum.title)) or (targets.get(link.rsplit("/", 1)[-1]) if link else None)
    if shown:
        return absolute(shown, page.url)
    if not link:
        return None
    folder = urlsplit(page.url)._replace(query="", fragment="").geturl().rstrip("/") + "/"
    return absolute(urljoin(folder, link), page.url) if "/" not in link else absolute("/" + link, page.url)


def _moment(value: str | float | None, setting: Setting) -> Moment | None:
    if value is None:
        return None
    if isinstance(value, float):
        return from_epoch(value, setting.zone)
    found = parse_date(value, setting.zone)
    if found is not None:
        return found
    label = whole(value)
    return resolve([Written(spot=Spot(start=0, end=0, label=label))], setting)[0] if label is not None else None


def _dated_from(visible: Sequence[_Post], stated: Sequence[_Post]) -> list[_Post]:
    """Give visible posts the days that the page states for the same posts."""
    by_link = {post.link: post.moment for post in stated if post.link and post.moment}
    by_title = {comparable(post.title): post.moment for post in stated if post.moment}
    return [
        post if post.moment else _Post(
            title=post.title, link=post.link, teaser=post.teaser,
            moment=by_link.get(post.link or "") or by_title.get(comparable(post.title)),
        )
        for post in visible
    ]  # fmt: skip


def _is_article(page: Page, found: Parsed) -> bool:
    """Say whether a page is one article with a list of others beside it."""
    kind = page.meta.get("og:type", "").lower()
    single = [datum for datum in jsonld.posts(page) if comparable(datum.title) in comparable(page.title)]
    listed = sum(len(entry.title) + len(entry.body) for entry in found.entries)
    if kind == "article" or single:
        return main_width(page) > max(_ARTICLE_WIDTH // 3, listed // 2)
    return len(found.entries) < _MANY and main_width(page) > max(_ARTICLE_WIDTH, 2 * listed)


def _article(page: Page, context: ParseContext, setting: Setting, text: str, refused: Refusal | None) -> Parsed:
    if refused is not None:
        raise refused.error()
    wide = main_width(page) >= _ARTICLE_WIDTH // 4
    if context.mode is PageMode.AUTO and not wide and page.script_text > len(text) // 2:
        raise ParseError(_nothing(page), reason="unreadable")
    entry = read_article(page, setting, text)
    if context.mode is PageMode.AUTO and not wide and not (entry.published and has_heading(page, entry.title)):
        raise ParseError(_nothing(page), reason="unreadable")
    return Parsed(entries=(entry,), kind="article", title=page.title, closed=False)


def _parsed(
    posts: Sequence[_Post], kind: str, page: Page, context: ParseContext, selectors: Selectors | None
) -> Parsed:
    entries = [_entry(post, page) for post in posts]
    kept = entries[: context.limit]
    warnings = (
        () if len(kept) == len(entries) else (f"only the first {len(kept)} of {len(entries)} items are considered",)
    )
    return Parsed(
        entries=tuple(kept),
        kind=kind,
        title=page.title,
        warnings=warnings,
        selectors=selectors,
        dropped=len(entries) - len(kept),
        closed=False,
    )


def _entry(post: _Post, page: Page) -> Entry:
    published = post.moment.at if post.moment else None
    return Entry(
        id=post.link or fingerprint(post.title, published),
        link=post.link,
        title=post.title,
        blocks=post.teaser,
        published=published,
        date_only=post.moment.date_only if post.moment else False,
        language=page.language or None,
        author=post.author,
    )
