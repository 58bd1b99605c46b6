"""The kinds of source: what each asks for, and how its bytes become entries.

A kind is a small pure module with two functions, `request` and `parse`; `KINDS` names them all. Adding one is adding
a module and a line here (docs/sources.md). Modules are imported when first used: a worker that reads feeds never
loads what reads articles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import cast

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of source is asked and read."""

    request: Callable[[SourceConfig, SourceState], Request]
    parse: Callable[[bytes, ParseContext], Parsed]
    """Turn bytes into entries, or raise `ParseError`; runs in a worker process."""
    load: Callable[[], object]
    """Import what `parse` needs: not the document's doing, so no part of its time."""


def _kind(module: str, *, asks: str = "") -> Kind:
    """Name a kind by its module, without importing it yet; *asks* is a lighter one that has its `request`."""

    def request(source: SourceConfig, state: SourceState) -> Request:
        return cast("Request", import_module(asks or module).request(source, state))

    def parse(body: bytes, context: ParseContext) -> Parsed:
        return cast("Parsed", import_module(module).parse(body, context))

    return Kind(request=request, parse=parse, load=partial(import_module, module))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "feed": _kind("watcher.sources.feed", asks="watcher.sources.askfeed"),
        "page": _kind("watcher.sources.page", asks="watcher.sources.askpage"),
        "sitemap": _kind("watcher.sources.sitemap"),
        "wordpress": _kind("watcher.sources.wordpress"),
        "youtube": _kind("watcher.sources.youtube"),
        "bluesky": _kind("watcher.sources.bluesky"),
        "mastodon": _kind("watcher.sources.mastodon"),
        "reddit": _kind("watcher.sources.reddit"),
        "prtimes": _kind("watcher.sources.prtimes"),
        "rsshub": _kind("watcher.sources.bridge"),
        "rss-bridge": _kind("watcher.sources.bridge"),
        "google-news": _kind("watcher.sources.googlenews"),
        "anilist": _kind("watcher.sources.anilist"),
        "tvmaze": _kind("watcher.sources.tvmaze"),
        "tmdb": _kind("watcher.sources.tmdb"),
        "kitsu": _kind("watcher.sources.kitsu"),
        "animeschedule": _kind("watcher.sources.animeschedule"),
        "mal": _kind("watcher.sources.mal"),
        "jikan": _kind("watcher.sources.jikan"),
        "trakt": _kind("watcher.sources.trakt"),
        "thetvdb": _kind("watcher.sources.thetvdb"),
        "wikidata": _kind("watcher.sources.wikidata"),
        "syoboi": _kind("watcher.sources.syoboi"),
        "ann": _kind("watcher.sources.ann"),
    }
)

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]|\"version\"\s*:\s*\"https?://(?:www\.)?jsonfeed\.org", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE)


def sniff(body: bytes, content_type: str = "") -> str:
    """Say whether bytes are a feed or a page, by what they are before what they are called."""
    head = body[:4096].replace(b"\0", b"")
    feed, html = _FEED.search(head), _HTML.search(head)
    if feed and (html is None or feed.start() < html.start()):
        return "feed"
    called = any(word in content_type.lower() for word in ("rss", "atom", "rdf", "feed+json"))
    return "feed" if called and html is None else "page"
