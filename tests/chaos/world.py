"""The world around the killed daemon: a studio that publishes, a webhook and a mail server that record.

What was published and what arrived are written down here, far from the program; `verdict` compares them.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tests.support.receivers import Mailbox
from tests.support.web import Answer, Seen, Web

FIRST = (
    *("Copper", "Velvet", "Silent", "Amber", "Crooked", "Winter", "Paper", "Hollow", "Scarlet", "Drowned"),
    *("Gilded", "Restless", "Marble", "Feral", "Cobalt", "Lonely", "Thirteen", "Borrowed", "Electric", "Wooden"),
)
SECOND = (
    *("Lanterns", "Harbor", "Cartographer", "Orchard", "Engines", "Orbit", "Postman", "Cathedral", "Glaciers", "Tailors"),
    *("Almanac", "Falcons", "Observatory", "Bakery", "Archive", "Marsh", "Violins", "Embassy", "Locksmith", "Ferry"),
)  # fmt: skip
NAMES = tuple(f"{one} {two}" for two in SECOND for one in FIRST)
_REST = re.compile(r"… and ([\d,]+) more: watcher log")
CHANNELS = ("hook", "mail")


@dataclass
class Arrival:
    """One message as a receiver saw it."""

    channel: str
    names: frozenset[str]
    labelled: bool
    key: str
    life: int
    unnamed: int = 0
    """How many more a mail for many speaks of without naming them."""


@dataclass
class World:
    """Publishes and records; an independent memory of both."""

    folder: Path
    chance: random.Random
    published: list[str] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    life: int = 0

    def __enter__(self) -> Self:
        self._web, self._mailbox = Web(), Mailbox()
        self._web.__enter__()
        self._mailbox.__enter__()
        self._lock = threading.Lock()
        self._mails_read = 0
        self._stamps: list[str] = []
        self._web.call("/hook", self._hook)
        self.publish(0)
        self.config = self._configuration()
        return self

    def __exit__(self, *_: object) -> None:
        self._web.__exit__(None, None, None)
        self._mailbox.__exit__()

    # -- what happens -------------------------------------------------------------------------------

    def publish(self, count: int) -> None:
        """Announce the next *count* shows."""
        for _ in range(min(count, len(NAMES) - len(self.published))):
            self.published.append(NAMES[len(self.published)])
            self._stamps.append(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        self._web.page("/feed.xml", self._feed(), headers={"Content-Type": "application/atom+xml"})

    def _feed(self) -> str:
        """Write all posts: one that left before a life was long enough to see it would be nobody's fault."""
        posts = list(enumerate(zip(self.published, self._stamps, strict=True)))
        entries = "".join(
            f"<entry><id>urn:post:{number}</id><title>{name} Gets Season 2</title>"
            f'<link href="http://studio.example/{number}"/><updated>{at}</updated><published>{at}</published>'
            f"<summary>The official website announced that {name} is getting season 2.</summary></entry>"
            for number, (name, at) in reversed(posts)
        )
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:feed</id><title>Studio</title>'
            f"<updated>2026-11-01T00:00:00Z</updated>{entries}</feed>"
        )

    def _hook(self, seen: Seen) -> Answer:
        said: dict[str, Any] = json.loads(seen.body)
        names = frozenset(item["title"] for item in said["items"])
        with self._lock:
            self.arrivals.append(Arrival("hook", names, said["repeat"], seen.headers["idempotency-key"], self.life))
        return Answer(status=204)

    def collect_mail(self) -> None:
        """Read what the mail server took since the last time."""
        fresh = self._mailbox.mails[self._mails_read :]
        self._mails_read += len(fresh)
        for mail in fresh:
            text = f"{mail.message['Subject']}\n{mail.part('plain')}"
            names = frozenset(name for name in self.published if name in text)
            labelled = "Possible repeat" in text
            rest = _REST.search(text)
            unnamed = int(rest[1].replace(",", "")) if rest else 0
            self.arrivals.append(Arrival("mail", names, labelled, str(mail.message["Message-ID"]), self.life, unnamed))

    # -- what must be true ----------------------------------------------------------------------------

    def missing(self) -> dict[str, int]:
        """Say by channel how much was published and has not arrived."""
        self.collect_mail()
        told = {channel: set[str]() for channel in CHANNELS}
        unnamed = {channel: dict[str, int]() for channel in CHANNELS}
        for one in self.arrivals:
            told[one.channel] |= one.names
            unnamed[one.channel][one.key] = one.unnamed  # a repeat has the same key and names no more
        return {
            channel: len(set(self.published) - told[channel]) - sum(unnamed[channel].values()) for channel in CHANNELS
        }

    def look_at_database(self) -> None:
        """Check the file after a kill, as SQLite sees it; whose mail is whose is known by now, too."""
        self.collect_mail()
        database = self.folder / "state" / "watcher.db"
        if not database.exists():
            return
        connection = sqlite3.connect(database)
        try:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            connection.close()
        if found != "ok":
            self.faults.append(f"life {self.life}: integrity: {found}")

    def verdict(self) -> dict[str, Any]:
        """Compare what was published with what arrived."""
        lost = self.missing()
        seen: dict[tuple[str, str], str] = {}
        unlabelled, foreign_keys, labelled = 0, 0, Counter[tuple[str, int]]()
        for one in self.arrivals:
            again = [name for name in one.names if (one.channel, name) in seen]
            if again:
                labelled[one.channel, one.life] += one.labelled
                unlabelled += not one.labelled
                foreign_keys += any(seen[one.channel, name] != one.key for name in again)
            seen |= {(one.channel, name): one.key for name in one.names if (one.channel, name) not in seen}
        return {
            "published": len(self.published),
            "messages": dict(Counter(one.channel for one in self.arrivals)),
            "lost": sum(map(abs, lost.values())),
            "in_folded_mails_unnamed": sum({one.key: one.unnamed for one in self.arrivals}.values()),
            "unlabelled_repeats": unlabelled,
            "labelled_repeats": {channel: sum(n for (c, _), n in labelled.items() if c == channel) for channel in CHANNELS},
            "most_labelled_repeats_a_life": max(labelled.values(), default=0),
            "repeats_with_another_key": foreign_keys,
            "faults": self.faults,
        }  # fmt: skip

    def _configuration(self) -> Path:
        hook = self._web.url("/hook").removeprefix("http://")
        titles = "\n".join(f'[[title]]\nname = "{name}"\nseason = 2\nsince = 2026-11-01\n' for name in NAMES)
        text = f"""
[watcher]
state = "{self.folder / "state"}"
timezone = "Europe/Berlin"
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
closer = false
packs = []

{titles}
[[source]]
name = "Studio"
kind = "feed"
url = "{self._web.url("/feed.xml")}"
every = "1s"
tier = 1

[[channel]]
name = "hook"
url = "webhook+http://{hook}"

[[channel]]
name = "mail"
url = "mailto://127.0.0.1:{self._mailbox.port}?from=watcher@example.org&to=me@example.org"
"""
        path = self.folder / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path
