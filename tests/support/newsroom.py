"""A loopback studio that publishes, and a webhook that remembers what it was told.

The feed names invented shows; each announcement must reach the webhook once.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from tests.support.web import Answer, Seen, Web

SHOWS = (
    "Copper Lanterns",
    "Harbor of Glass",
    "The Moss Cartographer",
    "Nine Bell Street",
    "Velvet Orbit",
    "Quiet Engines",
)


class Newsroom:
    """A web with one feed and one webhook."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.received: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._items: list[tuple[int, str, str]] = []
        self._lock = threading.Lock()
        web.call("/hook", self._receive)
        self.publish()

    def publish(self, *items: tuple[str, str]) -> None:
        """Add (headline, text) items to the feed, newest first."""
        for headline, text in items:
            self._items.append((len(self._items), headline, text))
        self.web.page("/feed.xml", self._feed(), headers={"Content-Type": "application/atom+xml"})

    def announce(self, show: str, season: int = 2) -> None:
        self.publish(
            (f"{show} Gets Season {season}", f"The official website announced that {show} is getting season {season}.")
        )

    def _feed(self) -> str:
        entries = "".join(
            f"<entry><id>urn:post:{number}</id><title>{escape(headline)}</title>"
            f'<link href="http://studio.example/{number}"/><updated>{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</updated>'
            f"<published>{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</published><summary>{escape(text)}</summary></entry>"
            for number, headline, text in reversed(self._items)
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:feed</id><title>Studio</title><updated>2026-11-01T00:00:00Z</updated>{entries}</feed>'

    def _receive(self, seen: Seen) -> Answer:
        with self._lock:
            self.received.append(json.loads(seen.body))
            self.keys.append(seen.headers.get("idempotency-key", ""))
        return Answer(status=204)

    def configuration(self, folder: Path, *, shows: tuple[str, ...] = SHOWS, every: str = "1s") -> Path:
        """Write a configuration that watches *shows* here, told through the webhook."""
        titles = "\n".join(f'[[title]]\nname = "{show}"\nseason = 2\nsince = 2026-11-01\n' for show in shows)
        hook = self.web.url("/hook").removeprefix("http://")
        text = f"""
[watcher]
state = "{folder / "state"}"
timezone = "Europe/Berlin"
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
closer = false
packs = []

{titles}
[[source]]
name = "Studio"
kind = "feed"
url = "{self.web.url("/feed.xml")}"
every = "{every}"
tier = 1

[[channel]]
name = "hook"
url = "webhook+http://{hook}"
"""
        path = folder / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path
