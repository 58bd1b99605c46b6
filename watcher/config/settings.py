"""What a configuration file means, as frozen values.

In:    nothing; `watcher.config.load` builds these from TOML.
Out:   `Config` and its parts.
Never: reading files, defaults from the environment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher.model import Policy, Tier, Title


class PageMode(StrEnum):
    """How a page is read."""

    AUTO = "auto"
    """A news list where one is found, else an article."""
    LIST = "list"
    ARTICLE = "article"


class Secret(str):
    """A string that is never shown: its `repr` and its place in an f-string with ``!r`` are masked."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors for a news list; empty ones are guessed."""

    item: str = ""
    title: str = ""
    link: str = ""
    date: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One place to look."""

    id: str
    name: str
    kind: str
    url: str
    every: timedelta | None = None
    """As written; None lets the schedule learn it from server hints and defaults of the kind."""
    tier: Tier | None = None
    """Overrides the publisher list."""
    publisher: str | None = None
    """Who speaks there, where the address does not tell."""
    titles: tuple[str, ...] = ()
    """Ids of the titles it is looked at for; empty means all."""
    mode: PageMode = PageMode.AUTO
    selectors: Selectors = field(default_factory=Selectors)
    pages: int = 1
    """For pages: how many pages of a list are read, following its "next"."""
    tz: str | None = None
    """Zone of dates without one; None: Asia/Tokyo for .jp hosts, else UTC."""
    headers: tuple[tuple[str, Secret], ...] = ()
    """Extra request headers (keys of services); they never leave the URL's origin."""
    robots: bool = True
    deny: tuple[str, ...] = ()
    """Phrases that mark a page as a placeholder (soft 404)."""
    enabled: bool = True
    pack: str | None = None
    """The ready pack it came from, None for the user's own."""

    @property
    def zone(self) -> str:
        """The zone its posts are written and dated in."""
        return self.tz or default_zone(self.url)


def default_zone(url: str) -> str:
    """Guess the zone of dates that name none: Japanese hosts mean Japan."""
    host = url.split("/", 3)[2].rsplit(":", 1)[0] if "//" in url else ""
    return "Asia/Tokyo" if host.endswith(".jp") else "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowConfig:
    """The user's own time in which to look more often."""

    name: str
    start: datetime
    end: datetime
    titles: tuple[str, ...] = ()
    """Ids of the titles it matters for; empty means all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local hours in which delivery waits; may pass midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Collect messages and send them together at a local time of day."""

    at: time
    weekday: int | None = None
    """0 is Monday; None is every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """One way to tell the user."""

    id: str
    name: str
    url: Secret
    """Apprise URL, or ``console:``, ``webhook+https://…``, ``mailto(s)://…``; already read from where it stands."""
    policy: Policy = Policy.CREDIBLE
    quiet: QuietHours | None = None
    digest: Digest | None = None
    titles: tuple[str, ...] = ()
    """Ids of the titles it is told about; empty means all."""
    health: bool = True
    """Whether the program's own notices go here too."""
    fallback: str | None = None
    """Id of the channel that is told when this one is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that keep a hostile or broken server from hurting."""

    deadline: timedelta = timedelta(seconds=30)
    raw_bytes: int = 8 * 1024 * 1024
    decoded_bytes: int = 16 * 1024 * 1024
    redirects: int = 5
    concurrency: int = 96
    per_host: int = 1
    entries: int = 5000
    parse_seconds: float = 10.0
    parse_memory: int = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """The status page: where it listens and who may ask for it."""

    host: str
    """An IP address, without brackets."""
    port: int
    token: Secret | None = None
    """Wanted for everything but the bare state of health; there always is one where others can reach us."""
    names: tuple[tuple[str, int], ...] = ()
    """Further names (with ports) by which it may be asked for."""

    @property
    def place(self) -> str:
        """Host and port as they stand in an address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the program was told."""

    path: Path | None
    """The file it came from; None for one made in memory."""
    state: Path
    """Folder of the database, backups and locks."""
    timezone: ZoneInfo
    policy: Policy = Policy.CREDIBLE
    contact: str = ""
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    host_gap: timedelta = timedelta(seconds=1)
    proxy: Secret | None = None
    closer: bool = True
    """Read the article behind a short entry that names a watched title and speaks of a season."""
    reminders: tuple[timedelta, ...] = ()
    """How long before a start to remind of it, longest first; a title may have its own wish."""
    heartbeat: Secret | None = None
    """Address of an outside checker that is told at every beat that all is well."""
    heartbeat_every: timedelta = timedelta(minutes=5)
    web: WebConfig | None = None
    """None: there is no status page."""
    packs: tuple[str, ...] = ()
    rhythm: bool = True
    """Place looks where a source's own history says that a post is likely."""
    hot: bool = True
    """Look sooner for a title of which something unconfirmed was said."""
    windows: tuple[str, ...] = ()
    """Ids of the event windows in which to look more often."""
    own_windows: tuple[WindowConfig, ...] = ()
    titles: tuple[Title, ...] = ()
    sources: tuple[SourceConfig, ...] = ()
    """Own sources and those of the packs, own first."""
    channels: tuple[ChannelConfig, ...] = ()
    publishers: tuple[tuple[str, Tier], ...] = ()
    """The user's overrides of the publisher list: (domain or path prefix, tier)."""
    limits: Limits = field(default_factory=Limits)

    def reminders_of(self, title: Title) -> tuple[timedelta, ...]:
        """Tell how long before its starts to remind of *title*; nothing where the user did not ask for it."""
        return self.reminders if title.reminders is None else title.reminders

    @property
    def widest_policy(self) -> Policy:
        """What the least strict channel wants to hear: judging finds that much, routing gives each its own."""
        return max((channel.policy for channel in self.channels), key=tuple(Policy).index, default=self.policy)

    @property
    def database(self) -> Path:
        return self.state / "watcher.db"
