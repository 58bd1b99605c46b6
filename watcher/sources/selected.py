"""A news list found by the user's own CSS selectors.

In:    the text of a page, the selectors, its address.
Out:   headline, link and date per item; what no selector names is guessed inside the item.
Never: network, disk, clock. A selector that finds nothing is `ParseError` ("selector"): a page that was redesigned is
       not a page without news.
"""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from watcher.config.settings import Selectors
from watcher.errors import ParseError
from watcher.sources.dom import fragment
from watcher.sources.links import absolute
from watcher.sources.pagedates import leading, whole
from watcher.sources.plain import tidy, unmarked
from watcher.sources.rows import Row, Rows
from watcher.sources.runs import Spot, Stretch, read_runs

_MAX_ITEMS = 5_000


def select_rows(text: str, selectors: Selectors, url: str) -> list[Row]:
    """Read the items that the selectors name."""
    soup = BeautifulSoup(text, "lxml")
    items = _all(soup, selectors.item)[:_MAX_ITEMS]
    if not items:
        raise ParseError(f"the selector {selectors.item!r} finds nothing on this page", reason="selector")
    rows = [row for item in items if (row := _row(item, selectors, url)) is not None]
    for name in ("title", "link", "date"):
        if (selector := getattr(selectors, name)) and not any(_first(item, selector) is not None for item in items):
            raise ParseError(
                f"the {name} selector {selector!r} finds nothing in any of {len(items)} items", reason="selector"
            )
    if not rows:
        raise ParseError(
            f"none of the {len(items)} items that {selectors.item!r} finds has a headline", reason="selector"
        )
    return rows


def _all(node: Tag, selector: str) -> list[Tag]:
    try:
        return list(node.select(selector.split("@", 1)[0]))
    except (SelectorSyntaxError, NotImplementedError) as error:
        raise ParseError(
            f"the selector {selector!r} cannot be used: {str(error).splitlines()[0]}", reason="selector"
        ) from error


def _first(item: Tag, selector: str) -> Tag | None:
    if selector.split("@", 1)[0] in {".", ":scope", ":self"}:
        return item
    return next(iter(_all(item, selector)), None)


def _row(item: Tag, selectors: Selectors, url: str) -> Row | None:
    guessed = _guess(item, url)
    title = _text(item, selectors.title) or (guessed.title if guessed else "")
    if not title:
        return None
    link = _link(item, selectors.link, url) if selectors.link else (guessed.link if guessed else None)
    spot = _spot(item, selectors.date) if selectors.date else (guessed.spot if guessed else None)
    teaser = (_text(item, selectors.body),) if selectors.body else (guessed.teaser if guessed else ())
    return Row(title=title, link=link, spot=spot, teaser=tuple(filter(None, teaser)), stretch=Stretch(start=0, end=0))


def _guess(item: Tag, url: str) -> Row | None:
    root = fragment(str(item))
    line = read_runs(root)
    rows = Rows(line=line, url=url)
    found = rows.read(Stretch(start=0, end=len(line.runs), nodes=(root,)))
    return rows.finished(found) if found is not None else None


def _text(item: Tag, selector: str) -> str:
    if not selector:
        return ""
    found = _first(item, selector)
    if found is None:
        return ""
    attribute = selector.partition("@")[2]
    return unmarked(str(found.get(attribute) or "")) if attribute else unmarked(tidy(found.get_text(" ")))


def _link(item: Tag, selector: str, url: str) -> str | None:
    found = _first(item, selector)
    if found is None:
        return None
    attribute = selector.partition("@")[2] or "href"
    inner = found if found.get(attribute) else next(iter(_all(found, f"[{attribute}]")), None)
    return absolute(str(inner.get(attribute)), url) if inner is not None else None


def _spot(item: Tag, selector: str) -> Spot | None:
    found = _first(item, selector)
    if found is None:
        return None
    attribute = selector.partition("@")[2]
    raw = str(found.get(attribute or "datetime") or found.get("content") or "")
    text = tidy(found.get_text(" "))
    label = whole(text) or whole(text.replace(" ", "")) or leading(text)
    return Spot(start=0, end=0, label=label, raw=raw) if label or raw else None
