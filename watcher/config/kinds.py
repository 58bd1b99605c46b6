"""The kinds of source that a configuration may name.

The rooms above know how to ask and read each (`watcher.sources.kinds`); a test holds the two lists together.
"""

from __future__ import annotations

KINDS: tuple[str, ...] = (
    "feed",
    "page",
    "sitemap",
    "wordpress",
    "youtube",
    "bluesky",
    "mastodon",
    "reddit",
    "prtimes",
    "rsshub",
    "rss-bridge",
    "google-news",
    "anilist",
    "tvmaze",
    "tmdb",
    "kitsu",
    "animeschedule",
    "mal",
    "jikan",
    "trakt",
    "thetvdb",
    "wikidata",
    "syoboi",
    "ann",
)
