"""The whole machine in one process: real fetcher, parser, judge, store and sender; only the clock is ours.

::

    with Whole(tmp_path) as whole:
        whole.feed(post("Copper Lanterns Gets Season 2"))
        whole.look()                          # a look at every source and a drain; the first is the baseline
        assert whole.told == [...]            # what the webhook took, in order

`look` puts a new machine together each time, as a restart does; `during` keeps one for many looks.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from html import escape
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from tests.support.clock import START, Clock
from tests.support.receivers import Hook
from tests.support.web import Web
from watcher.config.settings import ChannelConfig, Config, Limits, Secret, SourceConfig
from watcher.engine import Engine, engine
from watcher.looks import PollReport
from watcher.model import Tier, Title
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.pool import InlineParser, Parser, unpacked
from watcher.sources.worker import HEAD, framed
from watcher.store import Store

T = TypeVar("T")

LANTERNS = Title(id="copper-lanterns", name="Copper Lanterns", season=2, since=START - timedelta(days=30))
ORBIT = Title(id="velvet-orbit", name="Velvet Orbit", season=2, since=START - timedelta(days=30))
MARSH = Title(id="silent-marsh", name="Silent Marsh", season=2, since=START - timedelta(days=30))
TITLES = (LANTERNS, ORBIT, MARSH)
SECOND = "The official website announced that {name} is getting season 2."


@dataclass(frozen=True, kw_only=True)
class Post:
    """One entry of a feed."""

    title: str
    text: str = ""
    id: str = ""
    link: str = ""
    at: datetime = START


def post(title: str, text: str = "", **changes: Any) -> Post:
    """Make a post whose id and link follow from its headline."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in title.lower())
    first = Post(title=title, text=text, id=f"urn:post:{slug}", link=f"http://studio.example/{slug}")
    return replace(first, **changes)


def announcement(title: Title = LANTERNS, **changes: Any) -> Post:
    """Make a post that announces season 2."""
    return post(f"{title.name} Gets Season 2", SECOND.format(name=title.name), **changes)


def atom(posts: Iterable[Post]) -> str:
    entries = "".join(
        f"<entry><id>{escape(one.id)}</id><title>{escape(one.title)}</title><link href={json.dumps(one.link)}/>"
        f"<updated>{one.at:%Y-%m-%dT%H:%M:%SZ}</updated><published>{one.at:%Y-%m-%dT%H:%M:%SZ}</published>"
        f"<summary>{escape(one.text)}</summary></entry>"
        for one in posts
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:feed</id>'
        f"<title>Studio</title><updated>2026-11-01T00:00:00Z</updated>{entries}</feed>"
    )


def rss(posts: Iterable[Post]) -> str:
    items = "".join(
        f"<item><guid isPermaLink='false'>{escape(one.id)}</guid><title>{escape(one.title)}</title>"
        f"<link>{escape(one.link)}</link><pubDate>{one.at:%a, %d %b %Y %H:%M:%S GMT}</pubDate>"
        f"<description>{escape(escape(one.text))}</description></item>"
        for one in posts
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Studio</title><link>http://studio.example/</link><description>d</description>{items}</channel></rss>'


def json_feed(posts: Iterable[Post]) -> str:
    items = [
        {
            "id": one.id,
            "url": one.link,
            "title": one.title,
            "content_text": one.text,
            "date_published": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
        }
        for one in posts
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Studio", "items": items})


@cache
def _fresh() -> bytes:
    """Give an empty database file; making one takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "watcher.db"
        Store.open(path, now=START).close()
        return path.read_bytes()


class Travelling(InlineParser):
    """Parse in this process, and send the outcome the way it has from a worker."""

    async def parse(self, kind: str, body: bytes, context: ParseContext) -> Parsed:
        answer = unpacked(framed(await super().parse(kind, body, context))[HEAD:])
        assert isinstance(answer, Parsed)
        return answer


class Whole:
    """A machine over one database folder, a web and a webhook."""

    def __init__(
        self, folder: Path, *, titles: tuple[Title, ...] = TITLES, now: datetime = START, host: str = "127.0.0.1"
    ) -> None:
        self.clock = Clock(now)
        self.web, self.hook = Web(host=host), Hook()
        self.titles = titles
        self.parser: Parser = Travelling()
        self._folder = folder
        self._store: Store | None = None

    def __enter__(self) -> Self:
        self.web.__enter__()
        self.hook.__enter__()
        self.config = Config(
            path=None,
            state=self._folder,
            timezone=ZoneInfo("Europe/Berlin"),
            allow_networks=(ip_network("127.0.0.0/8"),),
            host_gap=timedelta(0),
            closer=False,  # the posts link to hosts that do not exist
            titles=self.titles,
            sources=(self.source(),),
            channels=(ChannelConfig(id="hook", name="hook", url=Secret(self.hook.url)),),
            limits=Limits(deadline=timedelta(seconds=5)),
        )
        self.feed()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.hook.__exit__(None, None, None)
        self.web.__exit__(None, None, None)

    def begin_again(self, folder: Path) -> None:
        """Go on over the database in another folder; what was taken so far is forgotten."""
        self.close()
        self._folder = folder
        self.config = replace(self.config, state=folder)
        self.hook.accepted.clear()

    def source(self, name: str = "studio", path: str = "/feed.xml", **changes: Any) -> SourceConfig:
        first = SourceConfig(
            id=name, name=name, kind="feed", url=self.web.url(path), tier=Tier.OFFICIAL, every=timedelta(hours=1)
        )
        return replace(first, **changes)

    @property
    def store(self) -> Store:
        """The open database; opened anew after `close`."""
        if self._store is None:
            if not (path := self._folder / "watcher.db").exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(0o600)
                path.write_bytes(_fresh())
            self._store = Store.open(self._folder / "watcher.db", now=self.clock())
        return self._store

    def close(self) -> None:
        """Close the database, as the end of a process does."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # -- what the world says ---------------------------------------------------------------------------

    def feed(self, *posts: Post, form: Callable[[Iterable[Post]], str] = atom, path: str = "/feed.xml") -> None:
        """Publish exactly these *posts*."""
        kind = {rss: "application/rss+xml", json_feed: "application/feed+json"}.get(form, "application/atom+xml")
        self.web.page(path, form(posts), headers={"Content-Type": kind})

    # -- what the machine does -------------------------------------------------------------------------

    def during(self, work: Callable[[Engine], Awaitable[T]]) -> T:
        """Put a machine together, do *work* with it, take it apart."""

        async def whole() -> T:
            async with engine(self.config, self.store, now=self.clock, parser=self.parser) as machine:
                return await work(machine)

        return asyncio.run(whole())

    async def round(self, machine: Engine, **passed: float) -> list[PollReport]:
        """Let time pass (an hour), look at every source, send what is due."""
        self.clock.pass_(**(passed or {"hours": 1}))
        reports = await machine.check(self.config.sources)
        await machine.drain(self.clock())
        return reports

    def look(self, **passed: float) -> list[PollReport]:
        """Let time pass (an hour), look at every source with a fresh machine, send what is due."""
        return self.during(lambda machine: self.round(machine, **passed))

    # -- what came of it ---------------------------------------------------------------------------------

    @property
    def told(self) -> list[tuple[str, str]]:
        """(title, type) of every event that the webhook took, in order; repeats count."""
        return [
            (item["title"], item["type"])
            for one in self.hook.accepted
            for item in one["items"]
            if item["kind"] == "event"
        ]

    @property
    def notices(self) -> list[str]:
        """Kinds of what it was told beside events."""
        return [item["type"] for one in self.hook.accepted for item in one["items"] if item["kind"] != "event"]
