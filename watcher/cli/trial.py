"""`watcher try`: see what a page or feed yields, without watching it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from watcher.cli.app import EXIT_FAILED
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration_or_default
from watcher.config.settings import PageMode, Selectors, default_zone
from watcher.discover.search import short
from watcher.discover.site import Probed, probe_feeds
from watcher.errors import FetchError, ParseError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import PAGE_ACCEPT, Request
from watcher.sources.decode import decode
from watcher.sources.discover import FeedLink, discover
from watcher.sources.parsed import ParseContext
from watcher.sources.trial import Item, Trial, new_between, try_bytes

FEEDS = frozenset({"rss", "atom", "rdf", "json"})


def try_(  # noqa: PLR0913 - one parameter an option
    what: Annotated[str, typer.Argument(metavar="URL|FILE", help="An address, or a saved page or feed.")],
    after: Annotated[Path | None, typer.Argument(help="A later copy of the same page: what would be new?")] = None,
    *,
    kind: Annotated[str | None, typer.Option("--kind", help="feed, page…; otherwise what it looks like.")] = None,
    mode: Annotated[PageMode, typer.Option(help="How to read a page.")] = PageMode.AUTO,
    item: Annotated[str, typer.Option(help="CSS selector of one item of a news list.")] = "",
    title: Annotated[str, typer.Option(help="CSS selector of the title inside an item.")] = "",
    link: Annotated[str, typer.Option(help="CSS selector of the link inside an item.")] = "",
    date: Annotated[str, typer.Option(help="CSS selector of the date inside an item.")] = "",
    base_url: Annotated[str, typer.Option("--base-url", help="For files: where the page lives.")] = "",
    content_type: Annotated[str, typer.Option("--content-type", help="For files: the Content-Type header.")] = "",
    tz: Annotated[str, typer.Option("--tz", help="Zone of dates without one. Default: Japan for .jp, else UTC.")] = "",
    at: Annotated[
        datetime | None, typer.Option("--at", help='When it was fetched, for "3 days ago". Default: now.')
    ] = None,
    probe: Annotated[
        bool,
        typer.Option("--probe/--no-probe", help="Also ask the usual places for a feed, where the page names none."),
    ] = True,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a page or feed yields, and which selectors were guessed, ready to paste. Nothing is written.

    Where a page names no feed, its site is asked for one at the usual places: one polite round, shown as it goes.

    Examples: watcher try https://akudama-drive.com/news/ · watcher try before.html after.html --base-url https://x.example/
    """
    selectors = Selectors(item=item, title=title, link=link, date=date)
    settings = _Settings(kind=kind, mode=mode, selectors=selectors, tz=tz, at=at.astimezone() if at else now())
    if "://" in what:
        body, url, content_type = asyncio.run(fetch_page(what, config))
    else:
        body, url = Path(what).read_bytes(), base_url or Path(what).absolute().as_uri()
    first = settings.read(body, url, content_type)
    later = settings.read(after.read_bytes(), url, content_type) if after else None
    new = new_between(first, later) if later else None
    feeds = () if first.kind in FEEDS else discover(_text(body, content_type), url)
    probed: tuple[Probed, ...] = ()
    if probe and not feeds and "://" in what and first.kind not in FEEDS and kind in {None, "page"}:
        probed = asyncio.run(_probe(url, config))
        feeds = tuple(FeedLink(url=one.url) for one in probed if one.is_feed)
    if as_json:
        found = {"feeds": [feed.url for feed in feeds], "probed": [asdict(one) for one in probed]}
        print_json(_document(first, later, new) | found)
    else:
        _show(first, later, new)
        _show_feeds(feeds, probed)
        _paste(what, first if later is None else later)
    raise typer.Exit(EXIT_FAILED if first.error or (later and later.error) else 0)


class _Settings:
    """How to read, as the options say."""

    def __init__(self, *, kind: str | None, mode: PageMode, selectors: Selectors, tz: str, at: datetime) -> None:
        self.kind, self.mode, self.selectors, self.tz, self.at = kind, mode, selectors, tz, at

    def read(self, body: bytes, url: str, content_type: str) -> Trial:
        context = ParseContext(
            url=url,
            content_type=content_type,
            now=self.at,
            tz=self.tz or default_zone(url),
            mode=self.mode,
            selectors=self.selectors,
            asked=url,
        )
        return try_bytes(body, context, self.kind)


async def fetch_page(url: str, config: Path | None) -> tuple[bytes, str, str]:
    """Fetch with all guards and no memory; robots.txt is obeyed as for a watched page."""
    async with Fetcher(config=configuration_or_default(config), now=now) as fetcher:
        try:
            response = await fetcher.fetch(Request(url=url, accept=PAGE_ACCEPT, robots=True))
        except FetchError as error:
            raise FetchError(f"{urlsplit(url).hostname}: {error}", reason=error.reason) from error
    return response.body, response.url, response.headers.get("content-type", "")


async def _probe(url: str, config: Path | None) -> tuple[Probed, ...]:
    """Ask the usual places of a site for a feed; robots.txt is obeyed, and the first feed ends it."""
    settings = short(configuration_or_default(config))
    async with Fetcher(config=settings, now=now) as fetcher:
        return await probe_feeds(url, fetcher)


def _text(body: bytes, content_type: str) -> str:
    try:
        return decode(body, content_type).text
    except ParseError:
        return ""


def _items(items: tuple[Item, ...]) -> list[dict[str, str | None]]:
    return [{"date": item.date, "title": item.title, "link": item.link} for item in items]


def _document(first: Trial, later: Trial | None, new: tuple[Item, ...] | None) -> dict[str, Any]:
    """Say the trial as JSON; with a second file that one is shown, and what is new in it."""
    document = (later or first).as_json()
    if later is not None:
        document |= {"before": first.as_json(), "new": _items(new or ())}
    return document


def _show(first: Trial, later: Trial | None, new: tuple[Item, ...] | None) -> None:
    screen = console()
    shown = later or first
    for trial in filter(None, (first, later)):
        if trial.error:
            screen.print(f"could not be read ({trial.reason}): {trial.error}")
    screen.print(f"read as {shown.kind}: {len(shown.items)} items")
    for item in shown.items[:30]:
        screen.print(f"  {item.date or '    –     '}  {item.title}\n              {item.link or 'no link'}")
    for warning in shown.warnings:
        screen.print(f"  warning: {warning}")
    if new is not None:
        screen.print(f"new in the later copy: {len(new)}")
        for item in new:
            screen.print(f"  {item.date or '    –     '}  {item.title}")


def _show_feeds(feeds: tuple[FeedLink, ...], probed: tuple[Probed, ...]) -> None:
    screen = console()
    if probed:
        screen.print("this page names no feed; asked at the usual places (--no-probe leaves it):")
    for one in probed:
        screen.print(f"  {one.url}  {one.became}")
    for feed in feeds:
        screen.print(f"a feed stands behind this page: {feed.url}  {feed.title}".rstrip())


def _paste(what: str, trial: Trial) -> None:
    """Print a block for the configuration file."""
    if trial.error or "://" not in what:
        return
    host = urlsplit(what).hostname or what
    kind = "feed" if trial.kind in FEEDS else "page"
    lines = ["", "[[source]]", f'name = "{host}"', f'kind = "{kind}"', f'url = "{what}"']
    if trial.selectors is not None and trial.selectors.item:
        pairs = [(n, getattr(trial.selectors, n)) for n in ("item", "title", "link", "date")]
        lines.append("selectors = { " + ", ".join(f'{n} = "{v}"' for n, v in pairs if v) + " }")
    console().print("\n".join(lines))
