"""Ask every catalogue that answers without a key what a name may mean, all at once and not for long.

A catalogue that is down, paused or slow is named in one line and costs nothing else. Where a configuration has a source
of a catalogue's kind, that source's server is asked: a mirror or a bridge of one's own serves here, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from watcher.config.settings import Config
from watcher.discover import anilist, tvmaze
from watcher.discover.candidate import Candidate, Season, cleaned, merged
from watcher.discover.data import completing, offers
from watcher.errors import SourceError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Request, Response
from watcher.fetch.network import Resolver
from watcher.sources.parsed import ParseContext
from watcher.store.works import Works

SECONDS = 8.0
_LARGEST = 1024 * 1024


class Catalogue(Protocol):
    """A module that searches one catalogue."""

    NAME: str
    KIND: str
    PLACE: str

    def request(self, place: str, words: str) -> Request: ...
    def parse(self, body: bytes, context: ParseContext) -> tuple[Candidate, ...]: ...
    def watched(self, place: str, number: int | str) -> str: ...


CATALOGUES: tuple[Catalogue, ...] = (anilist, tvmaze)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How one catalogue took the question."""

    name: str
    found: tuple[Candidate, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What all of them know."""

    candidates: tuple[Candidate, ...] = ()
    asked: tuple[Asked, ...] = ()


def short(config: Config, seconds: float = SECONDS) -> Config:
    """Give the configuration for a question that a person waits for: small answers, soon."""
    deadline = min(config.limits.deadline, timedelta(seconds=seconds))
    limits = replace(config.limits, deadline=deadline, raw_bytes=_LARGEST, decoded_bytes=4 * _LARGEST)
    return replace(config, limits=limits)


async def search(
    words: str,
    config: Config,
    *,
    now: Callable[[], datetime],
    seconds: float = SECONDS,
    resolve: Resolver | None = None,
) -> Found:
    """Ask all catalogues for *words* at the same time."""
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(Fetcher(config=short(config, seconds), now=now, resolve=resolve))
        asked = await asyncio.gather(*(_ask(one, words, fetcher, config, seconds) for one in CATALOGUES))
    return Found(candidates=merged((one.found for one in asked), words), asked=tuple(asked))


async def seasons(
    candidate: Candidate,
    config: Config,
    *,
    now: Callable[[], datetime],
    seconds: float = SECONDS,
    resolve: Resolver | None = None,
) -> tuple[Season, ...]:
    """Ask TVmaze which seasons a work has; none where it does not list the work, or does not answer."""
    number = candidate.ids.get(tvmaze.KIND)
    if number is None:
        return ()
    try:
        async with (
            asyncio.timeout(seconds),
            Fetcher(config=short(config, seconds), now=now, resolve=resolve) as fetcher,
        ):
            response = await fetcher.fetch(tvmaze.seasons_request(place(tvmaze, config), number))
        return tvmaze.parse_seasons(response.body, _context(response))
    except (SourceError, TimeoutError):
        return ()


def with_data(found: Found, words: str, works: Works) -> Found:
    """Put what imported alias data knows behind, and into, what the catalogues offer."""
    known = completing(found.candidates, works)
    ids = [dict(one.ids) for one in known]
    fresh = [one for one in offers(words, works) if dict(one.ids) not in ids]
    return replace(found, candidates=merged([found.candidates, known, fresh], words))


async def _ask(catalogue: Catalogue, words: str, fetcher: Fetcher, config: Config, seconds: float) -> Asked:
    try:
        async with asyncio.timeout(seconds):
            response = await fetcher.fetch(catalogue.request(place(catalogue, config), words))
        found = map(cleaned, catalogue.parse(response.body, _context(response)))
        return Asked(name=catalogue.NAME, found=tuple(one for one in found if one.name))
    except SourceError as error:
        return Asked(name=catalogue.NAME, error=str(error))
    except TimeoutError:
        return Asked(name=catalogue.NAME, error=f"no answer within {seconds:g} s")


def _context(response: Response) -> ParseContext:
    return ParseContext(url=response.url, content_type=response.headers.get("content-type", ""), now=response.at)


def place(catalogue: Catalogue, config: Config) -> str:
    """Say which server to ask: that of the user's own source of this kind, else the catalogue's."""
    own = next((source.url for source in config.sources if source.kind == catalogue.KIND), "")
    if not own:
        return catalogue.PLACE
    parts = urlsplit(own)
    return f"{parts.scheme}://{parts.netloc}{parts.path.split('/shows', 1)[0].rstrip('/')}"
