"""The demo's script as values: the title, the sources, and what each place publishes at each step.

In:    the packaged ``data/demo/story.toml``.
Out:   `Story`.
Never: what must follow; that is for the real code to decide.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One moment: what is published, and when it is."""

    at: datetime
    say: str
    news: tuple[dict[str, str], ...] = ()
    feed: tuple[dict[str, str], ...] = ()
    article: tuple[dict[str, Any], ...] = ()
    record: tuple[dict[str, Any], ...] = ()
    """Seasons that the catalogue adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The whole script."""

    title: dict[str, Any]
    sources: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]


def load_story() -> Story:
    """Read the packaged script."""
    raw = tomllib.loads((files("watcher") / "data/demo/story.toml").read_text(encoding="utf-8"))
    steps = tuple(
        Step(
            at=datetime.fromisoformat(step["at"]),
            say=step["say"],
            news=tuple(step.get("news", ())),
            feed=tuple(step.get("feed", ())),
            article=tuple(step.get("article", ())),
            record=tuple(step.get("record", ())),
        )
        for step in raw["step"]
    )
    return Story(title=raw["title"], sources=tuple(raw["source"]), steps=steps)


def news_page(items: list[dict[str, str]]) -> str:
    """Write the official site's news list, newest first, as such sites do."""
    rows = "".join(
        f'<li><a href="/news/{index}/"><time datetime="{item["date"]}">{item["date"].replace("-", ".")}</time>'
        f'<p class="title">{escape(item["title"])}</p></a></li>'
        for index, item in reversed(list(enumerate(items, 1)))
    )
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>NEWS</title></head><body>'
        '<header><nav><ul><li><a href="/">TOP</a></li><li><a href="/story/">STORY</a></li>'
        '<li><a href="/staff/">STAFF / CAST</a></li></ul></nav></header>'
        f'<main><h1>NEWS</h1><ul class="news-list">{rows}</ul></main></body></html>'
    )


def feed_page(host: str, port: int, items: list[dict[str, str]]) -> str:
    """Write an Atom feed, newest first."""
    entries = "".join(
        f"<entry><id>tag:{host},2026:{index}</id><title>{escape(item['title'])}</title>"
        f'<link href="http://{host}:{port}/{index}"/><published>{item["date"]}</published>'
        f"<updated>{item['date']}</updated><summary>{escape(item['text'])}</summary></entry>"
        for index, item in reversed(list(enumerate(items, 1)))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>tag:{host},2026:feed</id><title>{host}</title><updated>{items[-1]['date']}</updated>{entries}</feed>"
    )


def show_record(name: str, seasons: list[dict[str, Any]]) -> str:
    """Write a show with its seasons as TVmaze's API answers (``/shows/ID?embed[]=seasons``)."""
    rows = [
        {
            "id": 9000 + row["number"],
            "number": row["number"],
            "name": "",
            "premiereDate": row.get("premiere"),
            "endDate": row.get("end"),
            "network": None,
            "webChannel": None,
        }
        for row in seasons
    ]
    show = {"id": 7001, "name": name, "status": "Running", "externals": {}, "rating": {"average": 7.9}}
    return json.dumps({**show, "_embedded": {"seasons": rows}})


def article_page(title: str, paragraphs: list[str], day: str) -> str:
    """Write a single article as a blog shows it, with links to more of its kind."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta property="article:published_time" content="{day}"></head><body><article><h1>{escape(title)}</h1>{text}'
        '</article><aside><h3>Related</h3><ul><li><a href="/a">Harbor Noodle Diaries Season 2 Announced</a></li></ul>'
        "</aside></body></html>"
    )
