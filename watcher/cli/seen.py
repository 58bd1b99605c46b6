"""What the database knows already about a title that is only now watched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from watcher.judge.summary import known_line
from watcher.model import Title
from watcher.store import Store

MOST = 3
"""Older posts shown."""


def known_lines(store: Store, title: Title, titles: Iterable[Title], now: datetime) -> list[str]:
    """Say what is known of its seasons, from its own watch or another one, and which posts named it."""
    same = [other.id for other in titles if other.name.casefold() == title.name.casefold()]
    lines = []
    for title_id in dict.fromkeys((title.id, *same)):
        for season in store.knowledge(title_id).known.seasons:
            what = "a new season" if season.season is None else f"season {season.season}"
            lines.append(f"{what}: {known_line(season, now)}")
    return list(dict.fromkeys((*lines, *_posts(store, title))))


def _posts(store: Store, title: Title) -> list[str]:
    found = {entry.key: entry for name in title.names for entry in store.find_entries(name, limit=MOST)}
    newest = sorted(found.values(), key=lambda entry: entry.first_seen, reverse=True)[:MOST]
    return [f"seen {entry.first_seen:%Y-%m-%d}: {entry.title}" for entry in newest]
